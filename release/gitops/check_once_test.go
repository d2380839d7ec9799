package gitops_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/validate"
)

// found returns the findings of both checks in a directory, "FILE:LINE: severity CODE object
// field", without those of severity Info.
func (d directory) found(t *testing.T, as validate.Checker) []string {
	set := d.set(t)
	out := []string{}
	for _, f := range validate.Merge(as.Check(set), gitops.Check(set, as)) {
		if f.Severity != validate.Info {
			require.NotContains(t, f.Message, f.File+":", "the place is said once")
			text, _, _ := strings.Cut(strings.ReplaceAll(f.String(), ": state at ", " must "), " must ")
			out = append(out, strings.ReplaceAll(strings.TrimSuffix(text, ":"), "swimlane-go.github.io/", ""))
		}
	}
	return out
}

// Every fault is found once, where it is, and nothing else is found.
func TestCheckFindsEachFactOnce(t *testing.T) {
	t.Parallel()
	secondPlan := func(t *testing.T, d directory) {
		_, route, _ := strings.Cut(sampleTree(t, false)["mock-route.yaml"], "---\n")
		plan := strings.NewReplacer("name: mock\n", "name: other\n", "name: mock}",
			"name: other}").Replace(d["release.yaml"])
		d["other.yaml"] = plan + "---\n" +
			strings.NewReplacer("name: mock\n", "name: other\n", "exact: /mock", "exact: /other").Replace(route)
	}
	copied := func(t *testing.T, d directory) {
		_, route, _ := strings.Cut(d["mock-route.yaml"], "---\n")
		d["copy.yaml"] = strings.NewReplacer("name: mock\n", "name: copy\n", "exact: /mock",
			"exact: /copy").Replace(route)
	}
	for name, test := range map[string]struct {
		two   bool // routes
		words []string
		spoil func(t *testing.T, d directory)
		want  []string
	}{
		"an old plan beside": {false, nil, func(t *testing.T, d directory) {
			d["old.yaml"] = strings.NewReplacer("name: mock\n", "name: old\n", "name: full-promotion",
				"name: complete").Replace(d["release.yaml"])
		}, []string{}},
		"an edited plan, another beside": {false, nil, func(t *testing.T, d directory) {
			secondPlan(t, d)
			d.replace(t, "release.yaml", "name: full-promotion", "name: complete")
		}, []string{"mock-route.yaml:23: error SL604 VirtualService istio-system/mock metadata.annotations[state]"}},
		"a state that was copied": {false, nil, copied,
			[]string{"copy.yaml:7: error SL603 VirtualService istio-system/copy metadata.annotations[state]"}},
		"a state that was copied, several plans": {false, nil,
			func(t *testing.T, d directory) { secondPlan(t, d); copied(t, d) },
			[]string{"copy.yaml:7: error SL603 VirtualService istio-system/copy metadata.annotations[state]"}},
		"a copied state, and a plan of wrong types": {false, nil, func(t *testing.T, d directory) {
			copied(t, d)
			d.replace(t, "release.yaml", `plan: "1"`, "plan: 1")
		}, []string{"release.yaml:7: error SL005 ConfigMap mock metadata.labels[plan]"}},
		"a key of the plan twice": {false, nil, func(t *testing.T, d directory) {
			d["release.yaml"] += "  candidate: |\n    version: v9\n    lane: v3\n    from: v2\n"
		}, []string{"release.yaml:33: error SL004 ConfigMap mock data.candidate"}},
		"the plan twice": {false, nil, func(t *testing.T, d directory) { d["twice.yaml"] = d["release.yaml"] },
			[]string{"twice.yaml:2: error SL001 ConfigMap mock"}},
		"a plan of another namespace": {false, nil, func(t *testing.T, d directory) {
			secondPlan(t, d)
			d.replace(t, "other.yaml", "name: other\n  labels", "name: mock\n  namespace: other\n  labels")
		}, []string{}},
		"the carrier twice": {false, nil, func(t *testing.T, d directory) {
			_, d["twice.yaml"], _ = strings.Cut(d["mock-route.yaml"], "---\n")
		}, []string{"twice.yaml:1: error SL001 VirtualService istio-system/mock"}},
		"the carrier of wrong types": {false, nil, func(t *testing.T, d directory) {
			d.replace(t, "mock-route.yaml", "weight: 60 ", "weight: many ")
		}, []string{"mock-route.yaml:37: error SL005 VirtualService istio-system/mock spec.http[0].route[0].weight"}},
		"an unknown key beside a route of no such name": {false, nil, func(t *testing.T, d directory) {
			d.replace(t, "mock-route.yaml", "  http:\n", "  htttp: 1\n  http:\n")
			d.replace(t, "release.yaml", "name: mock}", "name: mock, route: main}")
		}, []string{"mock-route.yaml:17: error SL605 VirtualService istio-system/mock",
			"mock-route.yaml:29: error SL002 VirtualService istio-system/mock spec.htttp"}},
		"a weight": {false, nil, func(t *testing.T, d directory) {
			d.replace(t, "mock-route.yaml", "weight: 30 ", "weight: 20 ")
			d.replace(t, "mock-route.yaml", "weight: 10\n", "weight: 20\n")
		}, []string{"mock-route.yaml:41: error SL606 VirtualService istio-system/mock spec.http[0].route[1].weight"}},
		"an image": {false, nil, func(t *testing.T,
			d directory) {
			d.replace(t, "mock-v3.yaml", "http-sample:1.1", "http-sample:1.0")
		},
			[]string{
				"mock-v3.yaml:24: warning SL608 Deployment default/mocka-v3 spec.template.spec.containers[0].image: container default"}},
		"a mark of long ago": {true, []string{"Promote"},
			func(t *testing.T, d directory) { d.replace(t, "second-route.yaml", `"revision":3`, `"revision":1`) },
			[]string{
				"second-route.yaml:7: error SL603 VirtualService istio-system/z-second metadata.annotations[revision]"}},
		"a mark that cannot be read": {true, []string{"Promote"},
			func(t *testing.T, d directory) { d.replace(t, "second-route.yaml", `"revision":3`, `"revison":3`) },
			[]string{
				`second-route.yaml:7: error SL603 VirtualService istio-system/z-second metadata.annotations[revision]: annotation revision: unknown field "revison"`}},
		"selectors that cannot be read": {false, []string{"RollBack"}, func(t *testing.T, d directory) {
			d.replace(t, "mock-route.yaml", "  annotations:\n",
				"  annotations:\n    swimlane-go.github.io/retiring: '{'\n")
		}, []string{"mock-route.yaml:23: error SL603 VirtualService istio-system/mock metadata.annotations[retiring]"}},
		"a route that the plan does not list": {true, nil, func(t *testing.T, d directory) {
			d.replace(t, "release.yaml", "    - {namespace: istio-system, name: z-second}\n", "")
		},
			[]string{
				"second-route.yaml:7: error SL603 VirtualService istio-system/z-second metadata.annotations[revision]"}},
		"a state on the second route": {true, nil, func(t *testing.T, d directory) {
			d.replace(t, "second-route.yaml", "  annotations:\n",
				"  annotations:\n    swimlane-go.github.io/state: '{}'\n")
		},
			[]string{
				"second-route.yaml:7: error SL603 VirtualService istio-system/z-second metadata.annotations[state]: the state of the release"}},
		"a route missing, and a weight": {true, nil, func(t *testing.T, d directory) {
			d.replace(t, "release.yaml", "  routes: |\n", "  routes: |\n    - {namespace: z, name: none}\n")
			d.replace(t, "second-route.yaml", "weight: 30 ", "weight: 20 ")
			d.replace(t, "second-route.yaml", "weight: 10\n", "weight: 20\n")
		}, []string{"release.yaml:32: error SL605 ConfigMap mock data.routes[0]: VirtualService z/none",
			"second-route.yaml:25: error SL606 VirtualService istio-system/z-second spec.http[0].route[1].weight"}},
		"a route twice, and a weight": {true, nil, func(t *testing.T, d directory) {
			d["a.yaml"] = strings.Replace(d["second-route.yaml"], `"revision":2`, `"revision":7`, 1)
			d.replace(t, "mock-route.yaml", "weight: 30 ", "weight: 20 ")
			d.replace(t, "mock-route.yaml", "weight: 10\n", "weight: 20\n")
		}, []string{"mock-route.yaml:41: error SL606 VirtualService istio-system/mock spec.http[0].route[1].weight",
			"second-route.yaml:1: error SL001 VirtualService istio-system/z-second"}},
		"the carrier twice, at other stages": {true, nil, func(t *testing.T, d directory) {
			_, route, _ := strings.Cut(d["mock-route.yaml"], "---\n")
			d["z.yaml"] = strings.NewReplacer(`"revision":2`, `"revision":7`, `"stage":1`, `"stage":2`).Replace(route)
		}, []string{"z.yaml:1: error SL001 VirtualService istio-system/mock"}},
		"the second of two routes missing": {true, nil,
			func(t *testing.T, d directory) { delete(d, "second-route.yaml") },
			[]string{
				"release.yaml:32: error SL605 ConfigMap mock data.routes[0]: VirtualService istio-system/z-second"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := sampleTree(t, test.two)
			d.do(t, append([]string{"Prepare", "Start"}, test.words...)...)
			test.spoil(t, d)
			require.Equal(t, test.want, d.found(t, validate.Checker{}))
		})
	}
}

