package validate

import (
	"cmp"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// index is what the rules look up, made in one walk over the set.
type index struct {
	set manifest.Set
	// services and groups by host and by name.
	services map[string]manifest.Object
	groups   map[string]manifest.Object
	// lanesOf holds the lanes of each group, in order.
	lanesOf map[string][]manifest.Object
	// workloads holds what runs pods, by namespace and the labels of the pods.
	workloads labelindex.Bearers[workload]
	// subsets holds every subset that a DestinationRule or a lane provides.
	subsets map[subset]bool
	// groupOf holds the group of a service and one of its lanes.
	groupOf map[subset]string
	// external holds the hosts of ServiceEntries.
	external map[string]bool
}

type subset struct{ host, name string }

// workload is an object that runs pods.
type workload struct {
	object manifest.Object
	labels map[string]string
}

func newIndex(set manifest.Set) index {
	x := index{
		set:      set,
		services: map[string]manifest.Object{},
		groups:   map[string]manifest.Object{},
		lanesOf:  map[string][]manifest.Object{},
		subsets:  map[subset]bool{},
		groupOf:  map[subset]string{},
		external: map[string]bool{},
	}
	seen := make(map[manifest.Ref]bool, set.Len())
	for _, o := range set.All() {
		if !seen[o.Ref] { // a second one is a finding, and the first is what the rules look at
			x.add(o)
		}
		seen[o.Ref] = true
	}
	for name, group := range x.groups {
		for _, ref := range group.LaneGroup().Spec.Services {
			for _, lane := range x.lanesOf[name] {
				at := subset{lanes.Host(ref.Name, ref.Namespace), lane.Ref.Name}
				x.subsets[at], x.groupOf[at] = true, name
			}
		}
	}
	return x
}

func (x *index) add(o manifest.Object) {
	switch {
	case o.Service() != nil:
		x.services[lanes.Host(o.Ref.Name, o.Ref.Namespace)] = o
	case o.LaneGroup() != nil:
		x.groups[o.Ref.Name] = o
	case o.Lane() != nil:
		group := o.Meta().GetLabels()[lanes.LabelLaneGroup]
		x.lanesOf[group] = append(x.lanesOf[group], o)
	case o.DestinationRule() != nil:
		rule := o.DestinationRule()
		host := istioname.Domain("").Full(rule.Host, o.Ref.Namespace)
		for _, s := range rule.Subsets {
			x.subsets[subset{host, s.GetName()}] = true
		}
	case o.Ref.Kind == "ServiceEntry":
		if u, ok := o.Value.(*unstructured.Unstructured); ok {
			hosts, _, _ := unstructured.NestedStringSlice(u.Object, "spec", "hosts")
			for _, host := range hosts {
				x.external[host] = true
			}
		}
	}
	if labels := o.PodLabels(); labels != nil {
		namespace := cmp.Or(o.Ref.Namespace, lanes.DefaultNamespace)
		x.workloads.Add(namespace, labels, workload{o, labels})
	}
}

// hasSubset reports whether a host has a subset, by its own name or by a
// wildcard that covers it.
func (x *index) hasSubset(host, name string) bool {
	if x.subsets[subset{host, name}] {
		return true
	}
	return coveredBy(host, func(wildcard string) bool { return x.subsets[subset{wildcard, name}] })
}

// hasHost reports whether a host can be sent to.
func (x *index) hasHost(host string) bool {
	if _, found := x.services[host]; found || x.external[host] {
		return true
	}
	return coveredBy(host, func(wildcard string) bool { return x.external[wildcard] })
}

// coveredBy asks for every wildcard that covers host, from the narrowest on.
func coveredBy(host string, has func(wildcard string) bool) bool {
	for rest := host; ; {
		_, after, found := strings.Cut(rest, ".")
		if !found {
			return has("*")
		}
		if has("*." + after) {
			return true
		}
		rest = after
	}
}
