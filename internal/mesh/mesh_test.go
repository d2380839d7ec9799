package mesh_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/manifest"
)

// read indexes documents.
func read(t *testing.T, documents ...string) *mesh.Mesh {
	t.Helper()
	set, err := manifest.Decode(manifest.File{Name: "all.yaml", Data: []byte(strings.Join(documents, "\n---\n"))})
	require.NoError(t, err)
	require.Empty(t, set.Faults())
	return mesh.New(set, "")
}

func service(name, namespace string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: Service\nmetadata: {name: %[1]s, namespace: %[2]s}\n"+
		"spec: {selector: {app: %[1]s}, ports: [{name: http, port: 80}]}", name, namespace)
}

// workload returns an object of a kind that runs pods of a service in a version.
func workload(kind, name, version, spec string) string {
	return fmt.Sprintf(`apiVersion: %s
metadata: {name: %[2]s-%[3]s}
spec: {%[4]s selector: {matchLabels: {app: %[2]s, version: %[3]s}}, template: {metadata: {labels: {app: %[2]s, version: %[3]s}}, spec: {containers: [{name: c, image: i, env: [{name: NEXT, value: "http://b:80/x"}]}]}}}`,
		kind, name, version, spec)
}

func rule(name, namespace, host, more string) string {
	return fmt.Sprintf("apiVersion: networking.istio.io/v1\nkind: DestinationRule\n"+
		"metadata: {name: %s, namespace: %s}\nspec: {host: %s, subsets: [{name: %s, labels: {version: v1}}]%s}", name,
		namespace, host, name, more)
}

func routes(name, namespace, spec string) string {
	return fmt.Sprintf("apiVersion: networking.istio.io/v1\nkind: VirtualService\n"+
		"metadata: {name: %s, namespace: %s}\nspec: %s", name, namespace, spec)
}

// The first namespace with a rule that the caller sees decides about a subset: its own, the
// Service's, then the root namespace.
func TestSubsetIsThatOfTheCallersRules(t *testing.T) {
	const host = "a.shop.svc.cluster.local"
	base := []string{service("a", "shop"),
		strings.Replace(workload("apps/v1\nkind: Deployment", "a", "v1", ""), "name: a-v1",
			"name: a-v1, namespace: shop", 1)}
	for name, test := range map[string]struct {
		rules  []string
		caller mesh.Caller
		want   string // the visible subset, of mine, shops, roots and third
	}{
		"the caller's": {[]string{rule("mine", "web", host, ""), rule("shops", "shop", "a", "")},
			mesh.Caller{Namespace: "web"}, "mine"},
		"the Service's": {[]string{rule("shops", "shop", "a", ""),
			rule("roots", "istio-system", host, "")}, mesh.Caller{Namespace: "web"}, "shops"},
		"the root's": {[]string{rule("roots", "istio-system", host, "")},
			mesh.Caller{Namespace: "web"}, "roots"},
		"nobody looks in a third": {[]string{rule("third", "third", host, "")}, mesh.Caller{Namespace: "web"},
			""},
		"not exported": {[]string{rule("shops", "shop", "a", ", exportTo: [.]")},
			mesh.Caller{Namespace: "web"}, ""},
		"exported to the caller": {[]string{rule("shops", "shop", "a", ", exportTo: [web]")},
			mesh.Caller{Namespace: "web"}, "shops"},
		"the caller's own, though private": {[]string{rule("mine", "web", host, ", exportTo: [.]")},
			mesh.Caller{Namespace: "web"}, "mine"},
		"a wildcard": {[]string{rule("shops", "shop", "'*.shop.svc.cluster.local'", "")},
			mesh.Caller{Namespace: "web"}, "shops"},
		"for other pods": {[]string{rule("mine", "web", host, ", workloadSelector: {matchLabels: {app: x}}")},
			mesh.Caller{Namespace: "web"}, ""},
		"for these pods": {[]string{rule("mine", "web", host, ", workloadSelector: {matchLabels: {app: x}}")},
			mesh.Caller{Namespace: "web", Labels: map[string]string{"app": "x"}}, "mine"},
	} {
		t.Run(name, func(t *testing.T) {
			m := read(t, append(base, test.rules...)...)
			for _, subset := range []string{"mine", "shops", "roots", "third"} {
				pods, found := m.Subset(test.caller, host, subset)
				require.Equal(t, subset == test.want, found, subset)
				require.Equal(t, found, len(pods) == 1, subset)
			}
			require.Equal(t, strings.Contains(strings.Join(test.rules, ""), "workloadSelector"), m.ByClient)
		})
	}
}

