package istio_test

import (
	"cmp"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"

	"istio.io/istio/pilot/test/xdstest"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
)

// useWaypoint returns the labels for using a waypoint.
func useWaypoint(name, namespace string) map[string]string {
	return map[string]string{
		"istio.io/dataplane-mode": "ambient", "istio.io/use-waypoint": name,
		"istio.io/use-waypoint-namespace": namespace,
	}
}

// ambientApps is the number of random apps behind waypoints.
const ambientApps = 40

// TestWaypointRoutesAsPreviewSays compares istiod's routes at waypoints with preview's answers for
// calls, for random apps in an ambient mesh. The name of an app's waypoint, its namespace and the
// labelled objects vary.
func TestWaypointRoutesAsPreviewSays(t *testing.T) {
	ambient(t)
	compared := counts{}
	for first := 0; first < ambientApps; first += perIstiod {
		var all []drawn
		var waypoints []waypoint
		var objects []manifest.Object
		var running []runtime.Object
		for i := first; i < first+perIstiod; i++ {
			d := drawApp(t, i, false)
			own := d.app.Namespace
			w := newWaypoint("waypoint", []string{own, own + "-edge"}[i/2%2], i)
			kind := []string{"Service", "Namespace"}[i%2]
			d.asm = labelled(t, d.asm, kind, own, useWaypoint(w.name, w.namespace))
			d.plain = labelled(t, d.plain, kind, own, useWaypoint(w.name, w.namespace))
			d.cluster.takeLabels(d.plain)
			all, waypoints = append(all, d), append(waypoints, w)
			objects = append(objects, d.plain.All()...)
			running = append(append(append(running, d.cluster.objects(nil)...), namespaces(d.plain)...),
				w.objects(t)...)
		}
		s := startIstiod(t, running, objects...)
		for i, d := range all {
			t.Run(fmt.Sprintf("app-%d", d.seed),
				func(t *testing.T) { d.compareAtWaypoint(t, s, waypoints[i], compared) })
		}
	}
	t.Logf("compared: %v", compared)
	require.NotZero(t, compared["strict"])
	require.NotZero(t, compared["permissive"])
}

// compareAtWaypoint compares the answers for every caller and every Service. A waypoint does not
// know strict lanes: its only route is for all pods.
func (d drawn) compareAtWaypoint(t *testing.T, s istiod, w waypoint, compared counts) {
	listeners := s.Listeners(s.waypoint(w))
	asm, onPlain := preview.New(d.asm), preview.New(d.plain)
	for _, service := range d.app.Services {
		host := lanes.Host(service.Name, d.app.Namespace)
		routes := inbound(t, listeners, host, service.Port)
		require.NotNil(t, routes, "a waypoint for %s", host)
		for _, headers := range d.callHeaders() {
			r, err := routeFor(routes, service.Port, request{host: host, path: callPath, headers: headers})
			require.NoError(t, err)
			require.NotNil(t, r)
			got := map[string]*big.Rat{}
			for cluster, part := range clustersOf(r) {
				add(got, asOutbound(cluster), part)
			}
			if d.app.Permissive == nil {
				require.Equal(t, "1 "+fmt.Sprintf("outbound|%d||%s", service.Port, host), printed(got), "all pods")
				compared["strict"]++
			} else {
				compared["permissive"]++
			}
			for _, pod := range d.cluster.pods {
				call := preview.Call{
					Namespace: pod.Namespace, Labels: pod.Labels, Host: service.Name, Port: uint32(service.Port),
					Path: callPath, Headers: headers,
				}
				require.Equal(t, printed(got), clustersOfShares(t, asm, call), "lane kinds: %s calls %s with %v",
					pod.Name, service.Name, headers)
				require.Equal(t, printed(got), clustersOfShares(t, onPlain, call), "plain Istio: %s calls %s with %v",
					pod.Name, service.Name, headers)
			}
		}
	}
}

// shop has two Services in two versions each. They have their own namespace, and a waypoint in
// another one.
const shop = `
apiVersion: v1
kind: Service
metadata: {name: a, namespace: shop, labels: {istio.io/use-waypoint: wp, istio.io/use-waypoint-namespace: edge}}
spec: {selector: {app: a}, ports: [{name: http, port: 8000}]}
---
apiVersion: v1
kind: Service
metadata: {name: b, namespace: shop}
spec: {selector: {app: b}, ports: [{name: http, port: 8000}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: a, namespace: shop}
spec: {host: a, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: b, namespace: shop}
spec: {host: b, subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]}
`

