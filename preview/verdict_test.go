package preview_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/preview"
)

// change returns documents with a text replaced in all of them; it must be there.
func change(t *testing.T, documents []string, from, to string) []string {
	t.Helper()
	out := slices.Clone(documents)
	found := false
	for i := range out {
		found = found || strings.Contains(out[i], from)
		out[i] = strings.ReplaceAll(out[i], from, to)
	}
	require.True(t, found, from)
	return out
}

// without returns documents without the one that holds a text.
func without(t *testing.T, documents []string, text string) []string {
	t.Helper()
	out := slices.DeleteFunc(slices.Clone(documents), func(d string) bool { return strings.Contains(d, text) })
	require.Len(t, out, len(documents)-1)
	return out
}

// in returns documents with a text replaced in the one that holds another.
func in(t *testing.T, documents []string, marker, from, to string) []string {
	t.Helper()
	out := slices.Clone(documents)
	i := slices.IndexFunc(out, func(d string) bool { return strings.Contains(d, marker) })
	require.GreaterOrEqual(t, i, 0, marker)
	require.Contains(t, out[i], from)
	out[i] = strings.ReplaceAll(out[i], from, to)
	return out
}

func TestVerdicts(t *testing.T) {
	mock := preview.Request{Path: "/mock"}
	pinned := preview.Request{Path: "/mock", Headers: map[string]string{"X-Lane": "v2"}}
	const chain = "60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b@v2 -> c@v2\n"
	const isolated = chain + "isolated: no call leaves its lane\n"
	for name, test := range map[string]struct {
		set     []string
		request preview.Request
		want    string
	}{
		// what is meant
		"strict":               {strict(), mock, isolated},
		"permissive":           {relaxed(), mock, isolated},
		"plain Istio":          {plain(), mock, isolated},
		"plain Istio, headers": {plainRelaxed(), mock, isolated},
		"weights that are no percentages": {change(t, strict(), "weight: 60", "weight: 20"), mock,
			"66.7%  a@v2 -> b@v2 -> c@v2\n33.3%  a@v1 -> b@v1 -> c@v1\nisolated: no call leaves its lane\n"},
		"a single destination gets all, whatever its weight": {in(t, strict(), "name: entry", `
    - destination: {host: a.default.svc.cluster.local, subset: v2}
      weight: 40`, ""), mock, "100.0%  a@v1 -> b@v1 -> c@v1\nisolated: no call leaves its lane\n"},
		"a lane at 0 with nothing behind it": {without(t, append(without(t, strict(), "name: entry"), entry(100, 0)),
			"name: b-v2"), mock,
			"100.0%  a@v1 -> b@v1 -> c@v1\nisolated: no call leaves its lane\n"},
		"no subset at the entry, strict": {change(t, strict(), ", subset: v2", ""), mock,
			"80.0%  a@v1 -> b@v1 -> c@v1\n20.0%  a@v2 -> b@v2 -> c@v2\nisolated: no call leaves its lane\n"},
		"permissive: falls back, and returns": {without(t, relaxed(), "name: b-v2"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b@v1 -> c@v2\nisolated: no call leaves its lane\n"},
		"permissive: a service's own fallback": {
			append(without(t, change(t, relaxed(), "fallbackTarget: v1,",
				"fallbackTarget: v1, serviceLevelFallbackTarget: {default/b: v3},"), "name: b-v2"),
				lane("v3"), deployment("b", "v3", "c")), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b@v3 -> c@v2\nisolated: no call leaves its lane\n"},
		"permissive: a fallback by the short name": {
			append(without(t, change(t, relaxed(), "fallbackTarget: v1,",
				"fallbackTarget: v1, serviceLevelFallbackTarget: {b: v3},"), "name: b-v2"),
				lane("v3"), deployment("b", "v3", "c")), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b@v3 -> c@v2\nisolated: no call leaves its lane\n"},
		"permissive: a lane serves only what it lists": {in(t, relaxed(), "name: v2, labels", "spec:",
			"spec:\n  services: [{name: a, namespace: default}, {name: c, namespace: default}]"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b@v1 -> c@v2\nisolated: no call leaves its lane\n"},
		"permissive: the baseline needs no header": {change(t, relaxed(), "set: {x-lane: v1}", "add: {other: v1}"),
			mock, isolated},
		"plain Istio, headers: falls back, and returns": {change(t, change(t, without(t, plainRelaxed(), "name: b-v2"),
			"route: [{destination: {host: b, subset: v2}}]", "route: [{destination: {host: b, subset: v1}}]"),
			"host: b\n  subsets:\n  - {name: v1, labels: {version: v1}}\n  - {name: v2, labels: {version: v2}}",
			"host: b\n  subsets:\n  - {name: v1, labels: {version: v1}}"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b@v1 -> c@v2\nisolated: no call leaves its lane\n"},

		// planted faults
		"a name of two lines": {change(t, strict(), "subset: v2", `subset: "v9\nisolated: no call leaves its lane"`),
			mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v9\\nisolated: no call leaves its lane (no subset)\n" +
				"broken: a@v9\\nisolated: no call leaves its lane: a has no subset v9\\nisolated: no call leaves its lane\n"},
		"a host with a capital": {change(t, strict(), "host: a.default.svc.cluster.local, subset: v2",
			"host: A.default.svc.cluster.local, subset: v2"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  A (no service)\n" +
				"broken: A: no Service has the host A.default.svc.cluster.local\n"},
		"wrong subset": {change(t, strict(), "subset: v2", "subset: v9"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v9 (no subset)\nbroken: a@v9: a has no subset v9\n"},
		"lane is missing": {without(t, strict(), "name: v2, labels"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 (no subset)\nbroken: a@v2: a has no subset v2\n"},
		"a service is missing in a strict lane": {without(t, strict(), "name: b-v2"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b@v2 (no pods)\nbroken: a@v2 -> b@v2: b has no pods in v2\n"},
		"weight to no replicas": {in(t, strict(), "name: a-v2", "replicas: 1", "replicas: 0"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 (no pods)\nbroken: a@v2: a has no pods in v2\n"},
		"a permissive lane scaled to 0 does not fall back": {in(t, relaxed(), "name: b-v2", "replicas: 1",
			"replicas: 0"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b@v2 (no pods)\nbroken: a@v2 -> b@v2: b has no pods in v2\n"},
		"header not set in permissive": {change(t, relaxed(), "      headers: {request: {set: {x-lane: v2}}}", ""),
			mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b@v1 -> c@v1\n" +
				"not isolated: a@v2 -> b@v1: v1 serves b, which lane v2 has\n"},
		"header names another lane": {change(t, relaxed(), "set: {x-lane: v1}", "set: {x-lane: v2}"), mock,
			"60.0%  a@v1 -> b@v2 -> c@v2\n40.0%  a@v2 -> b@v2 -> c@v2\n" +
				"not isolated: a@v1: v1 serves a, which lane v2 has\n"},
		"another lane than the fallback": {
			append(change(t, without(t, relaxed(), "name: a-v2"), "subset: v2", "subset: v3"), lane("v3"),
				deployment("a", "v3", "b")), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v3 -> b@v2 -> c@v2\n" +
				"not isolated: a@v3: v3 serves a for lane v2, which has the fallback v1\n"},
		"header removed by the route": {change(t, relaxed(), "  - route:",
			"  - headers: {request: {remove: [x-lane]}}\n    route:"), pinned,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b@v1 -> c@v1\n" +
				"not isolated: a@v2 -> b@v1: v1 serves b, which lane v2 has\n"},
		"overlapping selectors": {in(t, strict(), "name: v2, labels", "labelSelector: {version: v2}",
			"labelSelector: {app: c}"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 (no pods)\nbroken: a@v2: a has no pods in v2\n"},
		"overlapping selectors, all served": {in(t,
			change(t, strict(), "metadata: {labels: {", "metadata: {labels: {tier: web, "), "name: v1, labels",
			"labelSelector: {version: v1}", "labelSelector: {tier: web}"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b@v1 -> c@v1\n" +
				"not isolated: a@v1: the pods of Deployment default/a-v2 are in lanes v1 and v2\n"},
		"no match": {strict(), preview.Request{Path: "/mocks"},
			"100.0%  (no route)\nbroken: no route matches GET /mocks of any host\n"},
		"no route for the method": {change(t, strict(), "uri: {exact: /mock}",
			"uri: {exact: /mock}, method: {exact: GET}"), preview.Request{Path: "/mock", Method: "POST"},
			"100.0%  (no route)\nbroken: no route matches POST /mock of any host\n"},
		"a route that shadows": {in(t, strict(), "name: entry", "  http:\n",
			"  http:\n  - route: [{destination: {host: a.default.svc.cluster.local, subset: v2}}]\n"), mock,
			"100.0%  a@v2 -> b@v2 -> c@v2\nisolated: no call leaves its lane\n"},
		"gateway of another namespace": {change(t, strict(), "gateways: [gw]", "gateways: [default/gw]"), mock,
			"100.0%  (no route)\nbroken: gateway istio-system/gw has no route for any host\n"},
		"host that the gateway does not serve": {change(t, strict(), `hosts: ["*"]`+"\n  gateways",
			"hosts: [shop.example.com]\n  gateways"), preview.Request{Path: "/mock", Host: "other.example.com"},
			"100.0%  (no route)\nbroken: gateway istio-system/gw has no route for other.example.com\n"},
		"server for another namespace": {in(t, strict(), "kind: Gateway", `hosts: ["*"]`, `hosts: ["shop/*"]`), mock,
			"100.0%  (no route)\nbroken: gateway istio-system/gw has no route for any host\n"},
		"weights of 0": {append(without(t, strict(), "name: entry"), entry(0, 0)), mock,
			"100.0%  (no weight)\nbroken: VirtualService istio-system/entry http[0] has no weight above 0\n"},
		"redirect loop": {append(without(t, strict(), "name: entry"), redirects("/mock", "/other")), mock,
			"100.0%  (redirect loop)\n" +
				"broken: redirects of /mock never end: the first is a redirect 301 to http://*/other\n"},
		"callee that does not exist": {without(t, strict(), "kind: Service\nmetadata: {name: c}"), mock,
			"60.0%  a@v1 -> b@v1 -> c (no service)\n40.0%  a@v2 -> b@v2 -> c (no service)\n" +
				"broken: a@v1 -> b@v1 -> c: no Service has the host c.default.svc.cluster.local\n"},
		"callee that does not listen": {change(t, strict(), "http://c:8000/", "http://c:9000/"), mock,
			"60.0%  a@v1 -> b@v1 -> c (no port)\n40.0%  a@v2 -> b@v2 -> c (no port)\n" +
				"broken: a@v1 -> b@v1 -> c: Service default/c has no port 9000\n"},
		"entry that does not exist": {change(t, strict(), "host: a.default", "host: x.default"), mock,
			"100.0%  x (no service)\nbroken: x: no Service has the host x.default.svc.cluster.local\n"},
		"short host in another namespace": {change(t, strict(), "host: a.default.svc.cluster.local", "host: a"), mock,
			"100.0%  a.istio-system (no service)\n" +
				"broken: a.istio-system: no Service has the host a.istio-system.svc.cluster.local\n"},
		"fallback to a lane that lacks the service": {change(t, without(t, relaxed(), "name: b-v1"),
			"fallbackTarget: v1", "fallbackTarget: v1, serviceLevelFallbackTarget: {}"), mock,
			"60.0%  a@v1 -> b@v1 (no pods)\n40.0%  a@v2 -> b@v2 -> c@v2\nbroken: a@v1 -> b@v1: b has no pods in v1\n"},
		"fallback to a lane that does not exist": {change(t, without(t, relaxed(), "name: b-v2"), "fallbackTarget: v1",
			"fallbackTarget: v7"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b@v7 (no subset)\nbroken: a@v2 -> b@v7: b has no subset v7\n"},
		"no baseline": {change(t, change(t, relaxed(), "fallbackTarget: v1, ", ""), "set: {x-lane: v2}",
			"set: {x-lane: v3}"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b (no baseline)\n" +
				"broken: a@v2 -> b: ASMSwimLaneGroup shop names no lane to fall back to\n"},
		"permissive without a configuration": {change(t, relaxed(),
			"permissiveModeConfiguration: {fallbackTarget: v1, traceHeader: x-lane, routeHeader: x-lane}",
			"autoUpdate: false"), mock,
			"60.0%  a@v1 -> b (no baseline)\n40.0%  a@v2 -> b (no baseline)\n" +
				"broken: a@v1 -> b: ASMSwimLaneGroup shop names no lane to fall back to\n"},

		// plain Istio
		"no VirtualService for a call": {without(t, plain(), "metadata: {name: c}\nspec:\n  hosts"), mock,
			"30.0%  a@v1 -> b@v1 -> c@v1\n30.0%  a@v1 -> b@v1 -> c@v2\n20.0%  a@v2 -> b@v2 -> c@v1\n" +
				"20.0%  a@v2 -> b@v2 -> c@v2\nnot isolated: a@v1 -> b@v1 -> c@v2: v2 serves c, which lane v1 has\n"},
		"wrong source labels": {in(t, plain(), "hosts: [c]", "sourceLabels: {version: v2}",
			"sourceLabels: {version: two}"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n20.0%  a@v2 -> b@v2 -> c@v1\n20.0%  a@v2 -> b@v2 -> c@v2\n" +
				"not isolated: a@v2 -> b@v2 -> c@v1: v1 serves c, which lane v2 has\n"},
		"swapped source labels": {in(t, plain(), "hosts: [c]", "host: c, subset: v2", "host: c, subset: v1"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b@v2 -> c@v1\n" +
				"not isolated: a@v2 -> b@v2 -> c@v1: v1 serves c, which lane v2 has\n"},
		"subset without a DestinationRule": {without(t, plain(), "host: c\n  subsets"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1 (no subset)\n40.0%  a@v2 -> b@v2 -> c@v2 (no subset)\n" +
				"broken: a@v1 -> b@v1 -> c@v1: c has no subset v1\n"},
		"DestinationRule of a namespace that does not count": {in(t, plain(), "host: c\n  subsets",
			"metadata: {name: c}\nspec:\n  host: c",
			"metadata: {name: c, namespace: other}\nspec:\n  host: c.default.svc.cluster.local"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1 (no subset)\n40.0%  a@v2 -> b@v2 -> c@v2 (no subset)\n" +
				"broken: a@v1 -> b@v1 -> c@v1: c has no subset v1\n"},
		"headers do not match": {in(t, plainRelaxed(), "hosts: [c]", "  - route: [{",
			"  - match: [{headers: {x-lane: {exact: v1}}}]\n    route: [{"), preview.Request{Path: "/mock"}, isolated},
		"header that no route of a sidecar knows": {change(t, plainRelaxed(), "set: {x-lane: v2}",
			"set: {x-lanes: v2}"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b@v1 -> c@v1\n" +
				"not isolated: a@v2 -> b@v1: v1 serves b, which lane v2 has\n"},
		"both broken and not isolated": {without(t, without(t, plain(), "metadata: {name: b}\nspec:\n  hosts"),
			"name: c-v2"), mock,
			"30.0%  a@v1 -> b@v1 -> c@v1\n30.0%  a@v1 -> b@v2 -> c@v2 (no pods)\n20.0%  a@v2 -> b@v1 -> c@v1\n" +
				"20.0%  a@v2 -> b@v2 -> c@v2 (no pods)\nbroken: a@v1 -> b@v2 -> c@v2: c has no pods in v2\n"},
		"cycle": {change(t, strict(), "{name: app, value: c}",
			"{name: app, value: c}\n        - {name: BACK, value: 'http://a:8000/'}"), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1 -> a@v1 (cycle)\n40.0%  a@v2 -> b@v2 -> c@v2 -> a@v2 (cycle)\n" +
				"isolated: no call leaves its lane\n"},
	} {
		t.Run(name, func(t *testing.T) {
			result := trace(t, decode(t, test.set...), test.request)
			require.Equal(t, test.want, withoutNotes(result))
		})
	}
}

// redirects returns a route for each path that redirects to the other.
func redirects(a, b string) string {
	return fmt.Sprintf(`apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: entry, namespace: istio-system}
spec:
  hosts: ["*"]
  gateways: [gw]
  http:
  - match: [{uri: {exact: %[1]s}}]
    redirect: {uri: %[2]s}
  - match: [{uri: {exact: %[2]s}}]
    redirect: {uri: %[1]s, redirectCode: 302}`, a, b)
}