// A sidecar has the routes of one VirtualService. A waypoint has the routes of all nearby ones,
// without those that match source labels.
func TestRulesOfSidecarsAndWaypoints(t *testing.T) {
	byLabels := "{hosts: [a], http: [{match: [{sourceLabels: {version: v1}}], route: [{destination: {host: a}}]}, {match: [{uri: {prefix: /x}}], route: [{destination: {host: a}}]}]}"
	m := read(t, strings.Replace(service("a", "shop"), "namespace: shop",
		"namespace: shop, labels: {istio.io/use-waypoint: w, istio.io/use-waypoint-namespace: infra, istio.io/ingress-use-waypoint: 'true'}",
		1),
		routes("own", "shop", byLabels),
		routes("near", "infra",
			"{hosts: [a.shop.svc.cluster.local], http: [{route: [{destination: {host: a.shop.svc.cluster.local}}]}]}"),
		routes("far", "web", "{hosts: [a.shop.svc.cluster.local], http: [{redirect: {uri: /}}]}"))
	const host = "a.shop.svc.cluster.local"
	at := func(c mesh.Caller) (out []string) {
		for _, r := range m.SidecarRules(c, mesh.Call{Host: host, Authority: host, Port: 80}) {
			out = append(out, r.At())
		}
		return out
	}
	sidecar := mesh.Caller{Namespace: "web", Labels: map[string]string{"version": "v1"}, Gateway: istioname.Mesh}
	require.Equal(t, []string{"VirtualService web/far http[0]"}, at(sidecar), "the first by name")
	s := m.Services[host]
	require.Equal(t, &mesh.Caller{Namespace: "infra", Gateway: istioname.Mesh, Waypoint: true}, s.Waypoint)
	require.True(t, s.AtIngress)
	require.Equal(t, []string{"VirtualService infra/near http[0]", "VirtualService shop/own http[1]"}, at(*s.Waypoint))
	require.True(t, m.HasSidecarRules(host))
}

func TestWaypointOfANamespace(t *testing.T) {
	const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio.io/use-waypoint: w}}"
	m := read(t, namespace, service("a", "shop"),
		strings.Replace(service("b", "shop"), "namespace: shop",
			"namespace: shop, labels: {istio.io/use-waypoint: none}", 1), service("c", "default"))
	require.NotNil(t, m.Services["a.shop.svc.cluster.local"].Waypoint)
	require.Nil(t, m.Services["b.shop.svc.cluster.local"].Waypoint)
	require.Nil(t, m.Services["c.default.svc.cluster.local"].Waypoint)
}

// An object with a pod template runs pods; a Rollout may use the template of a Deployment.
func TestWorkloads(t *testing.T) {
	m := read(t, service("a", "default"), service("b", "default"),
		workload("apps/v1\nkind: Deployment", "a", "v1", "replicas: 0,"),
		workload("apps/v1\nkind: StatefulSet", "a", "v2", "replicas: 2, serviceName: a,"),
		workload("apps/v1\nkind: DaemonSet", "a", "v3", ""),
		workload("argoproj.io/v1alpha1\nkind: Rollout", "a", "v4", "replicas: 4,"),
		"apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: a-v1}\n"+
			"spec: {replicas: 3, workloadRef: {apiVersion: apps/v1, kind: Deployment, name: a-v1}}",
		"apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: lost}\n"+
			"spec: {workloadRef: {apiVersion: apps/v1, kind: Deployment, name: elsewhere}}",
		"apiVersion: v1\nkind: Pod\nmetadata: {name: a-v5, labels: {app: a, version: v5}}\n"+
			"spec: {containers: [{name: c, image: i}]}")
	replicas := map[string]int64{}
	s := m.Services["a.default.svc.cluster.local"]
	for _, w := range s.Pods {
		replicas[w.Object.Ref.Kind+" "+w.Labels["version"]] = w.Replicas
		if w.Object.Ref.Kind != "Pod" {
			require.Equal(t, []mesh.Call{{Host: "b.default.svc.cluster.local", Authority: "b:80", Port: 80,
				Path: "/x"}}, m.CallsOf(s, w))
		}
		require.Equal(t, []string{w.Labels["version"]}, s.LanesOf(w))
		require.True(t, s.HasLane(w.Labels["version"]))
	}
	require.Equal(t, map[string]int64{"Deployment v1": 0, "Rollout v1": 3, "StatefulSet v2": 2, "DaemonSet v3": 1,
		"Rollout v4": 4, "Pod v5": 1}, replicas)
	require.Len(t, m.Workloads, 6)
}

