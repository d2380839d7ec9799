package gitops_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/validate"
)

// If a patch says the weights, it is edited, weights and state in one write. The file beneath
// stays as it is.
func TestPatchedRouteMovesInThePatch(t *testing.T) {
	t.Parallel()
	start := patchedRoute(t)
	d := patchedRoute(t)
	for _, word := range []string{"Prepare", "Start", "Promote", "RollBack"} {
		o, err := command(d.open(t), word)
		require.NoError(t, err, word)
		d.write(o, len(o.Files))
		if word != "Prepare" {
			require.Len(t, o.Files, 1, word)
			require.Equal(t, "prod/weights.yaml", o.Files[0].Name)
			require.Contains(t, strings.Join(o.Notes, "\n"),
				"the patch prod/weights.yaml says what VirtualService istio-system/mock holds, and is what is edited (prod/kustomization.yaml:3)")
		}
		require.Equal(t, start["base/mock-route.yaml"], d["base/mock-route.yaml"])
		require.Contains(t, d["prod/weights.yaml"], "swimlane-go.github.io/state: ", word)
	}
	require.Contains(t, d["prod/weights.yaml"], "weight: 50                       # half of the traffic\n")
	require.Equal(t, "VirtualService istio-system/mock: v1=50 v2=50 v3=0", d.open(t).Found()[0].String())
	require.Empty(t, gitops.Check(d.set(t), validate.Checker{}))
}

// Patches of lanes hold their weights. The candidate's lane has no patch, and holds its weight
// itself.
func TestPatchedLanesMoveInThePatches(t *testing.T) {
	t.Parallel()
	start := patchedLanes(t)
	d := patchedLanes(t)
	d.do(t, "Prepare", "Start")
	require.Equal(t, "ASMSwimLaneGroup mock: v1=60 v2=30 v3=10", d.open(t).Found()[0].String())
	require.Contains(t, d["prod/lanes.yaml"], "    weight: 60\n")
	require.Contains(t, d["prod/group.yaml"], "swimlane-go.github.io/state: ")
	require.Equal(t, start["base/swimlanegroup.yaml"], d["base/swimlanegroup.yaml"])
	require.Contains(t, d["base/swimlanes.yaml"], "    weight: 10\n")
	require.True(t, strings.HasPrefix(d["base/swimlanes.yaml"], start["base/swimlanes.yaml"]))
	d.do(t, "Promote", "RollBack", "CleanUp", "CleanUp", "CleanUp")
	require.Equal(t, start, d)

	d.do(t, finished()[:6]...)
	_, err := command(d.open(t), "CleanUp")
	require.ErrorIs(t, err, gitops.ErrKustomize)
	require.ErrorContains(t, err, "prod/kustomization.yaml:2: patch lanes.yaml names ASMSwimLane v1, which goes")
}

