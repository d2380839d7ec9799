package reconciler

import (
	"context"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/swimlane-go/swimlane/examples/controller/facts"
	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// write writes a step, the carrier first: state, weights, evidence and history at once. It
// completes a half-written release before it goes on. It gives no weight to a lane without pods. It
// gives up when somebody reverts its writes again and again.
func (r *Reconciler) write(ctx context.Context, plan *corev1.ConfigMap, known release.Known, s *step) error {
	l, spoilt := s.Live, s.half || s.drift != nil
	rollsBack := s.State != l.State && s.State.Phase == rollout.RolledBack
	if s.State != l.State && !rollsBack && spoilt {
		s.hold(status.Moving, "completes the move before")
		s.again = r.Clock.Now()
	}
	gives := spoilt || s.State != l.State && s.State.Phase != rollout.Prepared
	if err := l.AvailableFor(s.State); err != nil && gives &&
		!(rollsBack && s.event.Override != "") {
		s.again = facts.Sooner(s.again, r.Clock.Now().Add(r.Interval))
		if s.hold(status.Unavailable, err.Error()); spoilt {
			return nil
		}
	}
	if s.State == l.State && !spoilt && (s.State.Closed() || s.State.Revision == 0) {
		return nil // there is nothing to write
	}
	changes, err := s.changes(known)
	objects, wrong := l.With(s.State, changes...)
	if err = errors.Join(err, wrong); err != nil {
		s.hold(status.Broken, err.Error())
		return nil
	}
	if !rollsBack && (s.drift != nil || s.State != l.State && l.State.Revision < s.Written.Revision) {
		if s.Written.Restores >= MaxRestores || l.State.Revision == 0 {
			s.hold(status.Contested, fmt.Sprintf("somebody takes back what is written; remove annotation %s to begin "+
				"again. %v", status.AnnotationWritten, s.drift))
			return nil
		}
		s.Written.Restores++
		if err := status.Annotate(ctx, r.Client, r.Name, plan,
			map[string]string{status.AnnotationWritten: s.Written.String()}); err != nil {
			return err
		}
	}
	for _, o := range objects {
		if err := r.Client.Update(ctx, o, client.FieldOwner(r.Name)); err != nil {
			return err
		}
	}
	if s.State != l.State {
		s.again = r.Clock.Now()
	}
	if s.State.Revision > s.Written.Revision {
		s.Written = status.Written{Digest: s.State.PlanDigest, Revision: s.State.Revision}
	}
	return nil
}

// MaxRestores is the most times that the controller restores weights after somebody else changed
// them, between two moves.
const MaxRestores = 3

// changes returns the annotations to write beside weights and state.
func (s *step) changes(known release.Known) ([]manifest.Change, error) {
	l := s.Live
	switch {
	case s.State != l.State && l.State.Revision > 0:
		return l.Follow(s.State, s.event, release.Known{Evidence: s.Evidence, History: known.History}), nil
	case !l.Config.Plan.Gated() || s.State.Closed():
		return nil, nil
	}
	keep, err := l.KeepEvidence(s.Evidence)
	if err != nil {
		return nil, err
	}
	if s.State != l.State {
		known.History = rollout.History{} // it belongs to the release before
	}
	moves, err := l.KeepHistory(known.History)
	return []manifest.Change{keep, moves}, err
}
