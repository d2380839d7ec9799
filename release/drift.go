package release

import (
	"cmp"
	"fmt"

	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// DriftError says that the weights of an object differ from the weights of the state: somebody
// edited them by hand.
type DriftError struct {
	// Object is the VirtualService, or the lane.
	Object manifest.Ref
	// File and Line say where the weights are; empty and 0 when they were not read from a file.
	File string
	Line int
	// Place is where the release is by its state.
	Place string
	// Expected and Found are the weights, with the lanes of the plan.
	Expected, Found rollout.Weights
}

// Error returns "FILE:LINE: Kind namespace/name: the weights must be those of PLACE,
// WEIGHTS, not WEIGHTS".
func (d *DriftError) Error() string {
	return position.Clauses(position.Of(d.File, d.Line, d.Object),
		fmt.Sprintf("the weights must be those of %s, %s, not %s", cmp.Or(d.Place, "the state"), spelt(d.Expected),
			spelt(d.Found)))
}

// Detail returns the error without its position: "must be the weights of PLACE, WEIGHTS, not
// WEIGHTS".
func (d *DriftError) Detail() string {
	return fmt.Sprintf("must be the weights of %s, %s, not %s", cmp.Or(d.Place, "the state"), spelt(d.Expected),
		spelt(d.Found))
}

// spelt returns weights by lane, or "no weight".
func spelt(w rollout.Weights) string { return cmp.Or(w.ByLane(), "no weight") }

// Drift returns how the weights of a holder differ from its share of the weights of a place.
// The error is a [*DriftError], or the Err of the holder. It is nil when they are the same. A
// lane at 0 may be missing.
func (h Holder) Drift(place string, weights rollout.Weights) error {
	if h.Err != nil {
		return h.Err
	}
	want := h.Share(weights)
	if h.Weights.Equivalent(want) {
		return nil
	}
	out := &DriftError{Object: h.Ref, File: h.Object.File, Place: place, Expected: want, Found: h.Weights}
	if out.File != "" {
		out.Line = h.Object.LineOf(h.Field)
	}
	return out
}

// IsWritten reports whether a holder is at the revision of the state. If not, it is at the
// revision before, since the change was written to other holders first. A holder without a mark
// counts as written when the release is over: its clean-up is under way. Otherwise it is before
// the first revision. The error says that the holder is at neither revision.
func (l Live) IsWritten(h Holder) (bool, error) {
	if h.Ref == l.Carrier() {
		return true, nil // the others are compared with its state
	}
	if h.MarkErr != nil {
		return false, h.MarkErr
	}
	unmarked := h.Mark == Mark{}
	switch {
	case h.Mark == MarkFor(l.State), unmarked && l.State.Closed():
		return true, nil
	case h.Mark.Revision == l.State.Revision-1 && (unmarked || h.Mark.PlanDigest == l.State.PlanDigest):
		return false, nil
	}
	return false, fmt.Errorf("must be at revision %d of the plan, or the one before: it is at %d", l.State.Revision,
		h.Mark.Revision)
}

// Behind returns the holders that were not written yet when the carrier was. They are at the
// revision before, and the release is half-written. Every other holder must have the weights of
// the state. The errors name the holders that have other weights or are missing:
// [*DriftError]s, [*HolderError]s, and marks of neither revision.
func (l Live) Behind() (behind []Holder, errs []error) {
	weights := l.Config.Plan.Weights(l.State)
	errs = l.Missing(weights)
	for _, h := range l.Holders {
		written, err := l.IsWritten(h)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", position.Of(h.Object.File, h.Object.Line, h.Ref), err))
		} else if !written {
			behind = append(behind, h)
		} else if err := h.Drift(l.Config.Plan.Place(l.State), weights); err != nil {
			errs = append(errs, err)
		}
	}
	return behind, errs
}
