package gitops_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
)

// unplanned returns a directory without its plan.
func unplanned(d directory) directory {
	d = maps.Clone(d)
	delete(d, "release.yaml")
	return d
}

// seedTree returns what "canary -out DIR" writes: v1, v2 and v3 have 60, 30 and 10.
func seedTree(t testing.TB) directory {
	t.Helper()
	plan := mock.Plan()
	state, err := plan.Prepare(t0)
	require.NoError(t, err)
	state, err = plan.Start(state, t0)
	require.NoError(t, err)
	set, err := release.Render(mock.App(), plan, state, release.Options{})
	require.NoError(t, err)
	files, err := release.WithoutState(set).Files()
	require.NoError(t, err)
	d := directory{}
	for _, f := range files {
		d[f.Name] = string(f.Data)
	}
	return d
}

// weightedTree returns the sample directory with ASM's weighted strategy.
func weightedTree(t testing.TB) directory {
	t.Helper()
	d := sampleTree(t, false)
	paths, err := filepath.Glob("../../examples/gitops/testdata/weighted/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		d[filepath.Base(path)] = string(data)
	}
	return d
}

// What Init writes is refused until its images are filled in. Then the plan can be carried out.
func TestInitWritesAPlanThatCanBePrepared(t *testing.T) {
	t.Parallel()
	all := layouts(t)
	for name, start := range map[string]directory{
		"strict": sampleTree(t, false), "two-routes": sampleTree(t, true), "weighted": weightedTree(t),
		"permissive": all["permissive"], "capitals": all["permissive in capitals"],
		"colours": all["lanes of other names"], "seed": seedTree(t),
	} {
		t.Run(name, func(t *testing.T) {
			d := unplanned(start)
			candidate := map[string]string{"seed": "v4", "colours": "red"}[name]
			if candidate == "" {
				candidate = "v3"
			}
			before := maps.Clone(d)
			o, err := gitops.Init(d.set(t), candidate)
			require.NoError(t, err)
			require.Equal(t, before, d)
			require.Len(t, o.Files, 1)
			require.Equal(t, "release.yaml", o.Files[0].Name)
			require.Nil(t, o.Files[0].Before)
			require.Equal(t, "mock: plan the release of "+candidate, o.Subject)
			require.Equal(t, "+ ConfigMap mock\n", o.Differences.String())
			require.Equal(t, rollout.State{}, o.State)
			d.write(o, 1)
			golden.Equal(t, "init/"+name+".yaml", d["release.yaml"])

			_, err = gitops.Open(d.set(t), "")
			var faulty *release.PlanError
			require.ErrorAs(t, err, &faulty)
			lines := strings.Split(d["release.yaml"], "\n")
			require.Len(t, faulty.Faults, strings.Count(d["release.yaml"], "# the new image"))
			for _, f := range faulty.Faults {
				require.Contains(t, lines[f.Line-1], release.FillIn)
				require.Contains(t, f.Detail, "must be filled in")
			}
			_, err = gitops.Init(d.set(t), candidate)
			require.ErrorContains(t, err,
				"release.yaml:3: ConfigMap mock: must be a plan that can be read, for another to be written beside it: release.yaml:")

			d["release.yaml"] = strings.ReplaceAll(d["release.yaml"], release.FillIn, "2.0")
			d.do(t, "Prepare", "Start", "Promote", "Promote", "Promote")
			percent, _ := weightsOf(t, d)[0].Percent(candidate)
			require.Equal(t, 100, percent)
			d.do(t, "RollBack")
			for _, w := range weightsOf(t, d) {
				for _, was := range d.open(t).Config.Plan.Before {
					percent, _ := w.Percent(was.Lane)
					require.Equal(t, was.Percent, percent, was.Lane)
				}
			}
		})
	}
}

