package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// The comments at the top of a file belong to the file when a blank line or a marker parts them
// from its first document: they stay as long as the file does.
func TestRemoveDocumentKeepsTheTopOfTheFile(t *testing.T) {
	const licence = "# Licence\n"
	a, b, c := configMap("a"), configMap("b"), configMap("c")
	remove := func(names ...string) []manifest.Change {
		var out []manifest.Change
		for _, name := range names {
			out = append(out, manifest.RemoveDocument{Object: manifest.Ref{Kind: "ConfigMap", Name: name}})
		}
		return out
	}
	add := manifest.AddDocument{File: "in.yaml", Value: valueOf(t, configMap("d"))}
	for name, test := range map[string]struct {
		text    string
		changes []manifest.Change
		want    string
	}{
		"a blank line": {licence + "\n" + a + "---\n# of b\n" + b, remove("a"), licence + "\n# of b\n" + b},
		"a marker":     {licence + "---\n" + a + "---\n" + b, remove("a"), licence + "---\n" + b},
		"both": {"---\n" + licence + "\n# of a\n" + a + "---\n" + b, remove("a"), "---\n" + licence +
			"\n" + b},
		"two documents": {licence + "\n" + a + "---\n" + b + "--- # c\n" + c, remove("b", "a"), licence + "\n" +
			c},
		"not the first":     {licence + "\n" + a + "---\n# of b\n" + b, remove("b"), licence + "\n" + a},
		"directly above":    {licence + a + "---\n" + b, remove("a"), b},
		"one comes":         {licence + "\n" + a, append(remove("a"), add), licence + "\n" + configMap("d")},
		"nothing is left":   {licence + "\n" + a, remove("a"), ""},
		"a marker, nothing": {licence + "---\n" + a, remove("a"), ""},
		"lines end in CR LF": {strings.ReplaceAll(licence+"\n"+a+"---\n"+b, "\n", "\r\n"), remove("a"),
			strings.ReplaceAll(licence+"\n"+b, "\n", "\r\n")},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, test.want, edited(t, test.text, test.changes...))
		})
	}
}

// A single destination without a weight has all requests. When another joins it, its weight must be
// written: a missing weight then means none.
func TestAddDestinationWritesTheImpliedWeight(t *testing.T) {
	only := "  - route:\n    - destination: {host: a, subset: v1} # all\n"
	join := func(lane string, percent int) manifest.Change {
		return manifest.AddDestination{Object: mockRoute, Weight: w(lane, percent)}
	}
	set := func(ws ...rollout.Weight) manifest.Change {
		return manifest.SetWeights{Object: mockRoute, Weights: ws}
	}
	other := func(lane, weight string) string {
		return "    - destination: {host: a, subset: " + lane + "}\n      weight: " + weight + "\n"
	}
	for name, test := range map[string]struct {
		text    string
		changes []manifest.Change
		want    string
	}{
		"at 0": {only, []manifest.Change{join("v2", 0)}, only + "      weight: 100\n" + other("v2", "0")},
		"set too": {only, []manifest.Change{join("v2", 10), set(w("v1", 90))}, only + "      weight: 90\n" +
			other("v2", "10")},
		"set to all": {only, []manifest.Change{set(w("v1", 100)), join("v2", 0)}, only + "      weight: 100\n" +
			other("v2", "0")},
		"two": {only, []manifest.Change{join("v2", 0), join("v3", 0)}, only + "      weight: 100\n" +
			other("v2", "0") + other("v3", "0")},
		"in brackets": {"  - route: [{destination: {host: a, subset: v1}}]\n", []manifest.Change{join("v2", 0)},
			"  - route: [{destination: {host: a, subset: v1}, weight: 100}, {destination: {host: a, subset: v2}, weight: 0}]\n"},
		"no line end": {strings.TrimSuffix(only, "\n"), []manifest.Change{join("v2", 0)},
			strings.TrimSuffix(only+"      weight: 100\n"+other("v2", "0"), "\n")},
		"one of two": {"  - route:\n" + other("v1", "100") + "    - destination: {host: a, subset: v2}\n",
			[]manifest.Change{join("v3", 0)}, "  - route:\n" + other("v1", "100") +
				"    - destination: {host: a, subset: v2}\n" + other("v3", "0")},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, vs(test.want), edited(t, vs(test.text), test.changes...))
		})
	}
	_, err := setOf(t, vs(only)).Edit(join("v2", 10))
	require.ErrorContains(t, err, "sum to 100, not 110")
}
