package kube_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// Every object that the library builds, for apps of both modes and all
// strategies, is accepted as it is printed; has then what was set; and is not
// changed by being applied again.
func testAccepted(t *testing.T, c cluster) {
	count, objects := 0, map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		count++
		namespace := fmt.Sprintf("app-%d", count)
		c.namespace(t.Context(), t, namespace)
		app := drawApp(t, namespace)
		objects[fmt.Sprintf("app with strategy %q, permissive %v", app.Strategy, app.Permissive != nil)]++
		for _, set := range []manifest.Set{released(t, app), derived(t, app), routed(t, app)} {
			text, err := set.YAML()
			require.NoError(t, err)
			for _, doc := range documents(t, text) {
				objects[requireAccepted(t, c, namespace, doc)]++
			}
		}
	})
	for _, what := range slices.Sorted(maps.Keys(objects)) {
		t.Logf("%6d %s", objects[what], what)
	}
	// 6 kinds of apps, and the kinds of objects in the versions that are written.
	require.Len(t, objects, 6+11)
}

// drawApp draws an app that lives in the namespace: because it says so, or
// because the namespace is that of what names none.
func drawApp(t *rapid.T, namespace string) lanes.App {
	draw := gen.App
	if rapid.IntRange(0, 2).Draw(t, "rule-based") == 2 {
		draw = gen.RuleBased
	}
	app := draw(t)
	if app.Namespace != "" {
		app.Namespace = namespace
	}
	app.Gateway.Namespace = namespace
	return app
}

// requireAccepted applies a document twice, and returns its kind.
func requireAccepted(t *rapid.T, c cluster, namespace string, doc []byte) string {
	first, err := c.apply(t.Context(), namespace, doc)
	require.NoError(t, err, "%s", doc)
	require.Empty(t, lacks("", decode(t, doc).Object, first.Object), "%s", doc)
	second, err := c.apply(t.Context(), namespace, doc)
	require.NoError(t, err, "%s", doc)
	require.Equal(t, first.GetResourceVersion(), second.GetResourceVersion(), "%s", doc)
	return first.GetAPIVersion() + " " + first.GetKind()
}

// lacks returns where got does not hold what is set in want. Lists hold the
// same, in order; what else the server says in mappings is its own.
func lacks(path string, want, got any) []string {
	var out []string
	switch want := want.(type) {
	case map[string]any:
		object, _ := got.(map[string]any)
		for key, value := range want {
			out = append(out, lacks(path+"."+key, value, object[key])...)
		}
		if object != nil {
			return out
		}
	case []any:
		if list, _ := got.([]any); len(list) == len(want) {
			for i := range want {
				out = append(out, lacks(fmt.Sprintf("%s[%d]", path, i), want[i], list[i])...)
			}
			return out
		}
	default:
		if got == want {
			return nil
		}
	}
	return append(out, fmt.Sprintf("%s: %v is not %v", path, got, want))
}
