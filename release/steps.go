package release

import (
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/swimlane-go/swimlane/manifest"
)

// Step is one commit on the way from one set to another.
type Step struct {
	// Title says what the step does.
	Title string
	// Set is what Git holds after the step.
	Set manifest.Set
}

// Steps returns the commits that lead from one set to another so that traffic is served
// at every moment, in whatever order the objects of one commit reach the cluster: first
// everything is added and changed that routes may refer to, then the routes change, then
// goes what no route refers to any more. Each is to be in the cluster before the next is
// committed. Steps that change nothing are left out; the last one's set means what to
// does.
//
// Where lanes bear the weights, a cluster changes one lane after the other: within the
// step that changes the weights these are of both sets for a moment, and what ASM makes
// of a sum other than 100 is not documented.
//
// Sync waves cannot replace commits: Argo CD does not wait for kinds that have no health
// check.
func Steps(from, to manifest.Set) []Step {
	changed := map[manifest.Ref]bool{}
	for _, d := range manifest.Diff(from, to) {
		changed[d.Object] = true
	}
	// made: what is there stays as it is when it shares requests, else is as to has
	// it; what is new shares none yet. switched: as to has it; what goes, subsets
	// too, stays until the end, without requests.
	var made, switched []manifest.Object
	for _, o := range from.All() {
		next, kept := to.Get(o.Ref)
		switch {
		case !kept && isRoute(o): // goes with the switch
			made = append(made, o)
		case !kept:
			made, switched = append(made, o), append(switched, idle(o))
		case changed[o.Ref] && sharesDiffer(o, next):
			made, switched = append(made, o), append(switched, next)
		case changed[o.Ref]:
			next = withSubsetsOf(next, o)
			made, switched = append(made, next), append(switched, next)
		default:
			made, switched = append(made, o), append(switched, o)
		}
	}
	for _, o := range to.All() {
		if _, there := from.Get(o.Ref); there {
			continue
		}
		if switched = append(switched, o); !isRoute(o) {
			made = append(made, idle(o))
		}
	}
	var steps []Step
	last := from
	for _, s := range []Step{
		{"add what the routes will refer to", manifest.NewSet(made...)},
		{"change the routes", manifest.NewSet(switched...)},
		{"remove what no route refers to", to},
	} {
		if len(manifest.Diff(last, s.Set)) > 0 {
			steps = append(steps, s)
			last = s.Set
		}
	}
	return steps
}

func isRoute(o manifest.Object) bool { return o.Ref.Kind == "VirtualService" }

// sharesDiffer reports whether two forms of an object share requests among lanes
// in different ways: a route, a lane group with another strategy, a lane with
// another weight or other rules.
func sharesDiffer(a, b manifest.Object) bool {
	if a.LaneGroup() != nil && b.LaneGroup() != nil {
		return !equality.Semantic.DeepEqual(a.LaneGroup().Routing(), b.LaneGroup().Routing())
	}
	if a.Lane() != nil && b.Lane() != nil {
		return !equality.Semantic.DeepEqual(a.Lane().Spec.IngressWeight, b.Lane().Spec.IngressWeight) ||
			!equality.Semantic.DeepEqual(a.Lane().Spec.IngressRules, b.Lane().Spec.IngressRules)
	}
	return isRoute(a)
}

// idle returns an object so that it takes no requests: a lane with a weight of 0
// and without rules. Other objects are returned as they are.
func idle(o manifest.Object) manifest.Object {
	lane := o.Lane()
	if lane == nil || lane.Spec.IngressWeight == nil && len(lane.Spec.IngressRules) == 0 {
		return o
	}
	lane = lane.DeepCopy()
	lane.Spec.IngressRules = nil
	if lane.Spec.IngressWeight != nil {
		lane.Spec.IngressWeight.Weight = new(int32(0))
	}
	o.Value = lane
	return o
}

// withSubsetsOf returns o, if it is a DestinationRule with the subsets besides
// that it has in before: routes name them until they change.
func withSubsetsOf(o, before manifest.Object) manifest.Object {
	if o.DestinationRule() == nil || before.DestinationRule() == nil {
		return o
	}
	o.Value = o.Value.DeepCopyObject()
	rule := o.DestinationRule()
	has := make(map[string]bool, len(rule.Subsets))
	for _, s := range rule.Subsets {
		has[s.GetName()] = true
	}
	for _, s := range before.DestinationRule().Subsets {
		if !has[s.GetName()] {
			rule.Subsets = append(rule.Subsets, s.DeepCopy())
		}
	}
	return o
}
