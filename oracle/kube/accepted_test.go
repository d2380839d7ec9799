package kube_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	kube "github.com/swimlane-go/swimlane/oracle/kube/cluster"
)

// The server accepts every object that the library builds, for apps of both modes and all
// strategies, in its printed form. The resulting object has all fields of the text, and a second
// apply changes nothing.
func testAccepted(t *testing.T, c cluster) {
	count, seen := 0, map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		count++
		namespace := fmt.Sprintf("app-%d", count)
		c.Namespace(t.Context(), t, namespace)
		app := drawApp(t, namespace)
		seen[fmt.Sprintf("app with strategy %q, permissive %v", app.Strategy, app.Permissive != nil)]++
		for _, set := range []manifest.Set{released(t, app), derived(t, app), routed(t, app), meshed(t, app)} {
			for _, o := range set.All() {
				seen[o.Value.GetObjectKind().GroupVersionKind().String()]++
			}
			text, err := set.YAML()
			require.NoError(t, err)
			require.NoError(t, c.accept(t.Context(), namespace, kube.Documents(t, text)))
		}
	})
	for _, what := range slices.Sorted(maps.Keys(seen)) {
		t.Logf("%6d %s", seen[what], what)
	}
	if count >= 300 { // 6 kinds of apps, and all kinds and versions of objects
		require.Len(t, seen, 6+11)
	}
}

// The server accepts the shop of the examples in its printed form.
func testShop(t *testing.T, c cluster) {
	for _, namespace := range []string{"shop", "pay", "istio-ingress"} {
		c.Namespace(t.Context(), t, namespace)
	}
	text, err := os.ReadFile("../../examples/shop/testdata/shop.yaml")
	require.NoError(t, err)
	docs := kube.Documents(t, text)
	require.Greater(t, len(docs), 20)
	require.NoError(t, c.accept(t.Context(), "shop", docs))
}

// drawApp draws an app in the namespace: the app names it, or the namespace is the default of
// objects that name none.
func drawApp(t *rapid.T, namespace string) lanes.App {
	draw := gen.Shop
	if rapid.IntRange(0, 2).Draw(t, "rule-based") == 2 {
		draw = gen.RuleBased
	}
	app := draw(t)
	if app.Namespace != "" {
		app.Namespace = namespace
	}
	app.Gateway.Namespace = namespace
	for i := range app.Services {
		if app.Services[i].Namespace != "" {
			app.Services[i].Namespace = namespace
		}
	}
	return app
}

// accept returns an error unless the server accepts every document. It applies several at the same
// time.
func (c cluster) accept(ctx context.Context, namespace string, docs [][]byte) error {
	var group errgroup.Group
	group.SetLimit(4)
	for _, doc := range docs {
		group.Go(func() error {
			if err := c.acceptTwice(ctx, namespace, doc); err != nil {
				return fmt.Errorf("%w:\n%s", err, doc)
			}
			return nil
		})
	}
	return group.Wait()
}

// acceptTwice applies a document twice.
func (c cluster) acceptTwice(ctx context.Context, namespace string, doc []byte) error {
	first, err := c.Apply(ctx, namespace, doc)
	if err != nil {
		return err
	}
	want, err := kube.Decode(doc)
	if err != nil {
		return err
	}
	if missing := lacks("", want.Object, first.Object); len(missing) > 0 {
		return fmt.Errorf("does not read back: %s", strings.Join(missing, ", "))
	}
	second, err := c.Apply(ctx, namespace, doc)
	if err != nil {
		return err
	}
	if a, b := first.GetResourceVersion(), second.GetResourceVersion(); a != b {
		return fmt.Errorf("changed by being applied again: resourceVersion %s, then %s", a, b)
	}
	return nil
}

// lacks returns the paths at which got differs from a value in want. Lists must have the same items
// in order. A null in want means nothing, and mappings of the server may have more keys.
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
		if want == nil || got == want {
			return nil
		}
	}
	return append(out, fmt.Sprintf("%s: %v is not %v", path, got, want))
}
