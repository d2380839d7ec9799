package preview_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
)

// chain returns n services that call each other in a chain, in k lanes that share
// the requests alike.
func chain(t testing.TB, n, k int, mode string) manifest.Set {
	t.Helper()
	name := func(i int) string { return fmt.Sprintf("s%03d", i) }
	out := []string{gateway}
	var lanes, refs []string
	for i := range k {
		lanes = append(lanes, fmt.Sprintf("v%d", i+1))
	}
	for i := range n {
		refs = append(refs, "{name: "+name(i)+", namespace: default}")
		out = append(out, service(name(i)))
		for _, l := range lanes {
			if i == n-1 {
				out = append(out, deployment(name(i), l))
			} else {
				out = append(out, deployment(name(i), l, name(i+1)))
			}
		}
		if mode == "plain" {
			out = append(out, rule(name(i), lanes...))
			routes := ""
			for _, l := range lanes {
				routes += fmt.Sprintf("\n  - match: [{sourceLabels: {version: %s}}]\n"+
					"    route: [{destination: {host: %s, subset: %s}}]", l, name(i), l)
			}
			out = append(out, fmt.Sprintf("apiVersion: networking.istio.io/v1\nkind: VirtualService\n"+
				"metadata: {name: %[1]s}\nspec:\n  hosts: [%[1]s]\n  http:%[2]s", name(i), routes))
		}
	}
	entry := "apiVersion: networking.istio.io/v1\nkind: VirtualService\n" +
		"metadata: {name: entry, namespace: istio-system}\nspec:\n  hosts: ['*']\n  gateways: [gw]\n  http:\n  - route:"
	for _, l := range lanes {
		entry += fmt.Sprintf("\n    - destination: {host: %s.default.svc.cluster.local, subset: %s}\n"+
			"      weight: %d\n      headers: {request: {set: {x-lane: %s}}}", name(0), l, 100/k, l)
	}
	out = append(out, entry)
	if mode != "plain" {
		g := permissive
		if mode == "strict" {
			g = group
		}
		g = strings.Replace(g,
			"[{name: a, namespace: default}, {name: b, namespace: default}, {name: c, namespace: default}]", "["+
				strings.Join(refs, ", ")+"]", 1)
		out = append(out, g)
		for _, l := range lanes {
			out = append(out, lane(l))
		}
	}
	return decode(t, out...)
}

func BenchmarkTrace(b *testing.B) {
	for _, mode := range []string{"strict", "permissive", "plain"} {
		set := chain(b, 50, 10, mode)
		b.Run(mode, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				result, err := preview.New(set).Trace(preview.Request{Path: "/mock"})
				require.NoError(b, err)
				require.Len(b, result.Outcomes, 10)
			}
		})
		b.Run(mode+" indexed", func(b *testing.B) {
			b.ReportAllocs()
			mesh := preview.New(set)
			for b.Loop() {
				result, err := mesh.Trace(preview.Request{Path: "/mock"})
				require.NoError(b, err)
				require.Len(b, result.Outcomes, 10)
			}
		})
	}
}
