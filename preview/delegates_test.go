package preview_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/preview"
)

func TestDelegates(t *testing.T) {
	root := func(match, more string) string {
		return "apiVersion: networking.istio.io/v1\nkind: VirtualService\n" +
			"metadata: {name: root, namespace: istio-system}\nspec:\n  hosts: ['*']\n  gateways: [gw]\n  http:\n" +
			"  - match: [" + match + "]\n    delegate: {name: sub" + more + "}\n  - directResponse: {status: 99}"
	}
	sub := func(http string) string {
		return strings.Replace(strings.Replace(routed("sub", "", http), "  hosts: []\n", "", 1), "  gateways: [gw]\n",
			"", 1)
	}
	for name, test := range map[string]struct {
		set     []string
		request preview.Request
		want    string
	}{
		"within": {[]string{root("{uri: {prefix: /a}}", ""),
			sub("{uri: {exact: /a/b}} -> 1\n{uri: {prefix: /a}} -> 2")}, preview.Request{Path: "/a/b"}, "1"},
		"the second": {[]string{root("{uri: {prefix: /a}}", ""),
			sub("{uri: {exact: /a/b}} -> 1\n{uri: {prefix: /a}} -> 2")}, preview.Request{Path: "/a/c"}, "2"},
		"not within": {[]string{root("{uri: {prefix: /a}}", ""),
			sub("{uri: {prefix: /b}} -> 1\n{uri: {prefix: /}} -> 2")}, preview.Request{Path: "/a"}, "99"},
		"takes the match": {[]string{root("{uri: {prefix: /a}}", ""), sub("-> 1")}, preview.Request{Path: "/a"},
			"1"},
		"and not without": {[]string{root("{uri: {prefix: /a}}", ""), sub("-> 1")}, preview.Request{Path: "/b"},
			"99"},
		"both matches": {[]string{root("{headers: {x: {exact: '1'}}}", ""), sub("{uri: {exact: /a}} -> 1")},
			preview.Request{Path: "/a", Headers: map[string]string{"x": "1"}}, "1"},
		"one of both": {[]string{root("{headers: {x: {exact: '1'}}}", ""), sub("{uri: {exact: /a}} -> 1")},
			preview.Request{Path: "/a"}, "99"},
		"regexes exclude": {[]string{root("{uri: {regex: '/a.*'}}", ""), sub("{uri: {exact: /ab}} -> 1")},
			preview.Request{Path: "/ab"}, "99"},
		"another value": {[]string{root("{headers: {x: {exact: '1'}}}", ""),
			sub("{headers: {x: {exact: '2'}}} -> 1")}, preview.Request{Headers: map[string]string{"x": "2"}}, "99"},
		"the same value": {[]string{root("{headers: {x: {exact: '1'}}}", ""),
			sub("{headers: {x: {exact: '1'}}} -> 1")}, preview.Request{Headers: map[string]string{"x": "1"}}, "1"},
		"another label": {[]string{root("{sourceLabels: {istio: ingressgateway}}", ""),
			sub("{sourceLabels: {istio: x}} -> 1")}, preview.Request{}, "99"},
		"another gateway": {[]string{root("{gateways: [gw]}", ""), sub("{gateways: [mesh]} -> 1")},
			preview.Request{}, "99"},
		"another port": {[]string{root("{port: 80}", ""), sub("{port: 81} -> 1")}, preview.Request{}, "99"},
		"another namespace": {[]string{root("{uri: {prefix: /}}", ", namespace: default"), sub("-> 1")},
			preview.Request{}, "99"},
		"does not exist": {[]string{root("{uri: {prefix: /}}", "")}, preview.Request{}, "99"},
		"has hosts": {[]string{root("{uri: {prefix: /}}", ""), routed("sub", "x.example.com", "-> 1")},
			preview.Request{Host: "h"}, "99"},
		"not exported": {[]string{root("{uri: {prefix: /}}", ""),
			strings.Replace(sub("-> 1"), "spec:", "spec:\n  exportTo: [default]", 1)}, preview.Request{}, "99"},
		"delegates no further": {[]string{root("{uri: {prefix: /}}", ""),
			strings.Replace(sub("-> 1"), "directResponse: {status: 1}", "delegate: {name: third}", 1)},
			preview.Request{}, "99"},
		"its source namespace": {[]string{root("{sourceNamespace: istio-system}", ""),
			sub("{uri: {prefix: /}} -> 1")}, preview.Request{}, "99"},
		"case must be the same": {[]string{root("{uri: {prefix: /A}, ignoreUriCase: true}", ""),
			sub("{headers: {x: {}}} -> 1")}, preview.Request{Path: "/a", Headers: map[string]string{"x": ""}}, "99"},
		"case that is the same": {[]string{root("{uri: {prefix: /A}, ignoreUriCase: true}", ""),
			sub("{headers: {x: {}}, ignoreUriCase: true} -> 1")},
			preview.Request{Path: "/a", Headers: map[string]string{"x": ""}}, "1"},
		"one of several roots": {[]string{root("{uri: {prefix: /a}}, {uri: {prefix: /b}}", ""),
			sub("{uri: {exact: /b/c}} -> 1")}, preview.Request{Path: "/b/c"}, "1"},
		"all subs must have one": {[]string{root("{uri: {prefix: /a}}", ""),
			sub("{uri: {exact: /a/b}}, {uri: {exact: /c}} -> 1")}, preview.Request{Path: "/a/b"}, "99"},
		"exact within exact": {[]string{root("{uri: {exact: /a}}", ""), sub("{uri: {exact: /a}} -> 1")},
			preview.Request{Path: "/a"}, "1"},
		"prefix not within exact": {[]string{root("{uri: {exact: /a}}", ""), sub("{uri: {prefix: /a}} -> 1")},
			preview.Request{Path: "/a"}, "99"},
	} {
		t.Run(name, func(t *testing.T) {
			test.set = append(test.set, gateway)
			require.Equal(t, test.want, taken(t, test.set, test.request))
		})
	}
}
