package manifest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// outdated returns "LINE TEXT" of the comments that may no longer hold.
func outdated(t require.TestingT, text string, changes ...manifest.Change) []string {
	edit, err := setOf(t, text).Edit(changes...)
	require.NoError(t, err, "%s", text)
	var out []string
	for _, c := range edit.Outdated {
		require.Equal(t, "in.yaml", c.File)
		line := strings.Split(string(edit.Files[0].After), "\n")[c.Line-1]
		require.Contains(t, line, c.Text, "it is there")
		out = append(out, fmt.Sprintf("%d %s", c.Line, c.Text))
	}
	return out
}

// An edit of a weight reports the comments that name its old percent.
func TestEditTellsOutdatedComments(t *testing.T) {
	route := func(old int, comment string) string {
		return vs(fmt.Sprintf("  - route:\n    - destination: {host: a, subset: v1}\n      weight: %d %s\n"+
			"    - destination: {host: a, subset: v2}\n      weight: %d\n", old, comment, 100-old))
	}
	change := func(to int) manifest.Change {
		return manifest.SetWeights{Object: mockRoute, Weights: rollout.Weights{w("v1", to), w("v2", 100-to)}}
	}
	for comment, percents := range map[string][]int{
		"# 60% of the traffic": {60}, "# 60": {60}, "#60%": {60}, "## 60 %, for now": {60}, "# (60)": {60},
		"# was 40, is 60.": {60, 40}, "# 60/40": {60, 40},
		"# 60.0%": {60}, "# v1=60": {60}, "# 33.3%": nil, "# 160": nil, "# 600": nil, "# 6": {6}, "# v60": nil,
		"# 60s": nil, "# see #60": nil, "# a60b": nil, "# 0.60": nil, "# _60": nil,
		"# half of it": {50}, "# Half": {50}, "# behalf of us": nil, "# a third": {33, 34}, "# one third": {33, 34},
		"# the third lane": nil, "# a quarter": {25}, "# quarters": nil,
		"# all of it": {100}, "# everything": {100}, "# overall": nil, "# none": {0}, "# nothing yet": {0},
		"# No traffic, yet": {0}, "# no": nil, "# traffic": nil, "#": nil,
		"# 60 # half": {50, 60}, "# 六十 60": {60},
	} {
		for _, old := range []int{0, 6, 25, 33, 34, 40, 50, 60, 75, 100} {
			var want []string
			for _, p := range percents {
				if p == old {
					want = []string{"10 " + comment}
				}
			}
			require.Equal(t, want, outdated(t, route(old, comment), change(12)), "%s, of %d", comment, old)
			require.Empty(t, outdated(t, route(old, comment), change(old)), "nothing changes")
		}
	}
}