func TestInitRefuses(t *testing.T) {
	t.Parallel()
	second := "      weight: 50                       # the other half\n"
	var out strings.Builder
	for _, test := range []struct {
		name      string
		candidate string
		spoil     func(d directory)
	}{
		{"no name", "", func(directory) {}},
		{"bad name", "V3\n", func(directory) {}},
		{"a lane with weight", "v2", func(directory) {}},
		{"a plan of it", "v3", func(d directory) { maps.Copy(d, sampleTree(t, false)) }},
		{"a state", "v3", func(d directory) {
			maps.Copy(d, sampleTree(t, false))
			d.do(t, "Prepare")
			delete(d, "release.yaml")
		}},
		{"another release.yaml", "v3", func(d directory) { d["release.yaml"] = "# nothing yet\n" }},
		{"no lane group", "v3", func(d directory) { delete(d, "swimlanegroup.yaml") }},
		{"no route", "v3", func(d directory) { delete(d, "mock-route.yaml") }},
		{"route of another gateway", "v3",
			func(d directory) { d.replace(t, "mock-route.yaml", "  - ingressgateway\n", "  - other\n") }},
		{"route to another host", "v3", func(d directory) {
			d.replace(t, "mock-route.yaml", "host: mocka.default.svc.cluster.local\n        subset: v2",
				"host: other\n        subset: v2")
		}},
		{"no gateway", "v3", func(d directory) {
			d.replace(t, "swimlanegroup.yaml",
				"    gateway:\n      name: ingressgateway\n      namespace: istio-system\n      type: ASM\n",
				"    {}\n")
		}},
		{"sum", "v3", func(d directory) { d.replace(t, "mock-route.yaml", second, "      weight: 40\n") }},
		{"weights differ", "v3", func(d directory) {
			route := strings.Replace(sampleTree(t, true)["second-route.yaml"], second, "      weight: 40\n", 1)
			d["second-route.yaml"] = strings.Replace(route, "      weight: 50 ", "      weight: 60 ", 1)
		}},
		{"routes of one object", "v3", func(d directory) {
			_, http, _ := strings.Cut(d["mock-route.yaml"], "  http:\n")
			d["mock-route.yaml"] += strings.NewReplacer("exact: /mock", "exact: /b", "- match",
				"- name: b\n    match").Replace(http)
		}},
		{"two lane groups", "v3", func(d directory) {
			d["other.yaml"] = strings.ReplaceAll(d["swimlanegroup.yaml"]+"---\n"+d["swimlanes.yaml"]+"---\n"+
				d["mock-route.yaml"], "mock\n", "other\n")
			for _, word := range []string{"name: v1\n", "name: v2\n", "swimlane-group: mock ", "subset: v1 ",
				"subset: v2 "} {
				end := word[len(word)-1:]
				d["other.yaml"] = strings.ReplaceAll(d["other.yaml"], word, strings.TrimSuffix(word, end)+"-other"+end)
			}
			d["other.yaml"] = strings.ReplaceAll(d["other.yaml"], "swimlane-group: mock-other", "swimlane-group: other")
		}},
		{"no Deployments", "v3", func(d directory) { delete(d, "mock-v2.yaml") }},
		{"two versions in a lane", "v3", func(d directory) {
			d.replace(t, "swimlanes.yaml", "    version: v2\n", "    team: b\n")
			for _, file := range []string{"mock-v1.yaml", "mock-v2.yaml"} {
				d[file] = strings.ReplaceAll(d[file], "        ASM_TRAFFIC_TAG: v",
					"        team: b\n        ASM_TRAFFIC_TAG: v")
			}
		}},
		{"a name that no ConfigMap can have", "v3", func(d directory) {
			for _, file := range []string{"swimlanegroup.yaml", "swimlanes.yaml"} {
				d[file] = strings.NewReplacer("name: mock\n", "name: Mock\n", "swimlane-group: mock",
					"swimlane-group: Mock").Replace(d[file])
			}
		}},
	} {
		d := unplanned(sampleTree(t, false))
		test.spoil(d)
		o, err := gitops.Init(d.set(t), test.candidate)
		require.Error(t, err, test.name)
		require.Equal(t, gitops.Commit{}, o)
		fmt.Fprintf(&out, "# %s\n%s\n\n", test.name, err)
	}
	golden.Equal(t, "init/refused.txt", out.String())
}

