package gitops_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/validate"
)

// layouts are directories with the same release in different forms: which objects bear the
// weights, and which share a file.
func layouts(t testing.TB) map[string]directory {
	t.Helper()
	weighted := sampleTree(t, false)
	gateway, _, found := strings.Cut(weighted["mock-route.yaml"], "---\n")
	require.True(t, found)
	weighted["mock-route.yaml"] = gateway
	weighted.replace(t, "swimlanegroup.yaml", "      type: ASM\n",
		"      type: ASM\n    ingressRouting:\n      ingressRoutingStrategy: weighted\n      weightedRoutingRule:\n"+
			"        hosts: ['*']\n        requestMatches: [{uri: {exact: /mock}}]\n")
	for _, v := range []string{"v1", "v2"} {
		weighted["swimlanes.yaml"] = strings.Replace(weighted["swimlanes.yaml"],
			"spec:\n  labelSelector:\n    version: "+v,
			"spec:\n  ingressWeight: # of the requests\n    destination:\n"+
				"      host: mocka.default.svc.cluster.local\n    weight: 50\n  labelSelector:\n    version: "+v, 1)
	}
	weighted.replace(t, "release.yaml", "  routes: |\n    - {namespace: istio-system, name: mock}", "  laneGroup: mock")

	apart := maps.Clone(weighted)
	first, second, found := strings.Cut(apart["swimlanes.yaml"], "---\n")
	require.True(t, found)
	apart["lane-v1.yaml"], apart["swimlanes.yaml"] = first, second

	together := maps.Clone(weighted)
	together["asm.yaml"] = together["swimlanegroup.yaml"] + "---\n" + together["swimlanes.yaml"]
	delete(together, "swimlanegroup.yaml")
	delete(together, "swimlanes.yaml")

	beside := sampleTree(t, false)
	beside["mesh.yaml"] = beside["swimlanes.yaml"] + "---\n" + beside["mock-route.yaml"]
	delete(beside, "swimlanes.yaml")
	delete(beside, "mock-route.yaml")

	permissive := sampleTree(t, false)
	permissive.replace(t, "swimlanegroup.yaml", "  isPermissive: false   # every lane has every service\n",
		"  isPermissive: true\n"+
			"  permissiveModeConfiguration: {fallbackTarget: v1, traceHeader: x-lane, routeHeader: x-lane}\n")
	permissive.replace(t, "mock-route.yaml", "        subset: v1                     # Routes to the v1 traffic lane\n",
		"        subset: v1\n      headers: {request: {set: {x-lane: v1}}}\n")
	permissive.replace(t, "mock-route.yaml", "        subset: v2                     # Routes to the v2 traffic lane\n",
		"        subset: v1  # v2 has no mocka\n      headers: {request: {set: {x-lane: v2}}}\n")
	without := permissive.set(t)
	edit, err := without.Edit(manifest.RemoveDocument{Object: manifest.Ref{Group: "apps", Kind: "Deployment",
		Namespace: "default", Name: "mocka-v2"}})
	require.NoError(t, err)
	permissive["mock-v2.yaml"] = string(edit.Files[0].After)
	permissive.replace(t, "release.yaml", "service: mocka", "service: mockb")

	// Header names ignore letter case.
	capitals := maps.Clone(permissive)
	capitals.replace(t, "swimlanegroup.yaml", "routeHeader: x-lane", "routeHeader: X-lane")
	capitals.replace(t, "mock-route.yaml", "{x-lane: v1}", "{X-Lane: v1}")
	capitals.replace(t, "mock-route.yaml", "{x-lane: v2}", "{X-LANE: v2}")

	// Lanes with other names than their versions.
	colours := sampleTree(t, false)
	for file, text := range colours {
		switch file {
		case "swimlanes.yaml":
			text = strings.NewReplacer("name: v1", "name: blue", "name: v2", "name: green").Replace(text)
		case "mock-route.yaml":
			text = strings.NewReplacer("subset: v1", "subset: blue", "subset: v2", "subset: green").Replace(text)
		case "release.yaml":
			text = strings.NewReplacer("lane: v1", "lane: blue", "lane: v2", "lane: green", "lane: v3", "lane: red",
				"candidate: v3", "candidate: red", "    version: v3\n",
				"    version: v3\n    lane: red\n").Replace(text)
		}
		colours[file] = text
	}

	// Pods that only the traffic tag tells apart.
	tagged := sampleTree(t, false)
	for file, text := range tagged {
		if strings.HasPrefix(file, "mock-v") {
			for _, v := range []string{"v1", "v2"} {
				text = regexp.MustCompile(`(?m)^ +version: `+v+"\n").ReplaceAllString(text, "")
			}
		}
		tagged[file] = text
	}
	tagged["swimlanes.yaml"] = strings.ReplaceAll(tagged["swimlanes.yaml"], "    version: v", "    ASM_TRAFFIC_TAG: v")

	// Each service is run by another kind of workload.
	kinds := sampleTree(t, false)
	for _, file := range []string{"mock-v1.yaml", "mock-v2.yaml"} {
		for service, kind := range map[string]string{"mockb": "StatefulSet", "mockc": "DaemonSet"} {
			kinds[file] = strings.Replace(kinds[file], "kind: Deployment\nmetadata:\n  name: "+service, "kind: "+kind+
				"\nmetadata:\n  name: "+service, 1)
		}
		a, b, found := strings.Cut(kinds[file], "kind: StatefulSet")
		require.True(t, found)
		b, c, found := strings.Cut(b, "kind: DaemonSet")
		require.True(t, found)
		kinds[file] = a + "kind: StatefulSet" +
			strings.Replace(b, "  replicas: 1\n", "  serviceName: mockb # of all versions\n  replicas: 1\n", 1) +
			"kind: DaemonSet" + strings.Replace(c, "  replicas: 1\n", "", 1)
	}

	// Every lane has a separate file.
	apiece := sampleTree(t, false)
	first, second, _ = strings.Cut(apiece["swimlanes.yaml"], "---\n")
	apiece["lane-v1.yaml"], apiece["lane-v2.yaml"] = first, second
	delete(apiece, "swimlanes.yaml")

	out := map[string]directory{
		"workloads of every kind": kinds, "pods told by their tag": tagged, "a file a lane": apiece,
		"lanes of other names": colours,
		"one route":            sampleTree(t, false), "two routes": sampleTree(t, true), "route beside lanes": beside,
		"permissive":             permissive,
		"permissive in capitals": capitals,
		"weighted":               weighted, "lanes in files of their own": apart, "group beside lanes": together,
	}
	maps.Copy(out, plainLayouts(t, permissive))
	maps.Copy(out, kustomizedLayouts(t, apiece, out["plain"]))
	return out
}

