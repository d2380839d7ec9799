package gitops

import (
	"fmt"
	"slices"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// otherRelease is another release of the directory, with the lanes that it uses.
type otherRelease struct {
	release.Live
	lanes []string
}

// others returns the other releases of the directory, if their plans can be read. A plan with
// the same routes or the same lane group is for the release before or after: it needs nothing
// beside this one.
func (t Tree) others() []otherRelease {
	plans := release.PlanObjects(t.Set)
	if len(plans) < 2 {
		return nil
	}
	var out []otherRelease
	for _, o := range plans {
		config, err := release.DecodeConfig(o)
		if err != nil || config.Name == t.Config.Name || sameEntry(config, t.Config) {
			continue
		}
		other := otherRelease{Live: release.ReadSet(config, t.Set)}
		retiring := []string{config.Plan.Candidate} // which is not there yet
		if other.State.Revision > 0 {
			retiring = nil
		}
		if other.State.Closed() {
			retiring = config.Plan.Retiring(other.State)
		}
		for _, w := range config.Plan.Before {
			if !slices.Contains(retiring, w.Lane) {
				other.lanes = append(other.lanes, w.Lane)
			}
		}
		out = append(out, other)
	}
	return out
}

// sameEntry reports whether two plans share requests at one place: their releases come one
// after the other.
func sameEntry(a, b release.Config) bool {
	return a.LaneGroup != "" && a.LaneGroup == b.LaneGroup ||
		slices.ContainsFunc(a.Routes, func(r release.EntryRoute) bool { return namesRoute(b, r) })
}

// uses reports whether the release needs a workload: one of its lanes selects the pods.
func (r otherRelease) uses(w manifest.Object) bool {
	return slices.ContainsFunc(r.lanes, func(lane string) bool {
		selector, there := r.Selector(lane)
		return there && slices.ContainsFunc(r.Selected(selector),
			func(o manifest.Object) bool { return o.Ref == w.Ref })
	})
}

// usesSubset reports whether the release needs the subset of a lane in a service.
func (r otherRelease) usesSubset(s release.ServiceName, lane string) bool {
	return r.Plain() && slices.Contains(r.lanes, lane) && slices.Contains(r.Services(), s)
}

// usedSubset returns a function that reports whether one of the releases needs a subset.
func usedSubset(others []otherRelease) func(s release.ServiceName, lane string) bool {
	return func(s release.ServiceName, lane string) bool {
		return slices.ContainsFunc(others, func(r otherRelease) bool { return r.usesSubset(s, lane) })
	}
}

// overlap returns an error when the plan does not list its services, and another plan of the
// directory has one of the services that were found.
func (t Tree) overlap() error {
	if !t.live.Plain() || len(t.Config.Services) > 0 {
		return nil
	}
	for _, other := range t.others() {
		for _, s := range t.live.Services() {
			if other.Plain() && slices.Contains(other.Services(), s) {
				plans := release.PlanObjects(t.Set)
				at := slices.IndexFunc(plans, func(o manifest.Object) bool { return o.Ref.Name == t.Config.Name })
				return holderError(ErrShared, plans[at],
					fmt.Sprintf("must list its services: %s/%s is found to be of plan %s too", s.Namespace, s.Name,
						other.Config.Name))
			}
		}
	}
	return nil
}
