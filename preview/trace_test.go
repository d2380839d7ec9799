package preview_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/preview"
)

var mockRequest = preview.Request{Path: "/mock"}

func TestTraceOfTheSeedsRelease(t *testing.T) {
	for name, want := range map[string]string{
		"first-stage": "60.0%  mocka@v1 -> mockb@v1 -> mockc@v1\n30.0%  mocka@v2 -> mockb@v2 -> mockc@v2\n" +
			"10.0%  mocka@v3 -> mockb@v3 -> mockc@v3\n",
		"last-stage":       "100.0%  mocka@v3 -> mockb@v3 -> mockc@v3\n",
		"finish-cleanup":   "100.0%  mocka@v3 -> mockb@v3 -> mockc@v3\n",
		"rollback":         "50.0%  mocka@v1 -> mockb@v1 -> mockc@v1\n50.0%  mocka@v2 -> mockb@v2 -> mockc@v2\n",
		"rollback-cleanup": "50.0%  mocka@v1 -> mockb@v1 -> mockc@v1\n50.0%  mocka@v2 -> mockb@v2 -> mockc@v2\n",
	} {
		t.Run(name, func(t *testing.T) {
			result := trace(t, read(t, "..", "examples", "canary", "testdata", name+".yaml"), mockRequest)
			require.Equal(t, want+"isolated: no call leaves its lane\n", result.String())
			require.Empty(t, result.Remarks())
		})
	}
	tree := trace(t, read(t, "..", "examples", "gitops", "testdata", "tree"), mockRequest)
	require.Equal(t,
		"50.0%  mocka@v1 -> mockb@v1 -> mockc@v1\n50.0%  mocka@v2 -> mockb@v2 -> mockc@v2\n"+
			"isolated: no call leaves its lane\n", tree.String())
}

func TestTraceFindsTheServiceThatALaneLacks(t *testing.T) {
	all := text(t, "..", "examples", "canary", "testdata", "first-stage.yaml")
	documents := without(t, strings.Split(all, "\n---\n"), "name: mockb-v3")
	result := trace(t, decode(t, documents...), mockRequest)
	require.Equal(t,
		"60.0%  mocka@v1 -> mockb@v1 -> mockc@v1\n30.0%  mocka@v2 -> mockb@v2 -> mockc@v2\n"+
			"10.0%  mocka@v3 -> mockb@v3 (no pods)\n"+
			"broken: mocka@v3 -> mockb@v3: mockb has no pods in v3\n", withoutNotes(result))
}

