package gitops

import (
	"errors"
	"fmt"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// stateError returns why no state of the plan can be read, with the ways out. It is nil if
// there is such a state, or no state at all.
func (t Tree) stateError() error {
	var errs []error
	for _, f := range t.live.Faults {
		errs = append(errs, fmt.Errorf("%s: %w", where(f.Object), f.Err))
	}
	err := errors.Join(errs...)
	back := t.Config.Plan.Rollback.ByLane()
	switch {
	case errors.Is(err, rollout.ErrForeign):
		if t.live.Written.Closed() {
			err = fmt.Errorf("%w\nits release is over: bring its plan back from Git to clean up after it, before the "+
				"next", err)
		}
		return fmt.Errorf("%w\nreplan takes the plan over as it is now; rollback ends the release at the plan's "+
			"rollback weights, %s", err, back)
	case err != nil:
		return fmt.Errorf("%w\nadopt -as PLACE sets the place of the release; rollback ends it at the plan's "+
			"rollback weights, %s", err, back)
	}
	return nil
}

// unlisted returns an error for every object with the mark of a release, if the plan does not
// list it: the object would keep its weights.
func (t Tree) unlisted() []error {
	if t.Config.LaneGroup != "" || len(release.PlanObjects(t.Set)) > 1 {
		return nil // lanes are known by their group; or it may be another release's
	}
	var errs []error
	for _, o := range t.Set.Kind("VirtualService") {
		_, marked := o.Meta().GetAnnotations()[t.live.Annotations().Revision]
		if _, listed := t.live.Holder(o.Ref); marked && !listed {
			errs = append(errs, holderError(release.ErrUnlisted, o,
				"must be among the routes of the plan: it bears the mark of the release; or take the annotation "+
					t.live.Annotations().Revision+" from it"))
		}
	}
	return errs
}

// missing returns an error for every lane that must hold a weight and does not exist.
func (t Tree) missing(weights rollout.Weights) []error {
	errs := t.live.Missing(weights)
	for i := range errs {
		errs[i] = withUnread(errs[i], t.Unread)
	}
	return errs
}

// behind returns the holders that were not written yet when the carrier was. Every other holder
// must have the weights of the state.
func (t Tree) behind() ([]release.Holder, error) {
	out, errs := t.live.Behind()
	if len(errs) == 0 {
		return out, nil
	}
	way := "takes it over"
	if t.asPlace() != "" {
		way = "-as PLACE sets the weights of a place of the plan"
	}
	for i := range errs {
		if errors.Is(errs[i], release.ErrMissing) {
			errs[i] = withUnread(errs[i], t.Unread)
		}
	}
	return nil, fmt.Errorf("%w\nit was edited by hand, or is of another commit: adopt %s, rollback ends the release",
		errors.Join(errs...), way)
}

// otherPlan returns the name of another plan of the directory that the state is of; empty if
// there is none.
func (t Tree) otherPlan() string {
	for _, o := range release.PlanObjects(t.Set) {
		if c, err := release.DecodeConfig(o); err == nil && c.Name != t.Config.Name &&
			c.Plan.Digest() == t.live.Written.PlanDigest {
			return c.Name
		}
	}
	return ""
}
