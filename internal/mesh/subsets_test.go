package mesh_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/manifest"
)

// Few and many pods and subsets are found in different ways. Both find what asking each finds.
func TestSubsetsOfFewAndManyPods(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		versions := rapid.SliceOfN(rapid.IntRange(0, 30), 0, 40).Draw(t, "versions of pods")
		named := rapid.SliceOfN(rapid.IntRange(0, 30), 0, 40).Draw(t, "subsets")
		docs := []string{"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {app: a}}"}
		for i, v := range versions {
			docs = append(docs, fmt.Sprintf("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a-%02d}\nspec: "+
				"{template: {metadata: {labels: {app: a, version: v%d}}}}", i, v))
		}
		subsets := make([]string, len(named))
		for i, v := range named {
			subsets[i] = fmt.Sprintf("{name: s%d, labels: {version: v%d}}", v, v)
		}
		if len(named) > 0 {
			docs = append(docs, "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: a}\nspec: "+
				"{host: a, subsets: ["+strings.Join(subsets, ", ")+"]}")
		}
		set, err := manifest.Decode(manifest.File{Name: "a.yaml", Data: []byte(strings.Join(docs, "\n---\n"))})
		require.NoError(t, err)
		s := mesh.New(set, istioname.Domain("")).Services["a.default.svc.cluster.local"]
		require.Len(t, s.Pods, len(versions))
		for v := range 31 {
			bearers := 0
			for i, w := range s.Pods {
				if versions[i] != v {
					continue
				}
				bearers++
				want := fmt.Sprintf("v%d", v)
				if slices.Contains(named, v) {
					want = fmt.Sprintf("s%d", v)
				}
				require.Equal(t, []string{want}, s.LanesOf(w))
			}
			selector := map[string]string{"version": fmt.Sprintf("v%d", v)}
			found := s.Selected(selector)
			require.Len(t, found, bearers)
			for _, w := range found {
				require.True(t, labelindex.Covers(w.Labels, selector))
			}
			require.Equal(t, bearers > 0, s.Selects(selector))
			require.Equal(t, slices.Contains(named, v), s.HasLane(fmt.Sprintf("s%d", v)))
			require.Equal(t, len(named) == 0 && bearers > 0, s.HasLane(fmt.Sprintf("v%d", v)))
		}
	})
}
