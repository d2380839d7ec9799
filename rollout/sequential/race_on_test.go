//go:build race

package sequential_test

// underRace says that the race detector watches, under which all takes fifty times as long.
const underRace = true
