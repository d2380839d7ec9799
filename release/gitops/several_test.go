package gitops_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/validate"
)

// twoApps returns a directory of the apps a and b, each with a plan of its name.
func twoApps(t testing.TB, layout string) directory {
	t.Helper()
	d := directory{}
	plan := func(app, routes string) {
		text := sampleTree(t, false)["release.yaml"]
		d["plan-"+app+".yaml"] = strings.NewReplacer("  name: mock\n", "  name: "+app+"\n", "service: mocka",
			"service: "+app, "    - {namespace: istio-system, name: mock}\n", routes).Replace(text)
	}
	entry := "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: NAME}\nspec:\n" +
		"  gateways: [gate]\n  hosts: [shop.example.com]\n  http:\n"
	route := func(app string) string {
		return strings.ReplaceAll("  - name: to-APP\n    match: [{uri: {prefix: /APP}}]\n    route:\n"+
			"    - destination: {host: APP, subset: v1}\n      weight: 50\n"+
			"    - destination: {host: APP, subset: v2}\n      weight: 50\n", "APP", app)
	}
	d["gate.yaml"] = "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: gate}\nspec:\n" +
		"  selector: {istio: ingressgateway}\n" +
		"  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example.com]}]\n"
	for _, app := range []string{"a", "b"} {
		d["app-"+app+".yaml"] = fmt.Sprintf("apiVersion: v1\nkind: Service\nmetadata: {name: %[1]s}\n"+
			"spec: {selector: {app: %[1]s}, ports: [{name: http, port: 80}]}\n", app)
		for _, v := range []string{"v1", "v2"} {
			d["app-"+app+".yaml"] += fmt.Sprintf("---\napiVersion: apps/v1\nkind: Deployment\n"+
				"metadata: {name: %[1]s-%[2]s}\nspec:\n  selector: {matchLabels: {app: %[1]s, version: %[2]s}}\n"+
				"  template:\n    metadata: {labels: {app: %[1]s, version: %[2]s}}\n"+
				"    spec: {containers: [{name: default, image: 'x:1'}]}\n", app, v)
		}
		d["rules.yaml"] += "---\n" + strings.ReplaceAll("apiVersion: networking.istio.io/v1\nkind: DestinationRule\n"+
			"metadata: {name: APP}\nspec:\n  host: APP\n  subsets:\n  - name: v1\n    labels: {version: v1}\n"+
			"  - name: v2\n    labels: {version: v2}\n", "APP", app)
		switch layout {
		case "one VirtualService":
			plan(app, "    - {name: shop, route: to-"+app+"}\n")
		case "one gateway":
			plan(app, "    - {name: entry-"+app+"}\n")
			d["entry-"+app+".yaml"] = strings.Replace(entry, "NAME", "entry-"+app, 1) + route(app)
		}
	}
	d["rules.yaml"] = strings.TrimPrefix(d["rules.yaml"], "---\n")
	if layout == "one VirtualService" {
		d["shop.yaml"] = strings.Replace(entry, "NAME", "shop", 1) + route("a") + route("b")
	}
	return d
}

// of returns the release of one of several plans.
func (d directory) of(t require.TestingT, plan string) gitops.Tree {
	tree, err := gitops.Open(d.set(t), plan)
	require.NoError(t, err)
	return tree
}

// step makes one command of a plan, with all its commits.
func (d directory) step(t require.TestingT, plan, word string) {
	for again := true; again; {
		c, err := command(d.of(t, plan), word)
		require.NoError(t, err, "%s: %s", plan, word)
		require.False(t, c.Completes, "%s: %s", plan, word)
		d.write(c, len(c.Files))
		again = c.Again
	}
}

// Two apps in one directory are released in any interleaving. Neither sees the other, and each
// ends where it would alone.
func TestTwoReleasesAtATime(t *testing.T) {
	t.Parallel()
	stories := [][]string{
		{"Prepare", "Start", "Promote", "Promote", "Promote", "Finish", "CleanUp"},
		{"Prepare", "Start", "Promote", "RollBack", "CleanUp"},
		{"Prepare", "Start", "Promote"},
	}
	for _, layout := range []string{"one VirtualService", "one gateway"} {
		t.Run(layout, func(t *testing.T) {
			t.Parallel()
			start := twoApps(t, layout)
			require.NoError(t, validate.Check(start.set(t)).Err())
			for seed := range uint64(12) {
				t.Run(fmt.Sprint(seed), func(t *testing.T) {
					t.Parallel()
					draw := rand.New(rand.NewPCG(seed, 0))
					left := map[string][]string{}
					apart := maps.Clone(start)
					for _, app := range []string{"a", "b"} {
						left[app] = stories[draw.IntN(len(stories))]
						for _, word := range left[app] {
							apart.step(t, app, word)
						}
					}
					d := maps.Clone(start)
					at := map[string]rollout.State{}
					for len(left["a"])+len(left["b"]) > 0 {
						app := []string{"a", "b"}[draw.IntN(2)]
						if len(left[app]) == 0 {
							continue
						}
						d.step(t, app, left[app][0])
						left[app] = left[app][1:]
						at[app] = d.of(t, app).State
						for _, other := range []string{"a", "b"} {
							tree := d.of(t, other)
							require.Equal(t, at[other], tree.State, "plan %s after a command of %s", other, app)
							require.Empty(t, tree.Report().Problems)
						}
						require.Empty(t, gitops.Check(d.set(t), validate.Checker{}))
					}
					require.Empty(t, manifest.Diff(apart.set(t), d.set(t)))
					if layout == "one gateway" { // in other layouts the order of additions differs
						require.Equal(t, apart, d)
					}
				})
			}
		})
	}
}

