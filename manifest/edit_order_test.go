package manifest_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// Every change is made in the result of the one before.
func TestChangesAreMadeInOrder(t *testing.T) {
	plain := vs("  - route:\n    - destination: {host: a} # all\n")
	b := setOf(t, configMap("b")).All()[0].Value
	bRef := manifest.Ref{Kind: "ConfigMap", Name: "b"}
	weights := func(route string, ws ...rollout.Weight) manifest.Change {
		return manifest.SetWeights{Object: mockRoute, Route: route, Weights: ws}
	}
	for name, test := range map[string]struct {
		text    string
		changes []manifest.Change
		want    string
	}{
		"lanes of a plain route": {plain, []manifest.Change{
			manifest.NameRoute{Object: mockRoute, Name: "main"},
			manifest.SetSubset{Object: mockRoute, Route: "main", To: "v1"},
			manifest.WriteWeight{Object: mockRoute, Route: "main"},
			manifest.AddDestination{Object: mockRoute, Route: "main", Weight: w("v2", 0)},
			weights("main", w("v1", 90), w("v2", 10)),
		},
			vs("  - name: main\n    route:\n    - destination: {host: a, subset: v1} # all\n      weight: 90\n" +
				"    - destination: {host: a, subset: v2}\n      weight: 10\n")},
		"a destination that comes and goes": {vs(twoLanes), []manifest.Change{
			manifest.AddDestination{Object: mockRoute, Weight: w("v3", 50)},
			manifest.RemoveDestination{Object: mockRoute, Lane: "v3"},
		}, vs(twoLanes)},
		"weights twice": {vs(twoLanes),
			[]manifest.Change{weights("", w("v1", 100), w("v2", 0)), weights("", w("v1", 60), w("v2", 40))},
			vs(twoLanes)},
		"two annotations": {plain, []manifest.Change{
			manifest.SetAnnotation{Object: mockRoute, Key: "b", Value: "1"},
			manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "2"},
			manifest.SetAnnotation{Object: mockRoute, Key: "b", Value: "3"},
		}, strings.Replace(plain, "  name: mock\n", "  name: mock\n  annotations:\n    b: '3'\n    a: '2'\n", 1)},
		"a document that changes": {plain, []manifest.Change{
			manifest.AddDocument{File: "in.yaml", Value: b}, manifest.SetAnnotation{Object: bRef, Key: "a", Value: "1"},
			manifest.RemoveDocument{Object: mockRoute},
		}, strings.Replace(configMap("b"), "  name: b\n", "  name: b\n  annotations:\n    a: '1'\n", 1)},
		"a file that empties for a while": {"# about\n\n" + configMap("b"), []manifest.Change{
			manifest.RemoveDocument{Object: bRef}, manifest.AddDocument{File: "in.yaml", Value: b},
		}, "# about\n\n" + configMap("b")},
	} {
		t.Run(name, func(t *testing.T) {
			edit, err := setOf(t, test.text).Edit(test.changes...)
			require.NoError(t, err)
			if test.want == test.text {
				require.Empty(t, edit.Files)
				require.Empty(t, edit.Differences)
				return
			}
			require.Len(t, edit.Files, 1)
			require.Equal(t, test.want, string(edit.Files[0].After))
			require.Equal(t, setOf(t, test.want).All()[0].Line, edit.After.All()[0].Line)
		})
	}
	gone, err := setOf(t, plain).Edit(manifest.AddDocument{File: "x.yaml", Value: b},
		manifest.RemoveDocument{Object: bRef})
	require.NoError(t, err)
	require.Empty(t, gone.Files, "a new file that empties is none")
}

// A comment with the old percent is outdated, unless the percent comes back.
func TestOutdatedCommentsFollowAllChanges(t *testing.T) {
	set := func(a, b int) manifest.Change {
		return manifest.SetWeights{Object: mockRoute, Weights: rollout.Weights{w("v1", a), w("v2", b)}}
	}
	annotate := manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b"}
	edit, err := setOf(t, vs(twoLanes)).Edit(set(70, 30), annotate)
	require.NoError(t, err)
	require.Equal(t, []manifest.Comment{{File: "in.yaml", Line: 15, Text: "# 60%"}}, edit.Outdated)
	edit, err = setOf(t, vs(twoLanes)).Edit(set(70, 30), annotate, set(60, 40))
	require.NoError(t, err)
	require.Empty(t, edit.Outdated)
	edit, err = setOf(t, vs(twoLanes)).Edit(set(0, 100), manifest.RemoveDestination{Object: mockRoute, Lane: "v1"})
	require.NoError(t, err)
	require.Empty(t, edit.Outdated, "it is gone")
}

