package manifest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

var routeRef = manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "default", Name: "a"}

const jsonPatches = "resources: [../base]\npatches:\n- target: {kind: VirtualService, name: a}\n  path: patch.yaml\n"

// operated returns a set in which a JSON patch is for a VirtualService.
func operated(t *testing.T, patch string) manifest.Set {
	t.Helper()
	return overlaid(t, map[string]string{"over/kustomization.yaml": jsonPatches, "over/patch.yaml": patch}).Overlaid()
}

// What operations make of an object is what counts, and every field knows its line.
func TestOperationsAreLaidOverTheObject(t *testing.T) {
	const weight = "- {op: replace, path: /spec/http/0/route/0/weight, value: 60}\n"
	for name, test := range map[string]struct {
		patch string
		want  string // the weights, the hosts and the annotations; empty: it is not laid over the object
	}{
		"a weight":              {weight, "60 91 [a] map[old:1]"},
		"a weight in JSON":      {`[{"op": "replace", "path": "/spec/http/0/route/0/weight", "value": 60}]`, "60 91 [a] map[old:1]"},
		"tests":                 {"- {op: test, path: /spec/http/0/route/0, value: {weight: 9.0, destination: {subset: v1, host: a}}}\n- {op: test, path: /spec/hosts, value: [a]}\n" + weight, "60 91 [a] map[old:1]"},
		"one after another":     {weight + strings.Replace(weight, "60", "61", 1) + "- {op: test, path: /spec/http/0/route/0/weight, value: 61}\n", "61 91 [a] map[old:1]"},
		"all":                   {"- {op: add, path: /spec, value: {hosts: [b], http: [{route: [{destination: {host: b}, weight: 1}]}]}}\n", "1 [b] map[old:1]"},
		"one more":              {"- {op: add, path: /spec/http/0/route/-, value: {destination: {host: b}, weight: 1}}\n", "9 91 1 [a] map[old:1]"},
		"one before":            {"- {op: add, path: /spec/http/0/route/0, value: {destination: {host: b}, weight: 1}}\n", "1 9 91 [a] map[old:1]"},
		"one behind":            {"- {op: add, path: /spec/http/0/route/2, value: {destination: {host: b}, weight: 1}}\n", "9 91 1 [a] map[old:1]"},
		"one less":              {"- {op: remove, path: /spec/http/0/route/0}\n", "91 [a] map[old:1]"},
		"no weight":             {"- {op: remove, path: /spec/http/0/route/0/weight}\n", "0 91 [a] map[old:1]"},
		"others":                {weight + "- {op: add, path: /spec/hosts/-, value: b}\n- {op: add, path: /metadata/annotations/x~1y, value: z}\n- {op: remove, path: /metadata/annotations/old}\n", "60 91 [a b] map[x/y:z]"},
		"hosts alone":           {"- {op: add, path: /spec/hosts/-, value: b}\n", ""},
		"a test alone":          {"- {op: test, path: /spec/http/0/route/0/weight, value: 9}\n", ""},
		"too far":               {strings.Replace(weight, "route/0", "route/2", 1), ""},
		"far behind":            {"- {op: add, path: /spec/http/0/route/3, value: {}}\n", ""},
		"no index":              {strings.Replace(weight, "route/0", "route/00", 1), ""},
		"the end":               {strings.Replace(weight, "route/0", "route/-", 1), ""},
		"below a scalar":        {"- {op: add, path: /spec/http/0/route/0/weight/x, value: 1}\n", ""},
		"in nothing":            {"- {op: add, path: /spec/http/0/fault/delay, value: {}}\n", ""},
		"what is not there":     {"- {op: replace, path: /spec/http/0/name, value: x}\n", ""},
		"gone twice":            {"- {op: remove, path: /spec/http/0/name}\n", ""},
		"a test that fails":     {weight + "- {op: test, path: /spec/http/0/route/0/weight, value: 9}\n", ""},
		"a test of more":        {"- {op: test, path: /spec/http/0/route/0/destination, value: {host: a}}\n" + weight, ""},
		"a test of others":      {"- {op: test, path: /spec/http/0/route/0/destination, value: {host: a, port: v1}}\n" + weight, ""},
		"a test of another":     {"- {op: test, path: /spec/hosts, value: a}\n" + weight, ""},
		"a move":                {weight + "- {op: move, from: /spec/hosts, path: /spec/gateways}\n", ""},
		"no value":              {"- {op: replace, path: /spec/http/0/route/0/weight}\n", ""},
		"no path":               {weight + "- {op: remove}\n", ""},
		"no operation":          {weight + "- 7\n", ""},
		"an anchor":             {strings.Replace(weight, "60", "&w 60", 1), ""},
		"a second document":     {weight + "--- # more\n" + weight, ""},
		"two readings of a key": {"- {op: add, path: /spec/http/0/route, value: [{yes: 1}]}\n- {op: add, path: /spec/http/0/route/0/yes/x, value: 1}\n", ""},
		"no YAML":               {"- [", ""},
	} {
		t.Run(name, func(t *testing.T) {
			kustomization := map[string]string{"over/kustomization.yaml": jsonPatches, "over/patch.yaml": test.patch}
			all := map[string]string{"base/kustomization.yaml": "resources: [route.yaml]\n", "base/route.yaml": baseRoute}
			for name, text := range kustomization {
				all[name] = text
			}
			set, _ := manifest.Decode(files(all)...)
			o, _ := set.Overlaid().Get(routeRef)
			over, is := o.Overlay()
			require.Equal(t, test.want != "", is)
			if !is {
				require.Equal(t, "base/route.yaml", o.File)
				return
			}
			require.Equal(t, test.want, weightsText(o))
			require.Equal(t, "over/patch.yaml", o.File)
			require.Equal(t, 3, over.Line)
			require.False(t, over.Inline)
		})
	}
	set := operated(t, "# top\n- op: replace\n  path: /spec/http\n  value:\n  - route:\n    - destination: {host: a}\n      weight: many\n- {op: replace, path: /spec/http/0/route/0/destination/host,\n   value: 7}\n")
	require.Len(t, set.Faults(), 2)
	require.Equal(t, []int{7, 9}, []int{set.Faults()[1].Line, set.Faults()[0].Line})
	set = operated(t, "- {op: add, path: /spec/hosts/-, value: b}\n"+weight)
	o, _ := set.Get(routeRef)
	require.Equal(t, 2, o.LineOf("spec.http[0].route[0].weight"))
	require.Equal(t, 1, o.LineOf("spec.hosts[1]"))
	require.Equal(t, 1, o.LineOf("spec.http[0].route[1].weight"), "it is in another file")
}