// Findings of validate about half-written lanes are not repeated for each lane.
func TestCheckOfHalfWrittenLanes(t *testing.T) {
	t.Parallel()
	d := layouts(t)["lanes in files of their own"]
	d.do(t, "Prepare", "Start")
	c, err := command(d.open(t), "Promote")
	require.NoError(t, err)
	require.Len(t, c.Files, 4)
	var codes []string
	for n := 1; n < 4; n++ {
		half := maps.Clone(d)
		half.write(c, n)
		all := strings.Join(half.found(t, validate.Checker{}), "\n")
		require.NotContains(t, all, " error ")
		require.False(t, strings.Contains(all, "SL212") && strings.Contains(all, "SL607"), all)
		codes = append(codes, all[strings.Index(all, " SL")+1:][:5])
	}
	require.Equal(t, []string{"SL607", "SL212", "SL607"}, codes)
	half := maps.Clone(d)
	half.write(c, 1)
	half.replace(t, "swimlanes.yaml", "weight: 30", "weight: 20")
	all := strings.Join(half.found(t, validate.Checker{}), "\n")
	require.Contains(t, all, "error SL209", "all lanes are of one revision: somebody edited them")
	require.Contains(t, all, "swimlanes.yaml:8: warning SL607")
}

// A missing lane that must have weight is named where the plan gives it weight.
func TestCheckOfALaneThatIsGone(t *testing.T) {
	t.Parallel()
	d := layouts(t)["weighted"]
	d.do(t, "Prepare", "Start")
	d["swimlanes.yaml"] = d["swimlanes.yaml"][strings.Index(d["swimlanes.yaml"], "---\n")+4:]
	require.Contains(t, d.found(t, validate.Checker{}),
		"release.yaml:9: error SL605 ConfigMap mock data.plan: ASMSwimLane v1")
	d.replace(t, "release.yaml", "laneGroup: mock", "laneGroup: none")
	require.Contains(t, d.found(t, validate.Checker{}),
		"release.yaml:31: error SL605 ConfigMap mock data.laneGroup: ASMSwimLaneGroup none")
}

