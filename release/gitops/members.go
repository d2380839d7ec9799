package gitops

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/routing"
)

// groups returns the names of the lane groups that the plan's lanes are of.
func (t Tree) groups() []string {
	var out []string
	for _, w := range t.Config.Plan.Before {
		if o, _ := t.Set.Get(laneRef(w.Lane)); o.Lane() != nil && !slices.Contains(out, o.Lane().GroupName()) {
			out = append(out, o.Lane().GroupName())
		}
	}
	return out
}

// routeHeader returns the header by which the routes name the plan's lanes; empty
// when these are of strict groups. Where the group is not in the directory, or names a
// header that the routes do not set, the routes tell it: each destination sets it to a
// lane of the plan.
func (t Tree) routeHeader() string {
	known, header := false, ""
	for _, name := range t.groups() {
		group, _ := t.Set.Get(groupRef(name))
		known = known || group.LaneGroup() != nil
		if header == "" {
			header = group.LaneGroup().RouteHeader()
		}
	}
	if known && (header == "" || t.allSet(header)) {
		return header
	}
	return cmp.Or(t.headerOfRoutes(), header)
}

// destinationsOfRoutes returns the destinations of all routes; what is wrong with them
// others say.
func (t Tree) destinationsOfRoutes() []*networking.HTTPRouteDestination {
	var out []*networking.HTTPRouteDestination
	for _, h := range t.holders() {
		if route, isRoute := h.(routeHolder); isRoute {
			destinations, _ := route.destinations()
			out = append(out, destinations...)
		}
	}
	return out
}

// allSet reports whether all destinations set a header.
func (t Tree) allSet(header string) bool {
	return !slices.ContainsFunc(t.destinationsOfRoutes(), func(d *networking.HTTPRouteDestination) bool {
		_, sets := istioname.Header(d.GetHeaders().GetRequest().GetSet(), header)
		return !sets
	})
}

// headerOfRoutes returns the header that all destinations set, some to lanes of the
// plan; empty for none.
func (t Tree) headerOfRoutes() string {
	header := ""
	for _, d := range t.destinationsOfRoutes() {
		set := d.GetHeaders().GetRequest().GetSet()
		for _, name := range slices.Sorted(maps.Keys(set)) {
			if _, planned := t.Config.Plan.Before.Percent(set[name]); planned {
				header = strings.ToLower(name)
			}
		}
	}
	if header == "" || !t.allSet(header) {
		return ""
	}
	return header
}

// checkFallbacks returns release.ErrFallback for every lane that retires although a
// group falls back to it, before anything is taken out of the routes.
func (t Tree) checkFallbacks(retiring []string) error {
	var errs []error
	for _, name := range t.groups() {
		group, _ := t.Set.Get(groupRef(name))
		if err := release.CheckFallbacks(group.LaneGroup().Permissive(), retiring); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", where(group), err))
		}
	}
	return errors.Join(errs...)
}

// checkPinned returns an error for every other route that names a lane which
// retires by the route header: its requests would be of a lane that does not exist.
// One that names it by its subset is found as every missing subset is.
func (t Tree) checkPinned(retiring []string) error {
	if t.header == "" {
		return nil
	}
	ours := map[manifest.Ref]release.EntryRoute{}
	for _, r := range t.Config.Routes {
		ours[r.Ref()] = r
	}
	var errs []error
	for _, o := range t.Set.Kind("VirtualService") {
		if o.VirtualService() == nil {
			continue
		}
		own := -1
		if r, is := ours[o.Ref]; is {
			_, own, _ = routing.FindRoute(o.VirtualService(), r.Route)
		}
		for i, route := range o.VirtualService().GetHttp() {
			pinned, _ := istioname.Header(route.GetHeaders().GetRequest().GetSet(), t.header)
			named := []string{pinned}
			for _, d := range route.GetRoute() {
				if i != own {
					named = append(named, routing.LaneOf(d, t.header))
				}
			}
			for _, lane := range retiring {
				if slices.Contains(named, lane) {
					at := fmt.Sprintf("spec.http[%d]", i)
					errs = append(errs, fmt.Errorf("%s: %s must not name lane %s, which goes: take it out first", position.Of(o.File, o.LineOf(at), o.Ref), at, lane))
				}
			}
		}
	}
	return errors.Join(errs...)
}

// members returns the Deployments of the services of the plan's lane groups. Others
// may bear the same version and are none of the release's business. Without any
// group in the directory there is no telling them apart: all are members.
func (t Tree) members() []manifest.Object {
	var all []manifest.Object
	var pods labelindex.Bearers[manifest.Ref]
	for _, o := range t.Set.Kind("Deployment") {
		if o.Deployment() != nil {
			all = append(all, o)
			pods.Add(o.Ref.Namespace, o.PodLabels(), o.Ref)
		}
	}
	known := false
	ours := map[manifest.Ref]bool{}
	for _, name := range t.groups() {
		group, _ := t.Set.Get(groupRef(name))
		if group.LaneGroup() == nil {
			continue
		}
		known = true
		for _, s := range group.LaneGroup().Spec.Services {
			namespace := cmp.Or(s.Namespace, lanes.DefaultNamespace)
			for _, ref := range pods.Selected(namespace, t.selectorOf(namespace, s.Name)) {
				ours[ref] = true
			}
		}
	}
	if !known {
		return all
	}
	return slices.DeleteFunc(all, func(o manifest.Object) bool { return !ours[o.Ref] })
}

// selectorOf returns the labels by which a Service selects its pods; those that it
// most likely has when it lies elsewhere.
func (t Tree) selectorOf(namespace, service string) map[string]string {
	if o, _ := t.Set.Get(manifest.Ref{Kind: "Service", Namespace: namespace, Name: service}); o.Service() != nil {
		return o.Service().Spec.Selector
	}
	return map[string]string{lanes.LabelApp: service}
}

// deployments returns the members whose pods are of a version.
func (t Tree) deployments(version string) []manifest.Object {
	return slices.DeleteFunc(t.members(), func(o manifest.Object) bool { return lanes.VersionOf(o.PodLabels()) != version })
}

// laneOf returns the lane that selects the pods of a version; the zero Object when
// none does.
func (t Tree) laneOf(version string) manifest.Object {
	sources, groups := t.deployments(version), t.groups()
	for _, o := range t.Set.Kind(lanes.KindLane) {
		if o.Lane() != nil && slices.Contains(groups, o.Lane().GroupName()) && slices.ContainsFunc(sources, func(d manifest.Object) bool { return selects(o.Lane().Spec.LabelSelector, d.PodLabels()) }) {
			return o
		}
	}
	return manifest.Object{}
}

// lanesOfGroup returns the lanes of the group that carries the app's traffic; none
// where routes do.
func (t Tree) lanesOfGroup() []string {
	var out []string
	if t.Config.LaneGroup == "" {
		return nil
	}
	for _, o := range t.Set.Labelled(lanes.KindLane, lanes.LabelLaneGroup, t.Config.LaneGroup) {
		if o.Lane() != nil {
			out = append(out, o.Ref.Name)
		}
	}
	return out
}
