package preview_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/preview"
)

func TestHop(t *testing.T) {
	v1 := map[string]string{"app": "b", "version": "v1"}
	base := append(app(), rule("c", "v1", "v2"))
	with := func(documents ...string) []string { return append(slices.Clone(base), documents...) }
	for name, test := range map[string]struct {
		set  []string
		call preview.Call
		want []string
	}{
		"strict": {strict(), preview.Call{Labels: v1, Host: "c"},
			[]string{"1 c.default:8000|v1 v1"}},
		"strict, no lane": {strict(), preview.Call{Host: "c"},
			[]string{"1/2 c.default:8000| v1", "1/2 c.default:8000| v2"}},
		"permissive": {relaxed(),
			preview.Call{Labels: v1, Host: "c", Headers: map[string]string{"X-Lane": "v2"}},
			[]string{"1 c.default:8000|v2 v2 x-lane:v2"}},
		"permissive, no header": {relaxed(),
			preview.Call{Labels: map[string]string{"version": "v2"}, Host: "c"}, []string{"1 c.default:8000|v1 v1"}},
		"permissive, header of no lane": {relaxed(),
			preview.Call{Host: "c", Headers: map[string]string{"x-lane": "v8"}},
			[]string{"1 c.default:8000|v1 v1 x-lane:v8"}},
		"in full": {strict(),
			preview.Call{Labels: v1, Namespace: "other", Host: "c.default.svc.cluster.local"},
			[]string{"1 c.default:8000|v1 v1"}},
		"with its namespace": {strict(),
			preview.Call{Labels: v1, Namespace: "other", Host: "C.default"}, []string{"1 c.default:8000|v1 v1"}},
		"with svc": {strict(),
			preview.Call{Labels: v1, Namespace: "other", Host: "c.default.svc."}, []string{"1 c.default:8000|v1 v1"}},
		"short, of another namespace": {strict(), preview.Call{Labels: v1, Namespace: "other", Host: "c"},
			[]string{"1 c.other:0| (no service)"}},
		"port": {strict(), preview.Call{Labels: v1, Host: "c", Port: 8000},
			[]string{"1 c.default:8000|v1 v1"}},
		"another port": {strict(), preview.Call{Labels: v1, Host: "c", Port: 80},
			[]string{"1 c.default:0| (no port)"}},
		"plain, by labels": {plain(), preview.Call{Labels: v1, Host: "c"},
			[]string{"1 c.default:8000|v1 v1"}},
		"plain, no lane": {plain(), preview.Call{Host: "c"},
			[]string{"1/2 c.default:8000| v1", "1/2 c.default:8000| v2"}},
		"no VirtualService": {base, preview.Call{Labels: v1, Host: "c"},
			[]string{"1/2 c.default:8000| v1", "1/2 c.default:8000| v2"}},
		"by replicas": {[]string{service("c"),
			strings.Replace(deployment("c", "v1"), "replicas: 1", "replicas: 3", 1), deployment("c", "v2"),
			strings.Replace(deployment("c", "v3"), "replicas: 1", "replicas: 0", 1),
			strings.Replace(deployment("c", "v4"), "  replicas: 1\n", "", 1)}, preview.Call{Host: "c"},
			[]string{"3/5 c.default:8000| v1", "1/5 c.default:8000| v2", "1/5 c.default:8000| v4"}},
		"weights": {
			with(calling("route:\n- {destination: {host: c, subset: v1}, weight: 1}\n" +
				"- {destination: {host: c, subset: v2}, weight: 2}\n- {destination: {host: c, subset: v9}, weight: 0}")),
			preview.Call{Host: "c"}, []string{"1/3 c.default:8000|v1 v1", "2/3 c.default:8000|v2 v2"}},
		"a negative weight counts as 0": {
			with(calling("route:\n- {destination: {host: c, subset: v1}, weight: -1}\n" +
				"- {destination: {host: c, subset: v2}, weight: 2}")), preview.Call{Host: "c"},
			[]string{"1 c.default:8000|v2 v2"}},
		"mirrors change nothing": {with(calling("mirror: {host: nowhere}\n" +
			"mirrors: [{destination: {host: c, subset: v9}}]\nroute: [{destination: {host: c, subset: v1}}]")),
			preview.Call{Host: "c"}, []string{"1 c.default:8000|v1 v1"}},
		"no route": {with(calling("match: [{method: {exact: POST}}]\n" +
			"route: [{destination: {host: c, subset: v1}}]")), preview.Call{Host: "c"}, []string{"1 (no route)"}},
		"the method": {with(calling("match: [{method: {exact: POST}}]\n" +
			"route: [{destination: {host: c, subset: v1}}]")), preview.Call{Host: "c", Method: "POST"},
			[]string{"1 c.default:8000|v1 v1"}},
		"direct response": {with(calling("directResponse: {status: 418}")),
			preview.Call{Host: "c"}, []string{"1 (response 418)"}},
		"no destination": {with(calling("timeout: 1s")), preview.Call{Host: "c"},
			[]string{"1 (no weight)"}},
		"another host": {with(calling("route: [{destination: {host: b}}]")),
			preview.Call{Labels: v1, Host: "c"}, []string{"1/2 b.default:8000| v1", "1/2 b.default:8000| v2"}},
		"a port of the destination": {
			with(calling("route: [{destination: {host: c, subset: v1, port: {number: 8000}}}]")),
			preview.Call{Host: "c"}, []string{"1 c.default:8000|v1 v1"}},
		"no port of the destination": {
			with(calling("route: [{destination: {host: c, subset: v1, port: {number: 9000}}}]")),
			preview.Call{Host: "c"}, []string{"1 c.default:9000|v1 v1 (no port)"}},
		"rewrite of a prefix": {with(calling("match: [{uri: {prefix: /old/}}]\n" +
			"rewrite: {uri: /new/}\nroute: [{destination: {host: c, subset: v1}}]")),
			preview.Call{Host: "c", Path: "/old/a?b"}, []string{"1 c.default:8000|v1 v1 /new/a?b"}},
		"rewrite of an exact path": {with(calling("match: [{uri: {exact: /old}}]\n" +
			"rewrite: {uri: /new, authority: h}\nroute: [{destination: {host: c, subset: v1}}]")),
			preview.Call{Host: "c", Path: "/old"}, []string{"1 c.default:8000|v1 v1 /new"}},
		"rewrite of any path": {with(calling("rewrite: {uri: /new/}\n" +
			"route: [{destination: {host: c, subset: v1}}]")), preview.Call{Host: "c", Path: "/a/b"},
			[]string{"1 c.default:8000|v1 v1 /new/a/b"}},
		"rewrite by an expression": {
			with(calling("rewrite: {uriRegexRewrite: {match: '/(\\w+)/(\\w+)', rewrite: '/\\2/$\\1'}}\n" +
				"route: [{destination: {host: c, subset: v1}}]")), preview.Call{Host: "c", Path: "/a/b/c?d"},
			[]string{"1 c.default:8000|v1 v1 /b/$a/c?d"}},
		"headers of a single destination": {
			with(calling("headers: {request: {set: {X: route, q: route}, add: {z: route}, remove: [w]}}\n" +
				"route: [{destination: {host: c, subset: v1}, headers: {request: {set: {x: own}, add: {z: own}, remove: [v, z]}}}]")),
			preview.Call{Host: "c", Headers: map[string]string{"W": "1", "v": "1", "z": "1", "u": "1"}},
			[]string{"1 c.default:8000|v1 v1 q:route u:1 x:own z:route,own"}},
		"headers of several destinations": {
			with(calling("headers: {request: {set: {x: route}, add: {z: route}}}\nroute:\n" +
				"- {destination: {host: c, subset: v1}, weight: 50, headers: {request: {set: {x: own, ':authority': h, Host: h}, add: {z: own}, remove: [v]}}}\n- {destination: {host: c, subset: v2}, weight: 50}")),
			preview.Call{Host: "c", Headers: map[string]string{"v": "1", "z": "1"}},
			[]string{"1/2 c.default:8000|v1 v1 x:route z:1,own,route",
				"1/2 c.default:8000|v2 v2 v:1 x:route z:1,route"}},
		"one subset, two headers": {
			with(
				calling(
					"route:\n- {destination: {host: c, subset: v1}, weight: 50, headers: {request: {set: {x: '1'}}}}\n- {destination: {host: c, subset: v1}, weight: 25, headers: {request: {set: {x: '2'}}}}\n- {destination: {host: c, subset: v1}, weight: 25, headers: {request: {set: {x: '1'}}}}")),
			preview.Call{Host: "c"}, []string{"3/4 c.default:8000|v1 v1 x:1", "1/4 c.default:8000|v1 v1 x:2"}},
		"a delegate inherits": {with(calling("headers: {request: {set: {x: root}}}\n"+
			"rewrite: {uri: /r}\nmatch: [{uri: {exact: /}}]\ndelegate: {name: sub}"),
			strings.Replace(strings.Replace(calling("route: [{destination: {host: c, subset: v2}}]"), "name: c}",
				"name: sub}", 1), "  hosts: [c]\n", "", 1)), preview.Call{Host: "c"},
			[]string{"1 c.default:8000|v2 v2 /r x:root"}},
		"subset with other labels": {
			with(strings.Replace(calling("route: [{destination: {host: c, subset: next}}]"), "name: c}", "name: x}", 1),
				strings.Replace(rule("c"), "subsets:", "subsets: [{name: next, labels: {version: v2}}]", 1)),
			preview.Call{Host: "c"}, []string{"1 c.default:8000|next next (no subset)"}},
		"rules of a host are merged": {with(calling("route: [{destination: {host: c, subset: next}}]"),
			strings.Replace(strings.Replace(rule("c"), "subsets:", "subsets: [{name: next, labels: {version: v2}}]", 1),
				"{name: c}", "{name: d}", 1)), preview.Call{Host: "c"}, []string{"1 c.default:8000|next next"}},
		"a rule of the root namespace": {append(app(),
			calling("route: [{destination: {host: c, subset: v1}}]"),
			strings.Replace(strings.Replace(rule("c", "v1"), "{name: c}", "{name: c, namespace: istio-system}", 1),
				"host: c", "host: c.default.svc.cluster.local", 1)), preview.Call{Host: "c"},
			[]string{"1 c.default:8000|v1 v1"}},
		"a rule for a wildcard": {append(app(),
			calling("route: [{destination: {host: c, subset: v1}}]"),
			strings.Replace(rule("c", "v1"), "host: c", `host: "*.default.svc.cluster.local"`, 1)),
			preview.Call{Host: "c"}, []string{"1 c.default:8000|v1 v1"}},
		"a rule that is not exported": {append(app(),
			strings.Replace(calling("route: [{destination: {host: c.default.svc.cluster.local, subset: v1}}]"),
				"hosts: [c]", "hosts: [c.default.svc.cluster.local]", 1),
			strings.Replace(rule("c", "v1"), "spec:", "spec:\n  exportTo: [.]", 1)),
			preview.Call{Namespace: "other", Host: "c.default"}, []string{"1 c.default:8000|v1 v1 (no subset)"}},
		"the caller's own rule": {append(app(),
			calling("route: [{destination: {host: c.default.svc.cluster.local, subset: v1}}]"),
			strings.Replace(strings.Replace(rule("c", "v1"), "{name: c}", "{name: c, namespace: other}", 1), "host: c",
				"exportTo: [.]\n  host: c.default.svc.cluster.local", 1)),
			preview.Call{Namespace: "other", Host: "c.default"}, []string{"1 c.default:8000|v1 v1"}},
		"to the root namespace, the service's": {append(app(), rule("c", "v1"), rooted,
			strings.Replace(strings.Replace(rule("c", "v2"), "{name: c}", "{name: c, namespace: istio-system}", 1),
				"host: c", "host: c.default.svc.cluster.local", 1)),
			preview.Call{Namespace: "istio-system", Host: "c.default"}, []string{"1 c.default:8000|v1 v1"}},
		"but before it, a private one": {append(app(), rule("c", "v9"), rooted,
			strings.Replace(strings.Replace(rule("c", "v1"), "{name: c}", "{name: c, namespace: istio-system}", 1),
				"host: c", "exportTo: [.]\n  host: c.default.svc.cluster.local", 1)),
			preview.Call{Namespace: "istio-system", Host: "c.default"}, []string{"1 c.default:8000|v1 v1"}},
		"the second, when the first has no route": {with(strings.Replace(calling("match: [{sourceLabels: {x: z}}]\n"+
			"directResponse: {status: 1}"), "{name: c}", "{name: a}", 1), calling("directResponse: {status: 2}")),
			preview.Call{Labels: v1, Host: "c"}, []string{"1 (response 2)"}},
		"the first, when it has one for others": {with(strings.Replace(calling("match: [{method: {exact: PUT}}]\n"+
			"directResponse: {status: 1}"), "{name: c}", "{name: a}", 1), calling("directResponse: {status: 2}")),
			preview.Call{Labels: v1, Host: "c"}, []string{"1 (no route)"}},
		"permissive, no header, no baseline": {change(t, without(t, relaxed(), "name: c-v1"), "fallbackTarget: v1,",
			"fallbackTarget: v1, serviceLevelFallbackTarget: {default/c: v2},"), preview.Call{Host: "c"},
			[]string{"1 c.default:8000|v1 v1 (no pods)"}},
		"a rule for other pods": {append(app(),
			calling("route: [{destination: {host: c, subset: v1}}]"),
			strings.Replace(rule("c", "v1"), "spec:", "spec:\n  workloadSelector: {matchLabels: {app: x}}", 1)),
			preview.Call{Labels: v1, Host: "c"}, []string{"1 c.default:8000|v1 v1 (no subset)"}},
		"a VirtualService for others": {
			with(strings.Replace(calling("directResponse: {status: 1}"), "spec:", "spec:\n  exportTo: [x]", 1)),
			preview.Call{Labels: v1, Host: "c"}, []string{"1/2 c.default:8000| v1", "1/2 c.default:8000| v2"}},
		"one for the namespace first": {
			with(strings.Replace(calling("directResponse: {status: 1}"), "{name: c}", "{name: a}", 1),
				strings.Replace(calling("directResponse: {status: 2}"), "spec:", "spec:\n  exportTo: [.]", 1)),
			preview.Call{Labels: v1, Host: "c"}, []string{"1 (response 2)"}},
		"then one that is exported to it": {
			with(strings.Replace(calling("directResponse: {status: 1}"), "{name: c}", "{name: a}", 1),
				strings.Replace(strings.Replace(strings.Replace(calling("directResponse: {status: 2}"), "spec:",
					"spec:\n  exportTo: [default]", 1), "{name: c}\nspec:", "{name: c, namespace: other}\nspec:", 1),
					"hosts: [c]", "hosts: [c.default.svc.cluster.local]", 1)), preview.Call{Labels: v1, Host: "c"},
			[]string{"1 (response 2)"}},
		"a wildcard": {
			with(strings.Replace(calling("directResponse: {status: 1}"), "hosts: [c]",
				`hosts: ["*.default.svc.cluster.local"]`, 1)), preview.Call{Labels: v1, Host: "c"},
			[]string{"1 (response 1)"}},
		"the name before a wildcard": {
			with(strings.Replace(strings.Replace(calling("directResponse: {status: 1}"), "hosts: [c]",
				`hosts: ["*.local"]`, 1), "{name: c}", "{name: a}", 1), calling("directResponse: {status: 2}")),
			preview.Call{Labels: v1, Host: "c"}, []string{"1 (response 2)"}},
		"for a gateway": {
			with(strings.Replace(calling("directResponse: {status: 1}"), "hosts: [c]", "hosts: [c]\n  gateways: [gw]",
				1)), preview.Call{Labels: v1, Host: "c"}, []string{"1/2 c.default:8000| v1", "1/2 c.default:8000| v2"}},
		"for both": {
			with(strings.Replace(calling("directResponse: {status: 1}"), "hosts: [c]",
				"hosts: [c]\n  gateways: [gw, mesh]", 1)), preview.Call{Labels: v1, Host: "c"},
			[]string{"1 (response 1)"}},
		"a host outside of the mesh": {[]string{"apiVersion: networking.istio.io/v1\nkind: ServiceEntry\n" +
			"metadata: {name: x}\nspec: {hosts: [api.example.com, '*.example.net']}"},
			preview.Call{Host: "api.example.com"}, []string{"1 api.example.com:0| (outside: api.example.com)"}},
		"one that is routed": {
			with(strings.Replace(calling("route: [{destination: {host: c, subset: v1}}]"), "hosts: [c]",
				"hosts: [api.example.com]", 1)), preview.Call{Host: "api.example.com", Port: 80},
			[]string{"1 c.default:8000|v1 v1"}},
		"but at port 80 only": {
			with(strings.Replace(calling("route: [{destination: {host: c, subset: v1}}]"), "hosts: [c]",
				"hosts: [api.example.com]", 1)), preview.Call{Host: "api.example.com", Port: 8000},
			[]string{"1 api.example.com:8000| (no service)"}},
		"without a selector": {
			[]string{strings.Replace(service("c"), "  selector: {app: c}\n", "", 1)}, preview.Call{Host: "c"},
			[]string{"1 c.default:8000| (outside: c.default.svc.cluster.local)"}},
		"no pods": {[]string{service("c")}, preview.Call{Host: "c"},
			[]string{"1 c.default:8000| (no pods)"}},
		"headless": {append(app()[3:],
			strings.Replace(service("c"), "spec:", "spec:\n  clusterIP: None", 1), rule("c", "v1", "v2"),
			calling("route: [{destination: {host: c, subset: v1}}]")), preview.Call{Labels: v1, Host: "c"},
			[]string{"1/2 c.default:8000|v1 v1", "1/2 c.default:8000|v1 v2"}},
		"no HTTP by its name": {append(app()[3:],
			strings.Replace(service("c"), "name: http", "name: tcp-raw", 1), calling("directResponse: {status: 1}")),
			preview.Call{Labels: v1, Host: "c"}, []string{"1/2 c.default:8000| v1", "1/2 c.default:8000| v2"}},
		"HTTP by its appProtocol": {append(app()[3:],
			strings.Replace(service("c"), "name: http", "name: tcp-raw, appProtocol: http", 1),
			calling("directResponse: {status: 1}")), preview.Call{Labels: v1, Host: "c"}, []string{"1 (response 1)"}},
		"no HTTP by its protocol": {append(app()[3:],
			strings.Replace(service("c"), "name: http", "protocol: UDP", 1), calling("directResponse: {status: 1}")),
			preview.Call{Labels: v1, Host: "c"}, []string{"1/2 c.default:8000| v1", "1/2 c.default:8000| v2"}},
		"port 80 first": {append(app()[3:],
			strings.Replace(service("c"), "[{name: http, port: 8000}]",
				"[{name: admin, port: 9000}, {name: http, port: 80}]", 1)), preview.Call{Host: "c"},
			[]string{"1/2 c.default:80| v1", "1/2 c.default:80| v2"}},
		"replicas beyond measure": {[]string{service("c"),
			strings.Replace(strings.Replace(deployment("c", "v1"), "Deployment", "CloneSet", 1), "replicas: 1",
				"replicas: 9223372036854775807", 1),
			strings.Replace(strings.Replace(deployment("c", "v2"), "Deployment", "CloneSet", 1), "replicas: 1",
				"replicas: 9223372036854775807", 1)}, preview.Call{Host: "c"},
			[]string{"1/2 c.default:8000| v1", "1/2 c.default:8000| v2"}},
		"a Pod": {[]string{service("c"),
			"apiVersion: v1\nkind: Pod\nmetadata: {name: p, labels: {app: c}}\n" +
				"spec: {containers: [{name: c, image: i}]}"}, preview.Call{Host: "c"}, []string{"1 c.default:8000|"}},
		"a rule for another namespace only": {append(app(),
			calling("route: [{destination: {host: c, subset: v1}}]"),
			strings.Replace(rule("c", "v1"), "spec:", "spec:\n  exportTo: [other]", 1)), preview.Call{Host: "c"},
			[]string{"1 c.default:8000|v1 v1 (no subset)"}},
		"which hides a wildcard": {append(app(), rooted,
			strings.Replace(rule("c", "v9"), "spec:", "spec:\n  exportTo: [x]", 1),
			strings.Replace(strings.Replace(rule("c", "v1"), "host: c", `host: "*"`, 1), "{name: c}", "{name: d}", 1)),
			preview.Call{Namespace: "other", Host: "c.default"}, []string{"1 c.default:8000|v1 v1 (no subset)"}},
		"exported unlike, the last": {append(app(),
			calling("route: [{destination: {host: c, subset: v1}}]"), rule("c", "v1"),
			strings.Replace(strings.Replace(rule("c", "v2"), "spec:", "spec:\n  exportTo: [.]", 1), "{name: c}",
				"{name: d}", 1)), preview.Call{Host: "c"}, []string{"1 c.default:8000|v1 v1 (no subset)"}},
		"a rule for other pods hides the root's": {append(app(),
			calling("route: [{destination: {host: c, subset: v1}}]"),
			strings.Replace(rule("c", "v9"), "spec:", "spec:\n  workloadSelector: {matchLabels: {app: x}}", 1),
			strings.Replace(strings.Replace(rule("c", "v1"), "{name: c}", "{name: c, namespace: istio-system}", 1),
				"host: c", "host: c.default.svc.cluster.local", 1)), preview.Call{Labels: v1, Host: "c"},
			[]string{"1 c.default:8000|v1 v1 (no subset)"}},
		"a host as it is called": {[]string{strings.Replace(service("c"), "8000", "80", 1),
			deployment("c", "v1"), strings.Replace(calling("directResponse: {status: 1}"), "hosts: [c]",
				"hosts: [c.default]", 1)}, preview.Call{Host: "c.default"}, []string{"1 (response 1)"}},
		"but not called otherwise": {[]string{strings.Replace(service("c"), "8000", "80", 1),
			deployment("c", "v1"), strings.Replace(calling("directResponse: {status: 1}"), "hosts: [c]",
				"hosts: [c.default]", 1)}, preview.Call{Host: "c"}, []string{"1 c.default:80| v1"}},
		"nor at another port than 80": {
			with(strings.Replace(calling("directResponse: {status: 1}"), "hosts: [c]", "hosts: [c.default]", 1)),
			preview.Call{Host: "c.default"}, []string{"1/2 c.default:8000| v1", "1/2 c.default:8000| v2"}},
		"a host in upper case": {
			with(strings.Replace(calling("directResponse: {status: 1}"), "hosts: [c]", "hosts: [C]", 1)),
			preview.Call{Host: "c"}, []string{"1 (response 1)"}},
		"a wildcard in upper case": {
			with(strings.Replace(calling("directResponse: {status: 1}"), "hosts: [c]", "hosts: ['*.Local']", 1)),
			preview.Call{Host: "c"}, []string{"1/2 c.default:8000| v1", "1/2 c.default:8000| v2"}},
		"of a wildcard, the first only": {
			with(strings.Replace(strings.Replace(
				calling("match: [{sourceLabels: {x: z}}]\ndirectResponse: {status: 1}"), "{name: c}", "{name: a}", 1),
				"hosts: [c]", "hosts: ['*.local']", 1),
				strings.Replace(calling("directResponse: {status: 2}"), "hosts: [c]", "hosts: ['*.local']", 1)),
			preview.Call{Labels: v1, Host: "c"}, []string{"1/2 c.default:8000| v1", "1/2 c.default:8000| v2"}},
		"a StatefulSet": {[]string{service("c"), deployment("c", "v2"),
			strings.Replace(strings.Replace(deployment("c", "v1"), "Deployment", "StatefulSet", 1), "replicas: 1",
				"replicas: 2", 1)}, preview.Call{Host: "c"},
			[]string{"2/3 c.default:8000| v1", "1/3 c.default:8000| v2"}},
	} {
		t.Run(name, func(t *testing.T) {
			shares, err := preview.New(decode(t, test.set...)).Hop(test.call)
			require.NoError(t, err)
			require.Equal(t, test.want, show(shares))
		})
	}
	_, err := preview.Mesh{}.Hop(preview.Call{})
	require.EqualError(t, err, "a call must name a host")
	shares, err := preview.Mesh{}.Hop(preview.Call{Host: "a"})
	require.NoError(t, err)
	require.Equal(t, []string{"1 a.default:0| (no service)"}, show(shares))
}
