package istio_test

import (
	"os"
	"testing"

	"istio.io/istio/pkg/log"
)

// TestMain silences Istio: its thousands of log lines do not help the tests.
func TestMain(m *testing.M) {
	for _, scope := range log.Scopes() {
		scope.SetOutputLevel(log.NoneLevel)
	}
	os.Exit(m.Run())
}
