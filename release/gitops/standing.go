package gitops

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// standing is what the holders say of where the release stands.
type standing struct {
	// found says that an object bears a state, or a holder a mark, readable or not.
	found bool
	// state is what stands on the carrier, of whatever plan; zero when there is none
	// that can be read.
	state rollout.State
	// own says that state is one of the plan, whatever else is wrong.
	own bool
	// highest is the highest revision that a holder bears.
	highest int64
	// faults say why state is not the state of the plan; err joins them, with the
	// ways out.
	faults []placed
	err    error
}

// placed is what is wrong with an object.
type placed struct {
	object manifest.Object
	err    error
}

// maxState is the size in bytes of the largest state that is read.
const maxState = 4096

// maxRevision is the highest revision that is believed: one after it can be written.
const maxRevision = 1 << 52

// stand reads the state and the marks.
func (t Tree) stand() standing {
	var out standing
	holders := t.holderRefs()
	fault := func(o manifest.Object, format string, args ...any) {
		out.faults = append(out.faults, placed{o, fmt.Errorf("%w: "+format, append([]any{ErrState}, args...)...)})
	}
	alone := len(release.PlanObjects(t.Set)) < 2
	for _, o := range t.Set.All() {
		annotations := o.Meta().GetAnnotations()
		text, found := annotations[release.AnnotationState]
		_, marked := annotations[release.AnnotationRevision]
		if !alone && !holders[o.Ref] {
			continue // it may be another release's
		}
		out.found = out.found || found || marked && holders[o.Ref]
		switch {
		case !found:
		case o.Ref != t.carrier():
			fault(o, "it must not stand here, remove it: that of the release belongs to %s", t.carrier())
		case len(text) > maxState:
			fault(o, "it must not be larger than %d bytes", maxState)
		default:
			state, err := t.readState(text)
			if out.state, out.own = state, err == nil; err != nil {
				out.faults = append(out.faults, placed{o, err})
			}
		}
	}
	out.highest = out.state.Revision
	for _, h := range t.holders() {
		if m, err := t.markOf(h); err == nil && m.Revision < maxRevision {
			out.highest = max(out.highest, m.Revision)
		}
	}
	if carrier, there := t.Set.Get(t.carrier()); there && out.found && out.state == (rollout.State{}) && len(out.faults) == 0 {
		fault(carrier, "it is missing, and the release is marked at revision %d", out.highest)
	}
	var errs []error
	for _, f := range out.faults {
		errs = append(errs, fmt.Errorf("%s: %w", where(f.object), f.err))
	}
	switch out.err = errors.Join(errs...); {
	case errors.Is(out.err, rollout.ErrForeign):
		if out.state.Closed() {
			out.err = fmt.Errorf("%w\nits release is over: bring its plan back from Git to clean up after it, before the next", out.err)
		}
		out.err = fmt.Errorf("%w\nreplan takes the plan over as it is now; rollback ends the release at the plan's rollback weights, %s", out.err, t.Config.Plan.Rollback.ByLane())
	case out.err != nil:
		out.err = fmt.Errorf("%w\nadopt -as PLACE says where the release stands; rollback ends it at the plan's rollback weights, %s", out.err, t.Config.Plan.Rollback.ByLane())
	}
	return out
}

// unlisted returns an error for every object that bears the mark of a release, and that
// the plan does not list: it would keep its weights.
func (t Tree) unlisted() []error {
	if t.Config.LaneGroup != "" || len(release.PlanObjects(t.Set)) > 1 {
		return nil // lanes are known by their group; or it may be another release's
	}
	var errs []error
	holders := t.holderRefs()
	for _, o := range t.Set.Kind("VirtualService") {
		_, marked := o.Meta().GetAnnotations()[release.AnnotationRevision]
		if marked && !holders[o.Ref] {
			errs = append(errs, holderError(ErrUnlisted, o, "must be among the routes of the plan: it bears the mark of the release; or take the annotation "+release.AnnotationRevision+" from it"))
		}
	}
	return errs
}

// otherPlan names the plan of the directory that the state is one of; empty for none
// but this Tree's.
func (t Tree) otherPlan() string {
	for _, o := range release.PlanObjects(t.Set) {
		if c, err := release.DecodeConfig(o); err == nil && c.Name != t.Config.Name && c.Plan.Digest() == t.standing.state.PlanDigest {
			return c.Name
		}
	}
	return ""
}

// readState reads the text of a state. The error is nil when it is one of the plan.
func (t Tree) readState(text string) (rollout.State, error) {
	var state rollout.State
	if err := json.Unmarshal([]byte(text), &state); err != nil {
		return rollout.State{}, fmt.Errorf("%w: %w", ErrState, err)
	}
	if state.Revision >= maxRevision {
		return rollout.State{}, fmt.Errorf("%w: revision %d is too high", ErrState, state.Revision)
	}
	err := t.Config.Plan.Check(state)
	if errors.Is(err, rollout.ErrForeign) {
		return state, fmt.Errorf("state at revision %d: %w: the plan was edited since the release began", state.Revision, rollout.ErrForeign)
	}
	if err != nil {
		return rollout.State{}, fmt.Errorf("%w: %w", ErrState, err)
	}
	return state, nil
}