func TestPorts(t *testing.T) {
	m := read(t, service("one", "default"),
		strings.Replace(service("two", "default"), "[{name: http, port: 80}]",
			"[{name: tcp-db, port: 81}, {name: web, appProtocol: http, port: 82}, {name: dns, protocol: UDP, port: 83}]",
			1),
		"apiVersion: v1\nkind: Service\nmetadata: {name: none}\nspec: {clusterIP: None}")
	one, two, none := m.Services["one.default.svc.cluster.local"], m.Services["two.default.svc.cluster.local"],
		m.Services["none.default.svc.cluster.local"]
	require.Equal(t, [3]uint32{80, 82, 80}, [3]uint32{one.DefaultPort(), two.DefaultPort(), none.DefaultPort()})
	require.Equal(t, [2]uint32{80, 4711}, [2]uint32{one.PortOf(4711), two.PortOf(4711)})
	require.Equal(t, [4]bool{true, false, true, true},
		[4]bool{one.HasPort(80), two.HasPort(80), two.HasPort(82), none.HasPort(1)})
	require.Equal(t, [5]bool{true, false, true, false, true},
		[5]bool{one.IsHTTP(80), two.IsHTTP(81), two.IsHTTP(82), two.IsHTTP(83), two.IsHTTP(84)})
	require.True(t, none.Headless())
}

func TestExternalHostsAreSeenWhereTheyAreExported(t *testing.T) {
	entry := func(namespace, host, to string) string {
		return fmt.Sprintf("apiVersion: networking.istio.io/v1\nkind: ServiceEntry\n"+
			"metadata: {name: e, namespace: %s}\nspec: {hosts: ['%s'], exportTo: ['%s']}", namespace, host, to)
	}
	m := read(t, entry("shop", "*.example.com", "."), entry("web", "a.example.com", "*"),
		rule("x", "web", "a.example.com", ""))
	require.True(t, m.External("b.example.com", "shop"))
	require.False(t, m.External("b.example.com", "web"))
	require.True(t, m.External("a.example.com", "anywhere"))
	_, found := m.Subset(mesh.Caller{Namespace: "web"}, "a.example.com", "x")
	require.True(t, found)
}

// For a VirtualService a server has the hosts for its namespace.
func TestServersOfGateways(t *testing.T) {
	m := read(t, `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw, namespace: infra}
spec:
  selector: {istio: gw}
  servers:
  - {port: {number: 80, name: http, protocol: HTTP}, hosts: ["*.example.com", "./own.example.org", "shop/a.example.net"], tls: {httpsRedirect: true}}
  - {port: {number: 443, name: https, protocol: HTTPS}, hosts: ["*"], tls: {mode: SIMPLE, credentialName: c}}
  - {port: {number: 444, name: tls, protocol: HTTPS}, hosts: ["*"], tls: {mode: PASSTHROUGH}}
  - {port: {number: 445, name: tcp, protocol: TCP}, hosts: ["*"]}`,
		routes("vs", "shop",
			"{hosts: [a.example.com], gateways: [infra/gw], exportTo: [infra], tcp: [{route: [{destination: {host: x.y}}]}], http: [{route: [{destination: {host: x.y}}]}]}"))
	g := m.Gateway("infra/gw")
	require.Nil(t, m.Gateway("infra/other"))
	require.Len(t, g.Servers, 2, "those that take HTTP")
	require.Equal(t, mesh.Caller{Namespace: "infra", Labels: map[string]string{"istio": "gw"}, Gateway: "infra/gw"},
		g.Caller())
	asked := []string{"x.example.com", "own.example.org", "a.example.net"}
	require.Equal(t, []string{"x.example.com", "a.example.net"}, g.Servers[0].HostsFor("shop", asked))
	require.Equal(t, []string{"x.example.com", "own.example.org"}, g.Servers[0].HostsFor("infra", asked))
	require.Equal(t, []string{"*.example.com", "own.example.org", "a.example.net"}, g.Servers[0].Hosts())
	require.Equal(t, [4]bool{true, false, false, true},
		[4]bool{g.Servers[0].ToHTTPS, g.Servers[0].TLS, g.Servers[1].ToHTTPS, g.Servers[1].TLS})

	require.Len(t, m.AtGateway("infra/gw", "infra"), 1)
	require.Empty(t, m.AtGateway("infra/gw", "web"), "it is not exported there")
	require.True(t, m.VirtualServices[0].VisibleTo("infra"))
	require.Equal(t, []string{"infra/gw"}, m.Bound())
	require.Len(t, m.PlainFor("infra/gw", ""), 1)
	require.Empty(t, m.PlainFor("infra/gw", "b.example.com"))
	require.Equal(t, []string{"any.thing"},
		mesh.AnyHost("web/gw", "web").Servers[0].HostsFor("x", []string{"any.thing"}))
}

