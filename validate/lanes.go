package validate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// checkLanes checks every lane: that its group exists, and what pods it gets.
func (c *checker) checkLanes() {
	label := field.NewPath("metadata", "labels").Key(lanes.LabelLaneGroup)
	for _, name := range slices.Sorted(maps.Keys(c.lanesOf)) {
		group, found := c.groups[name]
		if found {
			c.lanesOfGroup(group, c.lanesOf[name])
			continue
		}
		for _, o := range c.lanesOf[name] {
			c.report(LaneGroupNotFound, o, label, fmt.Sprintf("must name a lane group that exists: %q", name))
		}
	}
}

// lanesOfGroup looks at every pod of the group once and asks which lanes select
// it.
func (c *checker) lanesOfGroup(group manifest.Object, all []manifest.Object) {
	selectors := newSelectors(all)
	has := make([]map[string]bool, len(all)) // per lane, the services that it has pods for
	for i := range has {
		has[i] = map[string]bool{}
	}
	shared := map[[2]int]bool{}
	for _, ref := range group.LaneGroup().Spec.Services {
		host := lanes.Host(ref.Name, ref.Namespace)
		service, found := c.services[host]
		if !found {
			continue
		}
		for _, w := range c.workloads.Selected(service.Ref.Namespace, service.Service().Spec.Selector) {
			matching := selectors.matching(w.labels)
			for _, i := range matching {
				has[i][host] = true
			}
			for n := 1; n < len(matching); n++ {
				pair := [2]int{matching[0], matching[n]}
				if !shared[pair] {
					shared[pair] = true
					c.report(LanesOverlap, all[pair[1]], field.NewPath("spec", "labelSelector"),
						fmt.Sprintf("must select no pod of another lane: it selects those of %s as lane %s does", w.object.Ref, all[pair[0]].Ref.Name))
				}
			}
		}
	}
	c.complete(group, all, has)
}

// complete checks that lanes have pods for every service of their group: in a
// strict group all lanes, in a permissive one the baseline. has holds the hosts
// that each lane has pods for.
func (c *checker) complete(group manifest.Object, all []manifest.Object, has []map[string]bool) {
	spec := group.LaneGroup().Spec
	permissive := spec.IsPermissive != nil && *spec.IsPermissive
	for i, o := range all {
		if permissive && (spec.PermissiveModeConfiguration == nil || o.Ref.Name != spec.PermissiveModeConfiguration.FallbackTarget) {
			continue
		}
		var missing []string
		for _, ref := range spec.Services {
			host := lanes.Host(ref.Name, ref.Namespace)
			_, exists := c.services[host] // of a baseline a missing Service is a finding of its own
			if !has[i][host] && (exists || !permissive) {
				missing = append(missing, ref.Namespace+"/"+ref.Name)
			}
		}
		if len(missing) == 0 {
			continue
		}
		code, message := StrictLaneIncomplete, "must select pods of every service of strict group "+group.Ref.Name
		if permissive {
			code, message = BaselineIncomplete, "must select pods of every service of group "+group.Ref.Name+", whose baseline it is"
		}
		c.report(code, o, field.NewPath("spec", "labelSelector"), message+": none of "+strings.Join(missing, ", "))
	}
}

// selectors finds the lanes that select a pod without asking each of them.
type selectors struct {
	index labelindex.Selectors
	// all holds the lanes with an empty selector, which selects every pod.
	all []int
}

func newSelectors(all []manifest.Object) selectors {
	var s selectors
	for i, o := range all {
		s.index.Add(o.Lane().Spec.LabelSelector)
		if len(o.Lane().Spec.LabelSelector) == 0 {
			s.all = append(s.all, i)
		}
	}
	return s
}

// matching returns the lanes that select a pod, in order.
func (s selectors) matching(labels map[string]string) []int {
	return slices.Sorted(slices.Values(append(s.index.Selecting(labels), s.all...)))
}
