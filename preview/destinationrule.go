package preview

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
func (x *index) addDestinationRule(o manifest.Object) (string, []subset) {
	spec := o.DestinationRule()
	host := istioname.Domain("").Full(spec.Host, o.Ref.Namespace)
	rule := &destinationRule{exportTo: exported(spec.ExportTo, o.Ref.Namespace), clients: spec.GetWorkloadSelector().GetMatchLabels(),
		subsets: make(map[string]map[string]string, len(spec.Subsets))}
	all := make([]subset, 0, len(spec.Subsets))
	for _, s := range spec.Subsets {
		if _, found := rule.subsets[s.GetName()]; !found {
			rule.subsets[s.GetName()] = s.GetLabels()
			all = append(all, subset{s.GetName(), s.GetLabels()})
		}
	}
	in := x.rules[o.Ref.Namespace]
	if in == nil {
		in = &hostIndex[[]*destinationRule]{}
		x.rules[o.Ref.Namespace] = in
	}
	in.update(host, func(old []*destinationRule) []*destinationRule { return append(old, rule) })
	return host, all
}

// selector returns the selector of a subset of a service, as a caller sees it.
func (x *index) selector(c caller, s *service, name string) (selector map[string]string, found bool) {
	if s.group != nil {
		if lane, found := s.group.lanes.byName[name]; found {
			return lane.selector, true
		}
	}
	for _, rule := range x.destinationRules(c, s) {
		if selector, found := rule.subsets[name]; found {
			return selector, true
		}
	}
	return nil, false
}

// destinationRules returns those that Istio merges for a caller and a service: of
// the first namespace that has any. A caller of the root namespace sees first only
// what that namespace keeps to itself.
func (x *index) destinationRules(c caller, s *service) []*destinationRule {
	for i, namespace := range [...]string{c.namespace, s.ref.Namespace, rootNamespace} {
		in := x.rules[namespace]
		if in == nil {
			continue
		}
		ownOnly := i == 0 && namespace == rootNamespace
		var found []*destinationRule
		in.find(s.host, func(all []*destinationRule) bool {
			for _, rule := range all {
				own := slices.Equal(rule.exportTo, []string{namespace})
				if (i == 0 || visible(rule.exportTo, c.namespace)) && (own || !ownOnly) && labelindex.Covers(c.labels, rule.clients) {
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
