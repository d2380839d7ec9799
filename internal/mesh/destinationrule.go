package mesh

import (
	"slices"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/manifest"
)

// destinationRule is what a DestinationRule says about subsets.
type destinationRule struct {
	exportTo []string
	clients  map[string]string            // labels of the pods that it is for; empty means all
	subsets  map[string]map[string]string // the selectors by name
}

// addDestinationRule returns the host and the subsets of a DestinationRule.
func (m *Mesh) addDestinationRule(o manifest.Object) (string, []subset) {
	spec := o.DestinationRule()
	host := m.Domain.Full(spec.Host, o.Ref.Namespace)
	rule := &destinationRule{exportTo: exported(spec.ExportTo, o.Ref.Namespace), clients: spec.GetWorkloadSelector().GetMatchLabels(),
		subsets: make(map[string]map[string]string, len(spec.Subsets))}
	m.ByClient = m.ByClient || len(rule.clients) > 0
	all := make([]subset, 0, len(spec.Subsets))
	for _, s := range spec.Subsets {
		if _, found := rule.subsets[s.GetName()]; !found {
			rule.subsets[s.GetName()] = s.GetLabels()
			all = append(all, subset{s.GetName(), s.GetLabels()})
		}
	}
	in := m.rules[o.Ref.Namespace]
	if in == nil {
		in = &istioname.Index[[]*destinationRule]{}
		m.rules[o.Ref.Namespace] = in
	}
	in.Update(host, func(old []*destinationRule) []*destinationRule { return append(old, rule) })
	return host, all
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
	for _, rule := range m.destinationRules(c, host, namespace) {
		selector, found := rule.subsets[name]
		switch {
		case found && s == nil:
			return nil, true
		case found:
			return s.selected(selector), true
		}
	}
	return nil, false
}

// destinationRules returns those that Istio merges for a caller and a host: of
// the first namespace that has any. A caller of the root namespace sees first only
// what that namespace keeps to itself.
func (m *Mesh) destinationRules(c Caller, host, namespace string) []*destinationRule {
	for i, namespace := range [...]string{c.Namespace, namespace, RootNamespace} {
		in := m.rules[namespace]
		if in == nil {
			continue
		}
		ownOnly := i == 0 && namespace == RootNamespace
		var found []*destinationRule
		in.Find(host, func(all []*destinationRule) bool {
			for _, rule := range all {
				own := slices.Equal(rule.exportTo, []string{namespace})
				if (i == 0 || visible(rule.exportTo, c.Namespace)) && (own || !ownOnly) && labelindex.Covers(c.Labels, rule.clients) {
					found = append(found, rule)
				}
			}
			return len(found) > 0
		})
		if len(found) > 0 {
			return found
		}
	}
	return nil
}