// A release that began alone keeps its marks when another plan comes to share its
// VirtualService. The other release has separate marks.
func TestPlanThatComesLater(t *testing.T) {
	t.Parallel()
	d := twoApps(t, "one VirtualService")
	later := strings.Replace(d["plan-b.yaml"], "name: initial-canary", "name: first-requests", 1)
	delete(d, "plan-b.yaml")
	d.step(t, "a", "Prepare")
	require.Contains(t, d["shop.yaml"], "swimlane-go.github.io/state:")
	d["plan-b.yaml"] = later
	require.True(t, d.of(t, "a").Prepared())
	require.False(t, d.of(t, "b").Prepared())
	d.step(t, "b", "Prepare")
	d.step(t, "a", "Start")
	require.Contains(t, d["shop.yaml"], "swimlane-go.github.io/state:")
	require.Contains(t, d["shop.yaml"], "swimlane-go.github.io/state.b:")
	require.Equal(t, rollout.Running, d.of(t, "a").State.Phase)
	require.Equal(t, rollout.Prepared, d.of(t, "b").State.Phase)

	// Equal plans cannot be told apart before the second has its own marks.
	same := twoApps(t, "one VirtualService")
	later = same["plan-b.yaml"]
	delete(same, "plan-b.yaml")
	same.step(t, "a", "Prepare")
	same["plan-b.yaml"] = later
	for _, plan := range []string{"a", "b"} {
		_, err := command(same.of(t, plan), "Start")
		require.ErrorIs(t, err, release.ErrState)
		require.ErrorContains(t, err, "which are equal: end the key in a dot and the name of its plan")
	}
	same.replace(t, "shop.yaml", "github.io/state:", "github.io/state.a:")
	same.step(t, "a", "Start")
	same.step(t, "b", "Prepare")

	delete(d, "plan-a.yaml") // and b's are its own without the other too
	require.True(t, d.of(t, "b").Prepared())
}

// A clean-up takes nothing that another release uses: a Service of both, its Deployments
// and its subsets.
func TestServiceOfTwoApps(t *testing.T) {
	t.Parallel()
	shared := func() directory {
		d := twoApps(t, "one gateway")
		d["app-c.yaml"] = strings.NewReplacer("name: a}", "name: c}", "app: a", "app: c", "name: a-v",
			"name: c-v").Replace(d["app-a.yaml"])
		d["rules.yaml"] += "---\n" + strings.NewReplacer("name: a}", "name: c}", "host: a",
			"host: c").Replace(strings.Split(d["rules.yaml"], "---\n")[0])
		for _, app := range []string{"a", "b"} {
			d["plan-"+app+".yaml"] += "  services: |\n    - {name: " + app + "}\n    - {name: c}\n"
		}
		return d
	}
	d := shared()
	require.NoError(t, validate.Check(d.set(t)).Err())
	before := maps.Clone(d)
	d.step(t, "a", "Prepare")
	d.step(t, "b", "Prepare")
	d.step(t, "a", "RollBack")
	d.step(t, "a", "CleanUp")
	require.Contains(t, d["app-c-v3.yaml"], "name: c-v3", "b uses it")
	require.Equal(t, 2, strings.Count(d["rules.yaml"], "name: v3"), "of b and c")
	require.NotContains(t, d, "app-a-v3.yaml")
	require.Empty(t, d.of(t, "b").Report().Problems)
	d.step(t, "b", "RollBack")
	d.step(t, "b", "CleanUp")
	require.Equal(t, before, d, "who is last takes it")
}

// If plans list no services and find the same ones, they must list them.
func TestServicesOfTwoPlansMustBeListed(t *testing.T) {
	t.Parallel()
	d := twoApps(t, "one gateway")
	d["calls.yaml"] = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: to-a}\nspec:\n" +
		"  hosts: [a]\n  http:\n  - match: [{sourceLabels: {version: v1}}]\n" +
		"    route: [{destination: {host: a, subset: v1}}]\n  - match: [{sourceLabels: {version: v2}}]\n" +
		"    route: [{destination: {host: a, subset: v2}}]\n  - route: [{destination: {host: a}}]\n"
	_, err := command(d.of(t, "b"), "Prepare")
	require.ErrorIs(t, err, gitops.ErrShared)
	require.ErrorContains(t, err,
		"plan-b.yaml:2: ConfigMap b: must list its services: default/a is found to be of plan a too")
	d["plan-b.yaml"] += "  services: |\n    - {name: b}\n"
	d.step(t, "b", "Prepare")
	_, err = command(d.of(t, "a"), "Prepare")
	require.NoError(t, err, "a alone is a's")
}
