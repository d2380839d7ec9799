package release

import (
	"slices"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// members are the services of a release with their Deployments, and the groups of its
// lanes.
type members struct {
	groups      []string
	services    []ServiceName // by namespace and name
	deployments []manifest.Object
	others      []workload // what runs their pods and is no Deployment
}

// workload is an object that runs pods of a version.
type workload struct {
	object  manifest.Object
	version string
}

// Groups returns the names of the lane groups that the plan's lanes are of.
func (l Live) Groups() []string { return l.members.groups }

// Members returns the Deployments of the release's Services. Others may bear the same
// version and are none of the release's business. Where ASM's lanes are of no group of
// the set there is no telling them apart: all are members.
func (l Live) Members() []manifest.Object { return slices.Clone(l.members.deployments) }

func (l Live) readMembers() members {
	var out members
	if l.Config.Values != nil {
		return out // what runs the pods is made from the values
	}
	for _, w := range l.Config.Plan.Before {
		if o, _ := l.Set.Get(LaneRef(w.Lane)); o.Lane() != nil && !slices.Contains(out.groups, o.Lane().GroupName()) {
			out.groups = append(out.groups, o.Lane().GroupName())
		}
	}
	var others []workload
	var pods labelindex.Bearers[manifest.Ref]
	for _, o := range l.Set.Kind("Deployment") {
		if o.Deployment() != nil {
			out.deployments = append(out.deployments, o)
			pods.Add(o.Ref.Namespace, o.PodLabels(), o.Ref)
		}
	}
	if rest := []string{"StatefulSet", "DaemonSet", "Rollout"}; slices.ContainsFunc(rest, func(kind string) bool { return len(l.Set.Kind(kind)) > 0 }) {
		for _, w := range mesh.New(l.Set, "").Workloads { // which knows where a Rollout has its pods from
			if slices.Contains(rest, w.Object.Ref.Kind) {
				others = append(others, workload{w.Object, lanes.VersionOf(w.Labels)})
				pods.Add(w.Object.Ref.Namespace, w.Labels, w.Object.Ref)
			}
		}
	}
	known := l.plain != nil
	if known {
		out.services = l.plain.services
	}
	for _, name := range out.groups {
		group, _ := l.Set.Get(LaneGroupRef(name))
		if group.LaneGroup() == nil {
			continue
		}
		known = true
		for _, s := range group.LaneGroup().Spec.Services {
			out.services = append(out.services, ServiceName{s.Namespace, s.Name}.full())
		}
	}
	slices.SortFunc(out.services, ServiceName.compare)
	out.services = slices.Compact(out.services)
	ours := map[manifest.Ref]bool{}
	for _, s := range out.services {
		for _, ref := range pods.Selected(s.Namespace, l.selectorOf(s)) {
			ours[ref] = true
		}
	}
	if known {
		out.deployments = slices.DeleteFunc(out.deployments, func(o manifest.Object) bool { return !ours[o.Ref] })
		out.others = slices.DeleteFunc(others, func(w workload) bool { return !ours[w.object.Ref] })
	}
	return out
}

// selectorOf returns the labels by which a Service selects its pods; those that it
// most likely has when it lies elsewhere.
func (l Live) selectorOf(s ServiceName) map[string]string {
	if o, _ := l.Set.Get(manifest.Ref{Kind: "Service", Namespace: s.Namespace, Name: s.Name}); o.Service() != nil {
		return o.Service().Spec.Selector
	}
	return map[string]string{lanes.LabelApp: s.Name}
}

// Deployments returns the members whose pods are of a version.
func (l Live) Deployments(version string) []manifest.Object {
	return slices.DeleteFunc(l.Members(), func(o manifest.Object) bool { return lanes.VersionOf(o.PodLabels()) != version })
}

// OtherWorkloads returns what runs pods of a version for the release's Services and is no
// Deployment: StatefulSets, DaemonSets and Rollouts of Argo.
func (l Live) OtherWorkloads(version string) []manifest.Object {
	var out []manifest.Object
	for _, w := range l.members.others {
		if w.version == version {
			out = append(out, w.object)
		}
	}
	return out
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

// NameOf returns the name of the lane of a version: that of the lane that LaneOf returns,
// or of the subset that selects its pods; empty when there is none.
func (l Live) NameOf(version string) string {
	if l.plain != nil {
		return l.plain.subsetOf(l.Config.Plan.Before, version)
	}
	return l.LaneOf(version).Ref.Name
}

// Selector returns the labels by which a lane selects pods, and whether the lane is
// there: as an ASMSwimLane, or as a subset. Subsets of one lane select one version in
// every service.
func (l Live) Selector(lane string) (labels map[string]string, found bool) {
	if o, _ := l.Set.Get(LaneRef(lane)); o.Lane() != nil {
		return o.Lane().Spec.LabelSelector, true
	}
	for _, s := range l.Subsets(lane) {
		if version := lanes.VersionOf(s.Labels); version != "" && labels == nil {
			labels = map[string]string{lanes.LabelVersion: version}
			if s.Labels[lanes.LabelVersion] == "" {
				labels = map[string]string{lanes.LabelTrafficTag: version}
			}
		}
		found = true
	}
	return labels, found
}
