package release

import (
	"fmt"
	"slices"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// passage is the way from one set to another. On the way, each object is as it was or as it
// will be, whatever the others are.
type passage struct {
	from, to manifest.Set
	pods     [2]labelindex.Bearers[manifest.Ref] // what runs pods, before and after
	rules    map[string][]manifest.Ref           // DestinationRules by full host
	groups   map[string][]manifest.Ref           // lane groups by the full hosts that they list
}

// form is one of the two forms of an object on the way; the zero Object when it does not exist.
type form = manifest.Object

func newPassage(from, to manifest.Set) *passage {
	p := &passage{from: from, to: to, rules: map[string][]manifest.Ref{}, groups: map[string][]manifest.Ref{}}
	var domain istioname.Domain
	add := func(index map[string][]manifest.Ref, host string, ref manifest.Ref) {
		if !slices.Contains(index[host], ref) {
			index[host] = append(index[host], ref)
		}
	}
	for i, set := range []manifest.Set{from, to} {
		for _, w := range mesh.New(set, "").Workloads {
			if w.Replicas > 0 {
				p.pods[i].Add(set.NamespaceOf(w.Object), w.Labels, w.Object.Ref)
			}
		}
		for _, o := range set.Kind("DestinationRule") {
			if rule := o.DestinationRule(); rule != nil {
				add(p.rules, domain.Full(rule.Host, o.Ref.Namespace), o.Ref)
			}
		}
		for _, o := range set.Kind(lanes.KindLaneGroup) {
			if group := o.LaneGroup(); group != nil {
				for _, s := range group.Spec.Services {
					add(p.groups, ServiceName{s.Namespace, s.Name}.host(), o.Ref)
				}
			}
		}
	}
	return p
}

// forms returns the two forms of an object, before and after. They are equal if it does not
// change.
func (p *passage) forms(ref manifest.Ref) []form {
	before, _ := p.from.Get(ref)
	after, _ := p.to.Get(ref)
	return []form{before, after}
}

// refs returns the objects of a kind of both sets, in their order.
func (p *passage) refs(kind string) []manifest.Ref {
	var out []manifest.Ref
	seen := map[manifest.Ref]bool{}
	for _, set := range []manifest.Set{p.from, p.to} {
		for _, o := range set.Kind(kind) {
			if !seen[o.Ref] {
				seen[o.Ref] = true
				out = append(out, o.Ref)
			}
		}
	}
	return out
}

// hazards returns all hazards, including those of from alone.
func (p *passage) hazards() []Hazard {
	var out []Hazard
	for _, ref := range p.refs("VirtualService") {
		for _, o := range p.forms(ref) {
			for i, route := range o.VirtualService().GetHttp() {
				out = append(out, p.route(o, i, route)...)
			}
		}
	}
	for _, ref := range p.refs(lanes.KindLane) {
		for _, o := range p.forms(ref) {
			out = append(out, p.lane(o)...)
		}
	}
	return out
}

func (p *passage) route(o form, i int, route *networking.HTTPRoute) []Hazard {
	var out []Hazard
	var domain istioname.Domain
	sum := int64(0)
	add := func(kind HazardKind, field, host, lane string) {
		out = append(out, Hazard{Kind: kind, Object: o.Ref, File: o.File, Line: o.LineOf(field), Field: field,
			Host: host, Lane: lane})
	}
	for j, d := range route.GetRoute() {
		sum += int64(d.GetWeight())
		subset := d.GetDestination().GetSubset()
		if subset == "" || d.GetWeight() == 0 && len(route.GetRoute()) > 1 {
			continue
		}
		host := domain.Full(d.GetDestination().GetHost(), o.Ref.Namespace)
		missing, bare := p.lacks(host, subset)
		at := fmt.Sprintf("spec.http[%d].route[%d]", i, j)
		if missing {
			add(MissingSubset, at, host, subset)
		}
		if bare {
			add(LaneWithoutPods, at, host, subset)
		}
	}
	if len(route.GetRoute()) > 1 && sum != 100 {
		add(WrongSum, fmt.Sprintf("spec.http[%d].route", i), "", "")
	}
	return out
}

// choice is what one object may say about a subset: the labels that it selects by, or nil if
// the object does not define it.
type choice []map[string]string

// lacks reports whether a subset may be missing at some moment, and whether it may exist
// without pods.
func (p *passage) lacks(host, subset string) (missing, bare bool) {
	all := p.choices(host, subset)
	missing = !slices.ContainsFunc(all, func(c choice) bool {
		return !slices.ContainsFunc(c, func(s map[string]string) bool { return s == nil })
	})
	service, known := serviceOf(host, "")
	if !known {
		return missing, false
	}
	for _, selectors := range combinations(all) {
		for _, s := range p.forms(manifest.Ref{Kind: "Service", Namespace: service.Namespace, Name: service.Name}) {
			if s.Service() != nil && len(selectors) > 0 &&
				!p.served(service.Namespace, s.Service().Spec.Selector, selectors) {
				return missing, true
			}
		}
	}
	return missing, false
}

// choices returns what the DestinationRules and the lanes may say of a subset.
func (p *passage) choices(host, subset string) []choice {
	var out []choice
	for _, ref := range p.rules[host] {
		var c choice
		for _, o := range p.forms(ref) {
			c = append(c, labelsOf(o.DestinationRule(), host, o.Ref.Namespace, subset))
		}
		out = append(out, c)
	}
	lane := p.forms(LaneRef(subset))
	for _, ref := range p.groups[host] {
		var c choice
		for _, o := range lane {
			for _, group := range p.forms(ref) {
				c = append(c, laneLabels(o, group, host))
			}
		}
		out = append(out, c)
	}
	return out
}

// labelsOf returns the labels of a subset of a DestinationRule for a host; nil if there is no
// such subset.
func labelsOf(rule *networking.DestinationRule, host, namespace, subset string) map[string]string {
	if istioname.Domain("").Full(rule.GetHost(), namespace) != host {
		return nil
	}
	for _, s := range rule.GetSubsets() {
		if s.GetName() == subset {
			return orEmpty(s.GetLabels())
		}
	}
	return nil
}

// laneLabels returns the selector of a lane, if its group lists a host; else nil.
func laneLabels(lane, group form, host string) map[string]string {
	if lane.Lane() == nil || group.LaneGroup() == nil || lane.Lane().GroupName() != group.Ref.Name {
		return nil
	}
	for _, s := range group.LaneGroup().Spec.Services {
		if (ServiceName{s.Namespace, s.Name}).host() == host {
			return orEmpty(lane.Lane().Spec.LabelSelector)
		}
	}
	return nil
}

func orEmpty(labels map[string]string) map[string]string {
	if labels == nil {
		return map[string]string{}
	}
	return labels
}

// lane returns the hazards of a lane with weight in a strict group: every service of the group
// must have pods in the lane.
func (p *passage) lane(o form) []Hazard {
	lane := o.Lane()
	if lane == nil || lane.Spec.IngressWeight == nil || lane.Spec.IngressWeight.Weight == nil ||
		*lane.Spec.IngressWeight.Weight == 0 {
		return nil
	}
	const field = "spec.ingressWeight.weight"
	var out []Hazard
	for _, group := range p.forms(LaneGroupRef(lane.GroupName())) {
		if group.LaneGroup() == nil || group.LaneGroup().Permissive() != nil {
			continue
		}
		for _, s := range group.LaneGroup().Spec.Services {
			name := ServiceName{s.Namespace, s.Name}.full()
			for _, service := range p.forms(manifest.Ref{Kind: "Service", Namespace: name.Namespace, Name: name.Name}) {
				if service.Service() != nil &&
					!p.served(name.Namespace, service.Service().Spec.Selector,
						[]map[string]string{lane.Spec.LabelSelector}) {
					out = append(out, Hazard{Kind: LaneWithoutPods, Object: o.Ref, File: o.File, Line: o.LineOf(field),
						Field: field, Host: name.host(), Lane: o.Ref.Name})
				}
			}
		}
	}
	return out
}
