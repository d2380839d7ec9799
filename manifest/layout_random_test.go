package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// TestWeightEditsTouchNothingElse holds on random layouts that an edit gives the very text that a
// person would have typed.
func TestWeightEditsTouchNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lanes := []string{"v1", "v2", "v3", "stable", "2024"}[:rapid.IntRange(2, 5).Draw(t, "lanes")]
		if lanes[len(lanes)-1] == "2024" {
			lanes[len(lanes)-1] = "v2024" // a number would have to be quoted
		}
		text := drawLayout(t, lanes)
		before := rapid.SampledFrom([]string{"", "# head\n", "---\n", configMap("first") + "---\n", "# é\n"}).Draw(t,
			"before")
		after := rapid.SampledFrom([]string{"", "---\n" + configMap("last"), "# tail\n", "...\n"}).Draw(t, "after")
		text = before + text + after
		if rapid.Bool().Draw(t, "no final newline") {
			text = strings.TrimSuffix(text, "\n")
		}
		if rapid.Bool().Draw(t, "crlf") {
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		old, wanted := gen.Weights(t, lanes), gen.Weights(t, lanes)
		from, to := fill(text, old), fill(text, wanted)

		set := setOf(t, from)
		require.Empty(t, set.Faults())
		edit, err := set.Edit(manifest.SetWeights{Object: mockRoute, Weights: wanted})
		require.NoError(t, err, "%s", from)
		got := from
		if len(edit.Files) > 0 {
			got = string(edit.Files[0].After)
		}
		require.Equal(t, to, got)

		for i, d := range edit.After.Kind("VirtualService")[0].VirtualService().Http[0].Route {
			require.EqualValues(t, wanted[i].Percent, d.Weight)
		}
		differences := manifest.Diff(set, edit.After)
		changed := 0
		for i := range old {
			if old[i] != wanted[i] {
				changed++
			}
		}
		require.Len(t, differences, changed)

		back, err := edit.After.Edit(manifest.SetWeights{Object: mockRoute, Weights: old})
		require.NoError(t, err)
		if len(back.Files) > 0 {
			require.Equal(t, from, string(back.Files[0].After), "setting the old weights back gives the old bytes")
		}
	})
}

// TestDestinationsComeAndGo holds, on random layouts, that adding a lane and
// removing it again gives the old bytes.
func TestDestinationsComeAndGo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lanes := []string{"v1", "v2", "v3"}[:rapid.IntRange(1, 3).Draw(t, "lanes")]
		text := drawLayout(t, lanes) +
			rapid.SampledFrom([]string{"", "---\n" + configMap("last"), "# tail\n"}).Draw(t, "after")
		if rapid.Bool().Draw(t, "no final newline") {
			text = strings.TrimSuffix(text, "\n")
		}
		if rapid.Bool().Draw(t, "crlf") {
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		weights := gen.Weights(t, lanes)
		from := fill(text, weights)
		set := setOf(t, from)
		added, err := set.Edit(manifest.AddDestination{Object: mockRoute, Weight: rollout.W("new", 0)})
		require.NoError(t, err, "%s", from)
		routes := added.After.Kind("VirtualService")[0].VirtualService().Http[0].Route
		require.Len(t, routes, len(lanes)+1)
		last := routes[len(lanes)]
		require.Equal(t, "new", last.Destination.Subset)
		require.Equal(t, routes[0].Destination.Host, last.Destination.Host)
		require.Equal(t, strings.Count(from, "#"), strings.Count(string(added.Files[0].After), "#"),
			"comments are not copied")

		removed, err := added.After.Edit(manifest.RemoveDestination{Object: mockRoute, Lane: "new"})
		require.NoError(t, err, "%s", added.Files[0].After)
		require.Equal(t, from, string(removed.Files[0].After))
	})
}

// The state comes and goes without a trace as well.
func TestAnnotationsComeAndGo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawLayout(t, []string{"v1", "v2"})
		if rapid.Bool().Draw(t, "crlf") {
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		from := fill(text, rollout.Weights{rollout.W("v1", 60), rollout.W("v2", 40)})
		value := rapid.StringMatching(`[ -~]{0,20}`).Draw(t, "value")
		set, err := setOf(t, from).Edit(manifest.SetAnnotation{Object: mockRoute, Key: "example.com/state",
			Value: value})
		if strings.Contains(value, "{{") {
			require.ErrorContains(t, err, "must not hold {{")
			return
		}
		require.NoError(t, err, "%s", from)
		require.Equal(t, value, set.After.Kind("VirtualService")[0].Meta().GetAnnotations()["example.com/state"])
		other, err := set.After.Edit(manifest.SetAnnotation{Object: mockRoute, Key: "example.com/state",
			Value: "other"})
		require.NoError(t, err)
		require.Equal(t, "other", other.After.Kind("VirtualService")[0].Meta().GetAnnotations()["example.com/state"])
		gone, err := other.After.Edit(manifest.RemoveAnnotations{Object: mockRoute,
			Keys: []string{"example.com/state"}})
		require.NoError(t, err)
		require.Equal(t, from, string(gone.Files[0].After))
	})
}

