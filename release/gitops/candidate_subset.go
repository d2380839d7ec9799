package gitops

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// candidateSubsets returns the changes that add the candidate's subset to each DestinationRule
// with the subset that it is derived from.
func (t Tree) candidateSubsets() ([]manifest.Change, error) {
	c := t.Config.Candidate
	from := t.live.NameOf(c.From)
	if from == "" {
		return nil,
			fmt.Errorf("candidate %s: there must be a subset that is a lane of the plan and selects version %s, to "+
				"derive its subset from", c.Version, c.From)
	}
	var errs []error
	have := map[manifest.Ref]bool{}
	for _, s := range t.live.Subsets(c.LaneName()) {
		have[s.Rule.Ref] = true
		if version := lanes.VersionOf(s.Labels); version != c.Version {
			errs = append(errs, fmt.Errorf("%s: subset %s must select version %s, as the candidate's pods are: it "+
				"selects %q", whereSubset(s), s.Lane, c.Version, version))
		}
	}
	var out []manifest.Change
	for _, s := range t.live.Subsets(from) {
		if version := lanes.VersionOf(s.Labels); version != c.From {
			errs = append(errs, fmt.Errorf("%s: subset %s must select version %s in every DestinationRule: it "+
				"selects %q", whereSubset(s), s.Lane, c.From, version))
		}
		if have[s.Rule.Ref] {
			continue
		}
		have[s.Rule.Ref] = true
		values := []manifest.CopiedValue{{Path: "name", Text: c.LaneName()}}
		for _, key := range []string{lanes.LabelVersion, lanes.LabelTrafficTag} {
			if s.Labels[key] == c.From {
				values = append(values, manifest.CopiedValue{Path: "labels." + key, Text: c.Version})
			}
		}
		out = append(out, manifest.CopyItem{Object: s.Rule.Ref, Path: subsetPath(s), Values: values})
	}
	return out, errors.Join(errs...)
}

// candidateRoutes returns the changes that add the routes for the calls of the candidate's
// lane. Each is a copy behind the route of the lane that the candidate is derived from.
func (t Tree) candidateRoutes() ([]manifest.Change, error) {
	c := t.Config.Candidate
	have := map[manifest.Ref]bool{}
	for _, r := range t.live.LaneRoutes(c.LaneName()) {
		have[r.Object.Ref] = true
	}
	from := t.live.NameOf(c.From)
	var out []manifest.Change
	var errs []error
	seen := map[string]bool{} // a VirtualService may have several hosts

	for _, r := range slices.Backward(t.live.LaneRoutes(from)) { // so that the other paths stay valid
		at := r.Object.Ref.String() + r.Path()
		if have[r.Object.Ref] || seen[at] {
			continue
		}
		seen[at] = true
		copied := laneCopy{route: r, from: from, lane: c.LaneName(), header: t.live.RouteHeader(), oldVersion: c.From,
			version: c.Version}
		if !r.All {
			if copied.leads() {
				errs = append(errs, fmt.Errorf("%s: must have a separate route for lane %s, to copy for %s: it is "+
					"for several lanes",
					position.Of(r.Object.File, r.Object.LineOf(r.Path()), r.Object.Ref), from, c.LaneName()))
				continue
			}
			for _, m := range slices.Backward(r.Matches) {
				out = append(out, manifest.CopyItem{Object: r.Object.Ref,
					Path: fmt.Sprintf("%s.match[%d]", r.Path(), m), Values: copied.match(m, "")})
			}
			continue
		}
		out = append(out, manifest.CopyItem{Object: r.Object.Ref, Path: r.Path(), Values: copied.all()})
	}
	return out, errors.Join(errs...)
}

// laneCopy is the copy of a lane's route for another lane.
type laneCopy struct {
	route               release.LaneRoute
	from, lane          string
	oldVersion, version string
	header              string
}

// leads reports whether the route leads to the lane itself, and not to its fallback.
func (c laneCopy) leads() bool {
	for _, d := range c.route.Route().GetRoute() {
		if d.GetDestination().GetSubset() == c.from {
			return true
		}
	}
	return false
}