// weightsText tells what tests ask of a VirtualService.
func weightsText(o manifest.Object) string {
	var out []any
	for _, d := range o.VirtualService().Http[0].Route {
		out = append(out, d.Weight)
	}
	out = append(out, o.VirtualService().Hosts, o.Meta().GetAnnotations())
	return strings.TrimSpace(fmt.Sprintln(out...))
}

// A JSON patch is for an object when its target takes this one alone, and surely.
func TestTargetsOfOperations(t *testing.T) {
	const weight = "- {op: replace, path: /spec/http/0/route/0/weight, value: 60}\n"
	other := strings.NewReplacer("name: a,", "name: b,").Replace(baseRoute)
	for name, test := range map[string]struct {
		target string
		texts  map[string]string
		is     bool
	}{
		"all of it":        {"{group: networking.istio.io, version: v1, kind: VirtualService, name: a}", nil, true},
		"patterns":         {"{version: 'v1|v1beta1', kind: Virtual.*, name: '[a]'}", nil, true},
		"nothing":          {"{}", nil, true},
		"another kind":     {"{kind: Gateway}", nil, false},
		"another version":  {"{version: v1beta1, kind: VirtualService}", nil, false},
		"another name":     {"{name: b}", nil, false},
		"a namespace":      {"{namespace: default, name: a}", nil, false},
		"labels":           {"{name: a, labelSelector: team=shop}", nil, false},
		"annotations":      {"{name: a, annotationSelector: old=1}", nil, false},
		"two":              {"{kind: VirtualService}", map[string]string{"base/kustomization.yaml": "resources: [route.yaml, b.yaml]\n", "base/b.yaml": other}, false},
		"one of two":       {"{kind: VirtualService, name: a}", map[string]string{"base/kustomization.yaml": "resources: [route.yaml, b.yaml]\n", "base/b.yaml": other}, true},
		"two, one is none": {"{kind: VirtualService}", map[string]string{"b.yaml": other}, true},
		"its namespace":    {"{namespace: shop, name: a}", map[string]string{"base/route.yaml": strings.Replace(baseRoute, "name: a,", "name: a, namespace: shop,", 1)}, true},
		"options":          {"{name: a}\n  options: {allowNameChange: true}", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			texts := map[string]string{"over/kustomization.yaml": "resources: [../base]\npatches:\n- path: patch.yaml\n  target: " + test.target + "\n", "over/patch.yaml": weight}
			for name, text := range test.texts {
				texts[name] = text
			}
			is := false
			for _, o := range overlaid(t, texts).Overlaid().Kind("VirtualService") {
				_, laid := o.Overlay()
				is = is || laid
			}
			require.Equal(t, test.is, is)
		})
	}
	none := overlaid(t, map[string]string{"over/kustomization.yaml": "resources: [../base]\npatches: [{path: patch.yaml}]\n", "over/patch.yaml": weight}).Overlaid()
	require.Equal(t, "base/route.yaml", none.All()[0].File)
}

