package mesh_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
)

// Rules for one host and the same namespaces are merged: of equally named subsets the first counts.
// Rules for some pods are separate, and have precedence for these pods.
func TestDestinationRulesAreMerged(t *testing.T) {
	const host, selector = "a.shop.svc.cluster.local", ", workloadSelector: {matchLabels: {app: x}}"
	x := mesh.Caller{Namespace: "web", Labels: map[string]string{"app": "x"}}
	for name, test := range map[string]struct {
		rules  []string
		caller mesh.Caller
		want   []string // the visible subsets
	}{
		"of one namespace": {[]string{rule("s1", "web", host, ""), rule("s2", "web", host, "")},
			mesh.Caller{Namespace: "web"}, []string{"s1", "s2"}},
		"for the same namespaces": {[]string{rule("s1", "shop", host, ", exportTo: [web, '.']"),
			rule("s2", "shop", host, ", exportTo: ['.', web]")}, mesh.Caller{Namespace: "web"}, []string{"s1", "s2"}},
		"for fewer namespaces": {[]string{rule("s1", "shop", host, ", exportTo: [web]"),
			rule("s2", "shop", host, ", exportTo: [other]")}, mesh.Caller{Namespace: "web"}, []string{"s1"}},
		"for some pods and for all": {[]string{rule("s1", "web", host, selector), rule("s2", "web", host, "")}, x,
			[]string{"s1"}},
		"both for the namespace": {[]string{rule("s1", "web", host, selector),
			rule("s2", "web", host, ", exportTo: [.]")}, x, []string{"s1", "s2"}},
		"for other pods and for all": {[]string{rule("s1", "web", host, selector), rule("s2", "web", host, "")},
			mesh.Caller{Namespace: "web"}, []string{"s2"}},
		"for two kinds of pods": {[]string{rule("s1", "web", host, selector),
			rule("s2", "web", host, ", workloadSelector: {matchLabels: {app: 'n'}}")}, x, []string{"s1"}},
		"a waypoint is no pod": {[]string{rule("s1", "web", host, selector), rule("s2", "web", host, "")},
			mesh.Caller{Namespace: "web", Labels: x.Labels, Waypoint: true}, []string{"s2"}},
		"the root's own": {[]string{rule("s1", "istio-system", host, ", exportTo: [.]"),
			rule("s2", "istio-system", host, "")}, mesh.Caller{Namespace: "istio-system"}, []string{"s1"}},
	} {
		t.Run(name, func(t *testing.T) {
			m := read(t, append(test.rules, service("a", "shop"))...)
			var seen []string
			for _, subset := range []string{"s1", "s2"} {
				if _, found := m.Subset(test.caller, host, subset); found {
					seen = append(seen, subset)
				}
			}
			require.Equal(t, test.want, seen)
		})
	}
}

// A sidecar has the routes of the VirtualServices for the called host, as the call writes it.
func TestRulesFollowTheHostThatIsCalled(t *testing.T) {
	to := "http: [{route: [{destination: {host: a.shop.svc.cluster.local}}]}]"
	m := read(t, service("a", "shop"), service("b", "shop"),
		routes("exact", "shop", "{hosts: [a], "+to+"}"),
		routes("wild", "shop", "{hosts: ['*.shop.svc.cluster.local'], "+to+"}"),
		routes("half", "shop", "{hosts: [b.shop], "+to+"}"),
		routes("outside", "web", "{hosts: [Out.Example.com], "+to+"}"),
		routes("secret", "web", "{hosts: [a.shop.svc.cluster.local], exportTo: [.], "+to+"}"))
	at := func(namespace, authority string, port uint32) (out []string) {
		call := mesh.Call{Host: m.Domain.Called(authority, "shop"), Authority: authority, Port: port}
		for _, r := range m.SidecarRules(mesh.Caller{Namespace: namespace, Gateway: istioname.Mesh}, call) {
			out = append(out, r.Object.Ref.Name)
		}
		return out
	}
	require.Equal(t, []string{"exact"}, at("shop", "a", 80), "before the wildcard")
	require.Equal(t, []string{"secret"}, at("web", "a", 80), "one for the caller's namespace alone comes first")
	require.Equal(t, []string{"wild"}, at("shop", "b", 80))
	require.Equal(t, []string{"half"}, at("shop", "b.shop", 80), "as it is written")
	require.Equal(t, []string{"outside"}, at("web", "out.example.com", 80))
	require.Empty(t, at("web", "out.example.com", 443), "a host that is no Service is there for port 80")
	require.Empty(t, at("web", "nowhere.example.com", 80))
}

// A match may depend on the caller, its gateway and the port.
func TestRulesExistForTheirCallers(t *testing.T) {
	m := read(t, routes("vs", "shop", `{hosts: [a], gateways: [mesh, gw], http: [
{match: [{gateways: [gw.shop]}], route: [{destination: {host: one}}]},
{match: [{sourceNamespace: web}], route: [{destination: {host: two}}]},
{match: [{port: 81}], route: [{destination: {host: three}}]},
{match: [{sourceLabels: {app: x}}], route: [{destination: {host: four}}]}]}`))
	vs := m.VirtualServices[0]
	at := func(c mesh.Caller, port uint32) (out []int) {
		for _, r := range vs.RulesFor(c, port) {
			out = append(out, r.HTTP)
		}
		return out
	}
	require.Equal(t, []int{0}, at(mesh.Caller{Namespace: "shop", Gateway: "shop/gw"}, 80))
	require.Equal(t, []int{1}, at(mesh.Caller{Namespace: "web", Gateway: istioname.Mesh}, 80))
	require.Equal(t, []int{2}, at(mesh.Caller{Namespace: "shop", Gateway: istioname.Mesh}, 81))
	require.Equal(t, []int{3}, at(mesh.Caller{Namespace: "shop", Gateway: istioname.Mesh,
		Labels: map[string]string{"app": "x"}}, 80))
	require.Empty(t, at(mesh.Caller{Namespace: "shop", Gateway: istioname.Mesh, Labels: map[string]string{"app": "x"},
		Waypoint: true}, 80))
}

