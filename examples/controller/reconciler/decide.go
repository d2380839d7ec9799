package reconciler

import (
	"context"
	"errors"

	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/examples/controller/facts"
	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// decide sets the state to move to.
func (r *Reconciler) decide(ctx context.Context, plan *corev1.ConfigMap, a app, known release.Known, s *step) {
	state, now := s.Live.State, r.Clock.Now()
	s.Evidence, s.Decision = known.Evidence, rollout.Decision{Action: rollout.ActHold, Revision: state.Revision}
	paused := plan.Annotations[status.AnnotationPause] == "true"
	switch {
	case state.Closed():
		s.Decision.Action = rollout.ActNothing
		s.hold(status.Over, "")
		return
	case state.Revision == 0 && paused:
		s.hold(status.Paused, "it is not prepared")
		return
	case state.Revision == 0:
		next, err := a.config.Plan.Prepare(now)
		if err == nil {
			s.Evidence, err = a.config.Plan.Evidence(next, plan.Annotations[status.AnnotationAuthor])
		}
		if s.hold(status.Moving, "prepare"); err == nil {
			s.State = next
		} else {
			s.hold(status.Invalid, err.Error())
		}
		return
	}
	var problems error
	s.Evidence, s.again, problems = r.Gather(ctx,
		facts.Release{Plan: plan, Config: a.config, Checked: a.checked, State: state}, known.Evidence, now)
	knows := rollout.Facts{State: state, Evidence: s.Evidence, Now: now, Zones: a.zones}
	decision, err := a.checked.Decide(knows)
	s.Decision, s.again = decision, facts.Sooner(s.again, decision.Again)
	event, moves := decision.Event(knows, r.Name)
	asked, is, wrong := status.AskedBy(plan, state.Revision)
	if is && wrong == nil && !(moves && event.Kind == rollout.RollBack) {
		asked.At, asked.Evidence, asked.Zones = now, s.Evidence, a.zones
		event, moves = asked, true
	}
	own := func(k rollout.EventKind) rollout.Event {
		return rollout.Event{Kind: k, Revision: state.Revision, At: now, By: r.Name, Reason: "annotation " +
			status.AnnotationPause}
	}
	s.hold(status.Waiting, decision.String())
	switch {
	case moves && event.Kind == rollout.RollBack: // a roll back is never too early
	case paused && state.Phase == rollout.Running:
		event, moves = own(rollout.Pause), true
	case paused:
		s.Condition, moves = status.Paused, false
	case state.Phase == rollout.Paused:
		event, moves = own(rollout.Resume), true
	}
	if moves && err == nil {
		next, refused := a.checked.Apply(state, event)
		if wrong = errors.Join(wrong, refused); refused == nil {
			s.State, s.event, s.Condition = next, event, status.Moving
		}
	}
	if err := errors.Join(problems, err, wrong); err != nil {
		s.Message = err.Error() + "; " + s.Message
	}
}
