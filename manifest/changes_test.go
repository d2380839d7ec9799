package manifest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// reread returns a set as it is read back from its files.
func reread(t require.TestingT, set manifest.Set) manifest.Set {
	files, err := set.Files()
	require.NoError(t, err)
	out, err := manifest.Decode(files...)
	require.NoError(t, err)
	return out
}

// The changes between any two sets of a release lead from one to the other.
func TestChangesOfARelease(t *testing.T) {
	now := time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)
	plan := mock.Plan()
	state, err := plan.Prepare(now)
	require.NoError(t, err)
	var sets []manifest.Set
	render := func(mode release.Mode) {
		set, err := release.Render(mock.App(), plan, state, release.Options{Mode: mode})
		require.NoError(t, err)
		sets = append(sets, set)
	}
	render(release.Keep)
	for _, kind := range []rollout.EventKind{rollout.Start, rollout.Promote, rollout.RollBack} {
		state, err = plan.Apply(state, rollout.Event{Kind: kind, Revision: state.Revision, At: now})
		require.NoError(t, err)
		render(release.Keep)
	}
	render(release.Retire)
	for _, from := range sets {
		for _, to := range sets {
			from := reread(t, from)
			changes, err := manifest.Changes(from, to)
			require.NoError(t, err)
			edit, err := from.Edit(changes...)
			require.NoError(t, err)
			require.Empty(t, manifest.Diff(edit.After, to))
			if len(manifest.Diff(from, to)) == 0 {
				require.Empty(t, changes)
			}
		}
	}
}

func TestChangesKeepTheTextOfWhatStays(t *testing.T) {
	from := configMap("gone") + "---\n" + vs(twoLanes) + "---\n" + configMap("z") + "data: {a: b} # keep\n"
	to := strings.Replace(vs(twoLanes), "weight: 60 ", "weight: 50 ", 1)
	to = strings.Replace(to, `weight: "40"`, "weight: 40", 1) +
		"    - destination: {host: c, subset: v3}\n      weight: 10\n"
	changes, err := manifest.Changes(setOf(t, from),
		setOf(t, configMap("new")+"---\n"+to+"---\n"+configMap("z")+"data: {a: b}\n"))
	require.NoError(t, err)
	require.Equal(t, manifest.RemoveDocument{Object: manifest.Ref{Kind: "ConfigMap", Name: "gone"}}, changes[0])
	require.Len(t, changes, 4)
	want := strings.Replace(vs(twoLanes), "weight: 60 ", "weight: 50 ", 1) +
		"    - destination:\n        host: c\n        subset: v3\n      weight: 10\n---\n" + configMap("z") +
		"data: {a: b} # keep\n---\n" + configMap("new")
	require.Equal(t, want, edited(t, from, changes...))
}

func TestChangesThatCannotBeSaid(t *testing.T) {
	pods := deployment("a", "matchLabels: {app: a}", "      labels: {app: a}\n")
	built := setOf(t, configMap("b")).All()[0]
	built.File = ""
	for name, test := range map[string]struct {
		from, to manifest.Set
		kind     error
	}{
		"selector": {setOf(t, pods), setOf(t, strings.ReplaceAll(pods, "{app: a}", "{app: b}")),
			manifest.ErrUnsafe},
		"no text": {mockSet(t), manifest.NewSet(), manifest.ErrNotFound},
		"no file": {setOf(t, configMap("a")), manifest.NewSet(setOf(t, configMap("a")).All()[0], built),
			manifest.ErrValue},
		"an anchor": {setOf(t, configMap("a")+"data: &d {a: b}\n"), setOf(t, configMap("a")+"data: {a: c}\n"),
			manifest.ErrAnchor},
		"another sum": {setOf(t, vs(twoLanes)), setOf(t, strings.Replace(vs(twoLanes), "60", "50", 1)),
			manifest.ErrSum},
		"an object twice": {setOf(t, configMap("a")+"---\n"+configMap("a")), setOf(t, configMap("b")), manifest.ErrUnsafe},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := manifest.Changes(test.from, test.to)
			require.ErrorIs(t, err, test.kind)
			require.NotEmpty(t, manifest.EditErrors(err))
			require.NotEmpty(t, changes)
		})
	}
}

// The changes between two sets lead to the meaning of the other, for any content.
func TestChangesLeadToTheOtherSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) manifest.Set {
			var texts []string
			for _, name := range []string{"a", "b", "c"} {
				if rapid.IntRange(0, 3).Draw(t, label+" has "+name) == 0 && len(texts) > 0 {
					continue
				}
				object := map[string]any{"apiVersion": "example.com/v1", "kind": "Thing",
					"metadata": map[string]any{"name": name, "namespace": "n"},
					"spec":     map[string]any{"a": treeOf(3).Draw(t, label)}}
				texts = append(texts, styled(t, object))
			}
			return setOf(t, strings.Join(texts, "---\n"))
		}
		from, to := draw("from"), draw("to")
		changes, err := manifest.Changes(from, to)
		require.NoError(t, err)
		edit, err := from.Edit(changes...)
		require.NoError(t, err)
		require.Empty(t, manifest.Diff(edit.After, to))
		require.Equal(t, len(changes) == 0, len(manifest.Diff(from, to)) == 0)
	})
}

// Items of lists are removed, changed and added one by one if they keep their order.
func TestChangesOfLists(t *testing.T) {
	thing := func(list string) manifest.Set {
		return setOf(t,
			"apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a, namespace: shop}\nspec:\n  list: "+list+"\n")
	}
	for name, test := range map[string]struct {
		from, to string
		changes  int
	}{
		"same":                {"[a, b]", "[a, b]", 0},
		"last ones go":        {"[a, b, c, d]", "[a, b]", 2},
		"one comes":           {"[a]", "[a, b]", 1},
		"named ones go":       {"[{name: a}, {name: b}, {name: c}, {name: d}]", "[{name: b}, {name: d}]", 2},
		"go, change and come": {"[{name: a}, {name: b}, {name: c, x: 1}]", "[{name: c, x: 2}, {name: d}]", 4},
		"another order":       {"[{name: a}, {name: b}]", "[{name: b}, {name: a}]", 1},
		"one comes between":   {"[{name: a}, {name: b}]", "[{name: a}, {name: c}, {name: b}]", 1},
		"all others":          {"[{name: a}, {name: b}]", "[{name: c}]", 1},
		"none":                {"[a, b]", "[]", 1},
	} {
		t.Run(name, func(t *testing.T) {
			changes, err := manifest.Changes(thing(test.from), thing(test.to))
			require.NoError(t, err)
			require.Len(t, changes, test.changes)
		})
	}
}
