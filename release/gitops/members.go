package gitops

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
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
// when these are of strict groups.
func (t Tree) routeHeader() string {
	for _, name := range t.groups() {
		group, _ := t.Set.Get(groupRef(name))
		if header := group.LaneGroup().RouteHeader(); header != "" {
			return header
		}
	}
	return ""
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
	return slices.DeleteFunc(t.members(), func(o manifest.Object) bool { return o.PodLabels()[lanes.LabelVersion] != version })
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