// An error has the line in the files before the edit, whatever the changes before it did.
func TestEditErrorsSayTheLineOfTheFile(t *testing.T) {
	text := configMap("a") + "---\n" + vs(twoLanes) + "---\n" + configMap("z")
	z := manifest.Ref{Kind: "ConfigMap", Name: "z"}
	line := 1 + strings.Count(strings.Split(text, "name: z")[0], "\n")
	missing := manifest.RemoveAnnotations{Object: z, Keys: []string{"x"}}
	for name, before := range map[string][]manifest.Change{
		"nothing": nil,
		"lines come": {manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b"},
			manifest.AddDestination{Object: mockRoute, Weight: w("v3", 0)}},
		"lines go": {manifest.RemoveDocument{Object: manifest.Ref{Kind: "ConfigMap", Name: "a"}}},
		"lines exchange": {manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b"},
			manifest.RemoveDocument{Object: manifest.Ref{Kind: "ConfigMap", Name: "a"}}},
	} {
		_, err := setOf(t, text).Edit(append(before, missing)...)
		found := manifest.EditErrors(err)
		require.Len(t, found, 1, name)
		// the key around it
		require.Equal(t, manifest.EditError{Ref: z, Field: "metadata.annotations.x", Kind: manifest.ErrNotFound,
			File: "in.yaml", Line: line - 1, Err: found[0].Err}, *found[0], name)
	}
	_, err := setOf(t, text).Edit(manifest.SetAnnotation{Object: z, Key: "a", Value: "b"},
		manifest.SetWeights{Object: mockRoute, Weights: rollout.Weights{w("v1", 1)}})
	require.Equal(t, 1+strings.Count(strings.Split(text, "- route:")[0], "\n"), manifest.EditErrors(err)[0].Line)
	_, err = setOf(t, text).Edit(manifest.AddDocument{File: "new.yaml", Value: setOf(t, configMap("b")).All()[0].Value},
		manifest.RemoveAnnotations{Object: manifest.Ref{Kind: "ConfigMap", Name: "b"}, Keys: []string{"x"}})
	require.Zero(t, manifest.EditErrors(err)[0].Line)
	require.EqualError(t, err, "edit: ConfigMap b at new.yaml: must have annotation x")
}

func TestEditErrorsFindsAllOfThem(t *testing.T) {
	weights := rollout.Weights{w("v8", 50), w("v9", 50)}
	_, err := setOf(t, vs(twoLanes)).Edit(
		manifest.SetWeights{Object: mockRoute, Weights: weights},
		manifest.SetAnnotation{Object: manifest.Ref{Kind: "ConfigMap", Name: "b"}, Key: "a", Value: "b"},
		manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "{{"})
	found := manifest.EditErrors(fmt.Errorf("more: %w", err))
	require.Len(t, found, 4)
	for i, kind := range []error{manifest.ErrNotFound, manifest.ErrNotFound, manifest.ErrNotFound, manifest.ErrValue} {
		require.Equal(t, kind, found[i].Kind)
		require.ErrorIs(t, err, kind)
	}
	require.NotErrorIs(t, err, manifest.ErrSum)
	require.Empty(t, manifest.EditErrors(errors.New("other")))
	require.Empty(t, manifest.EditErrors(nil))
	first := new(manifest.EditError)
	require.ErrorAs(t, err, &first)
	require.Equal(t, found[0], first)
}