// A patch is edited only if it is known to be deployed.
func TestPatchesThatAreNotEdited(t *testing.T) {
	t.Parallel()
	const other = "apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\n" +
		"metadata: {name: mock, namespace: istio-system}\nspec: "
	for name, test := range map[string]struct {
		change func(d directory)
		want   string // empty: it is edited
	}{
		"a target": {func(d directory) { d["prod/kustomization.yaml"] += "  target: {kind: VirtualService}\n" },
			"prod/kustomization.yaml:3: patch prod/weights.yaml changes "},
		"options": {func(d directory) { d["prod/kustomization.yaml"] += "  options: {allowNameChange: true}\n" },
			"prod/kustomization.yaml:3: patch prod/weights.yaml changes "},
		"a directive": {func(d directory) {
			d.replace(t, "prod/weights.yaml", "spec:\n",
				"spec:\n  $patch: replace\n")
		}, "prod/kustomization.yaml:3: patch prod/weights.yaml changes "},
		"a schema": {func(d directory) { d["prod/kustomization.yaml"] += "openapi: {path: a.json}\n" },
			"prod/kustomization.yaml:3: patch prod/weights.yaml changes "},
		"inline in quotes": {func(d directory) {
			d["prod/kustomization.yaml"] = "resources: [../base]\npatches:\n- patch: " +
				strconv.Quote(d["prod/weights.yaml"]) + "\n"
		}, "prod/kustomization.yaml:3: an inline patch changes "},
		"by index": {func(d directory) {
			d["prod/kustomization.yaml"] = "resources: [../base]\npatches:\n" +
				"- target: {kind: VirtualService, name: mock}\n" +
				"  patch: '[{op: replace, path: /spec/http/0/route/0/weight, value: 50}]'\n"
		}, "prod/kustomization.yaml:3: an inline patch changes "},
		"two patches": {func(d directory) {
			d["prod/other.yaml"] = d["prod/weights.yaml"]
			d["prod/kustomization.yaml"] += "- path: other.yaml\n"
		}, "prod/kustomization.yaml:3: patch prod/weights.yaml changes "},
		"and an inline one": {func(d directory) {
			d["prod/kustomization.yaml"] += "- target: {kind: Virtual.*}\n" +
				"  patch: '[{op: remove, path: /spec/http/0/timeout}]'\n"
		}, "prod/kustomization.yaml:4: an inline patch changes "},
		"another overlay": {func(d directory) { d["dev/kustomization.yaml"] = "resources: [../base]\n" },
			"dev/kustomization.yaml: must not build VirtualService istio-system/mock without prod/weights.yaml"},
		"another's patch": {func(d directory) {
			d["dev/kustomization.yaml"] = "resources: [../base]\npatches: [{path: ../prod/weights.yaml}]\n"
		}, "dev/kustomization.yaml:2: patch prod/weights.yaml changes "},
		"one around": {func(d directory) { d["all/kustomization.yaml"] = "resources: [../prod]\n" }, ""},
		"in a component": {func(d directory) {
			d["prod/kustomization.yaml"] = "resources: [../base]\ncomponents: [../c]\n"
			d["c/kustomization.yaml"] = "kind: Component\npatchesStrategicMerge: [../prod/weights.yaml]\n"
		}, ""},
		"one of the hosts": {func(d directory) {
			d["prod/hosts.yaml"] = other + "{hosts: [a.example]}\n"
			d["prod/kustomization.yaml"] += "- path: hosts.yaml\n"
		}, ""},
		"hosts by index": {func(d directory) {
			d["prod/kustomization.yaml"] += "- target: {kind: VirtualService}\n" +
				"  patch: '[{op: replace, path: /spec/hosts/0, value: a.example}]'\n"
		}, ""},
		"of another object": {func(d directory) {
			d["prod/hosts.yaml"] = strings.Replace(other, "mock", "mocks", 1) + "{http: []}\n"
			d["prod/kustomization.yaml"] += "- path: hosts.yaml\n"
		}, ""},
		"the state": {func(d directory) {
			d["prod/state.yaml"] = strings.Replace(other, "istio-system",
				"istio-system, annotations: {swimlane-go.github.io/state: a}", 1) + "{}\n"
			d["prod/kustomization.yaml"] += "- path: state.yaml\n"
		}, "prod/kustomization.yaml:4: patch prod/state.yaml changes "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := patchedRoute(t)
			test.change(d)
			o, err := command(d.open(t), "Prepare")
			if test.want != "" {
				require.ErrorIs(t, err, gitops.ErrKustomize)
				require.ErrorContains(t, err, test.want)
				return
			}
			require.NoError(t, err)
			d.write(o, len(o.Files))
			require.Contains(t, d["prod/weights.yaml"], "swimlane-go.github.io/state: ")
		})
	}
}