// The routes of a delegate are narrowed by the route that delegates.
func TestDelegates(t *testing.T) {
	m := read(t,
		routes("root", "web",
			"{hosts: [a.example.com], gateways: [gw], http: [{match: [{uri: {prefix: /a}, headers: {x: {exact: z}}}], delegate: {name: part, namespace: shop}}, {match: [{uri: {prefix: /b}}], delegate: {name: nowhere}}, {route: [{destination: {host: last}}]}]}"),
		routes("part", "shop",
			"{http: [{match: [{uri: {prefix: /a/1}}, {uri: {exact: /a/2}, method: {exact: GET}}], route: [{destination: {host: one}}]}, {match: [{uri: {prefix: /c}}], route: [{destination: {host: never}}]}]}"),
		routes("hidden", "shop", "{exportTo: [.], http: [{route: [{destination: {host: never}}]}]}"))
	rules := m.VirtualServices[0].Rules
	require.Len(t, m.VirtualServices, 1)
	require.Len(t, rules, 3)
	require.Equal(t, "VirtualService web/root http[0] to VirtualService shop/part http[0]", rules[0].At())
	require.Equal(t, "/a/1", rules[0].Match.Uri.GetPrefix())
	require.Equal(t, "z", rules[1].Match.Headers["x"].GetExact())
	require.Equal(t, "shop", rules[0].Namespace)
	require.Equal(t, m.VirtualServices,
		m.Roots(manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "shop", Name: "part"}))
	require.True(t, rules[2].CatchAll())
}

// The index reports objects that the library does not read.
func TestRoutesOfTheGatewayAPI(t *testing.T) {
	route := func(name, parent string) string {
		return fmt.Sprintf("apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: %s}\n"+
			"spec: {parentRefs: [%s]}", name, parent)
	}
	m := read(t, service("a", "default"), service("b", "default"), route("mesh", "{kind: Service, group: '', name: a}"),
		route("edge", "{name: gw}"))
	o, found := m.RouteOf(m.Services["a.default.svc.cluster.local"])
	require.True(t, found)
	require.Equal(t, "mesh", o.Ref.Name)
	_, found = m.RouteOf(m.Services["b.default.svc.cluster.local"])
	require.False(t, found)
	require.Len(t, m.RoutesAtGateways(), 1)
}

// A lane group is read with its lanes. A service belongs to the first group that lists it.
func TestGroups(t *testing.T) {
	group := func(name string) string {
		return fmt.Sprintf("apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLaneGroup\nmetadata: {name: %s}\n"+
			"spec: {ingress: {gateway: {name: gw, namespace: infra}}, services: [{name: a, namespace: default}]}", name)
	}
	lane := func(name, group string) string {
		return fmt.Sprintf("apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\n"+
			"metadata: {name: %[1]s, labels: {swimlane-group: %[2]s}}\nspec: {labelSelector: {version: %[1]s}}", name,
			group)
	}
	m := read(t, group("second"), group("first"), lane("v2", "first"), lane("v1", "first"), lane("lost", "nowhere"),
		service("a", "default"), workload("apps/v1\nkind: Deployment", "a", "v1", ""),
		rule("other", "default", "a", ""))
	first := m.Group("first")
	s := m.Services["a.default.svc.cluster.local"]
	require.Same(t, first, s.Group)
	require.Same(t, first, m.GroupOf("v1"))
	require.Equal(t, []string{"first", "second"}, []string{m.Groups[0].Object.Ref.Name, m.Groups[1].Object.Ref.Name})
	require.Equal(t, "v1", first.Lanes[0].Ref.Name)
	require.True(t, first.Lists(s.Host))
	require.Empty(t, first.RouteHeader())
	require.Nil(t, first.Permissive())
	require.Len(t, m.Orphans, 1)
	require.Len(t, s.InLane("v1"), 1)
	require.Equal(t, []string{"v1"}, s.LanesOf(s.Pods[0]))
	pods, found := m.Subset(mesh.Caller{Namespace: "web"}, s.Host, "other")
	require.True(t, found, "a subset beside the lanes")
	require.Len(t, pods, 1)
	require.True(t, m.IsSubset("other"))
	p := first.Problems()
	require.Len(t, p, 1)
	require.Equal(t, "v2", first.ObjectOf(p[0]).Ref.Name, "it has no pods")
}
