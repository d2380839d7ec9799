package gitops

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/capacity"
	"github.com/swimlane-go/swimlane/rollout"
)

// CapacityReport says what each place of the plan has to carry, and with how many pods.
// Programs print its JSON for other programs. The lists are never null.
type CapacityReport struct {
	// Plan is the plan's name; empty when there is none.
	Plan string `json:"plan"`
	// Error says why nothing can be judged; else empty.
	Error string `json:"error"`
	// Place is where the release is.
	Place Place `json:"place"`
	// Demand is the demand that the plan states; nil if it states none. Then the pods that
	// carry everything before the release are the measure.
	Demand *release.Demand `json:"demand"`
	// Places are the places of the plan: before the release, the stages, the roll back.
	Places []capacity.Place `json:"places"`
	// Notes say what was not judged, and why.
	Notes []string `json:"notes"`
}

// CapacityReport returns what the places of the plan have to carry. The error says why that
// cannot be judged. It is err, for a tree that could not be read, or the error of [Tree.Sound]
// or [Tree.Capacity]. A release that is not prepared is judged as its Prepare leaves it, in
// memory; now is the moment of that.
func (t Tree) CapacityReport(now time.Time, err error) (CapacityReport, error) {
	r := CapacityReport{Plan: t.Config.Name, Place: t.place(), Demand: t.Config.Demand, Places: []capacity.Place{},
		Notes: []string{}}
	if err == nil {
		err = t.Sound()
	}
	at := t
	if err == nil {
		at, err = t.PreparedAt(now)
	}
	if err == nil {
		if t.State == (rollout.State{}) {
			r.Notes = append(r.Notes, "not prepared: this is how it would be after prepare")
		}
		var c capacity.Capacity
		if c, err = at.Capacity(); err == nil {
			r.Places, r.Notes = append(r.Places, c.Places...), append(r.Notes, c.Notes...)
		}
	}
	if err != nil {
		r.Error = err.Error()
	}
	return r, err
}

// Overloaded reports whether a lane has too few pods at some place for the stated demand. Lint
// finds that as an error.
func (r CapacityReport) Overloaded() bool {
	return slices.ContainsFunc(r.Places, func(p capacity.Place) bool {
		return slices.ContainsFunc(p.Loads, func(l capacity.Load) bool {
			return l.Verdict == capacity.Short && l.Stated
		})
	})
}

// Measure says in words by what the pods are judged.
func (r CapacityReport) Measure() string {
	switch {
	case r.Demand == nil || len(r.Demand.Requests) == 0:
		return "no requests are stated: the pods that carry everything before the release are the measure"
	case len(r.Demand.PerPod) == 0:
		return fmt.Sprintf("%v requests a second: the pods that carry them before the release are the measure",
			r.Demand.Rate())
	}
	of := strings.Join(slices.Sorted(maps.Keys(r.Demand.PerPod)), ", ")
	return fmt.Sprintf("%v requests a second: the plan says what a pod carries of %s", r.Demand.Rate(), of)
}
