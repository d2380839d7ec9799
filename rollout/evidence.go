package rollout

import (
	"fmt"
	"math"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// Evidence is the sum of all observations and approvals of one release. It is apart from
// the State, so that the State stays small: keep it where you like, beside the state or
// elsewhere. The zero Evidence means that nothing was seen yet.
//
// What guards know lives as long as the release. What gates know, and approvals, live as
// long as the stay: from the move that entered the stage to the move that leaves it. A
// pause does not end a stay. Evidence detects moves by the revision of the state that it
// is used with. When it missed more than a pause or its end, it starts a new stay: it
// then knows nothing rather than too much.
//
// The methods of [Plan] make evidence; its fields are for reading. Its JSON is at most 1
// KiB, 640 bytes for each check at a service, and 640 for each approval; in practice a
// third of it.
type Evidence struct {
	// Schema is the version of this format: 1. Only the zero Evidence has 0.
	Schema int `json:"schema"`
	// PlanDigest is the digest of the plan.
	PlanDigest string `json:"planDigest"`
	// Author made the release and may not approve it: see [Plan.Evidence]. Empty means
	// that everybody may approve.
	Author string `json:"author,omitempty"`

	// Revision, Phase, Stage and Since are those of the last state that was seen.
	Revision int64     `json:"revision"`
	Phase    Phase     `json:"phase"`
	Stage    int       `json:"stage"`
	Since    time.Time `json:"since"`
	// Stay is the revision at which the place was entered, and Entered when that was.
	// Dwelt is how long the release had been there at Since, without pauses.
	Stay    int64     `json:"stay"`
	Entered time.Time `json:"entered"`
	Dwelt   Duration  `json:"dwelt,omitempty"`

	// Windows are the last folded ones, one for each metric and service of the plan, in
	// the order of the plan.
	Windows []Window `json:"windows,omitempty"`
	// Tallies are the results of the checks: one for each check at each service, guards
	// first, then the gates. Equal checks of several gates share one.
	Tallies []Tally `json:"tallies,omitempty"`
	// Approvals are those of this stay.
	Approvals []Approval `json:"approvals,omitempty"`
}

// Window is the last window of a metric at a service. Times are in seconds since 1970.
type Window struct {
	// From and To bound it. Both are 0 before the first window.
	From int64 `json:"from,omitempty"`
	To   int64 `json:"to,omitempty"`
	// Data is the end of the last window that had data.
	Data int64 `json:"data,omitempty"`
	// Missing is how many windows in a row had no data.
	Missing int `json:"missing,omitempty"`
}

// Tally is the result of one check at one service.
type Tally struct {
	// Compared and Others are the requests of the candidate and of the other lanes in all
	// windows that were compared. Expected is the most bad requests that the candidate
	// could have had among them, in thousandths.
	Compared sequential.Counts `json:"compared,omitzero"`
	Others   sequential.Counts `json:"others,omitzero"`
	Expected int64             `json:"expected,omitempty"`
	// All are the candidate's requests in all windows.
	All sequential.Counts `json:"all,omitzero"`
	// Ratio and Ceiling are the tests of a guard.
	Ratio   sequential.Worse `json:"ratio,omitzero"`
	Ceiling sequential.Worse `json:"ceiling,omitzero"`
	// Good is the test of a gate.
	Good sequential.Good `json:"good,omitzero"`
	// Passes is how many windows in a row passed, or 1 when the candidate was shown good.
	// Failures is how many failed.
	Passes   int `json:"passes,omitempty"`
	Failures int `json:"failures,omitempty"`
	// Value is the last value of the candidate, and Other the value that it was compared
	// with.
	Value *float64 `json:"value,omitempty"`
	Other *float64 `json:"other,omitempty"`
	// Failed is the stay in which the check first failed. 0 means that it has not failed.
	Failed int64 `json:"failed,omitempty"`
}

// UnmarshalJSON reads evidence strictly: unknown and duplicate keys, an unknown schema
// and impossible values are errors, all of them named at once. The methods of the plan
// check whether it is evidence of that plan. On error e is left as it was.
func (e *Evidence) UnmarshalJSON(data []byte) error {
	type plain Evidence
	var out plain
	if err := strict("evidence", data, &out); err != nil {
		return err
	}
	evidence := Evidence(out)
	if err := fielderr.Join("evidence", evidence.validate()); err != nil {
		return err
	}
	*e = evidence
	return nil
}

// none reports whether nothing was seen yet.
func (e *Evidence) none() bool { return e.Schema == 0 }

// validate returns the faults that can be seen without the plan.
func (e *Evidence) validate() field.ErrorList {
	if len(e.Author) > maxName {
		return field.ErrorList{field.TooLong(field.NewPath("author"), e.Author, maxName)}
	}
	if e.none() {
		return nil
	}
	state := State{Schema: e.Schema, PlanDigest: e.PlanDigest, Revision: e.Revision, Phase: e.Phase, Stage: e.Stage,
		Since: e.Since}
	errs := state.validate()
	if e.Stay < 1 || e.Stay > e.Revision {
		errs = append(errs, field.Invalid(field.NewPath("stay"), e.Stay, "must be between 1 and the revision"))
	}
	errs = append(errs, validateTime("entered", e.Entered)...)
	if e.Dwelt < 0 {
		errs = append(errs, field.Invalid(field.NewPath("dwelt"), e.Dwelt.String(), "must not be negative"))
	}
	for i := range e.Windows {
		if w := &e.Windows[i]; w.From > w.To || w.Data > w.To || w.From < 0 || w.Data < 0 || w.Missing < 0 {
			errs = append(errs, field.Invalid(field.NewPath("windows").Index(i), "",
				"must have 0 <= from <= to, data <= to, and counts of at least 0"))
		}
	}
	for i := range e.Tallies {
		if !e.Tallies[i].sound() {
			errs = append(errs, field.Invalid(field.NewPath("tallies").Index(i), "",
				"must have every figure in range"))
		}
	}
	for i := range e.Approvals {
		if a := &e.Approvals[i]; slices.ContainsFunc(e.Approvals[:i], func(b Approval) bool { return a.By == b.By }) {
			errs = append(errs, field.Duplicate(field.NewPath("approvals").Index(i).Child("by"), a.By))
		}
	}
	return errs
}

// sound reports whether the figures are possible.
func (t *Tally) sound() bool {
	for _, c := range [...]sequential.Counts{t.Compared, t.Others, t.All} {
		if c.Bad < 0 || c.Total < c.Bad || c.Total > maxCount {
			return false
		}
	}
	return t.Expected >= 0 && t.Passes >= 0 && t.Failures >= 0 && t.Failed >= 0 && t.Ratio.Windows >= 0 &&
		t.Ceiling.Windows >= 0
}

// Evidence returns the evidence of a release in state s of which nothing was seen. The
// author made the release and may not approve it; empty means that everybody may approve.
func (p Plan) Evidence(s State, author string) (Evidence, error) {
	if err := p.Check(s); err != nil {
		return Evidence{}, fmt.Errorf("evidence: %w", err)
	}
	e, err := p.present(s, Evidence{Author: author})
	if err != nil {
		return Evidence{}, err
	}
	return e, fielderr.Join("evidence", e.validate())
}

// Now returns the evidence brought up to state s: its present stay. Its errors are those
// of [Plan.Observe].
func (p Plan) Now(s State, e Evidence) (Evidence, error) {
	if err := p.Check(s); err != nil {
		return Evidence{}, fmt.Errorf("evidence: %w", err)
	}
	return p.present(s, e)
}

// present returns the evidence brought up to state s.
func (p *Plan) present(s State, e Evidence) (Evidence, error) {
	var buffer [maxPairs + 1]pair
	return p.evidence(e, s, p.pairs(buffer[:0]))
}

// evidence returns e brought up to state s: checked against the plan, and of the present
// stay. It shares slices with e unless a stay began.
func (p *Plan) evidence(e Evidence, s State, pairs []pair) (Evidence, error) {
	if err := fielderr.Join("evidence", e.validate()); err != nil {
		return Evidence{}, err
	}
	if e.none() {
		return Evidence{Schema: Schema, PlanDigest: s.PlanDigest, Author: e.Author, Revision: s.Revision,
			Phase: s.Phase, Stage: s.Stage,
			Since: s.Since, Stay: s.Revision, Entered: s.Since}, nil
	}
	switch cells := p.cells(); {
	case e.PlanDigest != s.PlanDigest:
		return Evidence{}, fmt.Errorf("evidence of revision %d: %w: it has plan digest %s, the state has %s",
			e.Revision, ErrForeign, e.PlanDigest, s.PlanDigest)
	case e.Revision > s.Revision:
		return Evidence{}, fmt.Errorf("evidence of revision %d: %w: the state is at %d", e.Revision, ErrStale,
			s.Revision)
	case len(e.Windows) > cells:
		return Evidence{}, fielderr.Join("evidence",
			field.ErrorList{field.TooMany(field.NewPath("windows"), len(e.Windows), cells)})
	case len(e.Tallies) > len(pairs):
		return Evidence{}, fielderr.Join("evidence",
			field.ErrorList{field.TooMany(field.NewPath("tallies"), len(e.Tallies), len(pairs))})
	case e.Revision == s.Revision:
		if e.Phase != s.Phase || e.Stage != s.Stage || !e.Since.Equal(s.Since) {
			return Evidence{}, fmt.Errorf("evidence of revision %d: %w: it was made of another state of that revision",
				e.Revision, ErrForeign)
		}
		return e, nil
	}
	paused := e.Phase == Running && s.Phase == Paused
	resumed := e.Phase == Paused && s.Phase == Running
	if e.Revision+1 == s.Revision && e.Stage == s.Stage && (paused || resumed) {
		if paused {
			e.Dwelt = e.dwelt(s.Since)
		}
		e.Revision, e.Phase, e.Since = s.Revision, s.Phase, s.Since
		return e, nil
	}
	e.Revision, e.Phase, e.Stage, e.Since = s.Revision, s.Phase, s.Stage, s.Since
	e.Stay, e.Entered, e.Dwelt, e.Approvals = s.Revision, s.Since, 0, nil
	e.Windows, e.Tallies = slices.Clone(e.Windows), slices.Clone(e.Tallies)
	for i := range e.Windows {
		e.Windows[i].Missing = 0
		e.Windows[i].Data = min(e.Windows[i].Data, e.Entered.Unix()) // nothing was seen at the new place yet
	}
	for i := guards(pairs); i < len(e.Tallies); i++ {
		e.Tallies[i] = Tally{}
	}
	return e, nil
}

// dwelt returns how long the release has been at its place at now, without pauses.
func (e *Evidence) dwelt(now time.Time) Duration {
	if e.Phase == Paused {
		return e.Dwelt
	}
	return e.Dwelt + min(Duration(max(0, now.Sub(e.Since))), math.MaxInt64-e.Dwelt)
}
