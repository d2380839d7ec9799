package istiolanes

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/routing"
)

// entries returns the VirtualServices at the gateway.
func (c *conversion) entries() []routing.VirtualServiceBuilder {
	entries := c.facts.Entries()
	switch {
	case len(entries) == 0:
		return nil
	case c.Group.Strategy() == lanes.RoutingWeighted:
		return []routing.VirtualServiceBuilder{c.weighted(entries)}
	}
	return c.ruleBased(entries)
}

// atGateway returns a VirtualService without routes.
func (c *conversion) atGateway(hosts []string) routing.VirtualServiceBuilder {
	gateway := c.Group.Spec.Ingress.Gateway
	return routing.VirtualServiceBuilder{Name: c.Group.Name, Namespace: gateway.Namespace, Hosts: hosts,
		Gateways: []string{gateway.Namespace + "/" + gateway.Name}}
}

// weighted returns one route to all lanes. Their hosts and matches are the same.
func (c *conversion) weighted(entries []lanes.Entry) routing.VirtualServiceBuilder {
	route := routing.Route{Matches: matchesOf(entries[0])}
	for _, e := range entries {
		route.Destinations = append(route.Destinations, c.destination(e))
	}
	b := c.atGateway(entries[0].Hosts)
	b.Routes = []routing.Route{route}
	return b
}

// ruleBased returns a VirtualService for all hosts that have the same rules. As in Istio,
// the rules of the most specific host that covers a request's host apply to it.
func (c *conversion) ruleBased(entries []lanes.Entry) []routing.VirtualServiceBuilder {
	var hosts []string
	byHost := map[string][]int{} // the numbers of the entries
	for i, e := range entries {
		for _, host := range e.Hosts {
			if byHost[host] == nil {
				hosts = append(hosts, host)
			}
			byHost[host] = append(byHost[host], i)
		}
	}
	var out []routing.VirtualServiceBuilder
	same := map[string]int{}
	for _, host := range hosts {
		key := fmt.Sprint(byHost[host])
		i, found := same[key]
		if !found {
			i = len(out)
			same[key] = i
			out = append(out, c.atGateway(nil))
			out[i].Routes = c.inOrder(entries, byHost[host])
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

// inOrder returns the routes of the entries with the given numbers. The one for every
// request comes last: there is at most one.
func (c *conversion) inOrder(entries []lanes.Entry, numbers []int) []routing.Route {
	var out, last []routing.Route
	for _, n := range numbers {
		e := entries[n]
		route := routing.Route{Name: e.Lane + "." + e.Rule, Matches: matchesOf(e),
			Destinations: []routing.Destination{c.destination(e)}}
		if len(route.Matches) == 0 {
			last = append(last, route)
		} else {
			out = append(out, route)
		}
	}
	return slices.Concat(out, last)
}

func matchesOf(e lanes.Entry) []routing.Match {
	var out []routing.Match
	for _, match := range e.Matches {
		out = append(out, routing.LaneMatch(match))
	}
	return out
}

// destination returns the destination of requests that enter a lane.
func (c *conversion) destination(e lanes.Entry) routing.Destination {
	d := routing.Destination{Host: e.Destination.Host, Subset: e.Serving, Weight: int(e.Weight)}
	if e.Destination.PortNum != nil {
		d.Port = *e.Destination.PortNum
	}
	if header := c.Group.RouteHeader(); header != "" {
		d.Headers.Request.Set = map[string]string{header: e.Lane}
	}
	return d
}