// Routes that ASM makes of a group and its lanes.
func TestTraceOfASMsOwnStrategies(t *testing.T) {
	weighted := func(mode string) []string {
		group := strings.Replace(mode, "type: ASM}}",
			"type: ASM}, ingressRouting: {ingressRoutingStrategy: weighted, weightedRoutingRule: {hosts: ['*'], requestMatches: [{uri: {exact: /mock}, headers: {x-user: {prefix: q}}}, {uri: {regex: /m}}]}}}",
			1)
		weight := func(n int) string {
			return fmt.Sprintf(
				"\n  ingressWeight: {destination: {host: a.default.svc.cluster.local, portNum: 8000}, weight: %d}", n)
		}
		return append(app(), gateway, group, lane("v1")+weight(60), lane("v2")+weight(40))
	}
	rules := func(online string) []string {
		rule := func(lane string) string {
			return "\n  ingressRules: [{name: r, " + online +
				"hosts: ['*'], match: {uri: {prefix: /mock}, headers: {x-user: {exact: " + lane +
				"}}}, route: {destination: {host: a.default.svc.cluster.local}}}]"
		}
		return append(app(), gateway, permissive, lane("v1")+rule("v1"), lane("v2")+rule("v2"))
	}
	qa := preview.Request{Path: "/mock", Headers: map[string]string{"x-user": "qa"}}
	v2 := preview.Request{Path: "/mock", Headers: map[string]string{"x-user": "v2"}}
	const both = "60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b@v2 -> c@v2\nisolated: no call leaves its lane\n"
	const broken = "100.0%  (no route)\nbroken: no route matches GET /mock of any host\n"
	for name, test := range map[string]struct {
		set     []string
		request preview.Request
		want    string
	}{
		"weighted, strict":          {weighted(group), qa, both},
		"weighted, permissive":      {weighted(permissive), qa, both},
		"weighted, the other match": {weighted(group), preview.Request{Path: "/m"}, both},
		"weighted, no match":        {weighted(group), mockRequest, broken},
		"weighted, lacks the entry": {without(t, weighted(permissive), "name: a-v2"), qa,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v1 -> b@v2 -> c@v2\nisolated: no call leaves its lane\n"},
		"rules": {rules("online: true, "), v2,
			"100.0%  a@v2 -> b@v2 -> c@v2\nisolated: no call leaves its lane\n"},
		"rules, no match": {rules("online: true, "), qa, broken},
		"rules that are not in force": {rules("online: false, "), v2,
			"100.0%  (no route)\nbroken: gateway istio-system/gw has no route for any host\n"},
		"rules that do not say": {rules(""), v2,
			"100.0%  (no route)\nbroken: gateway istio-system/gw has no route for any host\n"},
		"own routes come before lanes": {append(rules("online: true, "), entry(0, 100)), v2,
			"100.0%  a@v2 -> b@v1 -> c@v1\nnot isolated: a@v2 -> b@v1: v1 serves b, which lane v2 has\n"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, withoutNotes(trace(t, decode(t, test.set...), test.request)))
		})
	}
}

func TestServicesOfOneNameAreToldApart(t *testing.T) {
	shop := func(d string) string {
		return strings.NewReplacer("metadata: {name: b}", "metadata: {name: b, namespace: shop}",
			"metadata: {name: b-v1}", "metadata: {name: b-v1, namespace: shop}").Replace(d)
	}
	result := trace(t, decode(t, append(strict(), shop(service("b")), shop(deployment("b", "v1")))...),
		preview.Request{Path: "/mock", Calls: map[string][]string{"a": {"b", "shop/b"}}})
	require.Equal(t, "a@v1 -> [b.default@v1, b.shop@v1]", result.Outcomes[0].String())
}

// Of two groups that claim a service the first counts, always.
func TestAServiceOfTwoGroups(t *testing.T) {
	set := decode(t, append(strict(), strings.Replace(permissive, "name: shop", "name: zoo", 1))...)
	for range 20 {
		require.Equal(t, trace(t, decode(t, strict()...), mockRequest).String(), trace(t, set, mockRequest).String())
	}
}

func TestFansMultiply(t *testing.T) {
	// Without VirtualServices every call goes to both versions.
	set := append(app(), gateway, entry(60, 40), rule("a", "v1", "v2"))
	result := trace(t, decode(t, set...), preview.Request{Path: "/mock", Calls: map[string][]string{"a": {"b", "c"}}})
	require.Len(t, result.Outcomes, 8)
	require.Equal(t,
		"15.0%  a@v1 -> [b@v1, c@v1]\n15.0%  a@v1 -> [b@v1, c@v2]\n15.0%  a@v1 -> [b@v2, c@v1]\n"+
			"15.0%  a@v1 -> [b@v2, c@v2]\n"+
			"10.0%  a@v2 -> [b@v1, c@v1]\n10.0%  a@v2 -> [b@v1, c@v2]\n10.0%  a@v2 -> [b@v2, c@v1]\n"+
			"10.0%  a@v2 -> [b@v2, c@v2]\n"+
			"not isolated: a@v1 -> b@v2: v2 serves b, which lane v1 has\n", result.String())
}

