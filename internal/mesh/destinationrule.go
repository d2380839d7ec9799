package mesh

import (
	"maps"
	"slices"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/manifest"
)

// destinationRule holds the subsets of a DestinationRule, or of several that Istio merges.
type destinationRule struct {
	exportTo []string // as written, sorted, each once
	// selective says that only pods with the labels clients see the rule.
	selective bool
	clients   map[string]string
	subsets   map[string]map[string]string // the selectors by name
}

// destinationRules are the DestinationRules of a namespace for a host, merged: local has the rules
// for the namespace itself, exported the rules for others, private the rules for the namespace alone.
type destinationRules struct{ local, exported, private []*destinationRule }

// addDestinationRules indexes DestinationRules and adds their subsets to the Services.
// Source: Istio, pilot/pkg/model, setDestinationRules.
func (m *Mesh) addDestinationRules(objects []*manifest.Object) {
	slices.SortStableFunc(objects, func(a, b *manifest.Object) int {
		return selectiveFirst(a.DestinationRule()) - selectiveFirst(b.DestinationRule())
	})
	for _, o := range objects {
		spec := o.DestinationRule()
		host := m.Domain.Full(spec.Host, o.Ref.Namespace)
		rule := newDestinationRule(spec)
		m.ByClient = m.ByClient || len(rule.clients) > 0
		of := m.Services[host]
		if of != nil {
			of.subsets = slices.Grow(of.subsets, len(spec.Subsets))
		}
		for _, s := range spec.Subsets {
			if _, found := rule.subsets[s.GetName()]; found {
				continue
			}
			rule.subsets[s.GetName()] = s.GetLabels()
			put(&m.isSubset, s.GetName(), true)
			if of != nil {
				of.subsets = append(of.subsets, subset{s.GetName(), s.GetLabels()})
			}
		}
		in := m.rules[o.Ref.Namespace]
		if in == nil {
			in = &istioname.Index[destinationRules]{}
			put(&m.rules, o.Ref.Namespace, in)
		}
		own := slices.Contains(rule.exportTo, ".") || slices.Contains(rule.exportTo, o.Ref.Namespace)
		in.Update(host, func(all destinationRules) destinationRules {
			alone := []*destinationRule{rule}
			if own || len(rule.exportTo) == 0 || slices.Contains(rule.exportTo, "*") {
				all.local = merge(all.local, alone)
			}
			if own && len(rule.exportTo) == 1 {
				all.private = merge(all.private, alone)
			} else {
				all.exported = merge(all.exported, alone)
			}
			return all
		})
	}
}

// selectiveFirst returns the rank of a DestinationRule: rules for some pods come first.
func selectiveFirst(spec *networking.DestinationRule) int {
	if spec.GetWorkloadSelector() != nil {
		return 0
	}
	return 1
}

// newDestinationRule returns a rule without subsets. Only its own namespace sees a rule for some
// pods, whatever its exportTo says.
func newDestinationRule(spec *networking.DestinationRule) *destinationRule {
	rule := &destinationRule{
		selective: spec.GetWorkloadSelector() != nil,
		clients:   spec.GetWorkloadSelector().GetMatchLabels(),
		exportTo:  slices.Clone(spec.ExportTo),
		subsets:   make(map[string]map[string]string, len(spec.Subsets)),
	}
	if rule.selective {
		rule.exportTo = []string{"."}
	}
	slices.Sort(rule.exportTo)
	rule.exportTo = slices.Compact(rule.exportTo)
	return rule
}

// merge adds a rule, alone in a list, to the rules of one namespace and host. It changes neither
// list. It adds the subsets to the rule for the same namespaces and pods, or else appends the rule.
// Of subsets with the same name the first counts. As Istio does, it adds them to rules for fewer
// namespaces too; if one of these has the same pods, the rule is not appended.
// Source: Istio, pilot/pkg/model, mergeDestinationRule.
func merge(all, alone []*destinationRule) []*destinationRule {
	if len(all) == 0 {
		return alone
	}
	r, out := alone[0], slices.Clone(all)
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

// Subset returns the pods of a subset of a host, as a caller sees it: the pods of a lane of the
// Service's group, else the pods that a DestinationRule selects. A host outside of the set may have
// subsets too; they have no pods.
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

// destinationRule returns the rule that a caller sees for a host of a Service of a namespace, nil
// for none. Istio looks in the caller's namespace, in the Service's, and then in the root
// namespace. For a caller in the root namespace, the first step looks only at private rules. In
// each namespace the most specific host decides.
// Source: Istio, pilot/pkg/model, PushContext.destinationRule.
func (m *Mesh) destinationRule(c Caller, host, namespace string) *destinationRule {
	var found []*destinationRule
	find := func(namespace string, list func(destinationRules) []*destinationRule) []*destinationRule {
		in := m.rules[namespace]
		if in == nil {
			return nil
		}
		all, _ := in.Find(host, func(all destinationRules) bool { return len(list(all)) > 0 })
		return list(all)
	}
	if c.Namespace == RootNamespace {
		found = find(c.Namespace, func(all destinationRules) []*destinationRule { return all.private })
	} else {
		found = find(c.Namespace, func(all destinationRules) []*destinationRule { return all.local })
	}
	for _, of := range [...]string{namespace, RootNamespace} {
		if len(found) > 0 {
			break
		}
		for _, rule := range find(of, func(all destinationRules) []*destinationRule { return all.exported }) {
			if visible(rule.exportTo, c.Namespace) {
				found = append(found, rule)
			}
		}
	}
	return chosen(c, found)
}

// chosen returns the first rule that selects the caller's pods, else the last rule for all pods. A
// waypoint ignores the rules for some pods.
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