// workloads returns what runs pods.
func workloads(set manifest.Set) []manifest.Object {
	return slices.DeleteFunc(set.All(), func(o manifest.Object) bool { return o.PodTemplate() == nil })
}

// rolledBack and finished are the words of whole stories.
func rolledBack() []string {
	return []string{"Prepare", "Start", "Promote", "Pause", "Resume", "StepBack", "Promote", "RollBack", "CleanUp",
		"CleanUp", "CleanUp"}
}

func finished() []string {
	return []string{"Prepare", "Start", "Promote", "Promote", "Promote", "Finish", "CleanUp", "CleanUp", "CleanUp"}
}

// weightsOf returns the weights of the app, of every route.
func weightsOf(t *testing.T, d directory) []rollout.Weights {
	var out []rollout.Weights
	for _, f := range d.open(t).Found() {
		out = append(out, f.Weights)
	}
	return out
}

func TestStoriesOnEveryLayout(t *testing.T) {
	t.Parallel()
	for name, start := range everyLayout(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.NoError(t, validate.Check(start.set(t).Overlaid()).Err())
			d := maps.Clone(start)
			for _, word := range d.commits(t, rolledBack()) {
				o, err := command(d.open(t), word)
				require.NoError(t, err, word)
				require.Empty(t, release.Hazards(d.set(t).Overlaid(), o.After), word)
				d.write(o, len(o.Files))
				require.NoError(t, validate.Check(d.set(t).Overlaid()).Err(), word)
				d.requireBuilt(t, word)
				state := d.open(t).State
				want := d.open(t).Config.Plan.Weights(state)
				for _, got := range weightsOf(t, d) {
					for _, w := range want {
						percent, _ := got.Percent(w.Lane)
						require.Equal(t, w.Percent, percent, "%s: lane %s", word, w.Lane)
					}
				}
			}
			require.True(t, maps.Equal(start, d), "after a roll back and its clean-up all is as it was")

			if strings.HasPrefix(name, "permissive") {
				return // its baseline retires with v1: see below
			}
			for _, word := range d.commits(t, finished()) {
				o, err := command(d.open(t), word)
				require.NoError(t, err, word)
				require.Empty(t, release.Hazards(d.set(t).Overlaid(), o.After), word)
				d.write(o, len(o.Files))
			}
			set := d.set(t).Overlaid()
			require.NoError(t, validate.Check(set).Err())
			require.False(t, d.open(t).Prepared())
			for _, o := range set.All() {
				require.Empty(t, o.Meta().GetAnnotations(), "%s", o.Ref)
				require.NotContains(t, []string{"v1", "v2"}, lanes.VersionOf(o.PodLabels()))
			}
			services := 3
			if name == "plain entry alone" {
				services = 1
			}
			if strings.HasPrefix(name, "plain") {
				require.Len(t, set.Kind("DestinationRule"), services)
				for _, o := range set.Kind("DestinationRule") {
					require.Len(t, o.DestinationRule().Subsets, 1, "%s", o.Ref)
				}
			} else {
				require.Len(t, set.Kind(lanes.KindLane), 1)
			}
			require.Len(t, workloads(set), services)
			require.Len(t, set.Kind("Service"), services)
			for _, w := range weightsOf(t, d) {
				require.Equal(t, rollout.Weights{rollout.W(d.open(t).Config.Plan.Candidate, 100)}, w)
			}
		})
	}
}