// Operations are edited in their place, and what has none gets one.
func TestOperationsAreEdited(t *testing.T) {
	const first, second = "- {op: replace, path: /spec/http/0/route/0/weight, value: 60} # most\n", "- {op: replace, path: /spec/http/0/route/1/weight, value: 40}\n"
	weights := func(lanes ...any) manifest.SetWeights {
		c := manifest.SetWeights{Object: routeRef}
		for i := 0; i < len(lanes); i += 2 {
			c.Weights = append(c.Weights, rollout.W(lanes[i].(string), lanes[i+1].(int)))
		}
		return c
	}
	add := func(lane string, percent int) manifest.AddDestination {
		return manifest.AddDestination{Object: routeRef, Weight: rollout.W(lane, percent)}
	}
	remove := func(lane string) manifest.RemoveDestination {
		return manifest.RemoveDestination{Object: routeRef, Lane: lane}
	}
	annotate := manifest.SetAnnotation{Object: routeRef, Key: "a/b", Value: "it's"}
	bare := manifest.RemoveAnnotations{Object: routeRef, Keys: []string{"a/b"}}
	joins := func(lane, percent string) string {
		return "- {op: add, path: /spec/http/0/route/-, value: {destination: {host: a, subset: " + lane + "}, weight: " + percent + "}}\n"
	}
	const removes = "- {op: remove, path: /spec/http/0/route/0}\n"
	for name, test := range map[string]struct {
		patch   string
		changes []manifest.Change
		want    string // the patch; empty: it is refused with the error
		err     string
	}{
		"weights":                 {first + second, []manifest.Change{weights("v1", 0, "v2", 100)}, strings.Replace(first, "60", "0", 1) + strings.Replace(second, "40", "100", 1), ""},
		"one that is beneath":     {first, []manifest.Change{weights("v1", 55, "v2", 45)}, strings.Replace(first, "60", "55", 1) + strings.Replace(second, "40", "45", 1), ""},
		"one as it is beneath":    {first, []manifest.Change{weights("v1", 9, "v2", 91)}, strings.Replace(first, "60", "9", 1), ""},
		"one that has none":       {first + "- {op: remove, path: /spec/http/0/route/1/weight}\n", []manifest.Change{weights("v1", 55, "v2", 45)}, strings.Replace(first, "60", "55", 1) + "- {op: remove, path: /spec/http/0/route/1/weight}\n- {op: add, path: /spec/http/0/route/1/weight, value: 45}\n", ""},
		"one that needs none":     {first + "- {op: remove, path: /spec/http/0/route/1/weight}\n", []manifest.Change{weights("v1", 100, "v2", 0)}, strings.Replace(first, "60", "100", 1) + "- {op: remove, path: /spec/http/0/route/1/weight}\n", ""},
		"a lane comes":            {first + second, []manifest.Change{weights("v1", 50), add("v3", 10)}, strings.Replace(first, "60", "50", 1) + second + joins("v3", "10"), ""},
		"and goes":                {first + second + joins("v3", "0"), []manifest.Change{remove("v3")}, first + second, ""},
		"a lane beneath goes":     {first + strings.Replace(second, "40", "0", 1), []manifest.Change{weights("v1", 0, "v2", 0), add("v3", 100), remove("v1")}, strings.Replace(first, "60", "0", 1) + strings.Replace(second, "40", "0", 1) + joins("v3", "100") + removes, ""},
		"one before it went":      {first + second + joins("v3", "0") + removes + "- {op: replace, path: /spec/http/0/route/0/weight, value: 100}\n", []manifest.Change{remove("v3")}, first + second + removes + "- {op: replace, path: /spec/http/0/route/0/weight, value: 100}\n", ""},
		"one is counted on":       {first + second + joins("v3", "5") + "- {op: replace, path: /spec/http/0/route/2/weight, value: 0}\n", []manifest.Change{remove("v3")}, first + second + joins("v3", "5") + "- {op: replace, path: /spec/http/0/route/2/weight, value: 0}\n- {op: remove, path: /spec/http/0/route/2}\n", ""},
		"one is moved":            {first + second + joins("v3", "0") + "- {op: add, path: /spec/http/0/route/0, value: {destination: {host: a, subset: v0}, weight: 0}}\n", []manifest.Change{remove("v3")}, first + second + "- {op: add, path: /spec/http/0/route/0, value: {destination: {host: a, subset: v0}, weight: 0}}\n", ""},
		"one behind it":           {first + second + joins("v3", "0") + joins("v4", "0"), []manifest.Change{remove("v3")}, first + second + joins("v4", "0"), ""},
		"one behind it is gone":   {first + second + joins("v3", "0") + joins("v4", "0") + "- {op: remove, path: /spec/http/0/route/3}\n", []manifest.Change{remove("v3")}, first + second + joins("v3", "0") + joins("v4", "0") + "- {op: remove, path: /spec/http/0/route/3}\n- {op: remove, path: /spec/http/0/route/2}\n", ""},
		"in another list":         {joins("v3", "0") + "- {op: add, path: /spec/http/0/route, value: [{destination: {host: a, subset: v1}, weight: 100}]}\n- {op: add, path: /spec/http/0/route/1, value: {destination: {host: a, subset: v3}, weight: 0}}\n", []manifest.Change{remove("v3")}, joins("v3", "0") + "- {op: add, path: /spec/http/0/route, value: [{destination: {host: a, subset: v1}, weight: 100}]}\n- {op: add, path: /spec/http/0/route/1, value: {destination: {host: a, subset: v3}, weight: 0}}\n- {op: remove, path: /spec/http/0/route/1}\n", ""},
		"an only lane":            {removes + "- {op: remove, path: /spec/http/0/route/0/weight}\n", []manifest.Change{add("v3", 0)}, removes + "- {op: remove, path: /spec/http/0/route/0/weight}\n- {op: add, path: /spec/http/0/route/0/weight, value: 100}\n" + joins("v3", "0"), ""},
		"its weight":              {removes + "- {op: remove, path: /spec/http/0/route/0/weight}\n", []manifest.Change{manifest.WriteWeight{Object: routeRef}}, removes + "- {op: remove, path: /spec/http/0/route/0/weight}\n- {op: add, path: /spec/http/0/route/0/weight, value: 100}\n", ""},
		"an annotation":           {first + second, []manifest.Change{annotate}, first + second + "- {op: add, path: /metadata/annotations/a~1b, value: 'it''s'}\n", ""},
		"written otherwise":       {"-   op: replace\n    path: /spec/http/0/route/0/weight\n    value: 9\n", []manifest.Change{annotate}, "-   op: replace\n    path: /spec/http/0/route/0/weight\n    value: 9\n- op: add\n  path: /metadata/annotations/a~1b\n  value: 'it''s'\n", ""},
		"in JSON":                 {`[{"op": "replace", "path": "/spec/http/0/route/0/weight", "value": 9}]`, []manifest.Change{annotate}, `[{"op": "replace", "path": "/spec/http/0/route/0/weight", "value": 9}, {"op": "add", "path": "/metadata/annotations/a~1b", "value": "it's"}]`, ""},
		"one that has its own":    {first + "- {op: add, path: /metadata/annotations/a~1b, value: \"x\"}\n" + second, []manifest.Change{annotate}, first + "- {op: add, path: /metadata/annotations/a~1b, value: \"it's\"}\n" + second, ""},
		"one of all":              {first + "- {op: add, path: /metadata/annotations, value: {c: d}}\n" + second, []manifest.Change{annotate}, first + "- {op: add, path: /metadata/annotations, value: {c: d, a/b: 'it''s'}}\n" + second, ""},
		"none any more":           {first + second + "- {op: remove, path: /metadata/annotations}\n", []manifest.Change{annotate}, first + second + "- {op: remove, path: /metadata/annotations}\n- {op: add, path: /metadata/annotations, value: {a/b: 'it''s'}}\n", ""},
		"an annotation goes":      {first + "- {op: add, path: /metadata/annotations/a~1b, value: x}\n" + second, []manifest.Change{bare}, first + second, ""},
		"one of all goes":         {first + second + "- {op: add, path: /metadata/annotations, value: {c: d, a/b: x}}\n", []manifest.Change{bare}, first + second + "- {op: add, path: /metadata/annotations, value: {c: d}}\n", ""},
		"all go":                  {first + second + "- {op: remove, path: /metadata/annotations}\n- {op: add, path: /metadata/annotations, value: {a/b: x}}\n", []manifest.Change{bare}, first + second + "- {op: remove, path: /metadata/annotations}\n", ""},
		"all go, others come":     {first + second + "- {op: add, path: /metadata/annotations, value: {a/b: x}}\n", []manifest.Change{bare}, "", "must not change anything else, but would:"},
		"one that is beneath too": {first, []manifest.Change{manifest.RemoveAnnotations{Object: routeRef, Keys: []string{"old"}}}, "", "over/patch.yaml:1: must be written here to be edited: it stands elsewhere"},
		"a test would fail":       {first + second + "- {op: test, path: /spec/http/0/route/0/weight, value: 60}\n", []manifest.Change{weights("v1", 50, "v2", 50)}, "", "over/patch.yaml:1: must be in a patch that applies afterwards too: one of its operations would not, such as a test"},
		"a name":                  {first + second, []manifest.Change{manifest.NameRoute{Object: routeRef, Index: 0, Name: "x"}}, "", "must be written here to be edited"},
		"a host":                  {first + second, []manifest.Change{manifest.SetField{Object: routeRef, Path: "spec.hosts[0]", Value: "b"}}, "", "must be written here to be edited"},
		"a document":              {first + second, []manifest.Change{manifest.RemoveDocument{Object: routeRef}}, "", "over/kustomization.yaml:3"},
	} {
		t.Run(name, func(t *testing.T) {
			edit, err := operated(t, test.patch).Edit(test.changes...)
			if test.want == "" {
				require.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			require.Len(t, edit.Files, 1)
			require.Equal(t, "over/patch.yaml", edit.Files[0].Name)
			require.Equal(t, test.want, string(edit.Files[0].After))
		})
	}
}

// Where something else may give an object annotations, none of them is taken away.
func TestOperationOfAllAnnotations(t *testing.T) {
	const weight = "- {op: replace, path: /spec/http/0/route/0/weight, value: 60}\n"
	const labelled = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a, annotations: {c: d}}\n"
	const key, all = "- {op: add, path: /metadata/annotations/x, value: 'y'}\n", "- {op: add, path: /metadata/annotations, value: {x: 'y'}}\n"
	bare := strings.Replace(baseRoute, `, annotations: {old: "1"}`, "", 1)
	older := strings.Replace(strings.Replace(jsonPatches, "patches:", "patchesJson6902:", 1), "{kind", "{group: networking.istio.io, version: v1, kind", 1)
	for name, test := range map[string]struct {
		texts     map[string]string
		want, err string
	}{
		"nothing":                       {nil, all, ""},
		"the base":                      {map[string]string{"base/kustomization.yaml": "resources: [route.yaml]\ncommonAnnotations: {c: d}\n"}, key, ""},
		"nothing, though it could":      {map[string]string{"base/kustomization.yaml": "resources: [route.yaml]\ncommonAnnotations: {}\n"}, all, ""},
		"the kustomization, afterwards": {map[string]string{"over/kustomization.yaml": jsonPatches + "commonAnnotations: {c: d}\n"}, all, ""},
		"the kustomization, before":     {map[string]string{"over/kustomization.yaml": older + "commonAnnotations: {c: d}\n"}, key, ""},
		"the older field":               {map[string]string{"over/kustomization.yaml": older}, all, ""},
		"a patch":                       {map[string]string{"over/kustomization.yaml": jsonPatches + "- path: other.yaml\n", "over/other.yaml": labelled}, "", "base/route.yaml, or by an operation of its own, to get another one: over/kustomization.yaml:5 may give it some"},
		"a patch of the base":           {map[string]string{"base/kustomization.yaml": "resources: [route.yaml]\npatches: [{path: other.yaml}]\n", "base/other.yaml": labelled}, "", "base/kustomization.yaml:2 may give it some"},
		"one around":                    {map[string]string{"kustomization.yaml": "resources: [over]\npatches: [{path: other.yaml}]\n", "other.yaml": labelled}, all, ""},
	} {
		t.Run(name, func(t *testing.T) {
			texts := map[string]string{"base/route.yaml": bare, "over/kustomization.yaml": jsonPatches, "over/patch.yaml": weight}
			for name, text := range test.texts {
				texts[name] = text
			}
			edit, err := overlaid(t, texts).Overlaid().Edit(manifest.SetAnnotation{Object: routeRef, Key: "x", Value: "y"})
			if test.err != "" {
				require.ErrorIs(t, err, manifest.ErrUnsafe)
				require.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, weight+test.want, string(edit.Files[0].After))
			edit, err = edit.After.Edit(manifest.RemoveAnnotations{Object: routeRef, Keys: []string{"x"}})
			require.NoError(t, err)
			require.Equal(t, weight, string(edit.Files[0].After))
		})
	}
}

