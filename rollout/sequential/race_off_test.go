//go:build !race

package sequential_test

// underRace says that the race detector watches.
const underRace = false