// Beyond a bound on outcomes there are edges, which are exact still.
func TestTooManyOutcomes(t *testing.T) {
	set := decode(t, append(app(), gateway, entry(60, 40), rule("a", "v1", "v2"))...)
	calls := map[string][]string{"a": {"b", "c"}, "b": {"c"}}
	all := trace(t, set, preview.Request{Path: "/mock", Calls: calls})
	require.Len(t, all.Outcomes, 16)
	few := trace(t, set, preview.Request{Path: "/mock", Calls: calls, MaxOutcomes: 15})
	require.Nil(t, few.Outcomes)
	require.Equal(t, all.Edges, few.Edges)
	require.Equal(t, all.Verdict, few.Verdict)
	require.Equal(t,
		"60.0%  gateway -> a@v1\n40.0%  gateway -> a@v2\n30.0%  a@v1 -> b@v1\n30.0%  a@v1 -> b@v2\n"+
			"30.0%  a@v1 -> c@v1\n30.0%  a@v1 -> c@v2\n"+
			"20.0%  a@v2 -> b@v1\n20.0%  a@v2 -> b@v2\n20.0%  a@v2 -> c@v1\n20.0%  a@v2 -> c@v2\n"+
			"25.0%  b@v1 -> c@v1\n25.0%  b@v1 -> c@v2\n25.0%  b@v2 -> c@v1\n25.0%  b@v2 -> c@v2\n"+
			few.Verdict.String()+"\n", withoutNotes(few))
	require.Equal(t, []string{"there are too many outcomes to list: the shares are those of single calls"},
		few.Remarks())

	// A tree that doubles at every level has one outcome, and no end.
	calls = map[string][]string{}
	var documents []string
	for i := range 30 {
		name := fmt.Sprintf("s%d", i)
		documents = append(documents, service(name), deployment(name, "v1"))
		if i < 29 {
			next := fmt.Sprintf("s%d", i+1)
			calls[name] = []string{next, next}
		}
	}
	one := strings.Replace(routed("vs", `"*"`, "-> 1"), "directResponse: {status: 1}",
		"route: [{destination: {host: s0.default.svc.cluster.local}}]", 1)
	deep := trace(t, decode(t, append(documents, gateway, one)...), preview.Request{Calls: calls})
	require.Nil(t, deep.Outcomes)
	var lines strings.Builder
	require.NoError(t, deep.Sample(&lines, 2, rand.NewPCG(1, 2)))
	require.Equal(t, 2000, strings.Count(lines.String(), "(version: v1)"), "a line shows 1000 calls")
	require.Regexp(t, `^(-> s0\(version: v1\)-> s1\(.*\)-> \.\.\.\n){2}$`, lines.String())
	require.Equal(t, new(big.Rat).SetInt64(1<<29), deep.Edges[len(deep.Edges)-1].Rate)
	require.Equal(t, preview.Isolated, deep.Verdict.Kind)
}

// Headers that grow on their way are bounded.
func TestTooManyWays(t *testing.T) {
	calls := map[string][]string{}
	var documents []string
	for i := range 40 {
		name := fmt.Sprintf("s%d", i)
		documents = append(documents, service(name), deployment(name, "v1"),
			fmt.Sprintf("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: %[1]s}\nspec:\n"+
				"  hosts: [%[1]s]\n  http:\n  - match: [{headers: {x: {}}}]\n    route:\n"+
				"    - {destination: {host: %[1]s}, weight: 1, headers: {request: {add: {x: '1'}}}}\n"+
				"    - {destination: {host: %[1]s}, weight: 1, headers: {request: {add: {x: '2'}}}}", name))
		if i < 39 {
			calls[name] = []string{fmt.Sprintf("s%d", i+1)}
		}
	}
	one := strings.Replace(routed("vs", `"*"`, "-> 1"), "directResponse: {status: 1}",
		"route: [{destination: {host: s0.default.svc.cluster.local}}]", 1)
	_, err := preview.New(decode(t, append(documents, gateway, one)...)).Trace(
		preview.Request{Headers: map[string]string{"x": "0"}, Calls: calls})
	require.EqualError(t, err, "the request has too many ways to go: its headers change at every hop")
}

