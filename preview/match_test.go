package preview_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
)

// routed returns a VirtualService of the gateway. In the routes "-> N" means a direct
// response of status N, which shows the route that was taken.
func routed(name, hosts, http string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimSpace(http)) {
		match, status, found := strings.Cut(strings.TrimSpace(line), "-> ")
		switch {
		case !found:
			b.WriteString("  - " + match + "\n")
		case strings.TrimSpace(match) == "":
			fmt.Fprintf(&b, "  - directResponse: {status: %s}\n", strings.TrimSpace(status))
		default:
			fmt.Fprintf(&b, "  - match: [%s]\n    directResponse: {status: %s}\n", strings.TrimSpace(match),
				strings.TrimSpace(status))
		}
	}
	return fmt.Sprintf("apiVersion: networking.istio.io/v1\nkind: VirtualService\n"+
		"metadata: {name: %s, namespace: istio-system}\nspec:\n  hosts: [%s]\n  gateways: [gw]\n  http:\n%s", name,
		hosts, b.String())
}

// taken returns the one outcome of a request, without brackets.
func taken(t *testing.T, documents []string, r preview.Request) string {
	t.Helper()
	result := trace(t, decode(t, documents...), r)
	require.Len(t, result.Outcomes, 1)
	return strings.TrimPrefix(strings.Trim(result.Outcomes[0].String(), "()"), "response ")
}

