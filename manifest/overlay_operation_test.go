package manifest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

var routeRef = manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "default", Name: "a"}

const jsonPatches = "resources: [../base]\npatches:\n- target: {kind: VirtualService, name: a}\n  path: patch.yaml\n"

// operated returns a set in which a JSON patch is for a VirtualService.
func operated(t *testing.T, patch string) manifest.Set {
	t.Helper()
	return overlaid(t, map[string]string{"over/kustomization.yaml": jsonPatches, "over/patch.yaml": patch}).Overlaid()
}

// The result of the operations counts, and every field knows its line.
func TestOperationsAreLaidOverTheObject(t *testing.T) {
	const weight = "- {op: replace, path: /spec/http/0/route/0/weight, value: 60}\n"
	for name, test := range map[string]struct {
		patch string
		want  string // the weights, the hosts and the annotations; empty: it is not laid over the object
	}{
		"a weight": {weight, "60 91 [a] map[old:1]"},
		"a weight in JSON": {
			`[{"op": "replace", "path": "/spec/http/0/route/0/weight", "value": 60}]`,
			"60 91 [a] map[old:1]",
		},
		"tests": {
			"- {op: test, path: /spec/http/0/route/0, value: {weight: 9.0, destination: {subset: v1, host: a}}}\n" +
				"- {op: test, path: /spec/hosts, value: [a]}\n" + weight,
			"60 91 [a] map[old:1]",
		},
		"one after another": {
			weight + strings.Replace(weight, "60", "61", 1) +
				"- {op: test, path: /spec/http/0/route/0/weight, value: 61}\n",
			"61 91 [a] map[old:1]",
		},
		"all": {
			"- {op: add, path: /spec, value: {hosts: [b], http: [{route: [{destination: {host: b}, weight: 1}]}]}}\n",
			"1 [b] map[old:1]",
		},
		"one more": {
			"- {op: add, path: /spec/http/0/route/-, value: {destination: {host: b}, weight: 1}}\n",
			"9 91 1 [a] map[old:1]",
		},
		"one before": {
			"- {op: add, path: /spec/http/0/route/0, value: {destination: {host: b}, weight: 1}}\n",
			"1 9 91 [a] map[old:1]",
		},
		"one behind": {
			"- {op: add, path: /spec/http/0/route/2, value: {destination: {host: b}, weight: 1}}\n",
			"9 91 1 [a] map[old:1]",
		},
		"one less":  {"- {op: remove, path: /spec/http/0/route/0}\n", "91 [a] map[old:1]"},
		"no weight": {"- {op: remove, path: /spec/http/0/route/0/weight}\n", "0 91 [a] map[old:1]"},
		"others": {
			weight + "- {op: add, path: /spec/hosts/-, value: b}\n" +
				"- {op: add, path: /metadata/annotations/x~1y, value: z}\n" +
				"- {op: remove, path: /metadata/annotations/old}\n",
			"60 91 [a b] map[x/y:z]",
		},
		"hosts alone":       {"- {op: add, path: /spec/hosts/-, value: b}\n", ""},
		"a test alone":      {"- {op: test, path: /spec/http/0/route/0/weight, value: 9}\n", ""},
		"too far":           {strings.Replace(weight, "route/0", "route/2", 1), ""},
		"far behind":        {"- {op: add, path: /spec/http/0/route/3, value: {}}\n", ""},
		"no index":          {strings.Replace(weight, "route/0", "route/00", 1), ""},
		"the end":           {strings.Replace(weight, "route/0", "route/-", 1), ""},
		"below a scalar":    {"- {op: add, path: /spec/http/0/route/0/weight/x, value: 1}\n", ""},
		"in nothing":        {"- {op: add, path: /spec/http/0/fault/delay, value: {}}\n", ""},
		"what is not there": {"- {op: replace, path: /spec/http/0/name, value: x}\n", ""},
		"gone twice":        {"- {op: remove, path: /spec/http/0/name}\n", ""},
		"a test that fails": {weight + "- {op: test, path: /spec/http/0/route/0/weight, value: 9}\n", ""},
		"a test of more":    {"- {op: test, path: /spec/http/0/route/0/destination, value: {host: a}}\n" + weight, ""},
		"a test of others": {
			"- {op: test, path: /spec/http/0/route/0/destination, value: {host: a, port: v1}}\n" + weight,
			"",
		},
		"a test of another": {"- {op: test, path: /spec/hosts, value: a}\n" + weight, ""},
		"a test of all annotations": {
			"- {op: test, path: /metadata/annotations, value: {old: '1'}}\n" + weight, ""},
		"a move":            {weight + "- {op: move, from: /spec/hosts, path: /spec/gateways}\n", ""},
		"no value":          {"- {op: replace, path: /spec/http/0/route/0/weight}\n", ""},
		"no path":           {weight + "- {op: remove}\n", ""},
		"no operation":      {weight + "- 7\n", ""},
		"an anchor":         {strings.Replace(weight, "60", "&w 60", 1), ""},
		"a second document": {weight + "--- # more\n" + weight, ""},
		"two readings of a key": {
			"- {op: add, path: /spec/http/0/route, value: [{yes: 1}]}\n" +
				"- {op: add, path: /spec/http/0/route/0/yes/x, value: 1}\n",
			"",
		},
		"no YAML": {"- [", ""},
	} {
		t.Run(name, func(t *testing.T) {
			kustomization := map[string]string{"over/kustomization.yaml": jsonPatches, "over/patch.yaml": test.patch}
			all := map[string]string{"base/kustomization.yaml": "resources: [route.yaml]\n",
				"base/route.yaml": baseRoute}
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
	set := operated(t, "# top\n- op: replace\n  path: /spec/http\n  value:\n  - route:\n"+
		"    - destination: {host: a}\n      weight: many\n"+
		"- {op: replace, path: /spec/http/0/route/0/destination/host,\n   value: 7}\n")
	require.Len(t, set.Faults(), 2)
	require.Equal(t, []int{7, 9}, []int{set.Faults()[1].Line, set.Faults()[0].Line})
	set = operated(t, "- {op: add, path: /spec/hosts/-, value: b}\n"+weight)
	o, _ := set.Get(routeRef)
	require.Equal(t, 2, o.LineOf("spec.http[0].route[0].weight"))
	require.Equal(t, 1, o.LineOf("spec.hosts[1]"))
	require.Equal(t, 1, o.LineOf("spec.http[0].route[1].weight"), "it is in another file")
}

// weightsText returns what tests check of a VirtualService.
func weightsText(o manifest.Object) string {
	var out []any
	for _, d := range o.VirtualService().Http[0].Route {
		out = append(out, d.Weight)
	}
	out = append(out, o.VirtualService().Hosts, o.Meta().GetAnnotations())
	return strings.TrimSpace(fmt.Sprintln(out...))
}

// A JSON patch is for an object when its target certainly selects this object alone.
func TestTargetsOfOperations(t *testing.T) {
	const weight = "- {op: replace, path: /spec/http/0/route/0/weight, value: 60}\n"
	other := strings.NewReplacer("name: a,", "name: b,").Replace(baseRoute)
	for name, test := range map[string]struct {
		target string
		texts  map[string]string
		is     bool
	}{
		"all of it":       {"{group: networking.istio.io, version: v1, kind: VirtualService, name: a}", nil, true},
		"patterns":        {"{version: 'v1|v1beta1', kind: Virtual.*, name: '[a]'}", nil, true},
		"nothing":         {"{}", nil, true},
		"another kind":    {"{kind: Gateway}", nil, false},
		"another version": {"{version: v1beta1, kind: VirtualService}", nil, false},
		"another name":    {"{name: b}", nil, false},
		"a namespace":     {"{namespace: default, name: a}", nil, false},
		"labels":          {"{name: a, labelSelector: team=shop}", nil, false},
		"annotations":     {"{name: a, annotationSelector: old=1}", nil, false},
		"two": {
			"{kind: VirtualService}",
			map[string]string{"base/kustomization.yaml": "resources: [route.yaml, b.yaml]\n", "base/b.yaml": other},
			false,
		},
		"one of two": {
			"{kind: VirtualService, name: a}",
			map[string]string{"base/kustomization.yaml": "resources: [route.yaml, b.yaml]\n", "base/b.yaml": other},
			true,
		},
		"two, one is none": {"{kind: VirtualService}", map[string]string{"b.yaml": other}, true},
		"its namespace": {
			"{namespace: shop, name: a}",
			map[string]string{"base/route.yaml": strings.Replace(baseRoute, "name: a,", "name: a, namespace: shop,",
				1)},
			true,
		},
		"options": {"{name: a}\n  options: {allowNameChange: true}", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			texts := map[string]string{"over/patch.yaml": weight,
				"over/kustomization.yaml": "resources: [../base]\npatches:\n- path: patch.yaml\n  target: " +
					test.target + "\n"}
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
	none := overlaid(t, map[string]string{"over/patch.yaml": weight,
		"over/kustomization.yaml": "resources: [../base]\npatches: [{path: patch.yaml}]\n"}).Overlaid()
	require.Equal(t, "base/route.yaml", none.All()[0].File)
}