// inlined returns a kustomization with a patch in it.
func inlined(patch string) string {
	return "resources: [../base]\npatches: # ours\n- target: {kind: VirtualService}\n  patch: |- # here\n      " +
		strings.ReplaceAll(strings.TrimSuffix(patch, "\n"), "\n", "\n      ") + "\n# end\n"
}

// A patch that stands in its kustomization is read and edited there.
func TestInlinePatches(t *testing.T) {
	const operations = "# over\n- op: replace\n  path: /spec/http/0/route\n  value:\n  - destination: {host: a, subset: v1}\n    weight: 60 # 60%\n\n  - {destination: {host: a, subset: v2}, weight: 40}\n"
	older := func(text string) string {
		return strings.NewReplacer("patches: # ours", "patchesStrategicMerge:", "- target: {kind: VirtualService}\n  patch: |-", "- |-").Replace(text)
	}
	untargeted := func(text string) string {
		return strings.Replace(text, "- target: {kind: VirtualService}\n  patch", "- patch", 1)
	}
	for name, test := range map[string]struct {
		text    string
		line    int // of the first weight
		comment int
	}{
		"operations":  {inlined(operations), 10, 10},
		"a merge":     {untargeted(inlined(routePatch)), 13, 0},
		"older field": {older(inlined(routePatch)), 13, 0},
	} {
		t.Run(name, func(t *testing.T) {
			set := overlaid(t, map[string]string{"over/kustomization.yaml": test.text}).Overlaid()
			o, _ := set.Get(routeRef)
			over, is := o.Overlay()
			require.True(t, is)
			require.True(t, over.Inline)
			require.Equal(t, "over/kustomization.yaml", o.File)
			require.Equal(t, 3, over.Line)
			require.Equal(t, test.line, o.LineOf("spec.http[0].route[0].weight"))
			edit, err := set.Edit(
				manifest.SetWeights{Object: routeRef, Weights: rollout.Weights{rollout.W("v1", 35), rollout.W("v2", 35)}},
				manifest.AddDestination{Object: routeRef, Weight: rollout.W("v3", 30)},
				manifest.SetAnnotation{Object: routeRef, Key: "state", Value: "s"})
			require.NoError(t, err)
			require.Len(t, edit.Files, 1)
			require.Equal(t, "over/kustomization.yaml", edit.Files[0].Name)
			if test.comment > 0 {
				require.Equal(t, []manifest.Comment{{File: "over/kustomization.yaml", Line: test.comment, Text: "# 60%"}}, edit.Outdated)
			}
			after, _ := edit.After.Get(routeRef)
			require.Equal(t, int32(30), after.VirtualService().Http[0].Route[2].Weight)
			require.Equal(t, "s", after.Meta().GetAnnotations()["state"])
			edit, err = edit.After.Edit(
				manifest.RemoveDestination{Object: routeRef, Lane: "v3"},
				manifest.SetWeights{Object: routeRef, Weights: rollout.Weights{rollout.W("v1", 60), rollout.W("v2", 40)}},
				manifest.RemoveAnnotations{Object: routeRef, Keys: []string{"state"}})
			require.NoError(t, err)
			require.Equal(t, test.text, string(edit.Files[0].After), "all bytes are as they were")
		})
	}
	for name, text := range map[string]string{
		"a merge with a target": inlined(routePatch),
		"no target":             untargeted(inlined(operations)),
		"no YAML":               inlined("- ["),
		"a scalar":              inlined("text"),
		"no object":             untargeted(inlined("spec: {http: []}")),
		"a template":            inlined("{{ .Values.patch }}"),
		"an alias":              "resources: [../base]\npatches:\n- target: {name: &a a}\n  patch: *a\n",
	} {
		for _, o := range overlaid(t, map[string]string{"over/kustomization.yaml": text}).Overlaid().All() {
			_, is := o.Overlay()
			require.False(t, is, name)
		}
	}
	// Two patches in one kustomization are edited in one pass.
	other := strings.NewReplacer("name: a,", "name: b,").Replace(baseRoute)
	patch := func(name, weight string) string {
		return "- target: {name: " + name + "}\n  patch: |\n    - {op: add, path: /spec/http/0/route/0/weight, value: " + weight + "}\n    - {op: add, path: /spec/http/0/route/1/weight, value: 50}\n"
	}
	both := overlaid(t, map[string]string{"base/kustomization.yaml": "resources: [route.yaml, b.yaml]\n", "base/b.yaml": other,
		"over/kustomization.yaml": "resources: [../base]\npatches:\n" + patch("a", "50") + patch("b", "50")}).Overlaid()
	b := routeRef
	b.Name = "b"
	edit, err := both.Edit(manifest.SetWeights{Object: routeRef, Weights: rollout.Weights{rollout.W("v1", 50)}},
		manifest.SetWeights{Object: b, Weights: rollout.Weights{rollout.W("v1", 20), rollout.W("v2", 80)}})
	require.NoError(t, err)
	require.Equal(t, "resources: [../base]\npatches:\n"+patch("a", "50")+strings.Replace(patch("b", "20"), "value: 50", "value: 80", 1), string(edit.Files[0].After))
}

