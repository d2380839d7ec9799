package labelindex_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/labelindex"
)

func drawLabels(t *rapid.T) map[string]string {
	return rapid.MapOfN(rapid.SampledFrom([]string{"app", "version", "team"}),
		rapid.SampledFrom([]string{"a", "b", ""}), 0, 3).Draw(t, "labels")
}

// Both indexes find the same as a search of all values, in the order of adding.
func TestFindsWhatAskingEverythingFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var bearers labelindex.Bearers[int]
		var selectors labelindex.Selectors
		var all []map[string]string
		for i := range rapid.IntRange(0, 12).Draw(t, "number") {
			labels := drawLabels(t)
			all = append(all, labels)
			bearers.Add([]string{"x", "y"}[i%2], labels, i)
			selectors.Add(labels)
		}
		asked := drawLabels(t)
		var selected, selecting []int
		for i, labels := range all {
			if i%2 == 0 && len(asked) > 0 && labelindex.Covers(labels, asked) {
				selected = append(selected, i)
			}
			if len(labels) > 0 && labelindex.Covers(asked, labels) {
				selecting = append(selecting, i)
			}
		}
		require.Equal(t, selected, bearers.Selected("x", asked))
		require.Equal(t, selecting, selectors.Selecting(asked, nil))
	})
}

func TestCovers(t *testing.T) {
	labels := map[string]string{"app": "a", "empty": ""}
	require.True(t, labelindex.Covers(labels, nil))
	require.True(t, labelindex.Covers(labels, map[string]string{"empty": ""}))
	require.False(t, labelindex.Covers(labels, map[string]string{"other": ""}),
		"a label that is not there is not empty")
	require.False(t, labelindex.Covers(labels, map[string]string{"app": "b"}))
}

// A label that all bear does not make each query cost as much as a search of all.
func TestSelectedAsksTheFewest(t *testing.T) {
	var x labelindex.Bearers[int]
	for i := range 100 {
		x.Add("", map[string]string{"part-of": "mesh", "app": string(rune('a' + i%50))}, i)
	}
	require.Equal(t, []int{3, 53}, x.Selected("", map[string]string{"part-of": "mesh", "app": "d"}))
	all := x.Selected("", map[string]string{"part-of": "mesh"})
	require.Len(t, all, 100)
	require.True(t, slices.IsSorted(all))
}

func TestSelects(t *testing.T) {
	labels := map[string]string{"app": "a", "version": ""}
	for _, test := range []struct {
		selector map[string]string
		want     bool
	}{
		{nil, false}, {map[string]string{}, false}, {map[string]string{"app": "a"}, true},
		{map[string]string{"app": "b"}, false},
		{map[string]string{"app": "a", "version": ""}, true}, {map[string]string{"team": ""}, false},
	} {
		require.Equal(t, test.want, labelindex.Selects(test.selector, labels), test.selector)
	}
}
