//go:build !race

package rollout_test

// underRace says that the race detector watches.
const underRace = false
