package preview_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/preview"
)

func TestFormats(t *testing.T) {
	odd := strings.NewReplacer("name: v2", `name: "v2\"]|<x>"`, "subset: v2", `subset: "v2\"]|<x>"`).Replace
	for name, set := range map[string][]string{
		"strict": strict(),
		"leaves": change(t, relaxed(), "      headers: {request: {set: {x-lane: v2}}}", ""),
		"broken": without(t, append(strict(), bySource("b")), "name: b-v2"),
		"ends": {gateway, strings.Replace(routed("vs", `"*"`, "-> 1"), "directResponse: {status: 1}",
			"redirect: {uri: '/a|b', authority: h}", 1)},
		"odd": strings.Split(odd(strings.Join(strict(), "\n---\n")), "\n---\n"),
	} {
		t.Run(name, func(t *testing.T) {
			result := trace(t, decode(t, set...), mockRequest)
			golden.Equal(t, name+".txt", result.String())
			golden.Equal(t, name+".md", result.Markdown())
			golden.Equal(t, name+".mmd", result.Mermaid())
			var b bytes.Buffer
			encoder := json.NewEncoder(&b)
			encoder.SetIndent("", "  ")
			encoder.SetEscapeHTML(false)
			require.NoError(t, encoder.Encode(result))
			golden.Equal(t, name+".json", b.String())
			var back preview.Result
			require.NoError(t, json.Unmarshal(b.Bytes(), &back))
			require.Equal(t, result.String()+result.Mermaid(), back.String()+back.Mermaid(), "JSON holds it all")
		})
	}
	tooMany := trace(t, decode(t, plain()...), preview.Request{Path: "/mock", MaxOutcomes: 1})
	golden.Equal(t, "too-many.md", tooMany.Markdown())
	data, err := json.Marshal(tooMany)
	require.NoError(t, err)
	require.Contains(t, string(data), `"outcomes":null`)
	golden.Equal(t, "too-many.mmd", tooMany.Mermaid())
	require.Contains(t, tooMany.String(),
		"\nnote: there are too many outcomes to list: the shares are those of single calls\n")
}

// A share is a number to calculate with, and beside it what it is exactly.
func TestJSONHasNumbersAndFractions(t *testing.T) {
	for share, want := range map[string]string{
		"3/5":                  `{"share":0.6,"fraction":"3/5","root":null}`,
		"1":                    `{"share":1,"fraction":"1","root":null}`,
		"1/3":                  `{"share":0.3333333333333333,"fraction":"1/3","root":null}`,
		"1/1000000000000":      `{"share":1e-12,"fraction":"1/1000000000000","root":null}`,
		"123456789/1000000000": `{"share":0.123456789,"fraction":"123456789/1000000000","root":null}`,
	} {
		r, ok := new(big.Rat).SetString(share)
		require.True(t, ok)
		data, err := json.Marshal(preview.Outcome{Share: r})
		require.NoError(t, err)
		require.Equal(t, want, string(data))
		var o preview.Outcome
		require.NoError(t, json.Unmarshal(data, &o))
		require.Equal(t, share, o.Share.RatString())
	}
	data, err := json.Marshal(preview.Result{Outcomes: []preview.Outcome{{}}, Edges: []preview.Edge{{}}})
	require.NoError(t, err, "no share is no panic")
	require.ErrorContains(t, json.Unmarshal(data, &preview.Result{}), "fraction must be set")
	for _, text := range []string{`{"share":"3/5"}`, `{"share":0.6}`, `{"share":0.6,"fraction":"x"}`} {
		require.Error(t, json.Unmarshal([]byte(text), &preview.Outcome{}), text)
		require.Error(t, json.Unmarshal([]byte(strings.Replace(text, "share", "rate", 1)), &preview.Edge{}), text)
	}
}

func TestPercentSaysNeitherNothingNorAllOfAPart(t *testing.T) {
	lines := func(a, b string) string {
		set := decode(t, gateway, service("a"), deployment("a", "v1"), deployment("a", "v2"), rule("a", "v1", "v2"),
			strings.NewReplacer("weight: 60", "weight: "+a, "weight: 40", "weight: "+b).Replace(entry(60, 40)))
		return strings.Join(strings.Split(trace(t, set, mockRequest).String(), "\n")[:2], ", ")
	}
	require.Equal(t, "66.7%  a@v2, 33.3%  a@v1", lines("1", "2"))
	require.Equal(t, "99.99%  a@v2, 0.01%  a@v1", lines("1", "9999"))
	require.Equal(t, "99.9%  a@v2, 0.1%  a@v1", lines("1", "999"))
	require.Equal(t, "99.9999999%  a@v2, 0.0000001%  a@v1", lines("1", "999999999"))
}