// Changes in one edit, in separate edits, and in joined edits lead to the same text.
func TestEditsCompose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := setOf(t,
			vs("  - name: main\n    route:\n    - destination: {host: a, subset: v1} # 100\n      weight: 100\n")+
				"---\n"+
				deployment("a", "matchLabels: {app: a}", "      labels:\n        app: a\n")+"---\n"+configMap("a"))
		lane := rapid.SampledFrom([]string{"v1", "v2", "v3"})
		object := rapid.SampledFrom([]manifest.Ref{mockRoute, podsOf("a"), {Kind: "ConfigMap", Name: "a"},
			{Kind: "ConfigMap", Name: "b"}})
		key := rapid.SampledFrom([]string{"k", "l"})
		value := rapid.SampledFrom([]string{"x", "it's", "1"})
		change := rapid.Custom(func(t *rapid.T) manifest.Change {
			return rapid.SampledFrom([]manifest.Change{
				manifest.SetWeights{Object: mockRoute, Weights: rollout.Weights{w(lane.Draw(t, "lane"), 100)},
					Exactly: true},
				manifest.AddDestination{Object: mockRoute, Weight: w(lane.Draw(t, "lane"), 0)},
				manifest.RemoveDestination{Object: mockRoute, Lane: lane.Draw(t, "lane")},
				manifest.SetSubset{Object: mockRoute, From: lane.Draw(t, "lane"), To: lane.Draw(t, "lane")},
				manifest.SetAnnotation{Object: object.Draw(t, "object"), Key: key.Draw(t, "key"),
					Value: value.Draw(t, "value")},
				manifest.RemoveAnnotations{Object: object.Draw(t, "object"), Keys: []string{key.Draw(t, "key")}},
				manifest.SetPodLabel{Object: podsOf("a"), Key: key.Draw(t, "key"), Value: value.Draw(t, "value")},
				manifest.AddDocument{File: rapid.SampledFrom([]string{"in.yaml", "new.yaml"}).Draw(t, "file"),
					Value: setOf(t, configMap("b")).All()[0].Value},
				manifest.RemoveDocument{Object: object.Draw(t, "object")},
			}).Draw(t, "change")
		})
		var changes []manifest.Change
		now, joined := set, manifest.Edit{}
		for range rapid.IntRange(1, 12).Draw(t, "changes") {
			c := change.Draw(t, "next")
			edit, err := now.Edit(c)
			if err != nil {
				require.NotEmpty(t, manifest.EditErrors(err), "%v", err)
				continue
			}
			if len(changes) == 0 {
				joined = edit
			} else {
				joined, err = joined.Then(edit)
				require.NoError(t, err)
			}
			now, changes = edit.After, append(changes, c)
		}
		edit, err := set.Edit(changes...)
		require.NoError(t, err)
		texts := func(s manifest.Set) map[string]string {
			out := map[string]string{}
			for _, name := range s.Sources() {
				data, _ := s.Source(name)
				out[name] = string(data)
			}
			return out
		}
		require.Equal(t, texts(now), texts(edit.After))
		if len(changes) > 0 {
			require.Equal(t, edit.Files, joined.Files)
			require.Equal(t, edit.Differences, joined.Differences)
			require.Equal(t, edit.Outdated, joined.Outdated)
		}
	})
}

// Separate edits of one set are joined too.
func TestThenJoinsEditsOfOneSet(t *testing.T) {
	set := setOf(t, vs(twoLanes))
	a, err := set.Edit(manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "1"})
	require.NoError(t, err)
	b, err := set.Edit(manifest.SetAnnotation{Object: mockRoute, Key: "b", Value: "2"})
	require.NoError(t, err)
	both, err := a.Then(b)
	require.NoError(t, err)
	require.Contains(t, string(both.Files[0].After), "  annotations:\n    a: '1'\n    b: '2'\n")
	require.Equal(t, vs(twoLanes), string(both.Files[0].Before))
	_, err = a.Then(both)
	require.NoError(t, err, "the same once more changes nothing")
}

// In a pass of several changes, only those that cannot be made are refused.
func TestAPassTellsWhichChangeIsRefused(t *testing.T) {
	set := setOf(t, vs(twoLanes)+"---\n"+configMap("a")+"---\n"+configMap("b"))
	ref := func(name string) manifest.Ref { return manifest.Ref{Kind: "ConfigMap", Name: name} }
	_, err := set.Edit(
		manifest.SetAnnotation{Object: ref("a"), Key: "a", Value: "b"},
		manifest.SetField{Object: mockRoute, Path: "spec.htp", Value: "x"},
		manifest.SetAnnotation{Object: ref("b"), Key: "a", Value: "b"},
		manifest.SetField{Object: mockRoute, Path: "spec.htp", Value: "y"})
	found := manifest.EditErrors(err)
	require.Len(t, found, 2)
	for _, e := range found {
		require.Equal(t, mockRoute, e.Ref)
		require.Equal(t, manifest.ErrUnsafe, e.Kind)
	}
	b := setOf(t, configMap("new")).All()[0].Value
	_, err = set.Edit(manifest.AddDocument{File: "x.yaml", Value: b}, manifest.AddDocument{File: "y.yaml", Value: b})
	require.ErrorIs(t, err, manifest.ErrExists)
	require.Len(t, manifest.EditErrors(err), 1)
}

// The cost of a change does not depend on how many there are.
func TestAllocationsPerChangeDoNotGrow(t *testing.T) {
	cost := func(n int) float64 {
		set, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: long(n + 1)})
		require.NoError(t, err)
		var changes []manifest.Change
		for i := range n {
			object := manifest.Ref{Kind: "ConfigMap", Name: fmt.Sprintf("c%d", i)}
			changes = append(changes, manifest.SetAnnotation{Object: object, Key: "a", Value: "b"},
				manifest.SetAnnotation{Object: object, Key: "b", Value: "c"})
		}
		for i := range n {
			changes = append(changes, manifest.AddDocument{File: "in.yaml",
				Value: setOf(t, configMap(fmt.Sprintf("d%d", i))).All()[0].Value})
		}
		return testing.AllocsPerRun(2, func() {
			if _, err := set.Edit(changes...); err != nil {
				panic(err)
			}
		})
	}
	few, some, many := cost(10), cost(50), cost(250)
	require.LessOrEqual(t, (many-some)/200, (some-few)/40*1.1)
}