func TestMatchesAreTriedAsIstioTriesThem(t *testing.T) {
	headers := func(pairs ...string) map[string]string {
		out := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i]] = pairs[i+1]
		}
		return out
	}
	for name, test := range map[string]struct {
		http    string
		request preview.Request
		want    string
	}{
		"exact":              {"{uri: {exact: /a}} -> 1\n-> 2", preview.Request{Path: "/a"}, "1"},
		"exact with a query": {"{uri: {exact: /a}} -> 1\n-> 2", preview.Request{Path: "/a?b=c"}, "1"},
		"exact is no prefix": {"{uri: {exact: /a}} -> 1\n-> 2", preview.Request{Path: "/ab"}, "2"},
		"exact is in case":   {"{uri: {exact: /a}} -> 1\n-> 2", preview.Request{Path: "/A"}, "2"},
		"exact, case ignored": {"{uri: {exact: /a}, ignoreUriCase: true} -> 1\n-> 2", preview.Request{Path: "/A"},
			"1"},
		"prefix": {"{uri: {prefix: /a}} -> 1\n-> 2", preview.Request{Path: "/ab/c"}, "1"},
		"prefix, case ignored": {"{uri: {prefix: /A}, ignoreUriCase: true} -> 1\n-> 2",
			preview.Request{Path: "/ab/c"}, "1"},
		"prefix, too short a path": {"{uri: {prefix: /abc}, ignoreUriCase: true} -> 1\n-> 2",
			preview.Request{Path: "/ab"}, "2"},
		"regex":                  {"{uri: {regex: '/v[0-9]+'}} -> 1\n-> 2", preview.Request{Path: "/v12"}, "1"},
		"regex is for the whole": {"{uri: {regex: '/v[0-9]+'}} -> 1\n-> 2", preview.Request{Path: "/v12/x"}, "2"},
		"regex of alternatives":  {"{uri: {regex: '/a|/b'}} -> 1\n-> 2", preview.Request{Path: "/bc"}, "2"},
		"regex in case": {"{uri: {regex: '/v'}, ignoreUriCase: true} -> 1\n-> 2",
			preview.Request{Path: "/V"}, "2"},
		"no regex": {"{uri: {regex: '('}} -> 1\n-> 2", preview.Request{Path: "/("}, "2"},
		"first of two": {"{uri: {prefix: /a}} -> 1\n{uri: {exact: /a}} -> 2", preview.Request{Path: "/a"},
			"1"},
		"either match": {"{uri: {exact: /a}}, {uri: {exact: /b}} -> 1\n-> 2", preview.Request{Path: "/b"},
			"1"},
		"all of a match": {"{uri: {exact: /a}, method: {exact: POST}} -> 1\n-> 2",
			preview.Request{Path: "/a"}, "2"},
		"what matches all is last": {"-> 1\n{uri: {exact: /a}} -> 2", preview.Request{Path: "/a"}, "1"},
		"method":                   {"{method: {exact: POST}} -> 1\n-> 2", preview.Request{Method: "POST"}, "1"},
		"method is GET":            {"{method: {exact: GET}} -> 1\n-> 2", preview.Request{}, "1"},
		"scheme":                   {"{scheme: {exact: https}} -> 1\n-> 2", preview.Request{}, "2"},
		"authority": {"{authority: {prefix: shop.}} -> 1\n-> 2",
			preview.Request{Host: "Shop.example.com"}, "1"},
		"authority, no host": {"{authority: {prefix: shop.}} -> 1\n-> 2", preview.Request{}, "2"},
		"port":               {"{port: 80} -> 1\n-> 2", preview.Request{}, "1"},
		"another port":       {"{port: 8080} -> 1\n-> 2", preview.Request{}, "2"},
		"header": {"{headers: {x-user: {exact: qa}}} -> 1\n-> 2",
			preview.Request{Headers: headers("X-User", "qa")}, "1"},
		"header missing": {"{headers: {x-user: {exact: qa}}} -> 1\n-> 2", preview.Request{}, "2"},
		"header of another value": {"{headers: {x-user: {exact: qa}}} -> 1\n-> 2",
			preview.Request{Headers: headers("x-user", "qab")}, "2"},
		"header prefix": {"{headers: {x-user: {prefix: qa}}} -> 1\n-> 2",
			preview.Request{Headers: headers("x-user", "qab")}, "1"},
		"header regex": {"{headers: {x-user: {regex: 'q.'}}} -> 1\n-> 2",
			preview.Request{Headers: headers("x-user", "qab")}, "2"},
		"header present": {"{headers: {x-user: {}}} -> 1\n-> 2",
			preview.Request{Headers: headers("x-user", "")}, "1"},
		"header not present": {"{headers: {x-user: {}}} -> 1\n-> 2", preview.Request{}, "2"},
		// Istio refuses it
		"header, a star": {"{headers: {x-user: {regex: '*'}}} -> 1\n-> 2",
			preview.Request{Headers: headers("x-user", "qa")}, "2"},
		"without a star, absent": {"{withoutHeaders: {x-user: {regex: '*'}}} -> 1\n-> 2", preview.Request{}, "1"},
		"without a star, present": {"{withoutHeaders: {x-user: {regex: '*'}}} -> 1\n-> 2",
			preview.Request{Headers: headers("x-user", "qa")}, "2"},
		"without, absent": {"{withoutHeaders: {x-user: {}}} -> 1\n-> 2", preview.Request{}, "1"},
		"without, present": {"{withoutHeaders: {x-user: {}}} -> 1\n-> 2",
			preview.Request{Headers: headers("x-user", "")}, "2"},
		"without a value": {"{withoutHeaders: {x-user: {exact: qa}}} -> 1\n-> 2",
			preview.Request{Headers: headers("x-user", "qa")}, "2"},
		"without a value, other": {"{withoutHeaders: {x-user: {exact: qa}}} -> 1\n-> 2",
			preview.Request{Headers: headers("x-user", "dev")}, "1"},
		"without a value, none":  {"{withoutHeaders: {x-user: {exact: qa}}} -> 1\n-> 2", preview.Request{}, "1"},
		"without, none is empty": {"{withoutHeaders: {x-user: {regex: '.*'}}} -> 1\n-> 2", preview.Request{}, "2"},
		"query": {"{queryParams: {v: {exact: '1'}}} -> 1\n-> 2", preview.Request{Path: "/?u=2&v=1"},
			"1"},
		"query of another value": {"{queryParams: {v: {exact: '1'}}} -> 1\n-> 2", preview.Request{Path: "/?v=12"}, "2"},
		"query present":          {"{queryParams: {v: {}}} -> 1\n-> 2", preview.Request{Path: "/?v"}, "1"},
		"query missing":          {"{queryParams: {v: {}}} -> 1\n-> 2", preview.Request{Path: "/?w=v"}, "2"},
		"labels of the gateway":  {"{sourceLabels: {istio: ingressgateway}} -> 1\n-> 2", preview.Request{}, "1"},
		"labels of others":       {"{sourceLabels: {istio: egressgateway}} -> 1\n-> 2", preview.Request{}, "2"},
		"namespace":              {"{sourceNamespace: istio-system} -> 1\n-> 2", preview.Request{}, "1"},
		"another namespace":      {"{sourceNamespace: default} -> 1\n-> 2", preview.Request{}, "2"},
		"gateway":                {"{gateways: [istio-system/gw]} -> 1\n-> 2", preview.Request{}, "1"},
		"another gateway":        {"{gateways: [mesh]} -> 1\n-> 2", preview.Request{}, "2"},
		"gateways hide labels":   {"{gateways: [gw], sourceLabels: {x: z}} -> 1\n-> 2", preview.Request{}, "1"},
		"redirect": {"redirect: {authority: other.example.com, redirectCode: 302}\n-> 2",
			preview.Request{Path: "/a?b"}, "redirect 302 to http://other.example.com/a?b"},
		"redirect of a prefix": {
			"{match: [{uri: {prefix: /old}}], redirect: {prefixRewrite: /new, scheme: https, port: 8443}}\n-> 2",
			preview.Request{Path: "/old/x", Host: "h"}, "redirect 301 to https://h:8443/new/x"},
		"redirect, port derived": {"redirect: {uri: /x, authority: h, scheme: https, derivePort: FROM_REQUEST_PORT}",
			preview.Request{}, "redirect 301 to https://h:80/x"},
		"redirect that ends": {"{match: [{uri: {exact: /a}}], redirect: {uri: /b}}\n-> 2",
			preview.Request{Path: "/a", Host: "h"}, "redirect 301 to http://h/b"},
		"redirect comes first": {"{redirect: {uri: /x, authority: h}, directResponse: {status: 9}}", preview.Request{},
			"redirect 301 to http://h/x"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, taken(t, []string{gateway, routed("vs", `"*"`, test.http)}, test.request))
		})
	}
}

