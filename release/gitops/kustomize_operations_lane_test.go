package gitops_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/release/gitops"
)

// operationLanes is a directory in which JSON patches say the weights of the lanes v1 and v2, and
// nothing else says anything of the group.
func operationLanes(t testing.TB) directory {
	t.Helper()
	d := patchedLanes(t)
	delete(d, "prod/lanes.yaml")
	delete(d, "prod/group.yaml")
	d["prod/kustomization.yaml"] = "resources: [../base]\npatches:\n"
	for _, v := range []string{"v1", "v2"} {
		d["prod/"+v+".yaml"] = "- op: add\n  path: /spec/ingressWeight\n  value:\n    destination:\n" +
			"      host: mocka.default.svc.cluster.local\n    weight: 50\n"
		d["prod/kustomization.yaml"] += "- {path: " + v + ".yaml, target: {kind: ASMSwimLane, name: " + v + "}}\n"
	}
	return d
}

// JSON patches of lanes hold their weights. When a lane goes, its patch stays, and is noted.
func TestLanesOfOperationsMove(t *testing.T) {
	t.Parallel()
	start := operationLanes(t)
	d := maps.Clone(start)
	d.do(t, "Prepare", "Start")
	require.Equal(t, "ASMSwimLaneGroup mock: v1=60 v2=30 v3=10", d.open(t).Found()[0].String())
	require.Equal(t, strings.Replace(start["prod/v1.yaml"], "50", "60", 1)+
		"- op: add\n  path: /metadata/annotations\n  value:\n    swimlane-go.github.io/revision: '",
		d["prod/v1.yaml"][:strings.Index(d["prod/v1.yaml"], "'")+1])
	require.True(t, strings.HasPrefix(d["base/swimlanes.yaml"], start["base/swimlanes.yaml"]))
	require.Empty(t, gitopsErrors(t, d))
	d.do(t, "Promote", "RollBack", "CleanUp", "CleanUp", "CleanUp")
	require.Equal(t, start, d)

	d.do(t, finished()[:7]...)
	require.Contains(t, d["prod/v1.yaml"], "- op: remove\n  path: /spec/ingressWeight\n")
	o, err := command(d.open(t), "CleanUp")
	require.NoError(t, err)
	d.write(o, len(o.Files))
	if o.Again {
		o, err = command(d.open(t), "CleanUp")
		require.NoError(t, err)
		d.write(o, len(o.Files))
	}
	require.Contains(t, strings.Join(o.Notes, "\n"),
		"prod/kustomization.yaml:3: the patch is for ASMSwimLane v1 alone, which goes: take it out")
	require.Equal(t, "ASMSwimLaneGroup mock: v3=100", d.open(t).Found()[0].String())
	require.NotContains(t, d["base/swimlanes.yaml"], "name: v1")
	require.Empty(t, gitopsErrors(t, d))
}

// A test of a weight that the release changes later refuses prepare, by its line, wherever the
// patch is.
func TestPrepareRefusesATestThatWouldFail(t *testing.T) {
	t.Parallel()
	const lane = "- {op: test, path: /spec/ingressWeight/weight, value: 50}\n"
	const route = "- {op: test, path: /spec/http/0/route/1/weight, value: 50}\n"
	kinds := operationKinds(t)
	for name, test := range map[string]struct {
		d          directory
		file, text string
		want       string
	}{
		"a lane": {operationLanes(t), "prod/v2.yaml", lane,
			"start would be refused: edit: ASMSwimLane v2 at prod/v2.yaml:7: must not have the operation test " +
				"/spec/ingressWeight/weight: it would fail afterwards"},
		"weights": {kinds["weights"], "prod/weights.yaml", route,
			"at prod/weights.yaml:4: must not have the operation test /spec/http/0/route/1/weight: it would fail afterwards"},
		"the list": {kinds["route"], "prod/weights.yaml", "# two\n" +
			"- {op: test, path: /spec/http/0/route/1, value: {weight: 50, destination: {host: " +
			"mocka.default.svc.cluster.local, subset: v2}}}\n",
			"at prod/weights.yaml:13: must not have the operation test /spec/http/0/route/1: it would fail afterwards"},
		"inline": {kinds["inline weights"], "prod/kustomization.yaml", "",
			"at prod/kustomization.yaml:7: must not have the operation test /spec/http/0/route/1/weight: it would fail " +
				"afterwards"},
	} {
		t.Run(name, func(t *testing.T) {
			d := maps.Clone(test.d)
			if d[test.file] += test.text; test.text == "" {
				const last = "route/1/weight, value: 50}\n"
				d.replace(t, test.file, last, last+"      "+route)
			}
			before := maps.Clone(d)
			_, err := command(d.open(t), "Prepare")
			require.ErrorContains(t, err, test.want)
			require.Equal(t, before, d)
		})
	}
	d := operationLanes(t)
	d["prod/v1.yaml"] = lane + d["prod/v1.yaml"]
	_, err := command(d.open(t), "Prepare")
	require.ErrorIs(t, err, gitops.ErrKustomize, "it fails now")
}
