package release

import (
	"slices"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// members are the services of a release with the workloads of their pods, and the groups of its
// lanes.
type members struct {
	groups    []string
	services  []ServiceName // by namespace and name
	workloads []workload
}

// workload is an object that runs pods of a version.
type workload struct {
	object manifest.Object
	labels map[string]string // of its pods
}

// Groups returns the names of the lane groups of the plan's lanes.
func (l Live) Groups() []string { return l.members.groups }

// Members returns the Deployments, StatefulSets and DaemonSets of the release's Services. Other
// workloads with the same version are not part of the release. If ASM's lanes have no group in
// the set, nothing tells them apart, and all are members.
func (l Live) Members() []manifest.Object {
	return l.workloads(func(w workload) bool { return w.object.PodTemplate() != nil })
}

// workloads returns what runs pods of the release's Services, if which reports true.
func (l Live) workloads(which func(w workload) bool) []manifest.Object {
	var out []manifest.Object
	for _, w := range l.members.workloads {
		if which(w) {
			out = append(out, w.object)
		}
	}
	return out
}

func (l Live) readMembers() members {
	var out members
	if l.Config.Values != nil {
		return out // the workloads are made from the values
	}
	for _, w := range l.Config.Plan.Before {
		if o, _ := l.Set.Get(LaneRef(w.Lane)); o.Lane() != nil && !slices.Contains(out.groups, o.Lane().GroupName()) {
			out.groups = append(out.groups, o.Lane().GroupName())
		}
	}
	var pods labelindex.Bearers[manifest.Ref]
	rest := len(l.Set.Kind("Rollout")) > 0 // its pod template may be in another object
	add := func(o manifest.Object, labels map[string]string) {
		out.workloads = append(out.workloads, workload{o, labels})
		pods.Add(l.Set.NamespaceOf(o), labels, o.Ref)
	}
	for _, o := range l.Set.All() {
		if o.PodTemplate() != nil {
			add(o, o.PodLabels())
		}
		rest = rest || o.PodTemplate() == nil && o.PodLabels() != nil
	}
	if rest {
		for _, w := range mesh.New(l.Set, "").Workloads {
			if w.Object.PodTemplate() == nil {
				add(w.Object, w.Labels)
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
	out.workloads = slices.DeleteFunc(out.workloads, func(w workload) bool {
		return !ours[w.object.Ref] && (known || w.object.PodTemplate() == nil)
	})
	return out
}

// selectorOf returns the labels by which a Service selects its pods. For a Service outside the
// set it returns the usual label.
func (l Live) selectorOf(s ServiceName) map[string]string {
	if o, _ := l.Set.Get(manifest.Ref{Kind: "Service", Namespace: s.Namespace, Name: s.Name}); o.Service() != nil {
		return o.Service().Spec.Selector
	}
	return map[string]string{lanes.LabelApp: s.Name}
}

// Workloads returns the members with pods of a version.
func (l Live) Workloads(version string) []manifest.Object {
	return slices.DeleteFunc(l.Members(),
		func(o manifest.Object) bool { return lanes.VersionOf(o.PodLabels()) != version })
}

// OtherWorkloads returns what runs pods of a version for the release's Services and is not of a
// kind of Members, such as a Rollout of Argo.
func (l Live) OtherWorkloads(version string) []manifest.Object {
	return l.workloads(func(w workload) bool {
		return w.object.PodTemplate() == nil &&
			lanes.VersionOf(w.labels) == version
	})
}

// Selected returns what runs pods of the release's Services with labels that a lane's selector
// selects, of every kind.
func (l Live) Selected(selector map[string]string) []manifest.Object {
	return l.workloads(func(w workload) bool { return labelindex.Selects(selector, w.labels) })
}

// LaneOf returns the lane that selects the pods of a version; the zero Object when no lane
// does. For a version without Workloads it is the lane with the version in its selector.
func (l Live) LaneOf(version string) manifest.Object {
	sources := l.Workloads(version)
	selects := func(selector map[string]string) bool {
		if len(sources) == 0 { // the set has no pods of the version
			return lanes.VersionOf(selector) == version
		}
		return slices.ContainsFunc(sources,
			func(d manifest.Object) bool { return labelindex.Selects(selector, d.PodLabels()) })
	}
	for _, o := range l.Set.Kind(lanes.KindLane) {
		if o.Lane() != nil && slices.Contains(l.members.groups, o.Lane().GroupName()) &&
			selects(o.Lane().Spec.LabelSelector) {
			return o
		}
	}
	return manifest.Object{}
}

// NameOf returns the name of the lane of a version: the lane of LaneOf, or the subset that
// selects its pods. It is empty when there is none.
func (l Live) NameOf(version string) string {
	if l.plain != nil {
		return l.plain.subsetOf(l.Config.Plan.Before, version)
	}
	return l.LaneOf(version).Ref.Name
}

// Selector returns the labels by which a lane selects pods, and whether the lane exists, as an
// ASMSwimLane or as a subset. Subsets of one lane select one version in every service: the
// labels are this version alone.
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
