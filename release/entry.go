package release

import (
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

// entryOf returns the builder of the route by which requests enter the app's
// lanes. It stands beside the gateway, so that a short name finds it.
func entryOf(app lanes.App, weights rollout.Weights) routing.VirtualServiceBuilder {
	route := routing.Route{}
	for _, m := range app.Gateway.Matches {
		route.Matches = append(route.Matches, routing.LaneMatch(m))
	}
	service := app.Entry().Name
	for _, w := range weights {
		d := routing.Destination{Host: lanes.Host(service, app.Namespace), Subset: w.Lane, Weight: w.Percent}
		if app.Permissive != nil { // what follows finds its lane by the header
			v, _ := app.VersionOf(w.Lane)
			d.Subset = app.ServingLane(v, service)
			d.Headers.Request.Set = map[string]string{app.Permissive.RouteHeader: w.Lane}
		}
		route.Destinations = append(route.Destinations, d)
	}
	return routing.VirtualServiceBuilder{
		Name:      app.Name,
		Namespace: app.Gateway.Namespace,
		Hosts:     app.Gateway.AllHosts(),
		Gateways:  []string{app.Gateway.Name},
		Routes:    []routing.Route{route},
	}
}
