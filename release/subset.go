package release

import (
	"slices"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// Subset is a lane in one service, on Istio without ASM: a subset of a DestinationRule with the
// lane's name.
type Subset struct {
	// Lane is the name of the subset.
	Lane string
	// Service is the service of the pods that the subset selects.
	Service ServiceName
	// Rule is the DestinationRule, and Index the subset's position in it.
	Rule  manifest.Object
	Index int
	// Labels are the labels by which the subset selects pods.
	Labels map[string]string
}

// plain is what a release on Istio without ASM's lanes finds in a set.
type plain struct {
	services []ServiceName
	subsets  []Subset // of the plan's lanes, in the order of the set
	routes   []LaneRoute
}

// Plain reports whether the lanes of the release are subsets of DestinationRules, on Istio
// without ASM. A service of the plan's routes then has a subset of one of its lanes, no lane
// group lists it, and no lane is an ASMSwimLane.
func (l Live) Plain() bool { return l.plain != nil }

// Services returns the services that are released together, by namespace and name. They are the
// services of the lane groups of the plan's lanes. On Istio without ASM they are the services
// of [Config]. If it lists none, they are the services that the plan's routes lead to, and
// those with VirtualServices that keep calls in a lane of the plan.
func (l Live) Services() []ServiceName { return slices.Clone(l.members.services) }

// Subsets returns the subsets of a lane; none if lanes are ASM's.
func (l Live) Subsets(lane string) []Subset {
	if l.plain == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(l.plain.subsets), func(s Subset) bool { return s.Lane != lane })
}

// readPlain reads the subsets of the plan's lanes. It returns nil if lanes are ASM's, or there
// are no subsets.
func (l Live) readPlain() *plain {
	planned := l.Config.Plan.Before
	if l.Config.Values != nil {
		return nil
	}
	for _, w := range planned {
		if _, there := l.Set.Get(LaneRef(w.Lane)); there || l.Config.LaneGroup != "" {
			return nil
		}
	}
	var domain istioname.Domain
	entries := l.entryServices()
	grouped := map[string]bool{} // hosts of lane groups
	for _, o := range l.Set.Kind(lanes.KindLaneGroup) {
		if o.LaneGroup() != nil {
			for _, s := range o.LaneGroup().Spec.Services {
				grouped[ServiceName{s.Namespace, s.Name}.host()] = true
			}
		}
	}
	if len(entries) == 0 || slices.ContainsFunc(entries, func(s ServiceName) bool { return grouped[s.host()] }) {
		return nil
	}
	out := &plain{routes: l.readLaneRoutes(planned)}
	out.services = slices.Clone(l.Config.Services)
	for i, s := range out.services {
		out.services[i] = s.full()
	}
	if len(out.services) == 0 {
		out.services = entries
		for _, r := range out.routes {
			out.services = append(out.services, r.Service)
		}
	}
	slices.SortFunc(out.services, ServiceName.compare)
	out.services = slices.Compact(out.services)
	ours := make(map[string]ServiceName, len(out.services))
	for _, s := range out.services {
		ours[s.host()] = s
	}
	out.routes = slices.DeleteFunc(out.routes,
		func(r LaneRoute) bool { return ours[r.Service.host()] == ServiceName{} })
	for _, o := range l.Set.Kind("DestinationRule") {
		rule := o.DestinationRule()
		if rule == nil {
			continue
		}
		service, is := ours[domain.Full(rule.Host, o.Ref.Namespace)]
		for i, s := range rule.GetSubsets() {
			if _, named := planned.Percent(s.GetName()); is && named {
				out.subsets = append(out.subsets, Subset{s.GetName(), service, o, i, s.GetLabels()})
			}
		}
	}
	atEntry := func(s Subset) bool { return slices.Contains(entries, s.Service) }
	if !slices.ContainsFunc(out.subsets, atEntry) {
		return nil
	}
	return out
}

// entryServices returns the services that the plan's routes lead to.
func (l Live) entryServices() []ServiceName {
	var out []ServiceName
	for _, r := range l.Config.Routes {
		o, _ := l.Set.Get(r.Ref())
		if o.VirtualService() == nil {
			continue
		}
		route, _, err := routing.FindRoute(o.VirtualService(), r.Route)
		if err != nil {
			continue // its holder has the error
		}
		for _, d := range route.GetRoute() {
			if s, is := serviceOf(d.GetDestination().GetHost(), o.Ref.Namespace); is && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
	}
	return out
}

// subsetOf returns the lane of the plan with a subset that selects pods of a version; empty if
// there is none.
func (p *plain) subsetOf(planned rollout.Weights, version string) string {
	for _, w := range planned {
		for _, s := range p.subsets {
			if s.Lane == w.Lane && lanes.VersionOf(s.Labels) == version {
				return s.Lane
			}
		}
	}
	return ""
}
