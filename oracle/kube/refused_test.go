package kube_test

import "testing"

func testRefused(t *testing.T, c cluster) {
	t.Helper()
	_ = c
}
