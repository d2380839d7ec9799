// Package facts gathers the facts about a release: measured windows and people's approvals.
package facts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/examples/controller/source"
	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// Gatherer adds facts to evidence.
type Gatherer struct {
	// Source measures.
	Source source.Source
	// Interval is the length of a window. After a pause of the controller a window is a multiple of
	// it. A window ends at least Lag before it is measured.
	Interval, Lag time.Duration
}

// Release is a release to gather facts about.
type Release struct {
	// Plan is the ConfigMap. Config and Checked are its contents.
	Plan    *corev1.ConfigMap
	Config  release.Config
	Checked rollout.Checked
	// State is where the release is.
	State rollout.State
}

// Gather returns the evidence with the new measurements and approvals, the time at which to gather
// again, and an error about what a person must correct.
func (g Gatherer) Gather(ctx context.Context, of Release, e rollout.Evidence, now time.Time) (rollout.Evidence,
	time.Time, error) {
	e, err := of.Config.Plan.Now(of.State, e)
	if err != nil {
		return e, time.Time{}, err
	}
	e, wrong := of.approve(e)
	e, again, err := g.observe(ctx, of, e, now)
	return e, again, errors.Join(wrong, err)
}

// observe adds the measurements of windows that are over.
func (g Gatherer) observe(ctx context.Context, of Release, e rollout.Evidence, now time.Time) (rollout.Evidence,
	time.Time, error) {
	var problems []error
	var again time.Time
	cell := 0
	for _, m := range of.Config.Plan.Metrics {
		from := e.Entered
		for range max(1, len(m.Services)) {
			if cell < len(e.Windows) && e.Windows[cell].To > from.Unix() {
				from = time.Unix(e.Windows[cell].To, 0)
			}
			cell++
		}
		over := now.Add(-g.Lag).Sub(from) / g.Interval // by the clock only, whatever the values are
		if over < 1 {
			again = Sooner(again, from.Add(g.Interval+g.Lag))
			continue
		}
		again = Sooner(again, now.Add(g.Interval))
		observations, err := g.Source.Observe(ctx, source.Query{
			Config: of.Config, Namespace: of.Plan.Namespace, State: of.State, Stay: e.Stay,
			Metric: m, From: from, To: from.Add(over * g.Interval),
		})
		for _, o := range observations {
			next, refused := of.Checked.Observe(of.State, e, o)
			if refused == nil {
				e = next
			} else if err = errors.Join(err, refused); errors.Is(refused, rollout.ErrSeen) {
				err = nil
			}
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("metric %s: %w", m.Name, err))
		}
	}
	return e, again, errors.Join(problems...)
}

// approve adds the approvals of the plan. It ignores approvals for other stays and those that the
// evidence has.
func (of Release) approve(e rollout.Evidence) (rollout.Evidence, error) {
	text := of.Plan.Annotations[status.AnnotationApprove]
	if text == "" {
		return e, nil
	}
	var all []rollout.Approval
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return e, fmt.Errorf("annotation %s: %w", status.AnnotationApprove, err)
	}
	var problems []error
	for _, approval := range all {
		next, err := of.Config.Plan.Approve(of.State, e, approval)
		switch {
		case err == nil:
			e = next
		case errors.Is(err, rollout.ErrTwice), errors.Is(err, rollout.ErrBefore), errors.Is(err, rollout.ErrForeign):
		default:
			problems = append(problems, err)
		}
	}
	return e, errors.Join(problems...)
}

// Sooner returns the earlier of two times; the zero time means never.
func Sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
