package status

import (
	"context"
	"encoding/json"
	"errors"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/tools/events"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/swimlane-go/swimlane/examples/controller/metrics"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// Report is the report on one release.
type Report struct {
	// Live is the release in the cluster; the zero Live for an invalid plan.
	Live release.Live
	// State is the state of the release now.
	State rollout.State
	// Evidence is the evidence about the release, Decision the decision from it.
	Evidence rollout.Evidence
	Decision rollout.Decision
	// Condition is what the controller does about the release, Message why.
	Condition Condition
	Message   string
	// Written is the content of AnnotationWritten.
	Written Written
}

// Reporter reports to people.
type Reporter struct {
	// Events and Metrics get the reports, beside the plan's annotations.
	Events  events.EventRecorder
	Metrics *metrics.Releases
}

// Tell writes a changed report on the plan. It then sends an event if the place or the condition
// changed, and sets the metrics.
func (r Reporter) Tell(ctx context.Context, c client.Client, manager string, plan *corev1.ConfigMap, s Report) error {
	p := s.Live.Config.Plan
	all := map[string]string{AnnotationPlace: p.Place(s.State), AnnotationCondition: string(s.Condition),
		AnnotationMessage: s.Message}
	switch {
	case s.Condition == Invalid:
		delete(all, AnnotationPlace)
	case s.Condition == GitOwns:
		proposal, err := json.Marshal(s.Decision)
		evidence, wrong := json.Marshal(s.Evidence)
		if err := errors.Join(err, wrong); err != nil {
			return err
		}
		all[AnnotationProposal], all[AnnotationEvidence] = string(proposal), string(evidence)
	case s.Written.Revision > 0:
		all[AnnotationWritten] = s.Written.String()
	}
	news := false
	for _, key := range []string{AnnotationPlace, AnnotationCondition} {
		value, told := all[key]
		news = news || told && plan.Annotations[key] != value
	}
	if err := Annotate(ctx, c, manager, plan, all); err != nil {
		return err
	}
	if news {
		r.Events.Eventf(plan, nil, s.Condition.eventType(), string(s.Condition), "Reconcile", "%s: %.900s",
			plan.Annotations[AnnotationPlace], s.Message)
	}
	_, drifted := s.Live.Behind()
	r.Metrics.Set(client.ObjectKeyFromObject(plan), metrics.Sample{
		State: s.State, Weights: p.Weights(s.State), Action: s.Decision.Action, Condition: string(s.Condition),
		Drifted: len(drifted),
	})
	return nil
}

// eventType returns the type of the event: a warning if a person should look.
func (c Condition) eventType() string {
	switch c {
	case Invalid, Broken, Contested, Unavailable:
		return corev1.EventTypeWarning
	}
	return corev1.EventTypeNormal
}