// The index by labels of callers gives the same rules as a search one by one, in the same order.
// Rules for every caller are among them.
func TestManyRulesExistForTheirCallers(t *testing.T) {
	for _, n := range []int{1, 30} {
		var all strings.Builder
		for i := range n {
			fmt.Fprintf(&all,
				`{match: [{sourceLabels: {app: x%[1]d}, uri: {prefix: /a}}, {sourceLabels: {app: x0, version: v%[1]d}, uri: {prefix: /b}}], route: [{destination: {host: one}}]},
{match: [{gateways: [gw], sourceLabels: {app: none}, uri: {prefix: /c}}], route: [{destination: {host: one}}]},
{match: [{uri: {prefix: /d%[1]d}}], route: [{destination: {host: two}}]},
`, i)
		}
		m := read(t, routes("vs", "shop", `{hosts: [a], gateways: [mesh, gw], http: [`+all.String()+
			`{match: [{sourceLabels: {app: x0}}], route: [{destination: {host: last}}]}, {route: [{destination: {host: end}}]}]}`))
		vs := m.VirtualServices[0]
		for _, c := range []mesh.Caller{
			{Namespace: "shop", Gateway: "shop/gw"},
			{Namespace: "shop", Gateway: istioname.Mesh},
			{Namespace: "shop", Gateway: istioname.Mesh, Labels: map[string]string{"app": "x0", "version": "v7"}},
			{Namespace: "shop", Gateway: istioname.Mesh, Labels: map[string]string{"app": "x7", "version": "v7"}},
			{Namespace: "shop", Gateway: istioname.Mesh, Labels: map[string]string{"app": "x0"}, Waypoint: true},
		} {
			var want []*mesh.Rule
			for i := range vs.Rules {
				one := &mesh.VirtualService{}
				if one.Rules = vs.Rules[i : i+1]; len(one.RulesFor(c, 80)) == 0 {
					continue
				}
				if want = append(want, &vs.Rules[i]); vs.Rules[i].CatchAll() {
					break
				}
			}
			got := vs.RulesFor(c, 80)
			require.Len(t, got, len(want))
			for i := range got {
				require.Same(t, want[i], got[i])
			}
		}
	}
}

func TestSidecarIsTheCallerOfAWorkload(t *testing.T) {
	m := read(t, workload("apps/v1\nkind: Deployment", "a", "v1", ""))
	require.Equal(t, mesh.Caller{Namespace: "default", Labels: map[string]string{"app": "a", "version": "v1"},
		Gateway: istioname.Mesh}, mesh.Sidecar(m.Workloads[0]))
}

// A route of a delegate is kept if it matches a part of the requests of the delegating route.
func TestDelegatesAreNarrowed(t *testing.T) {
	for name, test := range map[string]struct {
		root, part string
		kept       bool
	}{
		"no match of the root's":    {"", "match: [{uri: {prefix: /b}}], ", true},
		"no match of its own":       {"match: [{uri: {prefix: /a}}], ", "", true},
		"a longer prefix":           {"match: [{uri: {prefix: /a}}], ", "match: [{uri: {prefix: /a/b}}], ", true},
		"the same exact path":       {"match: [{uri: {exact: /a}}], ", "match: [{uri: {exact: /a}}], ", true},
		"a prefix of an exact path": {"match: [{uri: {exact: /a}}], ", "match: [{uri: {prefix: /a}}], ", false},
		"a regular expression":      {"match: [{uri: {prefix: /a}}], ", "match: [{uri: {regex: /a.*}}], ", false},
		"another method":            {"match: [{method: {exact: GET}}], ", "match: [{method: {exact: PUT}}], ", false},
		"another header": {"match: [{headers: {h: {exact: v1}}}], ",
			"match: [{headers: {h: {exact: v2}}}], ", false},
		"a header more":     {"match: [{headers: {h: {exact: v1}}}], ", "match: [{headers: {i: {exact: v2}}}], ", true},
		"other callers":     {"match: [{sourceLabels: {app: a}}], ", "match: [{sourceLabels: {app: b}}], ", false},
		"another gateway":   {"match: [{gateways: [g]}], ", "match: [{gateways: [h]}], ", false},
		"another port":      {"match: [{port: 80}], ", "match: [{port: 81}], ", false},
		"another namespace": {"match: [{sourceNamespace: a}], ", "match: [{sourceNamespace: b}], ", false},
		"letter case": {"match: [{uri: {prefix: /a}, ignoreUriCase: true}], ", "match: [{uri: {prefix: /a}}], ",
			false},
	} {
		t.Run(name, func(t *testing.T) {
			m := read(t, routes("root", "web", "{hosts: [a.example.com], http: [{"+test.root+
				"delegate: {name: part}}]}"),
				routes("part", "web", "{http: [{"+test.part+"route: [{destination: {host: one}}]}]}"))
			require.Equal(t, test.kept, len(m.VirtualServices[0].Rules) == 1)
		})
	}
}