// A warning names what a cut-off prepare has not written yet.
func TestCheckOfAHalfWrittenCandidate(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	d.do(t, "Prepare")
	delete(d, "mock-v3.yaml")
	var codes []string
	for _, f := range gitops.Check(d.set(t), validate.Checker{}) {
		codes = append(codes, string(f.Severity)+" "+string(f.Code)+" "+f.File)
	}
	require.Equal(t, []string{"warning SL607 mock-route.yaml", "warning SL607 mock-route.yaml",
		"warning SL607 mock-route.yaml"}, codes)
	require.Empty(t, gitops.Check(d.set(t), validate.Checker{Partial: true}), "they may lie elsewhere")
}

// A part of a good directory has no error, whichever file it lacks.
func TestCheckOfPartsFindsNoError(t *testing.T) {
	t.Parallel()
	for layout, start := range layouts(t) {
		d := maps.Clone(start)
		for _, word := range []string{"Prepare", "Start", "Promote", "RollBack"} {
			d.do(t, word)
			for name := range d {
				part := maps.Clone(d)
				delete(part, name)
				require.NoError(t, gitops.Check(part.set(t), validate.Checker{Partial: true}).Err(),
					"%s after %s without %s", layout, word, name)
			}
		}
	}
}

// A file that cannot be read may be the plan: marks beside it are no finding.
func TestCheckOfAPlanInConflict(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, true)
	d.do(t, "Prepare", "Start")
	for name, want := range map[string]int{"release.yaml": 0, "mock-v1.yaml": 2} {
		spoilt := maps.Clone(d)
		delete(spoilt, "release.yaml")
		spoilt[name] = "<<<<<<< ours\n" + d[name] + "=======\n>>>>>>> theirs\n"
		var files []manifest.File
		for name, text := range spoilt {
			files = append(files, manifest.File{Name: name, Data: []byte(text)})
		}
		set, err := manifest.Decode(files...)
		require.ErrorContains(t, err, "conflict")
		require.Len(t, gitops.Check(set, validate.Checker{}), want, name)
	}
}
