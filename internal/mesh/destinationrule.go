package mesh

import (
	"maps"
	"slices"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/manifest"
)

// destinationRule is what a DestinationRule, or several that Istio merges, say
// about subsets.
type destinationRule struct {
	exportTo []string // as written, sorted, each once
	// selective says that it is for pods with the labels clients only.
	selective bool
	clients   map[string]string
	subsets   map[string]map[string]string // the selectors by name
}

// destinationRules are those of a namespace, merged, by host.
type destinationRules struct {
	// local are those that the namespace sees itself, exported those that others may
	// see, private those that none but it sees.
	local, exported, private istioname.Index[[]*destinationRule]
}

// addDestinationRules indexes DestinationRules and returns their subsets by host.
// Source: Istio, pilot/pkg/model, setDestinationRules.
func (m *Mesh) addDestinationRules(objects []manifest.Object) map[string][]subset {
	slices.SortStableFunc(objects, func(a, b manifest.Object) int {
		return selectiveFirst(a.DestinationRule()) - selectiveFirst(b.DestinationRule())
	})
	subsets := map[string][]subset{}
	for _, o := range objects {
		spec := o.DestinationRule()
		host := m.Domain.Full(spec.Host, o.Ref.Namespace)
		rule := newDestinationRule(spec)
		m.ByClient = m.ByClient || len(rule.clients) > 0
		for _, s := range spec.Subsets {
			if _, found := rule.subsets[s.GetName()]; !found {
				rule.subsets[s.GetName()] = s.GetLabels()
				subsets[host] = append(subsets[host], subset{s.GetName(), s.GetLabels()})
			}
		}
		in := m.rules[o.Ref.Namespace]
		if in == nil {
			in = &destinationRules{}
			m.rules[o.Ref.Namespace] = in
		}
		add := func(old []*destinationRule) []*destinationRule { return merge(old, rule) }
		own := slices.Contains(rule.exportTo, ".") || slices.Contains(rule.exportTo, o.Ref.Namespace)
		if own || len(rule.exportTo) == 0 || slices.Contains(rule.exportTo, "*") {
			in.local.Update(host, add)
		}
		if own && len(rule.exportTo) == 1 {
			in.private.Update(host, add)
		} else {
			in.exported.Update(host, add)
		}
	}
	return subsets
}

// selectiveFirst returns the rank of a DestinationRule: those for some pods come
// first.
func selectiveFirst(spec *networking.DestinationRule) int {
	if spec.GetWorkloadSelector() != nil {
		return 0
	}
	return 1
}

// newDestinationRule returns a rule without subsets. One for some pods is for its
// own namespace only, whatever it says.
func newDestinationRule(spec *networking.DestinationRule) *destinationRule {
	rule := &destinationRule{
		selective: spec.GetWorkloadSelector() != nil,
		clients:   spec.GetWorkloadSelector().GetMatchLabels(),
		exportTo:  slices.Compact(slices.Sorted(slices.Values(spec.ExportTo))),
		subsets:   make(map[string]map[string]string, len(spec.Subsets)),
	}
	if rule.selective {
		rule.exportTo = []string{"."}
	}
	return rule
}

// merge adds a rule to those of one namespace and host: into those for the same
// namespaces and pods, of each subset the first counts, else as one more.
// Source: Istio, pilot/pkg/model, mergeDestinationRule: it adds the subsets also
// to rules for fewer namespaces, and where those are for the same pods only there.
func merge(all []*destinationRule, r *destinationRule) []*destinationRule {
	out := slices.Clone(all)
	apart := true
	for i, old := range all {
		same := slices.Equal(r.exportTo, old.exportTo)
		apart = !same
		if !same && (len(old.exportTo) == 0 ||
			slices.ContainsFunc(old.exportTo, func(to string) bool { return !slices.Contains(r.exportTo, to) })) {
			continue
		}
		if old.selective && r.selective && !maps.Equal(old.clients, r.clients) {
			apart = true
			continue
		}
		if old.selective == r.selective {
			apart = false
		}
		both := *old
		both.subsets = overlay(r.subsets, old.subsets)
		out[i] = &both
	}
	if apart {
		out = append(out, r)
	}
	return out
}

// Subset returns the pods of a subset of a host, as a caller sees it: those of a
// lane of the Service's group, else those that a DestinationRule says. A host
// outside of the set has subsets too, without pods.
func (m *Mesh) Subset(c Caller, host, name string) (pods []*Workload, found bool) {
	s, namespace := m.Services[host], ""
	if s != nil {
		namespace = s.Object.Ref.Namespace
		if s.Group != nil && s.Group.Lane(name) != nil {
			return s.InLane(name), true
		}
	}
	rule := m.destinationRule(c, host, namespace)
	if rule == nil {
		return nil, false
	}
	selector, found := rule.subsets[name]
	if !found || s == nil {
		return nil, found
	}
	return s.Selected(selector), true
}

// destinationRule returns the rule that a caller sees for a host of a Service of a
// namespace, nil for none. Istio looks in the caller's namespace, in the Service's,
// and in the root namespace; for a caller of the root namespace first only at what
// that keeps to itself. In each the most specific host decides.
// Source: Istio, pilot/pkg/model, PushContext.destinationRule.
func (m *Mesh) destinationRule(c Caller, host, namespace string) *destinationRule {
	var found []*destinationRule
	if in := m.rules[c.Namespace]; in != nil {
		own := &in.local
		if c.Namespace == RootNamespace {
			own = &in.private
		}
		found, _ = own.Find(host, nil)
	}
	for _, of := range [...]string{namespace, RootNamespace} {
		in := m.rules[of]
		if in == nil || len(found) > 0 {
			continue
		}
		all, _ := in.exported.Find(host, nil)
		for _, rule := range all {
			if visible(rule.exportTo, c.Namespace) {
				found = append(found, rule)
			}
		}
	}
	return chosen(c, found)
}

// chosen returns the first rule that is for the caller's pods alone, else the last
// that is for all. A waypoint passes over those for some pods.
// Source: Istio, pilot/pkg/model, SidecarScope.DestinationRule.
func chosen(c Caller, found []*destinationRule) *destinationRule {
	var forAll *destinationRule
	for _, rule := range found {
		switch {
		case !rule.selective:
			forAll = rule
		case !c.Waypoint && labelindex.Covers(c.Labels, rule.clients):
			return rule
		}
	}
	return forAll
}
