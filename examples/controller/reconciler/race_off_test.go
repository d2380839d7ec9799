//go:build !race

package reconciler_test

const every = 1
