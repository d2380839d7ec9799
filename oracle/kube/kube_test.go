package kube_test

import (
	"flag"
	"os"
	"testing"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
)

// TestMain draws 300 apps unless -rapid.checks says another number. It lets tests that wait for
// controllers run at the same time, and silences the servers.
func TestMain(m *testing.M) {
	klog.SetLogger(logr.Discard())
	ctrl.SetLogger(logr.Discard())
	for name, value := range map[string]string{"rapid.checks": "300", "test.parallel": "12"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// TestKube tests the library's promises on one cluster.
func TestKube(t *testing.T) {
	c := startCluster(t)
	t.Run("controller", func(t *testing.T) { testController(t, c) })
	t.Run("side by side", func(t *testing.T) { testSideBySide(t, c) })
	t.Run("capacity", func(t *testing.T) { testCapacity(t, c) })
	t.Run("accepted", func(t *testing.T) { testAccepted(t, c) })
	t.Run("shop", func(t *testing.T) { testShop(t, c) })
	t.Run("documented", func(t *testing.T) { testDocumented(t, c) })
	t.Run("refused", func(t *testing.T) { testRefused(t, c) })
	t.Run("kinds", func(t *testing.T) { testKinds(t, c) })
	t.Run("mutated", func(t *testing.T) { testMutated(t, c) })
	t.Run("changed", func(t *testing.T) { testChanged(t, c) })
}

// testController tests examples/controller on the cluster.
func testController(t *testing.T, c cluster) {
	t.Run("releases", func(t *testing.T) { testReleases(t, c) })
	t.Run("permissions", func(t *testing.T) { testPermissions(t, c) })
	t.Run("election", func(t *testing.T) { testElection(t, c) })
	t.Run("many", func(t *testing.T) { testMany(t, c) })
	t.Run("killed", func(t *testing.T) { testKilled(t, c) })
	t.Run("killed managers", func(t *testing.T) { testKilledManagers(t, c) })
}