// Only comments beside the weight count, with their line in the new file.
func TestOutdatedCommentsStandBesideTheWeight(t *testing.T) {
	const state = "metadata:\n  name: mock\n  annotations:\n    a: 'b'\n"
	annotate := manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b"}
	route := func(lines string) string { return vs("  - route:\n" + lines) }
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"above": {route("    - # no 60\n      # 60 of 100\n      # or so\n      weight: 60 # 40\n" +
			"      destination: {host: a, subset: v1}\n    # 40\n    - weight: 40 # 40\n" +
			"      destination: {host: a, subset: v2}\n"),
			[]string{"12 # 60 of 100", "16 # 40", "17 # 40"}},
		"not directly above": {route("    # 60\n\n    - weight: 60\n      destination: {host: a, subset: v1}\n" +
			"    # 40\n    - destination: {host: a, subset: v2}\n      weight: 40\n      # 40\n"), nil},
		"in flow": {
			route(
				"      [{destination: {host: a, subset: v1}, weight: 60}, {destination: {host: a, subset: v2}, weight: 40}] # 60/40\n"),
			[]string{"11 # 60/40"}},
		"in flow, on lines": {route("      # 60\n" +
			"      [{destination: {host: a, subset: v1}, weight: 60}, # 60, and 40\n" +
			"      {destination: {host: a, subset: v2}, weight: 40}] # 60\n"), []string{"11 # 60", "12 # 60, and 40"}},
		"in quotes": {route("    - weight: '60' # 60\n      destination: {host: \"a # 60\", subset: v1}\n" +
			"    - {weight: \"40\", destination: {host: \"a # 40\", subset: v2}}\n"), []string{"11 # 60"}},
		"in a text above": {route("    - headers: {}\n      destination: {host: a, subset: v1}\n      weight: 60\n"+
			"    - destination: {host: a, subset: v2}\n      headers:\n        request:\n          set:\n"+
			"            x: |\n              # 40\n      weight: 40\n") +
			"", nil},
		"a comment that is the text's": {route("    - destination: {host: a, subset: v1}\n      weight: 60\n" +
			"    - destination: {host: a, subset: v2}\n      headers:\n        request:\n          set:\n" +
			"            x: \"y\n  # 40\n  \"\n      weight: 40\n"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			for _, ending := range []string{"\n", "\r\n"} {
				text := strings.ReplaceAll(configMap("a")+"---\n"+test.text, "\n", ending)
				var want []string
				for _, c := range test.want {
					line, rest, _ := strings.Cut(c, " ")
					n := 0
					_, err := fmt.Sscan(line, &n)
					require.NoError(t, err)
					want = append(want, fmt.Sprint(n+5, " ", rest))
				}
				require.Equal(t, want, outdated(t, text, toHalves, annotate))
				// Without the document before it, the comments move up.
				first := manifest.RemoveDocument{Object: manifest.Ref{Kind: "ConfigMap", Name: "a"}}
				require.Equal(t, test.want, outdated(t, text, toHalves, annotate, first))
			}
		})
	}
	require.Contains(t, edited(t, route("    - {weight: 60, destination: {host: a, subset: v1}}\n"+
		"    - {weight: 40, destination: {host: a, subset: v2}}\n"), annotate), state)

	c := manifest.Comment{File: "a.yaml", Line: 3, Text: "# 60%\u202e"}
	require.Equal(t, `a.yaml:3: the comment "# 60%\u202e" may no longer hold`, c.String())
}

func TestEditTellsOutdatedCommentsOfLanes(t *testing.T) {
	text := strings.Replace(twoWeighted, "# most", "# 60%", 1)
	require.NotEqual(t, twoWeighted, text)
	var changes []manifest.Change
	for i, lane := range []string{"v1", "v2"} {
		changes = append(changes, manifest.SetIngressWeight{Object: laneRef(lane), Percent: []int{10, 90}[i]})
	}
	got := outdated(t, text, changes...)
	require.Len(t, got, 1)
	require.Contains(t, got[0], "# 60%")
}

// TestOutdatedCommentsAreWhereTheyAre holds on random layouts: a comment is reported exactly when
// it is beside a changed weight and names the old percent, and at its real line.
func TestOutdatedCommentsAreWhereTheyAre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := []string{"v1", "v2", "v3"}
		old, wanted := gen.Weights(t, all), gen.Weights(t, all)
		text := fill(drawLayout(t, all), old)
		set := setOf(t, text)
		edit, err := set.Edit(
			manifest.SetAnnotation{Object: mockRoute, Key: "a", Value: "b"},
			manifest.SetWeights{Object: mockRoute, Weights: wanted})
		require.NoError(t, err)
		lines := strings.Split(string(edit.Files[0].After), "\n")
		o := edit.After.Kind("VirtualService")[0]
		beside := map[int]bool{} // lines that end in "# 60% {weight: 1}", which all comments beside do
		for i := range all {
			if old[i] == wanted[i] || old[i].Percent != 60 && old[i].Percent != 1 {
				continue
			}
			line := o.LineOf(fmt.Sprintf("spec.http[0].route[%d].weight", i))
			if strings.HasSuffix(lines[line-1], "# 60% {weight: 1}") {
				beside[line] = true
			}
		}
		for _, c := range edit.Outdated {
			require.True(t, strings.HasSuffix(lines[c.Line-1], c.Text), "%s", c)
			if c.Text == "# 60% {weight: 1}" {
				require.True(t, beside[c.Line], "%s", c)
				delete(beside, c.Line)
			}
		}
		require.Empty(t, beside)
	})
}