// toA returns a VirtualService for a, with further fields.
func toA(at, spec string) string {
	namespace, name, _ := strings.Cut(at, "/")
	return vs(namespace, name, "hosts: [a.shop.svc.cluster.local], "+spec)
}

const (
	v1     = "route: [{destination: {host: a.shop.svc.cluster.local, subset: v1}}]"
	v2     = "route: [{destination: {host: a.shop.svc.cluster.local, subset: v2}}]"
	laneV2 = "match: [{headers: {X-Lane: {exact: v2}}}], " + v2
)

// TestWaypointTakesWhatPreviewSays compares the destinations of a call at a waypoint, with and
// without a header for a lane.
func TestWaypointTakesWhatPreviewSays(t *testing.T) {
	ambient(t)
	w := newWaypoint("wp", "edge", 0)
	const all, inV1, inV2 = "1 |8000||a", "1 |8000|v1|a", "1 |8000|v2|a"
	for name, test := range map[string]struct {
		services       string // shop with a change; empty for shop
		routes         []string
		without, asked string // destinations of calls without and with the header
	}{
		"nothing": {"", nil, all, all},
		"by labels": {"",
			[]string{toA("shop/x", "http: [{match: [{sourceLabels: {version: v1}}], "+v1+"}]")}, all, all},
		"by labels, for sidecars": {"",
			[]string{toA("shop/x", "http: [{match: [{sourceLabels: {version: v1}, gateways: [mesh]}], "+v1+"}]")}, all,
			all},
		"by labels, then all": {"",
			[]string{toA("shop/x", "http: [{match: [{sourceLabels: {version: v1}}], "+v1+"}, {"+v2+"}]")}, inV2, inV2},
		"by header": {"", []string{toA("shop/x", "http: [{"+laneV2+"}, {"+v1+"}]")}, inV1,
			inV2},
		"by weight": {"",
			[]string{toA("shop/x",
				"http: [{route: [{destination: {host: a.shop.svc.cluster.local, subset: v1}, weight: 75}, {destination: {host: a.shop.svc.cluster.local, subset: v2}, weight: 25}]}]")},
			"3/4 |8000|v1|a\n1/4 |8000|v2|a", "3/4 |8000|v1|a\n1/4 |8000|v2|a"},
		"of the waypoint's namespace": {"", []string{toA("edge/x", "http: [{"+v2+"}]")}, inV2, inV2},
		"of a foreign namespace":      {"", []string{toA("other/x", "http: [{"+v2+"}]")}, all, all},
		"of the root namespace":       {"", []string{toA("istio-system/x", "http: [{"+v2+"}]")}, all, all},
		"of both, the older first": {"",
			[]string{toA("edge/w", "http: [{"+laneV2+"}]"), toA("shop/x", "http: [{"+v1+"}]")}, inV1, inV2},
		"one's last does not end another's": {"",
			[]string{toA("edge/w", "http: [{match: [{uri: {exact: /x}}], "+v1+"}]"), toA("shop/x", "http: [{"+v2+"}]")},
			inV2, inV2},
		"kept to its namespace": {"", []string{toA("shop/x", "exportTo: [.], http: [{"+v2+"}]")}, all, all},
		"for the waypoint's namespace": {"", []string{toA("shop/x", "exportTo: [edge], http: [{"+v2+"}]")}, inV2,
			inV2},
		"kept to the waypoint's namespace": {"", []string{toA("edge/x", "exportTo: [.], http: [{"+v2+"}]")}, inV2,
			inV2},
		"exported ones come before public": {"",
			[]string{toA("edge/w", "http: [{"+v1+"}]"), toA("shop/x", "exportTo: [edge], http: [{"+laneV2+"}]")}, inV1,
			inV2},
		"of the caller's namespace": {"",
			[]string{toA("shop/x", "http: [{match: [{sourceNamespace: shop}], "+v2+"}]")}, all, all},
		"of the waypoint as a caller": {"",
			[]string{toA("shop/x", "http: [{match: [{sourceNamespace: edge}], "+v2+"}]")}, inV2, inV2},
		"for a gateway": {"", []string{toA("shop/x", "gateways: [gw], http: [{"+v2+"}]")}, all, all},
		"a match for a gateway": {"",
			[]string{toA("shop/x", "gateways: [gw, mesh], http: [{match: [{gateways: [gw]}], "+v2+"}]")}, all, all},
		"another port": {"", []string{toA("shop/x", "http: [{match: [{port: 80}], "+v2+"}]")}, all,
			all},
		"a wildcard": {"",
			[]string{vs("shop", "x", "hosts: ['*.shop.svc.cluster.local'], http: [{"+v2+"}]")}, inV2, inV2},
		"a wildcard besides": {"",
			[]string{vs("shop", "w", "hosts: ['*.local'], http: [{"+laneV2+"}]"), toA("shop/x", "http: [{"+v1+"}]")},
			inV1, inV2},
		"on to a Service without": {"",
			[]string{toA("shop/x", "http: [{route: [{destination: {host: b, subset: v2}}]}]")}, "1 |8000|v2|b",
			"1 |8000|v2|b"},
		"the Namespace's": {onNamespace(shop, ""),
			[]string{toA("edge/x", "http: [{match: [{sourceLabels: {version: v1}}], "+v2+"}]")}, all, all},
		"none, despite the Namespace's": {onNamespace(shop, "istio.io/use-waypoint: none"),
			[]string{toA("other/x", "http: [{"+v2+"}]")}, inV2, inV2},
		"empty, despite the Namespace's": {onNamespace(shop, "istio.io/use-waypoint: ''"),
			[]string{toA("other/x", "http: [{"+v2+"}]")}, inV2, inV2},
	} {
		t.Run(name, func(t *testing.T) {
			tr := plant(t, w.objects(t), append(test.routes, cmp.Or(test.services, shop),
				workloads("shop", "a", "b"))...)
			listeners := tr.Listeners(tr.waypoint(w))
			for i, want := range []string{test.without, test.asked} {
				headers := map[string]string{}
				if i == 1 {
					headers["x-lane"] = "v2"
				}
				caller := tr.pod(t, "b-v1")
				routes := inbound(t, listeners, "a.shop.svc.cluster.local", 8000)
				if routes == nil { // without a waypoint, the sidecar's routes
					routes = routeConfiguration(tr.Routes(tr.Sidecar(caller)), "8000")
				}
				r, err := routeFor(routes, 8000,
					request{host: "a.shop.svc.cluster.local", path: callPath, headers: headers})
				require.NoError(t, err)
				require.NotNil(t, r)
				got := map[string]*big.Rat{}
				for cluster, part := range clustersOf(r) {
					add(got, asOutbound(cluster), part)
				}
				require.Equal(t, want, strings.NewReplacer("outbound", "", ".shop.svc.cluster.local",
					"").Replace(printed(got)), "istiod")
				call := preview.Call{Namespace: "shop", Labels: caller.Labels, Host: "a", Path: callPath,
					Headers: headers}
				require.Equal(t, printed(got), clustersOfShares(t, preview.New(tr.set), call), "preview")
			}
		})
	}
}

