//go:build race

package reconciler_test

// every says which kills are made: the race detector takes its time.
const every = 7
