package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// laneOperated returns the lanes v1, with 60, and v2 and v3, where a JSON patch is for one of them.
func laneOperated(t *testing.T, lane, patch string) manifest.Set {
	t.Helper()
	set, err := manifest.Decode(files(map[string]string{
		"base/kustomization.yaml": "resources: [lanes.yaml]\n", "base/lanes.yaml": twoWeighted,
		"over/kustomization.yaml": "resources: [../base]\npatches:\n- target: {kind: ASMSwimLane, name: " + lane +
			"}\n  path: patch.yaml\n",
		"over/patch.yaml": patch})...)
	require.NoError(t, err)
	return set.Overlaid()
}

// The weight of a lane with a JSON patch is edited in the patch, wherever it is said. A weight that
// is beneath alone gets an operation.
func TestOperationsOfLanesAreEdited(t *testing.T) {
	const host = "- {op: replace, path: /spec/ingressWeight/destination/host, value: mocka.default.svc.cluster.local}\n"
	const none = "- {op: remove, path: /spec/ingressWeight}\n"
	const noWeight = "- {op: remove, path: /spec/ingressWeight/weight}\n"
	to := lanes.RouteDestination{Host: "mocka.default.svc.cluster.local"}
	others := manifest.SetIngressWeight{Object: laneRef("v2"), Percent: 90}
	set := []manifest.Change{manifest.SetIngressWeight{Object: laneRef("v1"), Percent: 10, Destination: to}, others}
	for name, test := range map[string]struct {
		patch   string
		changes []manifest.Change
		want    string // the patch; empty: it is refused with the error
		err     string
	}{
		"said": {"- {op: replace, path: /spec/ingressWeight/weight, value: 60} # most\n", set,
			"- {op: replace, path: /spec/ingressWeight/weight, value: 10} # most\n", ""},
		"said as a whole": {"- {op: replace, path: /spec/ingressWeight, value: {weight: 60, destination: {host: x}}}\n", set,
			"- {op: replace, path: /spec/ingressWeight, value: {weight: 10, destination: {host: x}}}\n", ""},
		"said without a weight": {"- {op: replace, path: /spec/ingressWeight, value: {destination: {host: x}}}\n", set,
			"- {op: replace, path: /spec/ingressWeight, value: {destination: {host: x}, weight: 10}}\n", ""},
		"beneath alone": {host, set, host + "- {op: replace, path: /spec/ingressWeight/weight, value: 10}\n", ""},
		"as it is beneath": {host, []manifest.Change{
			manifest.SetIngressWeight{Object: laneRef("v1"), Percent: 60, Destination: to},
			manifest.SetIngressWeight{Object: laneRef("v3"), Destination: to}}, host, ""},
		"none": {none, set, none + "- {op: add, path: /spec/ingressWeight, value: {destination: " +
			"{host: mocka.default.svc.cluster.local}, weight: 10}}\n", ""},
		"no weight": {noWeight, set, noWeight + "- {op: add, path: /spec/ingressWeight/weight, value: 10}\n", ""},
		"goes": {host, []manifest.Change{manifest.RemoveIngressWeight{Object: laneRef("v1")},
			manifest.SetIngressWeight{Object: laneRef("v2"), Percent: 100}},
			host + "- {op: remove, path: /spec/ingressWeight}\n", ""},
		"a test would fail": {
			"# ours\n- op: replace\n  path: /spec/ingressWeight/weight\n  value: 60\n" +
				"- op: test\n  path: /spec/ingressWeight/weight\n  value: 60\n", set, "",
			"ASMSwimLane v1 at over/patch.yaml:5: must not have the operation test /spec/ingressWeight/weight: it would " +
				"fail afterwards"},
	} {
		t.Run(name, func(t *testing.T) {
			edit, err := laneOperated(t, "v1", test.patch).Edit(test.changes...)
			if test.want == "" {
				require.ErrorIs(t, err, manifest.ErrUnsafe)
				require.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			for _, f := range edit.Files {
				if f.Name == "over/patch.yaml" {
					require.Equal(t, test.want, string(f.After))
					return
				}
			}
			require.Equal(t, test.want, test.patch)
		})
	}
}

// A lane that goes is removed from the file beneath. Its JSON patch stays, and selects nothing.
func TestLaneWithOperationsIsRemoved(t *testing.T) {
	set := laneOperated(t, "v3", "- {op: add, path: /spec/ingressWeight, value: {destination: {host: x}, weight: 0}}\n")
	edit, err := set.Edit(manifest.RemoveDocument{Object: laneRef("v3")})
	require.NoError(t, err)
	require.Len(t, edit.Files, 1)
	first, _, _ := strings.Cut(twoWeighted, "---\napiVersion")
	require.Equal(t, "base/lanes.yaml", edit.Files[0].Name)
	require.Equal(t, first, string(edit.Files[0].After))
}
