package istio_test

import (
	"fmt"
	"maps"
	"testing"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"github.com/stretchr/testify/require"

	"istio.io/istio/pkg/test/util/retry"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/oracle/istio/mesh"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// permissiveApp is the mock app with versions that lack services: v2 lacks the middle one; v3 lacks
// the entry, and v2 serves it.
func permissiveApp() lanes.App {
	app := mock.App()
	app.Permissive = &lanes.Permissive{
		Baseline:    "v1",
		Fallbacks:   map[string]string{"mocka": "v2"},
		TraceHeader: "x-lane",
		RouteHeader: "x-lane",
	}
	lacks := func(i int, service string) {
		v := &app.Versions[i]
		v.Without = []string{service}
		for j, s := range v.Services {
			if s.Name == service {
				v.Services = append(v.Services[:j:j], v.Services[j+1:]...)
				break
			}
		}
	}
	lacks(1, "mockb")
	lacks(2, "mocka")
	return app
}

// TestPermissiveLanesOnRealRequests releases an app with lanes that lack services. The weights are
// in a VirtualService, or in the lanes. A request meets its own lane wherever that has the service,
// also after a fallback.
func TestPermissiveLanesOnRealRequests(t *testing.T) {
	traces := map[string]string{
		"v1": "mocka@v1 -> mockb@v1 -> mockc@v1",
		"v2": "mocka@v2 -> mockb@v1 -> mockc@v2",
		"v3": "mocka@v2 -> mockb@v3 -> mockc@v3",
	}
	for name, strategy := range map[string]lanes.RoutingStrategy{"own-route": "", "weighted": lanes.RoutingWeighted} {
		t.Run(name, func(t *testing.T) {
			app, plan := permissiveApp(), mock.Plan()
			app.Strategy = strategy
			at := func(place string) (manifest.Set, manifest.Set) {
				set, err := release.Render(app, plan, stateAt(t, plan, place), release.Options{})
				require.NoError(t, err)
				return set, plain(t, set)
			}
			asm, set := at(plan.Stages[0].Name)
			p := startPlane(t, app, values[*lanes.ASMSwimLane](asm, lanes.KindLane), set, app.Permissive.RouteHeader)
			for _, place := range seedPlaces() {
				t.Run(place, func(t *testing.T) {
					asm, set := at(place)
					p.Istiod.Apply(t, set.Kind("VirtualService")...)
					weights := plan.Weights(stateAt(t, plan, place))
					want := map[string]float64{}
					for _, w := range weights {
						if w.Percent > 0 {
							want[traces[w.Lane]] = float64(w.Percent) / 100
						}
					}
					var served mesh.Resources
					retry.UntilSuccessOrFail(t, func() error {
						out, routes := p.GatewayResources(mesh.GatewayPod(app), "shop.example.com")
						served = out
						return setsHeader(routes, app.Permissive.RouteHeader, weights)
					})
					require.Equal(t, want, previewed(t, asm, "/mock"), "preview of the lane kinds")
					require.Equal(t, want, previewed(t, set, "/mock"), "preview of plain Istio")
					r := mesh.NewReplay(t)
					r.Publish(served)
					split(t.Context(), t, mesh.DialReplay(t, r, "xds:///shop.example.com"), "/mock", want)
				})
			}
		})
	}
}

// setsHeader returns an error unless the routes have the weights, and each sets the header to its
// lane.
func setsHeader(rc *route.RouteConfiguration, header string, weights rollout.Weights) error {
	got, want := map[string]int{}, map[string]int{}
	for _, d := range mesh.Destinations(rc) {
		headers := d.Headers()
		if len(headers) != 1 || headers[0].Header.Key != header ||
			headers[0].AppendAction != core.HeaderValueOption_OVERWRITE_IF_EXISTS_OR_ADD {
			return fmt.Errorf("%s must set header %s, and has %v", *d.Cluster, header, headers)
		}
		got[headers[0].Header.Value] += d.Weight()
	}
	for _, w := range weights {
		if w.Percent > 0 {
			want[w.Lane] = w.Percent
		}
	}
	if !maps.Equal(got, want) {
		return fmt.Errorf("the gateway has weights %v, must have %v", got, want)
	}
	return nil
}