func TestNotes(t *testing.T) {
	notes := func(set []string) []string { return trace(t, decode(t, set...), mockRequest).Notes }
	require.Empty(t, notes(strict()))
	require.Equal(t, "unknown: found no call that reaches default/b, default/c of lane group shop",
		trace(t, decode(t, change(t, strict(), "http://b:8000/", "http://elsewhere/")...),
			mockRequest).Verdict.String())
	require.Equal(t,
		[]string{
			"Service default/c is a service of lane group shop, and its lanes decide: preview ignores VirtualServices of the sidecars for it"},
		notes(append(strict(), bySource("c"))))
	require.Equal(t,
		[]string{
			"preview assumes that calls of pods in no lane of group shop reach any pod: ASM does not document them"},
		notes(append(without(t, strict(), "name: v2, labels"), rule("a", "v2"))))
	require.Equal(t,
		[]string{
			"Service default/c is headless: a sidecar sends to the address that the caller looked up, whatever the subset"},
		notes(in(t, plain(), "kind: Service\nmetadata: {name: c}", "spec:", "spec:\n  clusterIP: None")))
	none := func(expr string) string {
		return fmt.Sprintf(
			"VirtualService istio-system/entry http[0]: %q is no regular expression, and Istio refuses such an object: preview assumes that it matches nothing",
			expr)
	}
	require.Equal(t, []string{none("("), none("*"), none("[")},
		notes(change(t, strict(), "  http:\n",
			"  http:\n  - match: [{uri: {regex: '('}, headers: {h: {regex: '*'}}}]\n"+
				"    rewrite: {uriRegexRewrite: {match: '[', rewrite: x}}\n"+
				"    route: [{destination: {host: a.default.svc.cluster.local}}]\n")))
	require.Equal(t, []string{"not isolated: a@v1 -> b@v2: v2 serves b, which lane v1 has"},
		notes(without(t, without(t, plain(), "metadata: {name: b}\nspec:\n  hosts"), "name: c-v2")))
}

func TestTraceChangesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		set := decode(t, draw(rt).documents()...)
		before, err := set.YAML()
		require.NoError(t, err)
		mesh := preview.New(set)
		first, err := mesh.Trace(mockRequest)
		require.NoError(t, err)
		first.Edges[0].Rate.SetInt64(7) // a result is the caller's
		second, err := mesh.Trace(mockRequest)
		require.NoError(t, err)
		for i := range first.Outcomes {
			first.Outcomes[i].Share.SetInt64(7)
		}
		third, err := mesh.Trace(mockRequest)
		require.NoError(t, err)
		require.Equal(t, second.String()+second.Markdown(), third.String()+third.Markdown())
		shares, err := mesh.Hop(preview.Call{Host: "a", Headers: map[string]string{"x": "y"}})
		require.NoError(t, err)
		shares[0].Weight.SetInt64(7)
		again, err := mesh.Hop(preview.Call{Host: "a"})
		require.NoError(t, err)
		require.NotEqual(t, "7", again[0].Weight.RatString())
		after, err := set.YAML()
		require.NoError(t, err)
		require.Equal(t, string(before), string(after))
	})
}

func TestMeshServesManyAtOnce(t *testing.T) {
	mesh := preview.New(decode(t, plainRelaxed()...))
	want, err := mesh.Trace(mockRequest)
	require.NoError(t, err)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			for range 20 {
				got, err := mesh.Trace(mockRequest)
				if err != nil || got.String() != want.String() {
					t.Errorf("%v\n%s", err, got)
				}
			}
		})
	}
	wait.Wait()
}

func TestWorkGrowsWithServicesTimesLanes(t *testing.T) {
	for _, mode := range []string{"strict", "permissive", "plain"} {
		allocs := func(services, lanes int) float64 {
			set := chain(t, services, lanes, mode)
			return testing.AllocsPerRun(1, func() {
				result, err := preview.New(set).Trace(mockRequest)
				require.NoError(t, err)
				require.Len(t, result.Outcomes, lanes)
			})
		}
		base := allocs(5, 20)
		require.Less(t, allocs(20, 20), 4.5*base, "four times the services: %s", mode)
		require.Less(t, allocs(5, 80), 4.5*base, "four times the lanes: %s", mode)
	}
}