// Whatever a patch holds, it is laid over the object or not, and edited or not: an edit that
// is made means what was asked for, and can be undone.
func FuzzOverlay(f *testing.F) {
	f.Add([]byte("- {op: replace, path: /spec/http/0/route/0/weight, value: 60}\n- {op: replace, path: /spec/http/0/route/1/weight, value: 40}\n"), false)
	f.Add([]byte("- op: add\n  path: /spec/http/0/route\n  value:\n  - {destination: {host: a, subset: v1}, weight: 60}\n  - {destination: {host: a, subset: v2}, weight: 40}\n- {op: remove, path: /spec/hosts/0}\n"), true)
	f.Add([]byte(`[{"op": "add", "path": "/metadata/annotations", "value": {"a": "b"}}, {"op": "replace", "path": "/spec/http/0/route/0/weight", "value": 9}]`), true)
	f.Add([]byte(routePatch), true)
	f.Fuzz(func(t *testing.T, patch []byte, inline bool) {
		texts := map[string]string{"base/kustomization.yaml": "resources: [route.yaml]\n", "base/route.yaml": baseRoute, "over/kustomization.yaml": jsonPatches, "over/patch.yaml": string(patch)}
		if inline {
			texts["over/kustomization.yaml"] = inlined(string(patch))
		}
		set, _ := manifest.Decode(files(texts)...)
		set = set.Overlaid()
		o, _ := set.Get(routeRef)
		if _, is := o.Overlay(); !is {
			return
		}
		edit, err := set.Edit(manifest.SetWeights{Object: routeRef, Weights: rollout.Weights{rollout.W("v1", 70), rollout.W("v2", 20)}},
			manifest.AddDestination{Object: routeRef, Weight: rollout.W("v3", 10)}, manifest.SetAnnotation{Object: routeRef, Key: "state", Value: "s"})
		if err != nil {
			return
		}
		after, _ := edit.After.Get(routeRef)
		require.Equal(t, "s", after.Meta().GetAnnotations()["state"])
		require.Len(t, edit.Files, 1)
		lanes := map[string]int32{}
		for _, d := range after.VirtualService().Http[0].Route {
			lanes[d.GetDestination().GetSubset()] += d.Weight
		}
		require.Equal(t, int32(10), lanes["v3"])
	})
}
