package gitops_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/validate"
)

// inDir returns a directory as it is below another.
func (d directory) inDir(name string) directory {
	out := directory{}
	for file, text := range d {
		out[name+"/"+file] = text
	}
	return out
}

// If kustomize builds the directory, commands go through as long as it deploys what they edit.
// They list what they add.
func TestKustomize(t *testing.T) {
	t.Parallel()
	const listed = "kind: Kustomization\n" +
		"resources: [mock-route.yaml, mock-v1.yaml, mock-v2.yaml, swimlanes.yaml, swimlanegroup.yaml]\n"
	const patch = "apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\n" +
		"metadata: {name: mock, namespace: istio-system}\nspec: {$patch: replace, http: []}\n"
	overlay := func(text string) func(d directory) directory {
		return func(d directory) directory {
			out := d.inDir("base")
			out["base/kustomization.yaml"] = listed
			out["over/kustomization.yaml"] = "resources: [../base]\n" + text
			return out
		}
	}
	for name, test := range map[string]struct {
		with func(d directory) directory
		// notes is the note of commands that edit; err is the error that refuses them. If both
		// are empty, kustomize has nothing to do with the release.
		notes, err string
	}{
		"in the directory": {func(d directory) directory { d["kustomization.yaml"] = listed; return d },
			"kustomization.yaml: kustomize builds this directory", ""},
		"by its other name": {func(d directory) directory { d["kustomization.yml"] = listed; return d },
			"kustomization.yml: kustomize builds", ""},
		"by its bare name": {func(d directory) directory { d["Kustomization"] = listed; return d },
			"Kustomization: kustomize builds", ""},
		"named": {func(d directory) directory {
			d["kustomization.yaml"] = "metadata: {name: x}\n" +
				listed
			return d
		}, "kustomize builds", ""},
		"below": {func(d directory) directory {
			d = d.inDir("app")
			d["app/kustomization.yaml"] = listed
			return d
		}, "app/kustomization.yaml: kustomize builds", ""},
		"an overlay": {overlay("images: [{name: a, newTag: b}]\n"), "base/kustomization.yaml: kustomize builds", ""},
		"far away": {func(d directory) directory {
			d = d.inDir("app")
			d["other/kustomization.yaml"] = "resources: [x.yaml]\n" +
				"patches: [{patch: '[{op: remove, path: /spec/http}]', target: {kind: VirtualService}}]\n"
			return d
		}, "", ""},
		"far away, beside the release's own": {func(d directory) directory {
			d = d.inDir("app")
			d["app/kustomization.yaml"] = listed
			d["kustomization.yaml"] = "resources: [app, other]\n"
			d["other/kustomization.yaml"] = "patches: [{patch: '[{op: remove, path: /spec/http}]', target: {kind: VirtualService}}]\n"
			return d
		}, "kustomize builds", ""},
		"above the files": {func(d directory) directory {
			d = d.inDir("apps/shop")
			d["apps/kustomization.yaml"] = strings.NewReplacer("mock-", "shop/mock-", "swim",
				"shop/swim").Replace(listed)
			return d
		}, "apps/kustomization.yaml: kustomize builds", ""},
		"two that build one another": {func(d directory) directory {
			d["kustomization.yaml"], d["b/kustomization.yaml"] = listed+"components: [b]\n",
				"bases: [..]\ncomponents: [.]\n"
			return d
		}, "kustomize builds", ""},
		"a component": {func(d directory) directory {
			d["kustomization.yaml"], d["b/kustomization.yaml"] = listed+"components: [b]\n", "components: [../c]\n"
			d["c/kustomization.yaml"] = "patches: [{patch: '[{op: remove, path: /spec/http}]', target: {name: mock}}]\n"
			return d
		}, "", "c/kustomization.yaml:1: an inline patch changes VirtualService istio-system/mock"},
		"a patch of a copy elsewhere": {func(d directory) directory {
			d["kustomization.yaml"] = listed
			d["over/kustomization.yaml"] = "resources: ['https://example.com/org/repo//base?ref=main']\n" +
				"patches: [{patch: '[{op: remove, path: /spec/http}]', target: {name: mock}}]\n"
			return d
		}, "", "over/kustomization.yaml:2: an inline patch changes"},
		"an older overlay": {func(d directory) directory {
			d = overlay("")(d)
			d["over/kustomization.yaml"] = "bases: [../base]\n" +
				"patches: [{patch: '[{op: remove, path: /spec/http}]', target: {name: mock}}]\n"
			return d
		}, "", "over/kustomization.yaml:2: an inline patch changes"},
		"a replacement but of it": {overlay(
			"replacements: [{targets: [{select: {kind: VirtualService}, reject: [{name: mock}]}]}]\n"),
			"kustomize builds", ""},
		"not listed": {func(d directory) directory {
			d["kustomization.yaml"] = strings.Replace(listed, "mock-route.yaml, ", "", 1)
			return d
		}, "", "kustomization.yaml: must list mock-route.yaml under resources"},
		"a strategic patch": {func(d directory) directory {
			d = overlay("patches: [{path: a.yaml}]\n")(d)
			d["over/a.yaml"] = patch
			return d
		}, "", "over/kustomization.yaml:2: patch over/a.yaml changes VirtualService istio-system/mock"},
		"an older strategic patch": {func(d directory) directory {
			d = overlay("patchesStrategicMerge: [a.yaml]\n")(d)
			d["over/a.yaml"] = "---\n" + patch
			return d
		}, "", "patch over/a.yaml changes"},
		"an inline strategic patch": {overlay("patchesStrategicMerge:\n- |\n  kind: VirtualService\n" +
			"  metadata: {name: mock}\n  spec: {http: []}\n"), "", "an inline patch changes"},
		"a patch by target": {overlay(
			"patches: [{target: {kind: Virtual.*, name: m.ck}, patch: '[{op: remove, path: /spec/http/0}]'}]\n"), "",
			"over/kustomization.yaml:2: an inline patch changes"},
		"an older JSON patch": {overlay(
			"patchesJson6902: [{target: {kind: VirtualService, name: mock}, path: p.yaml}]\n"), "",
			"patch over/p.yaml changes"},
		"a patch of another": {overlay(
			"patches: [{target: {kind: VirtualService, name: moc}, patch: '[{op: remove, path: /spec/http}]'}, {target: {kind: Deployment}, patch: '[{op: remove, path: /spec/http}]'}]\n"),
			"kustomize builds", ""},
		"a replacement": {overlay(
			"replacements: [{source: {kind: ConfigMap}, targets: [{select: {kind: VirtualService}, fieldPaths: [spec]}]}]\n"),
			"", "a replacement changes"},
		"a replacement in a file": {func(d directory) directory {
			d = overlay("replacements: [{path: r.yaml}]\n")(d)
			d["over/r.yaml"] = "- targets: [{select: {name: mock}}]\n"
			return d
		}, "", "replacement over/r.yaml changes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			prepared := sampleTree(t, false)
			prepared.do(t, "Prepare")
			started := maps.Clone(prepared)
			started.do(t, "Start")
			over := maps.Clone(started)
			over.do(t, "RollBack")
			with := func(d directory) gitops.Tree { return test.with(maps.Clone(d)).open(t) }
			for word, tree := range map[string]gitops.Tree{"Prepare": with(sampleTree(t, false)),
				"Start": with(prepared), "CleanUp": with(over)} {
				o, err := command(tree, word)
				if test.err != "" {
					require.ErrorIs(t, err, gitops.ErrKustomize, word)
					continue
				}
				require.NoError(t, err, word)
				for _, f := range o.Files {
					lists := o.After.Lists(f.Name)
					require.LessOrEqual(t, len(lists), 1, f.Name)
					switch {
					case f.After == nil:
						require.Empty(t, lists, "%s: %s goes", word, f.Name)
					case test.notes != "" && f.Before == nil:
						require.NotEmpty(t, lists, "%s: %s comes", word, f.Name)
					}
				}
				require.Equal(t, test.notes != "" && word == "Start", o.Completes, "the candidate is not listed there")
			}
			with = func(d directory) gitops.Tree { // the candidate is listed too
				d = test.with(maps.Clone(d))
				for file, text := range d {
					if manifest.IsKustomization(file) {
						d[file] = regexp.MustCompile(`([^ \[]*)mock-v2\.yaml`).ReplaceAllString(text,
							"$0, ${1}mock-v3.yaml")
					}
				}
				return d.open(t)
			}
			_, err := with(started).Adopt("2", t0)
			require.Equal(t, test.err != "", err != nil)
			for _, word := range []string{"Promote", "Pause", "RollBack"} {
				o, err := command(with(started), word)
				if test.err != "" {
					require.ErrorIs(t, err, gitops.ErrKustomize, word)
					require.ErrorContains(t, err, test.err, word)
					require.NotErrorIs(t, err, release.ErrTwice)
					require.Equal(t, 1, strings.Count(err.Error(), test.err), "said once")
					continue
				}
				require.NoError(t, err, word)
				require.Contains(t, strings.Join(o.Notes, "\n"), test.notes, word)
			}
			r := with(started).Report()
			require.Equal(t, test.err != "", slices.ContainsFunc(r.Problems, func(p gitops.Problem) bool {
				return p.Kind == "kustomize" && strings.Contains(p.Message, test.err)
			}))
			require.Contains(t, strings.Join(r.Notes, "\n"), test.notes)
			require.NoError(t, validate.Check(test.with(maps.Clone(started)).set(t)).Err(),
				"kustomizations and patches are no objects")
		})
	}
}

// The faults of several kustomizations are reported at once.
func TestKustomizeSaysAll(t *testing.T) {
	t.Parallel()
	d := atStage(t, sampleTree(t, true), 1)
	d["kustomization.yaml"] = "resources: [second-route.yaml]\n" +
		"patches: [{patch: '[{op: remove, path: /spec/http}]', target: {kind: VirtualService}}]\n"
	_, err := command(d.open(t), "Promote")
	require.ErrorContains(t, err, "must list mock-route.yaml")
	require.ErrorContains(t, err, "an inline patch changes VirtualService istio-system/z-second")
}
