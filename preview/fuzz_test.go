package preview_test

import (
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
)

// Whatever is written, New and Trace answer or refuse.
func FuzzTrace(f *testing.F) {
	for _, set := range [][]string{
		strict(), relaxed(), plain(), plainRelaxed(),
		{gateway, redirects("/mock", "/other")},
		{both, routed("vs", "shop.example.com", "{uri: {regex: '/(a|b)'}, withoutHeaders: {x: {}}} -> 1\n-> 2")},
		{gateway, strings.Replace(routed("root", `"*"`, "-> 1"), "directResponse: {status: 1}", "delegate: {name: sub}",
			1),
			strings.Replace(routed("sub", "", "{uri: {prefix: /}} -> 1"), "  hosts: []\n", "", 1)},
		append(app(), gateway, permissive, lane("v1")+
			"\n  ingressRules: [{name: r, hosts: ['*'], match: {uri: {prefix: /}}, route: {destination: {host: a, portNum: 8000}}}]"),
	} {
		f.Add(strings.Join(set, "\n---\n"), "/mock", "shop.example.com", "v2")
	}
	f.Fuzz(func(t *testing.T, text, path, host, header string) {
		set, err := manifest.Decode(manifest.File{Name: "a.yaml", Data: []byte(text)})
		if err != nil {
			return
		}
		mesh := preview.New(set)
		for _, r := range []preview.Request{
			{Path: path, Host: host, Headers: map[string]string{"x-lane": header}, MaxOutcomes: 50},
			{Path: path, MaxOutcomes: 50, Calls: map[string][]string{"a": {"b", "a", host}, "b": {"c", "a"}}},
		} {
			result, err := mesh.Trace(r)
			if err != nil {
				require.Empty(t, result)
				continue
			}
			require.NotEmpty(t, result.Verdict.Kind)
			require.NotEmpty(t, result.String()+result.Markdown()+result.Mermaid())
			require.NoError(t, result.Sample(io.Discard, 2, rand.NewPCG(1, 2)))
		}
		if shares, err := mesh.Hop(preview.Call{Host: host, Path: path,
			Headers: map[string]string{"x-lane": header}}); err == nil {
			require.NotEmpty(t, shares)
		}
	})
}
