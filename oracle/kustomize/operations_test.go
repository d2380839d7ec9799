package kustomize

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// shop is the route that the operations patch.
const shop = `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: shop
  namespace: a
spec:
  hosts: [a, b]
  http:
  - name: first
    route:
    - {destination: {host: a, subset: v1}, weight: 60}
    - {destination: {host: a, subset: v2}, weight: 40}
  - route: [{destination: {host: b}, weight: 100}]
`

// drawOperations returns a random JSON patch.
func drawOperations(random *rand.Rand) string {
	one := func(of ...string) string { return of[random.IntN(len(of))] }
	destination := func() string {
		return "{destination: {host: a, subset: " + one("v1", "v2", "v3", "v4") + "}, weight: " + one("0", "5", "60") +
			"}"
	}
	route := func() string { return "[" + destination() + ", " + destination() + "]" }
	values := map[string]func() string{
		"/spec/http": func() string {
			return "[{route: " + route() +
				"}, {name: first, route: " + route() + "}]"
		},
		"/spec/http/0":                         func() string { return "{name: first, route: " + route() + "}" },
		"/spec/http/0/name":                    func() string { return one("first", "last") },
		"/spec/http/0/route":                   route,
		"/spec/http/1/route":                   route,
		"/spec/http/0/route/0":                 destination,
		"/spec/http/0/route/1":                 destination,
		"/spec/http/0/route/2":                 destination,
		"/spec/http/0/route/-":                 destination,
		"/spec/http/0/route/0/weight":          func() string { return one("60", "60.0", "5") },
		"/spec/http/0/route/1/weight":          func() string { return one("40", "95") },
		"/spec/http/0/route/2/weight":          func() string { return "0" },
		"/spec/http/0/route/0/destination":     func() string { return "{host: a, subset: v1}" },
		"/spec/hosts/-":                        func() string { return "c" },
		"/spec/hosts/0":                        func() string { return one("a", "d") },
		"/spec/hosts":                          func() string { return "[a, b]" },
		"/metadata/annotations":                func() string { return one("{}", "{x: 'y'}") },
		"/metadata/annotations/example.com~1x": func() string { return one("'y'", "z") },
		"/metadata/labels":                     func() string { return "{team: shop}" },
		"/metadata/labels/team":                func() string { return "shop" },
	}
	paths := []string{"/spec/http", "/spec/http/0", "/spec/http/0/name", "/spec/http/0/route", "/spec/http/1/route",
		"/spec/http/0/route/0",
		"/spec/http/0/route/1", "/spec/http/0/route/2", "/spec/http/0/route/-", "/spec/http/0/route/0/weight",
		"/spec/http/0/route/1/weight",
		"/spec/http/0/route/2/weight", "/spec/http/0/route/0/destination", "/spec/hosts/-", "/spec/hosts/0",
		"/spec/hosts", "/metadata/annotations",
		"/metadata/annotations/example.com~1x", "/metadata/labels", "/metadata/labels/team"}
	var b strings.Builder
	for range 1 + random.IntN(6) {
		path := one(paths...)
		switch op := one("add", "add", "replace", "replace", "replace", "remove", "test"); op {
		case "remove":
			fmt.Fprintf(&b, "- {op: remove, path: %s}\n", path)
		default:
			fmt.Fprintf(&b, "- {op: %s, path: %s, value: %s}\n", op, path, values[path]())
		}
	}
	return b.String()
}

// We read operations as kustomize builds them. kustomize builds an edited patch, and added
// operations, with the new values.
func TestOperationsMeanWhatKustomizeBuilds(t *testing.T) {
	laid, edited := 0, 0
	for i := range *trees * 5 {
		random := rand.New(rand.NewPCG(*first+uint64(i), 1))
		field, base := "patches", shop
		if random.IntN(3) == 0 {
			field = "patchesJson6902"
		}
		if random.IntN(2) == 0 {
			base = strings.Replace(base, "name: shop\n", "name: shop\n  annotations: {of: base}\n", 1)
		}
		patch := drawOperations(random)
		l := layout{dir: ".", files: map[string]string{
			"base/kustomization.yaml": "resources: [route.yaml]\n", "base/route.yaml": base, "patch.yaml": patch,
			"kustomization.yaml": "resources: [base]\n" + field + ":\n- path: patch.yaml\n" +
				"  target: {group: networking.istio.io, version: v1, kind: VirtualService, name: shop}\n",
		}}
		set := l.set(t).Overlaid()
		ref := manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "a", Name: "shop"}
		o, found := set.Get(ref)
		require.True(t, found)
		if _, is := o.Overlay(); !is {
			continue
		}
		laid++
		requireBuilt := func(set manifest.Set, when string) {
			text, err := l.build(t, ".", when).AsYaml()
			require.NoError(t, err)
			built, err := manifest.Decode(manifest.File{Name: "built.yaml", Data: text})
			require.NoError(t, err)
			require.Empty(t, manifest.Diff(set, built).String(), "%s\n%s\n%s", when, l.files["patch.yaml"], text)
		}
		requireBuilt(set, "read")
		var weights rollout.Weights
		for _, lane := range []string{"v1", "v2"} {
			weights = append(weights, rollout.W(lane, 10))
		}
		route := ""
		if len(o.VirtualService().Http) == 0 || o.VirtualService().Http[0].Name == "" {
			continue
		}
		route = o.VirtualService().Http[0].Name
		edit, err := set.Edit(
			manifest.SetWeights{Object: ref, Route: route, Weights: weights, Exactly: true},
			manifest.AddDestination{Object: ref, Route: route, Weight: rollout.W("next", 80)},
			manifest.SetAnnotation{Object: ref, Key: "swimlane-go.github.io/state", Value: "s"})
		if err != nil {
			continue
		}
		edited++
		l.write(edit.Files)
		requireBuilt(edit.After, "edited")
		lane := []string{"v1", "v2", "next"}[random.IntN(3)]
		edit, err = edit.After.Edit(
			manifest.SetWeights{Object: ref, Route: route,
				Weights: rollout.Weights{rollout.W("v1", 30), rollout.W("v2", 30), rollout.W("next", 40)}},
			manifest.RemoveAnnotations{Object: ref, Keys: []string{"swimlane-go.github.io/state"}})
		if err != nil {
			continue
		}
		l.write(edit.Files)
		requireBuilt(edit.After, "back")
		zero := manifest.SetWeights{Object: ref, Route: route, Exactly: true}
		for _, other := range []string{"v1", "v2", "next"} {
			if other != lane {
				zero.Weights = append(zero.Weights, rollout.W(other, 50))
			}
		}
		edit, err = edit.After.Edit(zero, manifest.RemoveDestination{Object: ref, Route: route, Lane: lane})
		require.NoError(t, err, "%s\n%s", lane, l.files["patch.yaml"])
		l.write(edit.Files)
		requireBuilt(edit.After, "gone")
	}
	t.Logf("%d patches are read, %d of them edited, of %d", laid, edited, *trees*5)
	require.Greater(t, laid, *trees/2)
	require.Greater(t, edited, *trees/20)
}
