package release

import (
	"github.com/swimlane-go/swimlane/manifest"
)

// Step is one commit on the way from one set to another.
type Step struct {
	// Title says what the step does.
	Title string
	// Set is what Git holds after the step.
	Set manifest.Set
}

// Steps returns the commits that lead from one set to another so that traffic is
// served at every moment, in whatever order the objects of one commit reach the
// cluster: first everything is added and changed that routes may refer to, then
// the routes change, then goes what no route refers to any more. Each is to be in
// the cluster before the next is committed. Steps that change nothing are left
// out; the last one's set means what to does.
//
// Sync waves cannot stand in for commits: Argo CD does not wait for kinds that
// have no health check.
func Steps(from, to manifest.Set) []Step {
	changed := map[manifest.Ref]bool{}
	for _, d := range manifest.Diff(from, to) {
		changed[d.Object] = true
	}
	// make: what is there stays, as to has it unless it is a route.
	var made, switched []manifest.Object
	for _, o := range from.All() {
		next, kept := to.Get(o.Ref)
		switch {
		case !kept, !changed[o.Ref]:
			made, switched = append(made, o), append(switched, o)
		case isRoute(o):
			made, switched = append(made, o), append(switched, next)
		default:
			made, switched = append(made, next), append(switched, next)
		}
	}
	for _, o := range to.All() {
		if _, there := from.Get(o.Ref); there {
			continue
		}
		if switched = append(switched, o); !isRoute(o) {
			made = append(made, o)
		}
	}
	// A route that goes, goes with the switch.
	kept := switched[:0:0]
	for _, o := range switched {
		if _, stays := to.Get(o.Ref); stays || !isRoute(o) {
			kept = append(kept, o)
		}
	}
	var steps []Step
	last := from
	for _, s := range []Step{
		{"add what the routes will refer to", manifest.NewSet(made...)},
		{"change the routes", manifest.NewSet(kept...)},
		{"remove what no route refers to", to},
	} {
		if len(manifest.Diff(last, s.Set)) > 0 {
			steps = append(steps, s)
			last = s.Set
		}
	}
	return steps
}

// isRoute reports whether the object refers to lanes.
func isRoute(o manifest.Object) bool { return o.Ref.Kind == "VirtualService" }
