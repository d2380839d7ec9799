package gitops_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
)

// scaler is the autoscaler of mocka in v1.
const scaler = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: mocka-v1
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: mocka-v1}
  minReplicas: 2 # at night
  maxReplicas: 10
`

// flooredTree is the sample directory with a plan that says how many pods stages need: v1, for
// its roll back, from the first stage on, and the candidate as it grows.
func flooredTree(t testing.TB) directory {
	d := sampleTree(t, false)
	d["release.yaml"] = strings.TrimRight(d["release.yaml"], "\n") + `
  replicas: |
    - {stage: initial-canary, lane: v1, service: {name: mocka}, replicas: 6}
    - {stage: initial-canary, lane: v3, service: {name: mocka}, replicas: 2}
    - {stage: shift-majority-to-v3, lane: v3, service: {name: mocka}, replicas: 5}
    - {stage: shift-majority-to-v3, lane: v3, service: {name: mockb}, replicas: 3}
    - {stage: full-promotion, lane: v3, service: {name: mocka}, replicas: 4} # five are there
`
	d["scaler.yaml"] = scaler
	return d
}

// story runs commands, each until nothing must come first, and returns the commits.
func (d directory) story(t testing.TB, words ...string) []gitops.Commit {
	var out []gitops.Commit
	for _, word := range words {
		for again := true; again; {
			before := d.set(t)
			c, err := command(d.open(t), word)
			require.NoError(t, err, word)
			require.Empty(t, release.Hazards(before, c.After), "%s: in any order", c.Subject)
			d.write(c, len(c.Files))
			out = append(out, c)
			again = (c.Completes || c.Again) && !c.Nothing()
		}
	}
	return out
}

func subjects(all []gitops.Commit) []string {
	var out []string
	for _, c := range all {
		out = append(out, c.Subject)
	}
	return out
}

// Pods come before weights, in a commit that moves no weight. A clean-up after a roll back
// gives back the numbers before, byte for byte.
func TestPodsComeBeforeWeights(t *testing.T) {
	t.Parallel()
	d := flooredTree(t)
	before := flooredTree(t)
	up := d.story(t, "Prepare", "Start", "Promote", "Promote", "Promote")
	require.Equal(t, []string{
		"mock: prepare v3",
		"mock: scale for stage initial-canary", "mock: stage 1 of 4, initial-canary: v1=60 v2=30 v3=10",
		"mock: stage 2 of 4, increase-v3-share: v1=40 v2=30 v3=30",
		"mock: scale for stage shift-majority-to-v3", "mock: stage 3 of 4, shift-majority-to-v3: v1=10 v2=10 v3=80",
		"mock: stage 4 of 4, full-promotion: v1=0 v2=0 v3=100",
	}, subjects(up))
	for _, i := range []int{1, 4} {
		c := up[i]
		require.True(t, c.Completes)
		require.Equal(t, up[i-1].State, c.State, "no state and no weight moves")
		require.Contains(t, strings.Join(c.Notes, "\n"), "moves no weight: when they are available")
		for _, difference := range c.Differences {
			require.Contains(t, difference.Field, "eplicas")
			require.Empty(t, difference.Lane)
		}
	}
	require.Contains(t, d["scaler.yaml"], "minReplicas: 6 # at night")
	require.Contains(t, d["scaler.yaml"], release.AnnotationReplicas+`: '2'`)
	require.Equal(t, 1, strings.Count(d["mock-v3.yaml"], "replicas: 5"))
	require.Equal(t, 1, strings.Count(d["mock-v3.yaml"], "replicas: 3"))

	down := d.story(t, "RollBack", "CleanUp")
	require.Equal(t, []string{"mock: rolled back: v1=50 v2=50 v3=0", "mock: give back the replicas of the release",
		"mock: take v3 out of the routes", "mock: remove v3", ""},
		append(subjects(down), "")[:5])
	require.Equal(t, before["scaler.yaml"], strings.Replace(d["scaler.yaml"], "  annotations: {}\n", "", 1))
	require.NotContains(t, d, "mock-v3.yaml")
}

// After finish the candidate keeps the pods of the last stage, and no mark stays.
func TestTheNewVersionKeepsItsPods(t *testing.T) {
	t.Parallel()
	d := flooredTree(t)
	d.story(t, "Prepare", "Start", "Promote", "Promote", "Promote", "Finish", "CleanUp")
	require.Equal(t, 1, strings.Count(d["mock-v3.yaml"], "replicas: 5"))
	for name, text := range d {
		require.NotContains(t, text, release.AnnotationReplicas, name)
	}
	require.NotContains(t, d, "scaler.yaml", "it goes with its Deployment")
}

// Wherever a commit of replicas was cut off, the same command completes it, and the numbers
// before are not forgotten. A roll back asks for nothing first.
func TestScalingIsCompleted(t *testing.T) {
	t.Parallel()
	whole := flooredTree(t)
	whole.story(t, "Prepare", "Start", "RollBack")
	d := flooredTree(t)
	d.story(t, "Prepare")
	c, err := command(d.open(t), "Start")
	require.NoError(t, err)
	require.Greater(t, len(c.Files), 1)
	for n := range len(c.Files) + 1 {
		cut := directory{}
		for name, text := range d {
			cut[name] = text
		}
		cut.write(c, n)
		require.Empty(t, release.Hazards(d.set(t), cut.set(t)))
		back := directory{}
		for name, text := range cut {
			back[name] = text
		}
		last := back.story(t, "RollBack")
		require.Equal(t, "mock: rolled back: v1=50 v2=50 v3=0", last[0].Subject)
		cut.story(t, "Start", "RollBack")
		require.Equal(t, whole, cut, "cut off after %d files", n)
	}
}

// A number that somebody has set since stays. So does a first number that is enough.
func TestOthersReplicasStay(t *testing.T) {
	t.Parallel()
	d := flooredTree(t)
	d.replace(t, "scaler.yaml", "minReplicas: 2", "minReplicas: 7")
	d.story(t, "Prepare", "Start")
	require.Equal(t, strings.Replace(scaler, "minReplicas: 2", "minReplicas: 7", 1), d["scaler.yaml"])

	d = flooredTree(t)
	d.replace(t, "scaler.yaml", "  minReplicas: 2 # at night\n", "")
	d.story(t, "Prepare", "Start")
	require.Contains(t, d["scaler.yaml"], "minReplicas: 6")
	require.Contains(t, d["scaler.yaml"], "'unset'")
	byHand := directory{}
	for name, text := range d {
		byHand[name] = text
	}
	d.story(t, "RollBack", "CleanUp")
	require.NotContains(t, d["scaler.yaml"], "minReplicas")
	byHand.replace(t, "scaler.yaml", "minReplicas: 6", "minReplicas: 9")
	byHand.story(t, "RollBack", "CleanUp")
	require.Contains(t, byHand["scaler.yaml"], "minReplicas: 9")
	require.NotContains(t, byHand["scaler.yaml"], release.AnnotationReplicas)
}

// What cannot be scaled is refused before the first commit, with the place.
func TestFloorsThatCannotBe(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(d directory){
		"replicas: mocka in lane v1 before stage initial-canary: scaler.yaml:1: HorizontalPodAutoscaler default/mocka-v1 must allow 6 pods: its maximum is 5": func(d directory) {
			d.replace(t, "scaler.yaml", "maxReplicas: 10", "maxReplicas: 5")
		},
		"replicas: nobody in lane v1 before stage initial-canary: must be a service that the lane has pods of": func(
			d directory) {
			d.replace(t, "release.yaml", "lane: v1, service: {name: mocka}", "lane: v1, service: {name: nobody}")
		},
		"must be scaled by one autoscaler: there are 2": func(d directory) {
			d["second.yaml"] = strings.Replace(scaler, "name: mocka-v1", "name: other", 1)
		},
		"kustomization.yaml:3: replicas must not say how many pods Deployment default/mocka-v1 has: the plan does": func(d directory) {
			delete(d, "scaler.yaml")
			d["kustomization.yaml"] = kustomizationOf(d) + "replicas: [{name: mocka-v1, count: 3}]\n"
		},
		"a patch must not say spec.minReplicas of HorizontalPodAutoscaler default/mocka-v1: the plan does": func(
			d directory) {
			d["kustomization.yaml"] = kustomizationOf(d) +
				"patches: [{target: {kind: HorizontalPodAutoscaler}, patch: '[{op: replace, path: /spec/minReplicas, value: 3}]'}]\n"
		},
	} {
		d := flooredTree(t)
		spoil(d)
		_, err := d.open(t).Prepare(t0)
		require.ErrorContains(t, err, want)
	}
}

func kustomizationOf(d directory) string {
	out := "kind: Kustomization\nresources: ["
	for name := range d {
		out += name + ", "
	}
	return out + "]\n"
}

// Capacity counts on the pods of a floor from its stage on.
func TestCapacityCountsOnFloors(t *testing.T) {
	t.Parallel()
	d := flooredTree(t)
	d.replace(t, "release.yaml", "  replicas: |\n",
		"  demand: |\n    requests: [{path: /mock, rate: 100}]\n    perPod: {mocka: 20, mockb: 40, mockc: 100}\n"+
			"  replicas: |\n")
	mins := func(lane, service string) string {
		c, err := d.open(t).Capacity()
		require.NoError(t, err)
		out := ""
		for _, p := range c.Places {
			for _, l := range p.Loads {
				if l.Lane == lane && l.Service == service {
					out += fmt.Sprintf("%s %d-%d %s; ", p.Name, l.Min, l.Max, l.Verdict)
				}
			}
		}
		return out
	}
	d.story(t, "Prepare")
	require.Equal(t,
		"before 2-10 Scaled; initial-canary 6-10 Safe; increase-v3-share 6-10 Safe; shift-majority-to-v3 6-10 Safe; rollback 6-10 Safe; ",
		mins("v1", "mocka"))
	require.Equal(t,
		"initial-canary 2-2 Safe; increase-v3-share 2-2 Safe; shift-majority-to-v3 5-5 Safe; full-promotion 5-5 Safe; ",
		mins("v3", "mocka"))
	d.story(t, "Start")
	require.Equal(t,
		"before 6-10 Safe; initial-canary 6-10 Safe; increase-v3-share 6-10 Safe; shift-majority-to-v3 6-10 Safe; rollback 6-10 Safe; ",
		mins("v1", "mocka"))
	d.replace(t, "scaler.yaml", "minReplicas: 6", "minReplicas: 1") // by hand: what is there counts
	require.Contains(t, mins("v1", "mocka"), "initial-canary 1-10 Scaled")
	require.Contains(t, mins("v1", "mocka"), "rollback 1-10 Scaled")
}

// All faults of floors are reported at once, each at its line.
func TestFloorsAreReadStrictly(t *testing.T) {
	t.Parallel()
	d := flooredTree(t)
	d["release.yaml"] = strings.Split(d["release.yaml"], "  replicas: |\n")[0] + `  replicas: |
    - {stage: none, lane: v9, service: {name: "a b"}, replicas: 0}
    - {stage: initial-canary, lane: v1, service: {name: mocka}, replicas: 2}
    - {stage: initial-canary, lane: v1, service: {name: mocka, namespace: default}, replicas: 3, pods: 1}
`
	_, err := gitops.Open(d.set(t), "")
	for _, want := range []string{
		`replicas[0].stage: must be a stage of the plan, not "none"`,
		`replicas[0].lane: must be a lane of the plan, not "v9"`,
		"replicas[0].service.name: must be a DNS-1123 label", "replicas[0].replicas: must be 1 to 10000, not 0",
		"replicas[2]: must appear once", `replicas[2].pods`,
	} {
		require.ErrorContains(t, err, want)
	}

	// A config goes into a ConfigMap and comes back.
	config, err := release.ReadConfig(flooredTree(t).set(t), "")
	require.NoError(t, err)
	require.Len(t, config.Floors, 5)
	object, err := config.ConfigMap()
	require.NoError(t, err)
	again, err := release.ConfigOf(object)
	require.NoError(t, err)
	require.Equal(t, config, again)
}
