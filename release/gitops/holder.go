package gitops

import (
	"fmt"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// holder is what holds weights of the release: a route, with those of all lanes;
// or, with the weighted strategy, the lane group, which has none, and each lane,
// which has its own.
type holder interface {
	// ref names the object.
	ref() manifest.Ref
	// field is the path at which the weights stand in the object.
	field() string
	// share returns the part of weights that the object is to hold.
	share(weights rollout.Weights) rollout.Weights
	// weights returns those that it holds, by lane, in its own order. It fails when
	// the object cannot hold any.
	weights() (rollout.Weights, error)
	// set returns the changes that give it its share of the weights of a state. What
	// it holds beside stays, or, with exact, gets 0.
	set(next rollout.State, exact bool) ([]manifest.Change, error)
	// remove returns the changes that take lanes out of it.
	remove(names []string) ([]manifest.Change, error)
}

// holders returns what holds the weights of the release; the first carries the
// state. Lanes that are not there are left out.
func (t Tree) holders() []holder {
	var out []holder
	for _, route := range t.Config.Routes {
		out = append(out, routeHolder{t, route})
	}
	if t.Config.LaneGroup == "" {
		return out
	}
	out = []holder{groupHolder{t}}
	for _, w := range t.Config.Plan.Before {
		if _, found := t.Set.Get(laneRef(w.Lane)); found {
			out = append(out, laneHolder{t, w.Lane})
		}
	}
	return out
}

// holderRefs returns the objects that hold weights.
func (t Tree) holderRefs() map[manifest.Ref]bool {
	out := map[manifest.Ref]bool{}
	for _, h := range t.holders() {
		out[h.ref()] = true
	}
	return out
}

// carrier returns the object that carries the state; the zero Ref for a Tree that
// Open did not make.
func (t Tree) carrier() manifest.Ref {
	if all := t.holders(); len(all) > 0 {
		return all[0].ref()
	}
	return manifest.Ref{}
}

// missing returns an error for every lane that must hold a weight and is not there.
func (t Tree) missing(weights rollout.Weights) []error {
	if t.Config.LaneGroup == "" {
		return nil
	}
	var errs []error
	for _, w := range weights {
		if _, found := t.Set.Get(laneRef(w.Lane)); !found && w.Percent > 0 {
			err := &HolderError{Object: laneRef(w.Lane), Kind: ErrMissing, Detail: fmt.Sprintf("must be in the directory: its weight is %d", w.Percent)}
			errs = append(errs, withUnread(err, t.Unread))
		}
	}
	return errs
}

// joins reports whether a lane that has no weight yet gets one in a state: when it
// is to take requests, or is the candidate of a release that runs.
func (t Tree) joins(w rollout.Weight, next rollout.State) bool {
	return w.Percent > 0 || w.Lane == t.Config.Plan.Candidate && next.Phase == rollout.Running
}

// missingHolder is the error about a holder that is not there.
func missingHolder(ref manifest.Ref) error {
	return &HolderError{Object: ref, Kind: ErrMissing, Detail: "must be in the directory: it carries the app's traffic"}
}

// unreadable is the error about a holder that has no typed view, with what the
// strict reader found.
func (t Tree) unreadable(o manifest.Object) error {
	out := &HolderError{Object: o.Ref, File: o.File, Line: o.Line, Kind: ErrUnreadable, Detail: "must be readable: it carries the app's traffic"}
	for _, f := range t.Set.Faults() {
		if f.Object == o.Ref && f.File == o.File {
			out.Line = f.Line
			out.Detail += fmt.Sprintf(": %s %s", f.Field, f.Message)
			break
		}
	}
	return out
}
