package release

import (
	"cmp"
	"maps"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// gatewayOf returns the builder of the app's own gateway.
func gatewayOf(app lanes.App) routing.GatewayBuilder {
	g := app.Gateway
	selector := g.Selector
	if len(selector) == 0 {
		selector = map[string]string{"istio": "ingressgateway"}
	}
	port := g.Port
	if port == 0 {
		port = 80
	}
	return routing.GatewayBuilder{
		Name:      g.Name,
		Namespace: g.Namespace,
		Selector:  selector,
		Servers:   []routing.Server{{Port: port, Name: "http", Protocol: "HTTP", Hosts: g.AllHosts()}},
	}
}

// entryOf returns the builder of the route by which requests enter the app's lanes, without the
// retired lanes. Its namespace is that of the gateway, which it names without one.
func entryOf(app lanes.App, weights rollout.Weights, retired map[string]bool) routing.VirtualServiceBuilder {
	var options lanes.RouteOptions
	if app.Gateway.Route != nil {
		options = *app.Gateway.Route
	}
	route := routing.Route{Name: options.Name, Timeout: options.Timeout.Duration}
	for _, m := range app.Gateway.Matches {
		route.Matches = append(route.Matches, routing.LaneMatch(m))
	}
	if r := options.Retries; r != nil {
		route.Retries = &routing.Retries{Attempts: r.Attempts, PerTryTimeout: r.PerTryTimeout.Duration, On: r.On}
	}
	var routes []routing.Route
	for _, t := range options.Testers {
		lane := laneOf(app, t.Version)
		if retired[lane] {
			continue
		}
		r := route
		r.Name, r.Matches = t.Name, testerMatches(app.Gateway.Matches, t.Headers)
		r.Destinations = []routing.Destination{destination(app, rollout.W(lane, 100))}
		routes = append(routes, r)
	}
	for _, w := range weights {
		route.Destinations = append(route.Destinations, destination(app, w))
	}
	route.Mirror = mirrorOf(app, options.Mirror, retired)
	return routing.VirtualServiceBuilder{
		Name:      app.Name,
		Namespace: app.Gateway.Namespace,
		Hosts:     app.Gateway.AllHosts(),
		Gateways:  []string{app.Gateway.Name},
		Routes:    append(routes, route),
	}
}

// destination returns the destination of requests that enter a lane.
func destination(app lanes.App, w rollout.Weight) routing.Destination {
	entry := app.Entry()
	d := routing.Destination{Host: app.HostOf(entry), Subset: w.Lane, Port: app.EntryPort(), Weight: w.Percent}
	if app.Permissive != nil { // later calls find their lane by the header
		v, _ := app.VersionOf(w.Lane)
		d.Subset = app.ServingLane(v, entry.Name)
		d.Headers.Request.Set = map[string]string{app.Permissive.RouteHeader: w.Lane}
	}
	return d
}

// testerMatches returns the matches of the app, each with headers added.
func testerMatches(matches []lanes.RequestMatch, headers map[string]lanes.StringMatch) []routing.Match {
	if len(matches) == 0 {
		matches = []lanes.RequestMatch{{}}
	}
	var out []routing.Match
	for _, m := range matches {
		both := maps.Clone(headers)
		maps.Copy(both, m.Headers)
		out = append(out, routing.LaneMatch(lanes.RequestMatch{URI: m.URI, Headers: both}))
	}
	return out
}

// mirrorOf returns where copies of requests go. It is nil without a mirror, and for a retired
// lane.
func mirrorOf(app lanes.App, m *lanes.Mirror, retired map[string]bool) *routing.Mirror {
	switch {
	case m == nil:
		return nil
	case m.Service != "":
		return &routing.Mirror{Host: lanes.Host(m.Service, namespaceOf(m, app)), Port: uint32(m.Port),
			Percent: m.Percent}
	}
	lane := laneOf(app, m.Version)
	if retired[lane] {
		return nil
	}
	return &routing.Mirror{Host: app.HostOf(app.Entry()), Subset: lane, Port: app.EntryPort(), Percent: m.Percent}
}

// namespaceOf returns the namespace of the Service that a mirror names.
func namespaceOf(m *lanes.Mirror, app lanes.App) string {
	return cmp.Or(m.Namespace, app.Namespace, lanes.DefaultNamespace)
}

// laneOf returns the lane of a version by its name; empty if the app has no such version.
func laneOf(app lanes.App, version string) string {
	for _, v := range app.Versions {
		if v.Name == version {
			return v.LaneName()
		}
	}
	return ""
}
