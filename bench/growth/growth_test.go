package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExponentTellsLinearFromWorse(t *testing.T) {
	require.InDelta(t, 1, exponent(row{size: 10, count: 1000}, row{size: 100, count: 10000}, 100), 1e-9)
	require.InDelta(t, 2, exponent(row{size: 10, count: 1000}, row{size: 100, count: 100000}, 100), 1e-9)
	require.InDelta(t, 0, exponent(row{size: 10, count: 1}, row{size: 100, count: 90}, 100), 1e-9, "too few to tell")
}

func TestPreviewsHaveALowerBound(t *testing.T) {
	previews := 0
	for _, work := range tasks() {
		if strings.HasPrefix(work.name, "preview") {
			previews++
			require.InDelta(t, 1.05, most(work.name), 1e-9)
		}
	}
	require.Equal(t, 6, previews)
	require.InDelta(t, 1.1, most("decode"), 1e-9)
}

// Recorded counts pass, and so do slightly higher ones. Counts above the bound or without one fail.
func TestBoundsHold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bounds.txt")
	a, b := row{name: "gitops promote", unit: "objects", size: 10, count: 1000},
		row{name: "b", unit: "lanes", size: 10, count: 50}
	require.NoError(t, write(path, []row{a}))
	a.count = 1036
	above, err := compare(path, []row{a})
	require.NoError(t, err)
	require.Empty(t, above)
	a.count = 1037
	above, err = compare(path, []row{a, b})
	require.NoError(t, err)
	require.Len(t, above, 2)
	require.Contains(t, above[0], "gitops promote of 10 objects: must be at most 1036")
	require.Contains(t, above[1], "b of 10 lanes: must have a bound")
	_, err = compare(filepath.Join(t.TempDir(), "none"), nil)
	require.Error(t, err)
}

func TestStatementsAreThoseOfTheLibrary(t *testing.T) {
	const module = "github.com/swimlane-go/swimlane/"
	require.EqualValues(t, 2*3+1, sum([]byte("mode: atomic\n"+module+"a.go:1.1,2.2 2 3\n"+module+"a.go:3.1,4.2 1 1\n"+
		module+"bench/growth/main.go:1.1,2.2 5 7\n")))
}

func TestAllocationsAreCounted(t *testing.T) {
	var kept []*int
	n := allocations(func() {
		kept = nil
		for range 1000 {
			kept = append(kept, new(int))
		}
	})
	require.GreaterOrEqual(t, n, int64(1000))
	require.Less(t, n, int64(1100))
	require.Len(t, kept, 1000)
}
