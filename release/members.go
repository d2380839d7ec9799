package release

import (
	"cmp"
	"slices"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// members are the Deployments of a release's services, and the groups of its lanes.
type members struct {
	groups      []string
	deployments []manifest.Object
}

// Groups returns the names of the lane groups that the plan's lanes are of.
func (l Live) Groups() []string { return l.members.groups }

// Members returns the Deployments of the services of the plan's lane groups. Others
// may bear the same version and are none of the release's business. Without any
// group there is no telling them apart: all are members.
func (l Live) Members() []manifest.Object { return slices.Clone(l.members.deployments) }

func (l Live) readMembers() members {
	var out members
	for _, w := range l.Config.Plan.Before {
		if o, _ := l.Set.Get(LaneRef(w.Lane)); o.Lane() != nil && !slices.Contains(out.groups, o.Lane().GroupName()) {
			out.groups = append(out.groups, o.Lane().GroupName())
		}
	}
	var pods labelindex.Bearers[manifest.Ref]
	for _, o := range l.Set.Kind("Deployment") {
		if o.Deployment() != nil {
			out.deployments = append(out.deployments, o)
			pods.Add(o.Ref.Namespace, o.PodLabels(), o.Ref)
		}
	}
	known := false
	ours := map[manifest.Ref]bool{}
	for _, name := range out.groups {
		group, _ := l.Set.Get(LaneGroupRef(name))
		if group.LaneGroup() == nil {
			continue
		}
		known = true
		for _, s := range group.LaneGroup().Spec.Services {
			namespace := cmp.Or(s.Namespace, lanes.DefaultNamespace)
			for _, ref := range pods.Selected(namespace, l.selectorOf(namespace, s.Name)) {
				ours[ref] = true
			}
		}
	}
	if known {
		out.deployments = slices.DeleteFunc(out.deployments, func(o manifest.Object) bool { return !ours[o.Ref] })
	}
	return out
}

// selectorOf returns the labels by which a Service selects its pods; those that it
// most likely has when it lies elsewhere.
func (l Live) selectorOf(namespace, service string) map[string]string {
	if o, _ := l.Set.Get(manifest.Ref{Kind: "Service", Namespace: namespace, Name: service}); o.Service() != nil {
		return o.Service().Spec.Selector
	}
	return map[string]string{lanes.LabelApp: service}
}

// Deployments returns the members whose pods are of a version.
func (l Live) Deployments(version string) []manifest.Object {
	return slices.DeleteFunc(l.Members(), func(o manifest.Object) bool { return lanes.VersionOf(o.PodLabels()) != version })
}

// LaneOf returns the lane that selects the pods of a version; the zero Object when
// none does. Without Deployments of the version it is the lane whose selector names it.
func (l Live) LaneOf(version string) manifest.Object {
	sources := l.Deployments(version)
	selects := func(selector map[string]string) bool {
		if len(sources) == 0 { // nobody gave any
			return lanes.VersionOf(selector) == version
		}
		return slices.ContainsFunc(sources, func(d manifest.Object) bool { return labelindex.Selects(selector, d.PodLabels()) })
	}
	for _, o := range l.Set.Kind(lanes.KindLane) {
		if o.Lane() != nil && slices.Contains(l.members.groups, o.Lane().GroupName()) && selects(o.Lane().Spec.LabelSelector) {
			return o
		}
	}
	return manifest.Object{}
}
