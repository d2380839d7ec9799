package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

const baseRoute = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a, labels: {team: shop}, annotations: {old: "1"}}
spec:
  hosts: [a]
  http:
  - route:
    - {destination: {host: a, subset: v1}, weight: 9}
    - {destination: {host: a, subset: v2}, weight: 91}
`

const routePatch = `# over
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: a
  annotations: {old: null, new: "1"}
spec:
  http:
  - route:
    - {destination: {host: a, subset: v1}, weight: 60} # most
    - {destination: {host: a, subset: v2}, weight: 40}
`

func overlaid(t *testing.T, texts map[string]string) manifest.Set {
	t.Helper()
	all := map[string]string{"base/kustomization.yaml": "resources: [route.yaml]\n", "base/route.yaml": baseRoute,
		"over/kustomization.yaml": "resources: [../base]\npatches:\n- path: patch.yaml\n",
		"over/patch.yaml":         routePatch}
	for name, text := range texts {
		all[name] = text
	}
	set, err := manifest.Decode(files(all)...)
	require.NoError(t, err)
	return set
}

// The weights of a patch count, are edited, and are at their lines.
func TestPatchIsLaidOverTheObject(t *testing.T) {
	plain := overlaid(t, nil)
	set := plain.Overlaid()
	ref := manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "default", Name: "a"}
	o, found := set.Get(ref)
	require.True(t, found)
	require.Equal(t, 1, set.Len())
	require.Equal(t, int32(60), o.VirtualService().Http[0].Route[0].Weight)
	require.Equal(t, []string{"a"}, o.VirtualService().Hosts)
	require.Equal(t, map[string]string{"new": "1"}, o.Meta().GetAnnotations())
	require.Equal(t, map[string]string{"team": "shop"}, o.Meta().GetLabels())
	require.Equal(t, "over/patch.yaml", o.File)
	require.Equal(t, 10, o.LineOf("spec.http[0].route[0].weight"))
	over, is := o.Overlay()
	require.True(t, is)
	require.Equal(t, "over/kustomization.yaml", over.Kustomization)
	require.Equal(t, 3, over.Line)
	require.Equal(t, "base/route.yaml", o.Resource().File)
	require.Equal(t, int32(9), o.Resource().VirtualService().Http[0].Route[0].Weight)
	require.Equal(t, set.All(), set.Overlaid().All())
	require.Equal(t, "over/patch.yaml", set.Build().Set.All()[0].File)

	before, _ := plain.Get(ref)
	_, is = before.Overlay()
	require.False(t, is)
	require.Equal(t, before.File, before.Resource().File)
	require.Empty(t, manifest.Diff(set, plain.Overlaid()))
	require.Contains(t, manifest.Diff(set, plain).String(), "60 -> 9")
	other := overlaid(t, map[string]string{"base/route.yaml": strings.Replace(baseRoute, "hosts: [a]", "hosts: [b]",
		1)}).Overlaid()
	require.Contains(t, manifest.Diff(set, other).String(), "spec.hosts",
		"the patch is the same, what is beneath is not")

	edit, err := set.Edit(
		manifest.SetWeights{Object: ref, Weights: rollout.Weights{rollout.W("v1", 30), rollout.W("v2", 70)}},
		manifest.SetAnnotation{Object: ref, Key: "state", Value: "s"})
	require.NoError(t, err)
	require.Len(t, edit.Files, 1, "one write")
	require.Equal(t, strings.NewReplacer("weight: 60", "weight: 30", "weight: 40", "weight: 70", `new: "1"`,
		`new: "1", state: 's'`).Replace(routePatch), string(edit.Files[0].After))
	again, err := edit.After.Edit(manifest.RemoveAnnotations{Object: ref, Keys: []string{"state"}})
	require.NoError(t, err, "what an edit makes is overlaid too")
	require.Equal(t, "over/patch.yaml", again.Files[0].Name)

	_, err = set.Edit(manifest.RemoveDocument{Object: ref})
	require.ErrorIs(t, err, manifest.ErrUnsafe)
	require.ErrorContains(t, err, "over/kustomization.yaml:3")
	like := o.Value.(*istio.VirtualService).DeepCopy()
	like.Name = "b"
	edit, err = set.Edit(manifest.AddDocument{File: "base/b.yaml", Value: like, Like: ref})
	require.NoError(t, err)
	require.Equal(t, "base/b.yaml", edit.Files[0].Name)
}

// A patch is laid over its object when no other patch says the same.
func TestPatchIsNotLaidOver(t *testing.T) {
	kustomization := "resources: [../base]\npatches:\n- path: patch.yaml\n"
	for name, texts := range map[string]map[string]string{
		"of another name": {"over/patch.yaml": strings.Replace(routePatch, "name: a", "name: b", 1)},
		"of another group": {"over/patch.yaml": strings.Replace(routePatch, "networking.istio.io", "example.com",
			1)},
		"elsewhere": {"over/patch.yaml": strings.Replace(routePatch, "name: a", "name: a\n  namespace: b",
			1)},
		"of the hosts": {"over/patch.yaml": "apiVersion: networking.istio.io/v1\nkind: VirtualService\n" +
			"metadata: {name: a}\nspec: {hosts: [b]}\n"},
		"for another build": {"over/kustomization.yaml": "resources: []\npatches: [{path: patch.yaml}]\n"},
		"in two": {"dev/kustomization.yaml": "resources: [../base]\n" +
			"patches: [{path: ../over/patch.yaml}]\n"},
		"by a target": {"over/kustomization.yaml": kustomization + "  target: {kind: VirtualService}\n"},
		"a list of objects": {"over/patch.yaml": "apiVersion: v1\nkind: List\nitems:\n- " +
			strings.ReplaceAll(strings.TrimPrefix(routePatch, "# over\n"), "\n", "\n  ") + "\n"},
		"over one in a list": {"base/route.yaml": "apiVersion: v1\nkind: List\nitems:\n- " +
			strings.ReplaceAll(baseRoute, "\n", "\n  ") + "\n"},
		"over one of two":     {"base/route.yaml": baseRoute + "---\n" + baseRoute},
		"one that is no file": {"over/kustomization.yaml": "resources: [../base]\npatches: [{path: patches.yaml}]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, o := range overlaid(t, texts).Overlaid().All() {
				_, is := o.Overlay()
				require.False(t, is)
			}
		})
	}
	wrong := overlaid(t, map[string]string{"over/patch.yaml": strings.Replace(routePatch, "60", "many", 1)}).Overlaid()
	require.Len(t, wrong.Faults(), 1, "of the object that is deployed")
	require.Equal(t, "over/patch.yaml", wrong.Faults()[0].File)
	require.Equal(t, 10, wrong.Faults()[0].Line)
	set := manifest.NewSet()
	require.Equal(t, set, set.Overlaid())
}

func TestPatchFields(t *testing.T) {
	const head = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: a\n"
	ref := manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Name: "a"}
	target := &manifest.KustomizeTarget{Kind: "VirtualService"}
	for name, test := range map[string]struct {
		patch manifest.KustomizePatch
		want  []string
	}{
		"a merge": {manifest.KustomizePatch{Text: []byte(head +
			"  labels: {x/y: b}\nspec: {hosts: [a], http: null, more: {a: {}}}\n")},
			[]string{"/metadata/labels/x~1y", "/spec/hosts", "/spec/http", "/spec/more/a"}},
		"a directive": {manifest.KustomizePatch{Text: []byte(head + "spec: {$patch: replace}\n")},
			[]string{"/spec"}},
		"its name": {manifest.KustomizePatch{Text: []byte(head)}, nil},
		"others": {manifest.KustomizePatch{Text: []byte("kind: VirtualService\nmetadata: {name: b}\n" +
			"spec: {a: b}\n---\n" + head + "spec: {c: d}\n")}, []string{"/spec/c"}},
		"of another": {manifest.KustomizePatch{Text: []byte("kind: VirtualService\nmetadata: {name: b}\n")}, nil},
		"by target": {manifest.KustomizePatch{Target: target,
			Text: []byte("metadata: {name: any}\nspec: {c: d}\n")}, []string{"/spec/c"}},
		"operations": {manifest.KustomizePatch{Target: target,
			Text: []byte("- {op: move, from: /spec/a, path: /spec/b}\n- {op: remove, path: /spec/c}\n- {}\n- 7\n")},
			[]string{"", "/spec/a", "/spec/b", "/spec/c"}},
		"in JSON": {manifest.KustomizePatch{Target: target,
			Text: []byte(`[{"op": "remove", "path": "/spec/c"}]`)}, []string{"/spec/c"}},
		"no patch": {manifest.KustomizePatch{Target: target, Text: []byte("text")}, []string{""}},
		"no YAML":  {manifest.KustomizePatch{Target: target, Text: []byte("a: [")}, []string{""}},
		"comments": {manifest.KustomizePatch{Target: target, Text: []byte("# nothing")}, nil},
		"what is absent": {manifest.KustomizePatch{Target: target, From: manifest.KustomizePath{Name: "a.yaml"}},
			[]string{""}},
	} {
		require.Equal(t, test.want, test.patch.Fields(ref), name)
	}
}
