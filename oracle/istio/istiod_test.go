package istio_test

import (
	"testing"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/oracle/istio/mesh"
)

// istiod is Istio's control plane, in process.
type istiod struct{ mesh.Istiod }

// startIstiod runs istiod with the objects of Istio of the sets in a cluster.
func startIstiod(t testing.TB, running []runtime.Object, objects ...manifest.Object) istiod {
	t.Helper()
	return istiod{mesh.Start(t, running, objects...)}
}
