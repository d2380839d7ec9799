package lanes

import (
	"slices"
)

// Entry is one way that ASM lets requests into a lane.
//
// +kubebuilder:object:generate=false
type Entry struct {
	// Lane is the lane that requests enter.
	Lane string
	// Rule is the name of the lane's rule. Empty with RoutingWeighted.
	Rule string
	// Hosts are the hosts of the requests.
	Hosts []string
	// Matches say which requests enter: those that match at least one. Empty means all.
	Matches []RequestMatch
	// Destination is the service that they go to first.
	Destination RouteDestination
	// Weight is the share of these requests, in percent: 100 for a rule.
	Weight int32
	// Serving is the lane with the pods that get the requests. It differs from Lane when
	// Lane lacks the service, as for calls.
	Serving string
}

// Entries returns how ASM lets requests into the lanes, in the order of the lanes and
// their rules. With RoutingWeighted it has one entry per lane with a weight, all with the
// hosts and matches of the group's weightedRoutingRule. Otherwise it has one per rule in
// force, and none where another VirtualService lets the requests in. It leaves out a lane
// without destination, weight or rule; see [Group.Problems]. The entries share data with
// the objects.
func (g Group) Entries() []Entry {
	var out []Entry
	weighted := g.group.Strategy() == RoutingWeighted
	for i, lane := range g.lanes {
		if lane == nil || g.laneAt[lane.Name] != i {
			continue
		}
		if weighted {
			out = g.addWeight(out, lane)
		} else {
			out = g.addRules(out, lane)
		}
	}
	return out
}

func (g Group) addWeight(out []Entry, lane *ASMSwimLane) []Entry {
	w, rule := lane.Spec.IngressWeight, g.group.Routing().WeightedRoutingRule
	if w == nil || w.Weight == nil || w.Destination == nil || rule == nil {
		return out
	}
	return append(out, Entry{
		Lane: lane.Name, Hosts: rule.Hosts, Matches: meant(rule.RequestMatches), Weight: *w.Weight,
		Destination: *w.Destination, Serving: g.entered(lane.Name, w.Destination.Host),
	})
}

func (g Group) addRules(out []Entry, lane *ASMSwimLane) []Entry {
	for _, rule := range lane.Spec.IngressRules {
		if !rule.InForce() || rule.Route == nil || rule.Route.Destination == nil {
			continue
		}
		e := Entry{
			Lane: lane.Name, Rule: rule.Name, Hosts: rule.Hosts, Weight: 100,
			Destination: *rule.Route.Destination, Serving: g.entered(lane.Name, rule.Route.Destination.Host),
		}
		if rule.Match != nil {
			e.Matches = meant([]RequestMatch{*rule.Match})
		}
		out = append(out, e)
	}
	return out
}

// entered returns the lane that serves the requests that enter a lane.
func (g Group) entered(lane, host string) string {
	if i, short := g.keyAt[DefaultNamespace+"/"+host]; short { // a short name is a problem
		host = g.services[i].host
	}
	return g.Serving(lane, host)
}

// meant returns nil where one of the matches covers every request.
func meant(matches []RequestMatch) []RequestMatch {
	if slices.ContainsFunc(matches, RequestMatch.matchesAny) {
		return nil
	}
	return matches
}

// matchesAny reports whether every request matches. Istio, which carries out ASM's rules,
// has two paths that match any. Source: Istio, pilot/pkg/networking/core/route,
// IsCatchAllRoute.
func (m RequestMatch) matchesAny() bool {
	return len(m.Headers) == 0 && (m.URI == nil || *m.URI == StringMatch{Prefix: "/"} ||
		*m.URI == StringMatch{Regex: ".*"})
}
