package release_test

import (
	"maps"
	"testing"

	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// Traffic is served in every order, which means after every subset of a step's objects. Steps
// of many objects are left to TestStepsServeAtEveryMoment, which draws an order.
func TestStepsServeInEveryOrder(t *testing.T) {
	t.Parallel()
	tried := 0
	rapid.Check(t, func(t *rapid.T) {
		app := gen.App(t)
		plan := gen.Plan(t, app)
		some := func(what string) manifest.Set {
			state := gen.State(t, plan)
			mode := release.Keep
			if state.Closed() && rapid.Bool().Draw(t, what) {
				mode = release.Retire
			}
			set, _ := render(t, app, plan, state, mode)
			return set
		}
		last := some("retire from")
		for _, step := range release.Steps(last, some("retire to")) {
			before := map[manifest.Ref]manifest.Object{}
			for _, o := range last.All() {
				before[o.Ref] = o
			}
			changed := changedRefs(last, step.Set)
			last = step.Set
			if len(changed) > 8 {
				continue
			}
			for applied := range 1 << len(changed) {
				live := maps.Clone(before)
				for i, ref := range changed {
					if applied&(1<<i) == 0 {
						continue
					}
					if o, stays := step.Set.Get(ref); stays {
						live[ref] = o
					} else {
						delete(live, ref)
					}
				}
				requireServes(t, app, live)
				tried++
			}
		}
	})
	if tried < 100 {
		t.Fatalf("must have tried many moments, not %d", tried)
	}
}