// FuzzEdit holds that no text makes an edit panic, and that an edit means the change that was asked
// for, and nothing else.
func FuzzEdit(f *testing.F) {
	f.Add([]byte(vs(twoLanes)))
	f.Add(
		[]byte(
			vs(
				"  - route: [{destination: {host: a, subset: v1}, weight: 100}, {destination: {host: a, subset: v2}, weight: 0}]\n")))
	f.Add(
		[]byte(
			"--- {apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: mock}, spec: {http: [{route: [{destination: {subset: v1}, weight: 1}, {destination: {subset: v2}}]}]}}"))
	f.Add([]byte(withMetadata("metadata:\n  name: mock\n  labels:\n    a: \"b\n      c\"\n")))
	f.Add([]byte(withMetadata("metadata:\n  annotations:\n    a: |-\n     b\n\n    c: >2\n       d\n  name: mock\n")))
	f.Add([]byte(vs("  - route:\n    # 60\n    - {weight: 60, destination: {host: a, subset: v1}} # half\n"+
		"    - destination: {host: a, subset: v2}\n      weight:\n    - weight: -3 # none\n"+
		"      destination: {host: a}\n") + "---\na: [\n---\n{{ x }}\n---\n<<<<<<< HEAD\n=======\n---\n>>>>>>> x\n"))
	f.Add([]byte("a: *b\n...\n" + configMap("a") + "---x\n---\n" + vs(twoLanes) + "--- {a: b}\n"))
	f.Add([]byte(json2 + "---\n" + vs(twoLanes)))
	f.Add([]byte(vs("  - route:\n"+
		"    - {destination: {host: a, subset: v1}, weight: 100, headers: {request: {set: {X-Lane: v1}}}}\n"+
		"    - {destination: {host: a, subset: v1}, headers: {request: {set: {x-lane: v2}}}}\n") +
		laneGroup("mock", "x-lane")))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 16<<10 {
			return
		}
		set, _ := manifest.Decode(manifest.File{Name: "in.yaml", Data: data})
		for _, o := range set.Kind("VirtualService") {
			to := rollout.Weights{w("v1", 30), w("v2", 70)}
			for _, header := range []string{"", "x-lane"} {
				edit, err := set.Edit(
					manifest.SetWeights{Object: o.Ref, Header: header, Weights: to, Exactly: true},
					manifest.SetAnnotation{Object: o.Ref, Key: "a", Value: "b"})
				if err != nil {
					require.Empty(t, edit.Files)
					continue
				}
				got, found := edit.After.Get(o.Ref)
				require.True(t, found)
				require.Equal(t, "b", got.Meta().GetAnnotations()["a"])
				for _, d := range manifest.Diff(set, edit.After) {
					require.Equal(t, o.Ref, d.Object)
				}
				route, _, err := routing.FindRoute(got.VirtualService(), "")
				require.NoError(t, err)
				left := map[string]int{"v1": 30, "v2": 70}
				for _, d := range route.Route { // the first of each lane, and nothing else
					lane := routing.LaneOf(d, header)
					require.EqualValues(t, left[lane], d.Weight)
					delete(left, lane)
				}
				require.LessOrEqual(t, len(edit.After.Faults()), len(set.Faults()))
				fresh, _ := manifest.Decode(manifest.File{Name: "in.yaml", Data: edit.Files[0].After})
				require.Equal(t, len(edit.After.Faults()), len(fresh.Faults()))
				require.Equal(t, places(fresh.All()), places(edit.After.All()))
				for _, c := range edit.Outdated {
					require.Equal(t, fresh.Len(), edit.After.Len())
					require.Contains(t, string(edit.Files[0].After), c.Text)
				}
			}
			_, _ = set.Edit(manifest.SetWeights{Object: o.Ref, Weights: to},
				manifest.RemoveAnnotations{Object: o.Ref, Keys: []string{"a"}})
			_, _ = set.Edit(manifest.RemoveDestination{Object: o.Ref, Lane: "v1"},
				manifest.SetWeights{Object: o.Ref, Weights: rollout.Weights{w("v2", 100)}})
			_, _ = set.Edit(manifest.AddDestination{Object: o.Ref, Weight: w("v3", 0)})
			_, _ = set.Edit(manifest.RemoveDocument{Object: o.Ref})
			_, _ = set.Edit(manifest.NameRoute{Object: o.Ref, Name: "a"}, manifest.SetSubset{Object: o.Ref, To: "v1"},
				manifest.WriteWeight{Object: o.Ref})
			_, _ = set.Edit(manifest.RemoveField{Object: o.Ref, Path: "spec.http[0].name"},
				manifest.SetField{Object: o.Ref, Path: "spec.http[0].match[0].uri.prefix", Value: "/"})
		}
		for _, o := range set.All() {
			edit, err := set.Edit(manifest.SetField{Object: o.Ref, Path: "metadata.labels.a", Value: "b"},
				manifest.RemoveField{Object: o.Ref, Path: "metadata.annotations"})
			if err == nil {
				got, found := edit.After.Get(o.Ref)
				require.True(t, found)
				require.Equal(t, "b", got.Meta().GetLabels()["a"])
				require.Empty(t, got.Meta().GetAnnotations())
			}
		}
	})
}
