package main

import (
	"github.com/swimlane-go/swimlane/bench/internal/table"
)

// comparison is one row of the table.
type comparison struct {
	table.Row
	ours, theirs func()
	processors   int    // above 1 the wall clock measures
	done         func() // cleans up; may be nil
}

func comparisons() []comparison {
	var all []comparison
	for _, some := range [][]comparison{transitions(), rules(), trees(), edits(), texts(), alone()} {
		all = append(all, some...)
	}
	return all
}

func must[T any](v T, err error) T {
	check(err)
	return v
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
