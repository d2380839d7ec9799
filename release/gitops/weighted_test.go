package gitops_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/release"
)

func TestWeightedTreesRefuse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil func(d directory)
		want  string
	}{
		"no group": {func(d directory) { d.replace(t, "release.yaml", "laneGroup: mock", "laneGroup: other") },
			"ASMSwimLaneGroup other: must be in the directory"},
		"by rules": {func(d directory) {
			d.replace(t, "swimlanegroup.yaml", "ingressRoutingStrategy: weighted", "ingressRoutingStrategy: rule_based")
		}, "must have the routing strategy weighted"},
		"wrong types": {func(d directory) {
			d.replace(t, "swimlanegroup.yaml", "isPermissive: false",
				"isPermissive: 7")
		}, "must be readable"},
	} {
		t.Run(name, func(t *testing.T) {
			d := layouts(t)["weighted"]
			test.spoil(d)
			_, err := command(d.open(t), "Prepare")
			require.ErrorContains(t, err, test.want)
		})
	}
	d := layouts(t)["weighted"]
	d["swimlanes.yaml"], _, _ = strings.Cut(d["swimlanes.yaml"], "---\n")
	_, err := command(d.open(t), "Prepare")
	require.ErrorContains(t, err, "ASMSwimLane v2: must be in the directory: its weight is 50")
	_, err = d.open(t).Adopt("", t0)
	require.ErrorContains(t, err, "no place of the plan", "half of the weights is missing")

	d = layouts(t)["weighted"]
	d.do(t, "Prepare", "Start")
	d.replace(t, "swimlanes.yaml", "weight: 60", "weight: 50")
	d.replace(t, "swimlanes.yaml", "weight: 30", "weight: 40")
	_, err = command(d.open(t), "Promote")
	var drift *release.DriftError
	require.ErrorAs(t, err, &drift)
	require.Equal(t, "v1", drift.Object.Name)
	require.ErrorContains(t, err,
		"ASMSwimLane v2: the weights must be those of stage 1 of 4, initial-canary, v2=30, not v2=40")

	// A lane that lost its weight gets it back, written like its neighbours'.
	d = layouts(t)["weighted"]
	d.do(t, "Prepare", "Start", "Promote", "Promote", "Promote")
	d["swimlanes.yaml"] = strings.Replace(d["swimlanes.yaml"],
		"  ingressWeight: # of the requests\n    destination:\n      host: mocka.default.svc.cluster.local\n"+
			"    weight: 0\n", "", 1)
	d.do(t, "StepBack")
	require.Contains(t, d["swimlanes.yaml"],
		"  ingressWeight:\n    destination:\n      host: mocka.default.svc.cluster.local\n    weight: 10\n")
	o, err := d.open(t).Adopt("rolledback", t0)
	require.NoError(t, err)
	d.write(o, len(o.Files))
	require.Equal(t, "ASMSwimLaneGroup mock: v1=50 v2=50 v3=0", d.open(t).Found()[0].String())
}

// An existing lane that has no weight keeps none in a release that never started.
func TestLaneWithoutWeightKeepsNone(t *testing.T) {
	t.Parallel()
	d := layouts(t)["weighted"]
	d["swimlanes.yaml"] += "---\napiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\nmetadata:\n  name: v3\n" +
		"  labels: {swimlane-group: mock}\nspec:\n  labelSelector: {version: v3}\n"
	d.do(t, "Prepare", "RollBack")
	require.Equal(t, "ASMSwimLaneGroup mock: v1=50 v2=50", d.open(t).Found()[0].String())
}

// An only destination without a weight has everything: the candidate joins it.
func TestOnlyDestinationWithoutAWeight(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	at := strings.Index(d["mock-route.yaml"],
		"    - destination:\n        host: mocka.default.svc.cluster.local\n        subset: v2")
	d["mock-route.yaml"] = strings.Replace(d["mock-route.yaml"][:at],
		"      weight: 50                       # half of the traffic\n", "", 1)
	plan := strings.ReplaceAll(d["release.yaml"], ", {lane: v2, percent: 50}", "")
	plan = strings.ReplaceAll(plan, "{lane: v1, percent: 50}", "{lane: v1, percent: 100}")
	plan = strings.Replace(plan, "{lane: v1, percent: 60}, {lane: v2, percent: 30}, {lane: v3, percent: 10}",
		"{lane: v1, percent: 100}, {lane: v3, percent: 0}", 1)
	plan = strings.Replace(plan, "{lane: v1, percent: 40}, {lane: v2, percent: 30}", "{lane: v1, percent: 70}", 1)
	plan = strings.Replace(plan, "{lane: v1, percent: 10}, {lane: v2, percent: 10}", "{lane: v1, percent: 20}", 1)
	d["release.yaml"] = strings.Replace(plan, "{lane: v1, percent: 0}, {lane: v2, percent: 0}",
		"{lane: v1, percent: 0}", 1)
	d.do(t, "Prepare", "Start")
	require.Equal(t, mockRef.String()+": v1=100 v3=0", d.open(t).Found()[0].String())
	require.Contains(t, d["mock-route.yaml"],
		"subset: v1                     # Routes to the v1 traffic lane\n      weight: 100\n")
	d.do(t, "Promote", "RollBack", "CleanUp")
	require.Equal(t, mockRef.String()+": v1=100", d.open(t).Found()[0].String())
}