// all returns the values that differ in a copy of the whole route.
func (c laneCopy) all() []manifest.CopiedValue {
	route := c.route.Route()
	var out []manifest.CopiedValue
	if name := route.GetName(); name != "" {
		renamed := name + "-" + c.lane
		if i := strings.LastIndex(name, c.from); i >= 0 {
			renamed = name[:i] + c.lane + name[i+len(c.from):]
		}
		out = append(out, manifest.CopiedValue{Path: "name", Text: renamed})
	}
	for _, m := range c.route.Matches {
		out = append(out, c.match(m, fmt.Sprintf("match[%d].", m))...)
	}
	for i, d := range route.GetRoute() {
		at := fmt.Sprintf("route[%d].", i)
		if d.GetDestination().GetSubset() == c.from {
			out = append(out, manifest.CopiedValue{Path: at + "destination.subset", Text: c.lane})
		}
		out = append(out, c.headers(at, d.GetHeaders().GetRequest().GetSet())...)
	}
	return append(out, c.headers("", route.GetHeaders().GetRequest().GetSet())...)
}

// match returns the values that differ in a copy of a match, with a prefix before their paths.
func (c laneCopy) match(at int, prefix string) []manifest.CopiedValue {
	match := c.route.Route().GetMatch()[at]
	var out []manifest.CopiedValue
	for _, name := range slices.Sorted(maps.Keys(match.GetHeaders())) {
		if c.header != "" && strings.EqualFold(name, c.header) && match.GetHeaders()[name].GetExact() == c.from {
			out = append(out, manifest.CopiedValue{Path: prefix + "headers[" + name + "].exact", Text: c.lane})
		}
	}
	for _, key := range []string{lanes.LabelVersion, lanes.LabelTrafficTag} {
		if match.GetSourceLabels()[key] == c.oldVersion {
			out = append(out, manifest.CopiedValue{Path: prefix + "sourceLabels." + key, Text: c.version})
		}
	}
	return out
}

// headers returns the values of request headers that name the lane.
func (c laneCopy) headers(at string, set map[string]string) []manifest.CopiedValue {
	var out []manifest.CopiedValue
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if c.header != "" && strings.EqualFold(name, c.header) && set[name] == c.from {
			out = append(out, manifest.CopiedValue{Path: at + "headers.request.set[" + name + "]", Text: c.lane})
		}
	}
	return out
}

// retiredSubsets returns the changes that remove the subsets of lanes, without those in use.
// They go from the last of an object to its first, so that the other paths stay valid.
func (t Tree) retiredSubsets(retiring []string, used func(s release.ServiceName, lane string) bool) []manifest.Change {
	var all []release.Subset
	for _, lane := range retiring {
		all = append(all, slices.DeleteFunc(t.live.Subsets(lane),
			func(s release.Subset) bool { return used(s.Service, s.Lane) })...)
	}
	slices.SortStableFunc(all, func(a, b release.Subset) int {
		if a.Rule.Ref != b.Rule.Ref {
			return strings.Compare(a.Rule.Ref.String(), b.Rule.Ref.String())
		}
		return b.Index - a.Index
	})
	var out []manifest.Change
	for _, s := range all {
		out = append(out, manifest.RemoveField{Object: s.Rule.Ref, Path: subsetPath(s)})
	}
	return out
}

// refsOf returns the objects that lose fields.
func refsOf(changes []manifest.Change) []manifest.Ref {
	var out []manifest.Ref
	for _, c := range changes {
		if c, is := c.(manifest.RemoveField); is {
			out = append(out, c.Object)
		}
	}
	return out
}

func subsetPath(s release.Subset) string { return fmt.Sprintf("spec.subsets[%d]", s.Index) }

// whereSubset returns the position of a subset.
func whereSubset(s release.Subset) string {
	return position.Of(s.Rule.File, s.Rule.LineOf(subsetPath(s)), s.Rule.Ref)
}
