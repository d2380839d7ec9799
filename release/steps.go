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

// Steps returns the commits that lead from one set to another while traffic is served at every
// moment. The objects of one commit may reach the cluster in any order. The first commit adds
// and changes everything that routes may refer to. The second changes the routes. The third
// removes what no route refers to any more. Let the cluster apply each commit before the next.
// Steps that change nothing are left out. The last set means the same as to.
//
// If lanes bear the weights, a cluster changes one lane after the other. Within the step that
// changes weights, some lanes have the old weight for a moment and some the new. ASM does not
// document what it does with a sum other than 100.
//
// Sync waves cannot replace commits: Argo CD does not wait for kinds that have no health
// check.
func Steps(from, to manifest.Set) []Step {
	changed := map[manifest.Ref]bool{}
	for _, d := range manifest.Diff(from, to) {
		changed[d.Object] = true
	}
	// made: existing objects are as in to, except that those that share requests stay as they
	// are. New objects share none yet. switched: objects are as in to. Objects and subsets that
	// go stay until the end, without requests.
	var made, switched []manifest.Object
	for _, o := range from.All() {
		next, kept := to.Get(o.Ref)
		switch {
		case !kept && isRoute(o): // goes in the second step
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

// sharesDiffer reports whether two forms of an object share requests among lanes in different
// ways: a route, a lane group with another strategy, or a lane with another weight or rules.
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

// idle returns an object that takes no requests: a lane gets weight 0 and no rules. Other
// objects are returned as they are.
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

// withSubsetsOf returns o. A DestinationRule also gets the subsets that only before has: routes
// name them until they change.
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