// These are the things that Init takes from a directory, and how it writes them.
func TestInitReadsTheDirectory(t *testing.T) {
	t.Parallel()
	const image = "image: registry.cn-beijing.aliyuncs.com/aliacs-app-catalog/go-http-sample:1.0\n"
	lane := func(name string) string {
		return strings.ReplaceAll("---\napiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\n"+
			"metadata: {name: NAME, labels: {swimlane-group: mock}}\nspec: {labelSelector: {version: NAME}}\n", "NAME",
			name)
	}
	destination := func(name string) string { // without weight
		return "    - {destination: {host: mocka.default.svc.cluster.local, subset: " + name + "}, weight: 0}\n"
	}
	pinned := "  - name: testers\n    match:\n    - headers: {x-tester: {exact: a}}\n" +
		"    - queryParams: {t: {exact: a}}\n" +
		"    route: [{destination: {host: mocka.default.svc.cluster.local, subset: v2}}]\n"
	for name, test := range map[string]struct {
		candidate string
		spoil     func(d directory)
		want      []string
	}{
		"name of the ConfigMap is taken": {"v3", func(d directory) {
			d["other.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mock}\n"
		}, []string{"  name: mock-release #"}},
		"pinned route": {"v3", func(d directory) {
			d.replace(t, "mock-route.yaml", "  http:\n  - match", "  http:\n"+pinned+"  - name: main\n    match")
		}, []string{"  routes: |\n    - {namespace: istio-system, name: mock, route: main}\n"}},
		"route for sidecars": {"v3", func(d directory) {
			d.replace(t, "mock-route.yaml", "  - ingressgateway\n", "  - ingressgateway\n  - mesh\n")
			route := strings.NewReplacer("x-tester: {exact: a}", "x: {exact: a}", "- headers",
				"- gateways: [mesh]\n      headers", "- queryParams", "- gateways: [mesh]\n      queryParams",
				"subset: v2}}",
				"subset: v1}, weight: 10}, {destination: {host: mocka.default.svc.cluster.local, subset: v2}, weight: 90}").Replace(pinned)
			d.replace(t, "mock-route.yaml", "  http:\n  - match", "  http:\n"+route+"  - name: main\n    match")
		}, []string{"  routes: |\n    - {namespace: istio-system, name: mock, route: main}\n"}},
		"single destination": {"v3", func(d directory) {
			before, _, _ := strings.Cut(d["mock-route.yaml"],
				"    - destination:\n        host: mocka.default.svc.cluster.local\n        subset: v2")
			d["mock-route.yaml"] = strings.Replace(before,
				"      weight: 50                       # half of the traffic\n", "", 1)
		}, []string{"before: [{lane: v1, percent: 100}, {lane: v3, percent: 0}]", "from: v1\n"}},
		"delegate": {"v3", func(d directory) {
			gateway, route, _ := strings.Cut(d["mock-route.yaml"], "---\n")
			_, http, _ := strings.Cut(route, "  http:\n")
			d["mock-route.yaml"] = gateway +
				"---\napiVersion: networking.istio.io/v1\nkind: VirtualService\n" +
				"metadata: {name: root, namespace: istio-system}\nspec:\n  gateways: [ingressgateway]\n" +
				"  hosts: ['*']\n  http: [{delegate: {name: mock, namespace: default}}]\n" +
				"---\napiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: mock}\nspec:\n" +
				"  http:\n" + http
		}, []string{"  routes: |\n    - {name: mock}\n"}},
		"candidate and an old lane at 0": {"v3", func(d directory) {
			d["swimlanes.yaml"] += lane("v3") + lane("v2b")
			d["mock-route.yaml"] += destination("v3") + destination("v2b")
		},
			[]string{
				"before: [{lane: v1, percent: 50}, {lane: v2, percent: 50}, {lane: v2b, percent: 0}, {lane: v3, percent: 0}]",
				"from: v2\n"}},
		"a lane at 0 in one route only": {"v3", func(d directory) {
			d["swimlanes.yaml"] += lane("v0")
			d["second-route.yaml"] = sampleTree(t, true)["second-route.yaml"] + destination("v0")
		},
			[]string{
				"before: [{lane: v1, percent: 50}, {lane: v2, percent: 50}, {lane: v0, percent: 0}, {lane: v3, percent: 0}]",
				"name: z-second}"}},
		"lanes called after versions": {"shop-v3", func(d directory) {
			d["swimlanes.yaml"] = strings.NewReplacer("name: v1", "name: shop-v1", "name: v2",
				"name: shop-v2").Replace(d["swimlanes.yaml"])
			d["mock-route.yaml"] = strings.NewReplacer("subset: v", "subset: shop-v").Replace(d["mock-route.yaml"])
		}, []string{"    version: v3\n    lane: shop-v3 # its name is not that of the version\n", "from: v2\n"}},
		"a lane that reads as a number": {"007", func(directory) {},
			[]string{`candidate: "007"`, `{lane: "007", percent: 10}`, `version: "007"`}},
		"images": {"v3", func(d directory) {
			d.replace(t, "mock-v2.yaml", image, "image: registry:5000/a/b@sha256:00\n")
			d.replace(t, "mock-v2.yaml", image, "image: registry:5000/a/b\n")
			two, _, found := strings.Cut(d["mock-v2.yaml"], "  name: mockc-v2\n")
			require.True(t, found)
			d["mock-v2.yaml"] = two + `  name: mockc-v2
spec:
  selector: {matchLabels: {app: mockc, version: v2}}
  template:
    metadata: {labels: {app: mockc, version: v2}}
    spec:
      containers: [{name: default, image: "a'b: {{x}}\u2028\uFEFF:1 # \t\n"}, {name: sidecar, image: s:1}]
      initContainers: [{name: init, image: i:1}]
`
		}, []string{
			"{service: mocka, container: default, image: 'registry:5000/a/b:FILL-IN'} # the new image; now sha256:00\n",
			"{service: mockb, container: default, image: 'registry:5000/a/b:FILL-IN'} # the new image; now without a tag\n",
			`{service: mockc, container: default, image: "a'b: {{x}}\L\uFEFF:FILL-IN"} # the new image; now 1 # \t\n` +
				"\n",
			"{service: mockc, container: sidecar, image: 's:FILL-IN'}",
			"{service: mockc, container: init, image: 'i:FILL-IN'}",
		}},
	} {
		d := unplanned(sampleTree(t, false))
		test.spoil(d)
		o, err := gitops.Init(d.set(t), test.candidate)
		require.NoError(t, err, name)
		for _, want := range test.want {
			require.Contains(t, string(o.Files[0].After), want, name)
		}
		d.write(o, 1)
		d["release.yaml"] = strings.ReplaceAll(d["release.yaml"], release.FillIn, "2.0")
		d.open(t)
	}
}
