package preview_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
)

func TestCallsOf(t *testing.T) {
	app := lanes.App{Namespace: "shop", Services: []lanes.AppService{
		{Name: "web", Calls: []string{"pay", "cart", "nobody"}},
		{Name: "cart"},
		{Name: "pay", Namespace: "bank", Calls: []string{"cart"}},
	}}
	require.Equal(t, map[string][]string{
		"shop/web": {"bank/pay", "shop/cart"}, "shop/cart": {}, "bank/pay": {"shop/cart"},
	}, preview.CallsOf(app))
	require.Equal(t, map[string][]string{"default/a": {}},
		preview.CallsOf(lanes.App{Services: []lanes.AppService{{Name: "a"}}}))
}

// declaring returns the Service of a name with the annotation.
func declaring(name, calls string) string {
	return strings.Replace(service(name), "{name: "+name+"}", "{name: "+name+
		", annotations: {swimlane-go.github.io/calls: '"+calls+"'}}", 1)
}

// Declared calls count instead of those that are found; isolated is said only when
// the calls are known.
func TestDeclaredCalls(t *testing.T) {
	mock := preview.Request{Path: "/mock"}
	lane := func(documents ...string) []string { // a group of a, b and c in which nothing tells the calls
		set := strict()
		for _, d := range documents {
			name := strings.Fields(strings.SplitN(d, "name: ", 2)[1])[0]
			set = append(without(t, set, "kind: Service\nmetadata: {name: "+strings.Trim(name, ",}")+"}"), d)
		}
		return set
	}
	plainEntry := func(a string) []string { // no group: a, with c beside it
		return []string{gateway, entry(60, 40), destinations("a"), a, service("c"), deployment("a", "v1"),
			deployment("a", "v2"), deployment("c", "v1")}
	}
	for name, test := range map[string]struct {
		set     []string
		request preview.Request
		want    string
	}{
		"found": {lane(), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b@v2 -> c@v2\nisolated: no call leaves its lane\n"},
		"declared": {lane(declaring("a", "c,b"), declaring("b", "")), mock,
			"60.0%  a@v1 -> [c@v1, b@v1]\n40.0%  a@v2 -> [c@v2, b@v2]\nisolated: no call leaves its lane\n"},
		"declared in full": {lane(declaring("a", " default/b "), declaring("b", "c")), mock,
			"60.0%  a@v1 -> b@v1 -> c@v1\n40.0%  a@v2 -> b@v2 -> c@v2\nisolated: no call leaves its lane\n"},
		"declared too few": {lane(declaring("b", "")), mock,
			"60.0%  a@v1 -> b@v1\n40.0%  a@v2 -> b@v2\n" +
				"unknown: found no call that reaches default/c of lane group shop\n"},
		"declared to none": {lane(declaring("b", "shop/c")), mock,
			"60.0%  a@v1 -> b@v1 -> c.shop (no service)\n40.0%  a@v2 -> b@v2 -> c.shop (no service)\n" +
				"broken: a@v1 -> b@v1 -> c.shop: no Service has the host c.shop.svc.cluster.local\n"},
		"given too few": {lane(declaring("b", "c")),
			preview.Request{Path: "/mock", Calls: map[string][]string{"a": {"b"}}},
			"60.0%  a@v1 -> b@v1\n40.0%  a@v2 -> b@v2\n" +
				"unknown: found no call that reaches default/c of lane group shop\n"},
		"given": {lane(declaring("b", "")),
			preview.Request{Path: "/mock", Calls: map[string][]string{"a": {"b", "c"}}},
			"60.0%  a@v1 -> [b@v1, c@v1]\n40.0%  a@v2 -> [b@v2, c@v2]\nisolated: no call leaves its lane\n"},
		"no group": {plainEntry(service("a")), mock,
			"60.0%  a@v1\n40.0%  a@v2\nunknown: a@v1: found no call of it, and its namespace has other Services\n"},
		"no group, a leaf": {plainEntry(declaring("a", "")), mock,
			"60.0%  a@v1\n40.0%  a@v2\nisolated: no call leaves its lane\n"},
		"no group, given none": {plainEntry(service("a")), preview.Request{Path: "/mock", Calls: map[string][]string{}},
			"60.0%  a@v1\n40.0%  a@v2\nisolated: no call leaves its lane\n"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, withoutNotes(trace(t, decode(t, test.set...), test.request)))
		})
	}
}

// destinations returns the DestinationRule with the subsets v1 and v2 of a Service.
func destinations(name string) string {
	return "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: " + name +
		"}\nspec:\n  host: " + name +
		"\n  subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]"
}

// What an app declares is the same, whether the request says it or the directory:
// as outcomes, and as a verdict.
func TestCallsReachPreviewByTheDirectory(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		app := gen.Shop(rt)
		app.Gateway.Hosts, app.Gateway.Matches = nil, nil
		plan := gen.Plan(rt, app)
		set, err := release.Render(app, plan, gen.State(rt, plan), release.Options{Calls: true})
		require.NoError(rt, err)
		said := trace(t, set, preview.Request{Host: "x.example.org", Calls: preview.CallsOf(app)})
		read := trace(t, set, preview.Request{Host: "x.example.org"})
		require.Equal(rt, said.String(), read.String())
		require.Equal(rt, said.Verdict, read.Verdict)
	})
}
