package routing

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/lanes"
)

// strategy returns how the group shares requests among its lanes; "" when that is
// left to a VirtualService of one's own. Lanes' rules need no strategy: ASM's
// samples with rules name none.
func (m *mesh) strategy() lanes.RoutingStrategy {
	if in := m.group.Spec.Ingress; in != nil && in.IngressRouting != nil && in.IngressRouting.Strategy == lanes.RoutingWeighted {
		return lanes.RoutingWeighted
	}
	if slices.ContainsFunc(m.lanes, func(lane *lanes.ASMSwimLane) bool { return slices.ContainsFunc(lane.Spec.IngressRules, online) }) {
		return lanes.RoutingRuleBased
	}
	return ""
}

// online reports whether a rule is in force. In ASM's own types unset is false.
func online(rule lanes.IngressRule) bool { return rule.Online != nil && *rule.Online }

// checkIngress checks what the routes at the gateway are made of.
func (m *mesh) checkIngress() {
	switch m.strategy() {
	case lanes.RoutingWeighted:
		m.checkWeights()
	case lanes.RoutingRuleBased:
		m.checkRules()
	}
}

func (m *mesh) checkWeights() {
	sum, entry := 0, ""
	for i, lane := range m.lanes {
		w := lane.Spec.IngressWeight
		if w == nil || w.Weight == nil {
			continue // the latter is reported
		}
		sum += int(*w.Weight)
		at := lanePath(i).Child("spec", "ingressWeight", "destination")
		m.checkEntry(at, w.Destination)
		if w.Destination == nil || w.Destination.Host == "" {
			continue
		}
		if entry == "" {
			entry = w.Destination.Host
		}
		if w.Destination.Host != entry {
			m.fault(field.Invalid(at.Child("host"), w.Destination.Host, "must be that of the other lanes: "+entry).WithOrigin("entry"))
		}
	}
	if sum != 100 {
		m.fault(field.Invalid(groupPath().Child("spec", "ingress", "ingressRouting", "ingressRoutingStrategy"), lanes.RoutingWeighted,
			fmt.Sprintf("must have lanes whose weights sum to 100, not %d", sum)).WithOrigin("sum"))
	}
}

// checkRules checks the lanes' rules, and that no two of them are for the same
// requests: only the first would ever be taken.
func (m *mesh) checkRules() {
	type request struct{ host, match string }
	seen := map[request]string{}
	for i, lane := range m.lanes {
		for j, rule := range lane.Spec.IngressRules {
			if !online(rule) {
				continue
			}
			at := lanePath(i).Child("spec", "ingressRules").Index(j)
			if rule.Route != nil {
				m.checkEntry(at.Child("route", "destination"), rule.Route.Destination)
			}
			match := fmt.Sprintf("%#v", ruleMatch(rule)) // maps print in order
			for _, host := range rule.Hosts {
				if first := seen[request{host, match}]; first != "" {
					m.fault(field.Invalid(at.Child("match"), rule.Name, "must be for other requests than "+first).WithOrigin("overlap"))
					break
				}
			}
			for _, host := range rule.Hosts {
				seen[request{host, match}] = fmt.Sprintf("rule %s of lane %s", rule.Name, lane.Name)
			}
		}
	}
}

// checkEntry checks that requests can be sent to a service of the group. A gateway
// cannot tell which of several ports is meant.
func (m *mesh) checkEntry(path *field.Path, to *lanes.RouteDestination) {
	if to == nil || to.Host == "" {
		return // reported
	}
	i, found := m.byHost[to.Host]
	if !found {
		m.fault(field.Invalid(path.Child("host"), to.Host, "must be the full name of a service of the group, such as "+lanes.Host("mocka", "default")).WithOrigin("service"))
		return
	}
	object := m.services[i].object
	if object == nil {
		return
	}
	ports := object.Spec.Ports
	switch {
	case to.PortNum == nil && len(ports) > 1:
		m.fault(field.Required(path.Child("portNum"), fmt.Sprintf("must be set: the service has %d ports", len(ports))))
	case to.PortNum != nil && !slices.ContainsFunc(ports, func(p corev1.ServicePort) bool { return uint32(p.Port) == *to.PortNum }):
		m.fault(field.NotFound(path.Child("portNum"), *to.PortNum))
	}
}