// onNamespace returns the Services with the labels on their Namespace. own replaces the labels of
// the Services.
func onNamespace(services, own string) string {
	return strings.Replace(services, "istio.io/use-waypoint: wp, istio.io/use-waypoint-namespace: edge", own, 1) + `---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient, istio.io/use-waypoint: wp, istio.io/use-waypoint-namespace: edge}}`
}

// TestWaypointBehindGateway compares preview with istiod for a Service that asks for its waypoint
// at ingress. The gateway's endpoints are then the waypoint's: the waypoint chooses again.
func TestWaypointBehindGateway(t *testing.T) {
	ambient(t)
	w := newWaypoint("wp", "edge", 0)
	for label, viaWaypoint := range map[string]bool{"": false, `, istio.io/ingress-use-waypoint: "true"`: true,
		", istio.io/ingress-use-waypoint: 'false'": false} {
		tr := plant(t, w.objects(t), strings.Replace(shop, "wp,", "wp"+label+",", 1), workloads("shop", "a", "b"),
			ingress,
			toA("edge/x", "gateways: [gw], http: [{"+v1+"}]"), toA("shop/z", "http: [{"+v2+"}]"))
		endpoints := xdstest.ExtractLoadAssignments(tr.Endpoints(tr.Gateway(tr.door(t, "edge"))))
		at := endpoints["outbound|8000|v1|a.shop.svc.cluster.local"]
		require.Len(t, at, 1)
		require.Equal(t, viaWaypoint, strings.Contains(at[0], w.pod.Status.PodIP), "%v", at)
		result, err := preview.New(tr.set).Trace(preview.Request{Host: "a.shop.svc.cluster.local"})
		require.NoError(t, err)
		require.Equal(t, map[bool]string{false: "a@v1", true: "a@v2"}[viaWaypoint], result.Outcomes[0].String())
	}
}