func TestSample(t *testing.T) {
	sample := func(result preview.Result, n int, source rand.Source) string {
		var b strings.Builder
		require.NoError(t, result.Sample(&b, n, source))
		return b.String()
	}
	result := trace(t, read(t, "..", "examples", "canary", "testdata", "first-stage.yaml"), mockRequest)
	lines := sample(result, 1000, rand.NewPCG(1, 2))
	require.Equal(t, lines, sample(result, 1000, rand.NewPCG(1, 2)), "the same source, the same lines")
	require.NotEqual(t, lines, sample(result, 1000, rand.NewPCG(1, 3)))
	counts := map[string]int{}
	for line := range strings.Lines(lines) {
		counts[strings.TrimSuffix(line, "\n")]++
	}
	for lane, want := range map[string]int{"v1": 600, "v2": 300, "v3": 100} {
		got := counts[fmt.Sprintf("-> mocka(version: %[1]s)-> mockb(version: %[1]s)-> mockc(version: %[1]s)", lane)]
		require.InDelta(t, want, got, 62, "within 4 sigma: %s", lane)
	}
	require.Len(t, counts, 3)

	fan := trace(t, decode(t, strict()...),
		preview.Request{Path: "/mock", Calls: map[string][]string{"a": {"b", "c"}, "b": {"a"}}})
	require.Regexp(t,
		`^(-> a\(version: (v1|v2)\)-> b\(version: (v1|v2)\)-> a\(version: (v1|v2)\)-> c\(version: (v1|v2)\)\n){3}$`,
		sample(fan, 3, rand.NewPCG(1, 2)))
	lost := trace(t, decode(t, without(t, append(without(t, strict(), "name: entry"), entry(0, 100)), "name: b-v2")...),
		mockRequest)
	require.Equal(t, "b has no pods in v2\n", sample(lost, 1, rand.NewPCG(1, 2)))
	end := trace(t, decode(t, gateway, routed("vs", `"*"`, "-> 204")), preview.Request{})
	require.Equal(t, "(response 204)\n", sample(end, 1, rand.NewPCG(1, 2)))
	outside := trace(t, decode(t, append(change(t, strict(), "value: c}",
		"value: c}\n        - {name: DB, value: 'db:5432'}"),
		strings.Replace(strings.ReplaceAll(service("db"), "8000", "5432"), "  selector: {app: db}\n", "", 1))...),
		preview.Request{Path: "/mock", Calls: map[string][]string{"a": {"db", "c"}}})
	require.Equal(t, "a@v1 -> [db (outside: db.default.svc.cluster.local), c@v1]", outside.Outcomes[0].String())
	require.Regexp(t, `^-> a\(version: (v1|v2)\)-> c\(version: (v1|v2)\)\n$`, sample(outside, 1, rand.NewPCG(1, 2)))
	laneless := trace(t, decode(t, gateway, service("a"),
		strings.ReplaceAll(deployment("a", "v1"), ", version: v1", ""),
		strings.Replace(routed("vs", `"*"`, "-> 1"), "directResponse: {status: 1}",
			"route: [{destination: {host: a.default.svc.cluster.local}}]", 1)), preview.Request{})
	require.Equal(t, "100.0%  a\nisolated: no call leaves its lane\n", laneless.String())
	require.Equal(t, "-> a(version: -)\n", sample(laneless, 1, rand.NewPCG(1, 2)))

	asked := trace(t, decode(t, change(t, strict(), "subset: v2}", "subset: $asm-label}")...), mockRequest)
	require.Equal(t, preview.Unknown, asked.Verdict.Kind)
	require.Regexp(t, `^(-> a\(version: v1\)-> b\(version: v1\)-> c\(version: v1\)\n|-> a\(version: \?\)\n){20}$`,
		sample(asked, 20, rand.NewPCG(1, 2)))
	require.Contains(t, sample(asked, 20, rand.NewPCG(1, 2)), "?")
	behind := trace(t, decode(t, append(plain(),
		"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: c}\n"+
			"spec: {parentRefs: [{group: '', kind: Service, name: c}]}")...), mockRequest)
	require.Equal(t, preview.Unknown, behind.Verdict.Kind)
	require.Regexp(t, `^(-> a\(version: (v1|v2)\)-> b\(version: (v1|v2)\)-> c\(version: \?\)\n){5}$`,
		sample(behind, 5, rand.NewPCG(1, 2)))

	require.EqualError(t, preview.Result{}.Sample(io.Discard, 1, rand.NewPCG(1, 2)),
		"a result that no Trace returned has nothing to sample")
	require.ErrorContains(t, result.Sample(full{}, 1, rand.NewPCG(1, 2)), "disk full")
}

// full is a writer on a full disk.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }
