package rollout

import (
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// Schema is the version of the State's JSON that this library reads and writes.
const Schema = 1

// maxRevision is the largest integer that every JSON reader holds exactly.
const maxRevision = 1<<53 - 1

// Phase is what a release is doing. Any value other than the constants, including the
// zero value, is an error.
type Phase string

const (
	// Prepared: the candidate is deployed and gets no traffic; stage 0.
	Prepared Phase = "Prepared"
	// Running: the release is at a stage.
	Running Phase = "Running"
	// Paused: as Running, but only resume and roll back are allowed.
	Paused Phase = "Paused"
	// Finished: the last stage has become the normal state. Final.
	Finished Phase = "Finished"
	// RolledBack: the weights are the plan's Rollback. Final.
	RolledBack Phase = "RolledBack"
)

// State is the place of one release of a plan. It is a comparable value; its JSON holds
// all of it, so an annotation can keep it. Reading it back with encoding/json refuses
// unknown and duplicate keys. The zero State is not valid; [Plan.Prepare] makes the first
// one.
type State struct {
	// PlanDigest is the [Plan.Digest] of the plan that the release follows.
	Schema int `json:"schema"`
	// PlanDigest is [Plan.Digest] of the plan that the release follows.
	PlanDigest string `json:"planDigest"`
	// Revision counts the changes, from 1 (prepared). Every event names the
	// revision that it was decided on.
	Revision int64 `json:"revision"`
	// Phase is what the release is doing.
	Phase Phase `json:"phase"`
	// Stage is the stage that the release is at, 1..n; 0 when prepared. When rolled back
	// it is the stage that the release was at before.
	Stage int `json:"stage"`
	// Since is when this revision was made, in UTC and whole seconds.
	Since time.Time `json:"since"`
}

// Closed reports whether the release is over (finished or rolled back), so that
// it may be cleaned up.
func (s State) Closed() bool { return s.Phase == Finished || s.Phase == RolledBack }

// Check returns nil when s is a state of this plan that can go on from here.
// It returns [ErrNoState] for the zero State, [ErrForeign] for a state of another
// plan, and field errors for a broken plan or state. Apply checks the same.
func (p Plan) Check(s State) error { return p.check(s, nil) }

// within returns a fault unless a plan with that many stages has the state's stage.
func (s State) within(stages int) error {
	if s.Stage <= stages && (s.Phase != Finished || s.Stage == stages) {
		return nil
	}
	return fielderr.Join("state", field.ErrorList{field.Invalid(field.NewPath("stage"), s.Stage,
		stageRange(s.Phase, stages))})
}

func stageRange(phase Phase, stages int) string {
	if phase == Finished {
		return fmt.Sprintf("must be the last stage, %d, when finished", stages)
	}
	return fmt.Sprintf("must be at most %d, the number of stages", stages)
}

// validate returns the faults that can be seen without the plan.
func (s State) validate() field.ErrorList {
	var errs field.ErrorList
	if s.Schema != Schema {
		errs = append(errs, field.Invalid(field.NewPath("schema"), s.Schema,
			fmt.Sprintf("must be %d, the only schema this library knows", Schema)))
	}
	if s.PlanDigest == "" {
		errs = append(errs, field.Required(field.NewPath("planDigest"), "must hold the digest of the plan"))
	}
	if s.Revision < 1 || s.Revision >= maxRevision {
		errs = append(errs, field.Invalid(field.NewPath("revision"), s.Revision,
			fmt.Sprintf("must be between 1 and %d", int64(maxRevision-1))))
	}
	stage := where{name: "stage"}
	switch s.Phase {
	case Prepared:
		if s.Stage != 0 {
			errs = append(errs, field.Invalid(stage.path(), s.Stage, "must be 0 when prepared"))
		}
	case Running, Paused, Finished:
		if s.Stage < 1 {
			errs = append(errs, field.Invalid(stage.path(), s.Stage,
				"must be at least 1 when running, paused or finished"))
		}
	case RolledBack:
		if s.Stage < 0 {
			errs = append(errs, field.Invalid(stage.path(), s.Stage, "must not be negative"))
		}
	default:
		errs = append(errs, field.NotSupported(field.NewPath("phase"), s.Phase,
			[]Phase{Prepared, Running, Paused, Finished, RolledBack}))
	}
	return append(errs, validateTime("since", s.Since)...)
}

// validateTime returns a fault for an unset time, or for one outside RFC 3339, the format
// in the state's JSON.
func validateTime(name string, t time.Time) field.ErrorList {
	const first, end = -62135596800, 253402300800 // the starts of the years 1 and 10000
	switch unix := t.Unix(); {
	case t.IsZero():
		return field.ErrorList{field.Required(field.NewPath(name), "must be a time")}
	case unix < first || unix >= end:
		return field.ErrorList{field.Invalid(field.NewPath(name), t.UTC().Year(),
			"must be a time in the years 1 to 9999")}
	}
	return nil
}

// Weights returns how the requests are shared in state s, as a copy: Before when
// prepared, Rollback when rolled back, else the weights of its stage. It is nil when s
// cannot be a state of this plan.
func (p Plan) Weights(s State) Weights {
	switch s.Phase {
	case Prepared:
		return p.Before.Clone()
	case RolledBack:
		return p.Rollback.Clone()
	case Running, Paused, Finished:
		if s.Stage >= 1 && s.Stage <= len(p.Stages) {
			return p.Stages[s.Stage-1].Weights.Clone()
		}
	}
	return nil
}

// Retiring returns the lanes that a clean-up in state s removes: after finish the lanes
// without weight, after roll back the candidate. It is nil while the release is not over.
func (p Plan) Retiring(s State) []string {
	switch s.Phase {
	case RolledBack:
		return []string{p.Candidate}
	case Finished:
		var names []string
		for _, weight := range p.Weights(s) {
			if weight.Percent == 0 {
				names = append(names, weight.Lane)
			}
		}
		return names
	default:
		return nil
	}
}
