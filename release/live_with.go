package release

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// With returns copies of the objects that must be written for the release to be at a state.
// They are for a client's Update: they hold everything that was read, including the
// resourceVersion. Objects that need no change are left out. A candidate that is not in a route
// yet gets its destination.
//
// Write the objects in order. The first is the carrier: its weights and its state are one
// write. Each other bears its mark. If a write fails, or the process dies between two, the next
// read finds the release half-written. With for the State of that Live completes it.
//
// The state comes from rollout.Plan.Prepare or Apply for the Live's State; or it is a roll
// back, or the Live's State itself, which restores its weights. The last two overwrite any
// weights. For other states the error is a [*DriftError] if somebody edited weights,
// [ErrHalfWritten] if the last change is not complete, or the faults of the existing state. The
// error is rollout.ErrStale for a new state with a revision that is not above all on holders.
// Every state needs all holders, or the error is a [*HolderError].
//
// besides are more changes for the same writes, such as those of [Live.KeepEvidence] and
// [Live.Follow]. Each must set an annotation of a written object, or the error says so.
//
// For a Live of [ReadSet], the objects are copies from the set.
func (l Live) With(state rollout.State, besides ...manifest.Change) ([]Object, error) {
	all, err := l.write(state, besides...)
	var out []Object
	for _, w := range all {
		if err != nil || !w.changed {
			continue
		}
		var o Object
		if o, err = w.object(); err == nil {
			out = append(out, o)
		}
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Apply returns the objects of With for a server-side apply, changed or not. Each has only what
// the release owns: the annotation, and the list of routes of a VirtualService or the
// ingressWeight of a lane. The list is atomic: it is a copy of what was read but for the
// weights. The objects have no resourceVersion. If another manager applies the same fields
// after the read, there is a conflict, unless the apply is forced. If another manager changes a
// route without an apply, its change is lost. Add the resourceVersion that was read to have the
// apply refused instead.
func (l Live) Apply(state rollout.State) ([]*unstructured.Unstructured, error) {
	all, err := l.write(state)
	if err != nil {
		return nil, err
	}
	var out []*unstructured.Unstructured
	for _, w := range all {
		out = append(out, w.owned())
	}
	return out, nil
}

// accept returns an error for a state that the release may not get.
func (l Live) accept(next rollout.State) error {
	plan := l.Config.Plan
	if err := plan.Check(next); err != nil {
		return err
	}
	errs := l.Missing(plan.Weights(next))
	for _, h := range l.Holders {
		if h.Err != nil {
			errs = append(errs, h.Err)
		}
	}
	if err := errors.Join(errs...); err != nil || next == l.State {
		return err
	}
	if next.Revision <= l.Highest {
		return fmt.Errorf("%w: the objects are at revision %d, the state is of revision %d", rollout.ErrStale,
			l.Highest, next.Revision)
	}
	if next.Phase == rollout.RolledBack {
		return nil
	}
	for _, f := range l.Faults {
		errs = append(errs, fmt.Errorf("%s: %w", f.Object.Ref, f.Err))
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	if l.State == (rollout.State{}) {
		for _, h := range l.Holders {
			errs = append(errs, h.Drift("the plan's before", plan.Before))
		}
		return errors.Join(errs...)
	}
	behind, errs := l.Behind()
	if len(errs) == 0 && len(behind) > 0 {
		var names []string
		for _, h := range behind {
			names = append(names, h.Ref.String())
		}
		return fmt.Errorf("%w: %s at revision %d, not %d", ErrHalfWritten, strings.Join(names, ", "),
			l.State.Revision-1, l.State.Revision)
	}
	return errors.Join(errs...)
}

// write returns all holders, and lanes outside the plan, as they are at a state.
func (l Live) write(next rollout.State, besides ...manifest.Change) ([]*written, error) {
	if err := l.accept(next); err != nil {
		return nil, err
	}
	changes, err := l.Move(next, l.Holders, next == l.State || next.Phase == rollout.RolledBack)
	if err != nil {
		return nil, err
	}
	out, err := l.changed(changes, besides...)
	if err != nil {
		return nil, err
	}
	for _, w := range out {
		w.changed = !reflect.DeepEqual(w.before, w.tree)
	}
	return out, l.meant(next, out)
}

// changed returns all holders, and lanes outside the plan, after changes of Live.Move and
// annotations besides.
func (l Live) changed(changes []manifest.Change, besides ...manifest.Change) ([]*written, error) {
	var out []*written
	byRef := map[manifest.Ref]*written{}
	for _, h := range append(l.Holders[:len(l.Holders):len(l.Holders)], l.Strays()...) {
		w, err := l.newWritten(h)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", h.Ref, err)
		}
		out, byRef[h.Ref] = append(out, w), w
	}
	for _, c := range besides {
		if _, is := c.(manifest.SetAnnotation); !is || byRef[refOf(c)] == nil {
			return nil, fmt.Errorf("a change besides must set an annotation of what is written, not be %T of %s", c,
				refOf(c))
		}
	}
	for _, c := range append(changes, besides...) {
		if err := byRef[refOf(c)].change(c); err != nil {
			return nil, fmt.Errorf("%s: %w", refOf(c), err)
		}
	}
	return out, nil
}

// meant checks that the written objects mean the state.
func (l Live) meant(next rollout.State, all []*written) error {
	objects := map[manifest.Ref]runtime.Object{}
	for _, w := range all {
		o, err := w.object()
		if err != nil {
			return err
		}
		objects[w.holder.Ref] = o
	}
	var list []runtime.Object
	for _, o := range l.Set.All() {
		value := o.Value
		if changed, is := objects[o.Ref]; is {
			value = changed
		}
		list = append(list, value)
	}
	after, err := Read(l.Config, list...)
	if err != nil {
		return err
	}
	behind, errs := after.Behind()
	if after.State != next || len(behind)+len(after.Strays()) > 0 && next.Phase == rollout.RolledBack {
		errs = append(errs, fmt.Errorf("%w: what would be written is not %s", ErrUnreadable, l.Config.Plan.Place(next)))
	}
	return errors.Join(errs...)
}