// ingress returns the VirtualServices at the gateway.
func (m *mesh) ingress() []VirtualServiceBuilder {
	switch m.strategy() {
	case lanes.RoutingWeighted:
		return []VirtualServiceBuilder{m.weighted()}
	case lanes.RoutingRuleBased:
		return m.ruleBased()
	}
	return nil
}

// atGateway returns a VirtualService without routes.
func (m *mesh) atGateway(hosts []string) VirtualServiceBuilder {
	gateway := m.group.Spec.Ingress.Gateway
	return VirtualServiceBuilder{Name: m.group.Name, Namespace: gateway.Namespace, Hosts: hosts, Gateways: []string{gateway.Namespace + "/" + gateway.Name}}
}

func (m *mesh) weighted() VirtualServiceBuilder {
	rule := m.group.Spec.Ingress.IngressRouting.WeightedRoutingRule
	var route Route
	for _, match := range rule.RequestMatches {
		route.Matches = append(route.Matches, LaneMatch(match))
	}
	for i, lane := range m.lanes {
		if w := lane.Spec.IngressWeight; w != nil {
			route.Destinations = append(route.Destinations, m.entry(i, w.Destination, int(*w.Weight)))
		}
	}
	if route.catchAll() {
		route.Matches = nil
	}
	b := m.atGateway(rule.Hosts)
	b.Routes = []Route{route}
	return b
}

// ruleBased returns a VirtualService for all hosts that have the same rules. As
// in Istio, a request is judged by those of the most specific host that covers
// its own.
func (m *mesh) ruleBased() []VirtualServiceBuilder {
	var routes []Route
	var hosts []string
	byHost := map[string][]int{} // the numbers of the routes
	for i, lane := range m.lanes {
		for _, rule := range lane.Spec.IngressRules {
			if !online(rule) {
				continue
			}
			for _, host := range rule.Hosts {
				if byHost[host] == nil {
					hosts = append(hosts, host)
				}
				byHost[host] = append(byHost[host], len(routes))
			}
			routes = append(routes, Route{
				Name: lane.Name + "." + rule.Name, Matches: []Match{ruleMatch(rule)}, Destinations: []Destination{m.entry(i, rule.Route.Destination, 100)},
			})
		}
	}
	var out []VirtualServiceBuilder
	same := map[string]int{}
	for _, host := range hosts {
		key := fmt.Sprint(byHost[host])
		i, found := same[key]
		if !found {
			i = len(out)
			same[key] = i
			out = append(out, m.atGateway(nil))
			out[i].Routes = inOrder(routes, byHost[host])
		}
		out[i].Hosts = append(out[i].Hosts, host)
	}
	for i := range out[1:] {
		sum := fnv.New32a()
		sum.Write([]byte(strings.Join(out[i+1].Hosts, " ")))
		out[i+1].Name += fmt.Sprintf(".%010d", sum.Sum32()) // no service's name begins with a digit
	}
	return out
}

// inOrder returns the routes with the given numbers, the one for every request
// last: there is at most one.
func inOrder(routes []Route, numbers []int) []Route {
	var out, last []Route
	for _, n := range numbers {
		if route := routes[n]; route.catchAll() {
			route.Matches = nil
			last = append(last, route)
		} else {
			out = append(out, route)
		}
	}
	return append(out, last...)
}

// ruleMatch returns the requests that a rule is for, the zero Match for every one.
func ruleMatch(rule lanes.IngressRule) Match {
	if rule.Match == nil || LaneMatch(*rule.Match).matchesAny() {
		return Match{}
	}
	return LaneMatch(*rule.Match)
}

// entry returns the destination of requests that enter a lane.
func (m *mesh) entry(lane int, to *lanes.RouteDestination, weight int) Destination {
	d := Destination{Host: to.Host, Subset: m.serving(lane, m.services[m.byHost[to.Host]]).Name, Weight: weight}
	if to.PortNum != nil {
		d.Port = *to.PortNum
	}
	if m.permissive {
		d.Headers.Request.Set = map[string]string{m.routeHeader: m.lanes[lane].Name}
	}
	return d
}