// A lane does not go if other lanes fall back to it.
func TestBaselineIsNotCleanedUp(t *testing.T) {
	t.Parallel()
	d := layouts(t)["permissive"]
	d.do(t, "Prepare", "Start")
	require.Contains(t, d["mock-route.yaml"],
		"        subset: v1\n      headers: {request: {set: {x-lane: v3}}}\n      weight: 10", "v3 has no mocka, as v2")
	d.do(t, finished()[2:6]...)
	_, err := command(d.open(t), "CleanUp")
	require.ErrorIs(t, err, release.ErrFallback, "before anything is taken out of the routes")
	require.ErrorContains(t, err, "swimlanegroup.yaml:1: ASMSwimLaneGroup mock: lane v1: ")
	d.replace(t, "swimlanegroup.yaml", "fallbackTarget: v1", "fallbackTarget: v3") // which has no mocka
	_, err = command(d.open(t), "CleanUp")
	require.NotErrorIs(t, err, release.ErrFallback)
}

// A Tree that was not opened refuses, and does not panic.
func TestZeroTree(t *testing.T) {
	t.Parallel()
	var tree gitops.Tree
	require.Empty(t, tree.Found())
	for _, word := range []string{"Prepare", "Start", "Promote", "RollBack"} {
		_, err := command(tree, word)
		require.Error(t, err, word)
	}
	_, err := tree.Adopt("", t0)
	require.Error(t, err)
	_, err = tree.CleanUp()
	require.NoError(t, err, "there is nothing to clean up")
	require.Equal(t, "not prepared", tree.Place())
	odd := gitops.Tree{State: rollout.State{Phase: rollout.Running, Stage: 7}}
	for _, word := range []string{"Prepare", "Promote", "CleanUp"} {
		_, err := command(odd, word)
		require.Error(t, err, word)
	}
}

// If every lane has a separate file, so has the candidate's. Otherwise it is beside the others.
func TestFileOfTheCandidatesLane(t *testing.T) {
	t.Parallel()
	for layout, want := range map[string]string{"a file a lane": "lane-v3.yaml", "one route": "swimlanes.yaml",
		"route beside lanes": "mesh.yaml"} {
		d := layouts(t)[layout]
		d.do(t, "Prepare")
		lane, found := d.set(t).Get(manifest.Ref{Group: "istio.alibabacloud.com", Kind: "ASMSwimLane", Name: "v3"})
		require.True(t, found)
		require.Equal(t, want, lane.File, layout)
	}
}

// Prepare writes the text that it copies, with comments, but for the version and the images.
func TestCandidatesTextIsThatOfItsSource(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	d["mock-v2.yaml"] = "# Licence\n\n" +
		strings.Replace(d["mock-v2.yaml"], "  replicas: 1\n", "  replicas: 1 # for now\n", 1)
	d.do(t, "Prepare")
	want := strings.NewReplacer("# Licence\n\n", "", "mocka-v2", "mocka-v3", "mockb-v2", "mockb-v3", "mockc-v2",
		"mockc-v3",
		"version: v2", "version: v3", "TAG: v2", "TAG: v3", "the v2 traffic", "the v3 traffic", "value: v2",
		"value: v3").Replace(d["mock-v2.yaml"])
	require.Equal(t, strings.Replace(want, "http-sample:1.0", "http-sample:1.1", 1), d["mock-v3.yaml"])
}
