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

// Report is what people are told of one release.
type Report struct {
	// Live is the release as it was read; the zero Live for what is no plan.
	Live release.Live
	// State is where it is now.
	State rollout.State
	// Evidence is what was seen of it, and Decision what that comes to.
	Evidence rollout.Evidence
	Decision rollout.Decision
	// Condition is what the controller does about it, and Message why.
	Condition Condition
	Message   string
	// Written is what the controller has written.
	Written Written
}

// Reporter tells people.
type Reporter struct {
	// Events and Metrics are where, beside the plan's annotations.
	Events  events.EventRecorder
	Metrics *metrics.Releases
}

// Tell writes a report on the plan when it has changed, then an event when place or condition
// have, and the metrics.
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

// eventType says whether a person must do something.
func (c Condition) eventType() string {
	switch c {
	case Invalid, Broken, Contested, Unavailable:
		return corev1.EventTypeWarning
	}
	return corev1.EventTypeNormal
}