// The error about a patch that cannot be edited says which patch could be.
func TestPatchesThatAreNotEditedSayTheCure(t *testing.T) {
	t.Parallel()
	const merge = "apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\n" +
		"metadata: {name: mock, namespace: istio-system}\nspec: {http: []}\n"
	const weight = "- {op: test, path: /spec/http/0/route/0/weight, value: 50}\n" +
		"- {op: replace, path: /spec/http/0/route/0/weight, value: 50}\n"
	const lane = "- {op: add, path: /metadata/labels/a, value: b}\n"
	const cure = " changes VirtualService istio-system/mock, and hides edits of its file: " +
		"take it out of the patch, or let one patch alone say all of spec.http"
	by := func(target string) string { return "patches: [{path: p.yaml, target: " + target + "}]" }
	const ours = "{kind: VirtualService, name: mock}"
	for name, test := range map[string]struct{ file, field, want string }{
		"an item that goes": {`[{"op": "remove", "path": "/spec/http/1"}]`, by(ours),
			"kustomization.yaml:9: patch p.yaml" + cure},
		"a test that fails":           {strings.Replace(weight, "50", "51", 1), by(ours), cure},
		"a test of what is not there": {"- {op: test, path: /spec/tcp, value: null}\n" + weight, by(ours), cure},
		"a copy": {weight + "- {op: copy, from: /spec/hosts, path: /spec/gateways}\n", by(ours),
			cure},
		"an index below 0":  {strings.ReplaceAll(weight, "route/0", "route/-1"), by(ours), cure},
		"no value":          {"- {op: replace, path: /spec/http}\n", by(ours), cure},
		"an anchor":         {strings.Replace(weight, "value: 50", "value: &half 50", 1), by(ours), cure},
		"several targets":   {weight, by("{name: .*}"), cure},
		"another version":   {weight, by("{version: v1, kind: VirtualService}"), cure},
		"another namespace": {weight, by("{namespace: default, kind: VirtualService}"), cure},
		"by labels":         {weight, by("{kind: VirtualService, labelSelector: a=b}"), cure},
		"of the older field": {"- {op: move, from: /spec/http/0, path: /spec/http/0}",
			"patchesJson6902: [{path: p.yaml, target: {group: networking.istio.io, version: v1beta1, kind: VirtualService, name: mock}}]",
			cure},
		"an inline one with a target": {"", "patches:\n- target: " + ours + "\n  patch: |-\n    " +
			strings.ReplaceAll(merge, "\n", "\n    "), "kustomization.yaml:10: an inline patch" + cure},
		"two inline ones": {"", "patches:\n- patch: |-\n    " +
			strings.ReplaceAll(merge+"---\n"+merge, "\n", "\n    "), "kustomization.yaml:10: an inline patch" + cure},
		"a folded one": {"", "patches:\n- target: " + ours + "\n  patch: >-\n    " +
			strings.ReplaceAll(weight, "\n", "\n    "), "kustomization.yaml:10: an inline patch" + cure},
		"one in quotes": {"", "patches: [{target: " + ours +
			", patch: '[{op: replace, path: /spec/http/0/route/0/weight, value: 50}]'}]",
			"kustomization.yaml:9: an inline patch" + cure},
		"of lanes that hold no weights": {lane, "patches: [{path: p.yaml, target: {kind: ASMSwimLane.*}}]", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := sampleTree(t, false).kustomized(test.field + "\n")
			if test.file != "" {
				d["p.yaml"] = test.file
			}
			o, err := command(d.open(t), "Prepare")
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, gitops.ErrKustomize)
			require.ErrorContains(t, err, test.want)
			require.Empty(t, o.Files)
		})
	}
}

// What cannot be edited in a patch is refused at its line, with nothing written.
func TestPatchThatCannotBeEdited(t *testing.T) {
	t.Parallel()
	d := patchedRoute(t)
	d.replace(t, "prod/weights.yaml", "weight: 50  ", "weight: &half 50")
	d.replace(t, "prod/weights.yaml", "weight: 50  ", "weight: *half #")
	_, err := command(d.open(t), "Prepare")
	require.ErrorIs(t, err, manifest.ErrAnchor)
	require.ErrorContains(t, err, "prod/weights.yaml:")
}