func TestTheMostSpecificHostDecides(t *testing.T) {
	set := []string{
		gateway,
		routed("a-any", `"*"`, "-> 1"),
		routed("b-com", `"*.com"`, "{uri: {exact: /only}} -> 2"),
		routed("c-example", `"*.example.com"`, "-> 3"),
		routed("d-shop", "shop.example.com, SHOP.example.net", "-> 4"),
	}
	for host, want := range map[string]string{
		"":                      "1",
		"localhost":             "1",
		"a.b.example.com":       "3",
		"example.com":           "no route", // *.com has no route for it, and no other host is asked
		"x.com":                 "no route",
		"shop.example.com":      "4",
		"Shop.Example.Com:8080": "4",
		"shop.example.net":      "4",
	} {
		require.Equal(t, want, taken(t, set, preview.Request{Path: "/", Host: host}), host)
	}
}

func TestSeveralVirtualServicesOfAHost(t *testing.T) {
	first := routed("a", "shop.example.com", "{uri: {exact: /a}} -> 1\n-> 10")
	second := routed("b", "shop.example.com", "{uri: {exact: /a}} -> 2\n{uri: {exact: /b}} -> 3\n-> 20")
	at := func(r preview.Request, documents ...string) preview.Result {
		return trace(t, decode(t, append(documents, gateway)...), r)
	}
	require.Equal(t, "(response 1)", at(preview.Request{Path: "/a"}, second, first).Outcomes[0].String())
	require.Equal(t, "(response 3)", at(preview.Request{Path: "/b"}, second, first).Outcomes[0].String(),
		"what matches all comes last")
	require.Equal(t, "(response 10)", at(preview.Request{Path: "/c"}, second, first).Outcomes[0].String())
	older := strings.Replace(second, "namespace: istio-system",
		`namespace: istio-system, creationTimestamp: "2024-01-01T00:00:00Z"`, 1)
	newer := strings.Replace(first, "namespace: istio-system",
		`namespace: istio-system, creationTimestamp: "2025-01-01T00:00:00Z"`, 1)
	result := at(preview.Request{Path: "/a"}, newer, older)
	require.Equal(t, "(response 2)", result.Outcomes[0].String(), "the older first")
	require.Empty(t, result.Notes)
	require.Equal(t,
		[]string{
			"several objects route host shop.example.com, and Istio tries the oldest first, which the set does not show; preview takes them in the order VirtualService istio-system/a, VirtualService istio-system/b"},
		at(preview.Request{Path: "/a"}, second, first).Notes)
}

func TestRequestsThatCannotBeAskedAbout(t *testing.T) {
	for name, test := range map[string]struct {
		set     []string
		request preview.Request
		want    string
	}{
		"several hosts": {[]string{gateway, routed("vs", "a.example.com, b.example.com", "-> 1")}, preview.Request{},
			"request: host must be given: the gateway has routes for a.example.com, b.example.com"},
		"a wildcard": {[]string{gateway, routed("vs", `"*.example.com"`, "-> 1")}, preview.Request{},
			"request: host must be given: the gateway has routes for *.example.com"},
		"several gateways": {[]string{gateway, other,
			strings.Replace(routed("vs", `"*"`, "-> 1"), "[gw]", "[gw, other]", 1)}, preview.Request{},
			"request: gateway must be named, since several have a route for the request: istio-system/gw, istio-system/other"},
		"a path": {[]string{gateway}, preview.Request{Path: "mock"}, `request: path must start with /: "mock"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := preview.New(decode(t, test.set...)).Trace(test.request)
			require.EqualError(t, err, test.want)
		})
	}
}

// What is empty where something should be is passed over.
func TestNullsAreNoTrouble(t *testing.T) {
	for _, nulls := range []string{
		"http: [null]", "http: [{match: [null], route: [null]}]", "http: [{route: [{destination: null}]}]",
		"http: [{match: [{headers: {x: null}}], delegate: {name: sub}}]",
		"http: [{match: [null], delegate: {name: sub}}]",
		"http: [{delegate: null, redirect: null, directResponse: null}]",
		"http: [{match: [{uri: {}, queryParams: {q: null}}], route: [{headers: {request: null}}]}]",
	} {
		vs := strings.Replace(routed("vs", `"*"`, "-> 1"), "http:\n  - directResponse: {status: 1}", nulls, 1)
		sub := strings.Replace(strings.Replace(routed("sub", "", "{uri: {prefix: /}} -> 1"), "  hosts: []\n", "", 1),
			"match: [{uri: {prefix: /}}]", "match: [null]", 1)
		for _, gw := range []string{gateway, strings.Split(gateway, "  servers:")[0] +
			"  servers: [null, {port: null, hosts: ['*']}]"} {
			set, err := manifest.Decode(manifest.File{Name: "a.yaml",
				Data: []byte(strings.Join([]string{gw, vs, sub, rule("a") + " [null, {name: null}]"}, "\n---\n"))})
			require.NoError(t, err)
			result := trace(t, set, preview.Request{Headers: map[string]string{"x": ""}})
			require.NotEmpty(t, result.String(), nulls)
		}
	}
}
