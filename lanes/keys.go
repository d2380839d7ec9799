package lanes

import "github.com/swimlane-go/swimlane/internal/istioname"

// Labels, each with who reads it.
const (
	// LabelApp names the service that a pod belongs to. Services select by it.
	LabelApp = "app"
	// LabelVersion names the version of a pod. Lanes select by it.
	LabelVersion = "version"
	// LabelTrafficTag names the version of a pod as well. ASM's samples put it
	// on every pod of a lane, and its OpenAPI selects lanes by it.
	LabelTrafficTag = "ASM_TRAFFIC_TAG"
	// LabelLaneGroup stands on an ASMSwimLane and names its ASMSwimLaneGroup.
	// There is no field for it in the lane's spec.
	LabelLaneGroup = "swimlane-group"
)

// DefaultNamespace is the namespace of an object that names none.
const DefaultNamespace = "default"

// Host returns the name under which a Service is known in the mesh:
// "mocka.default.svc.cluster.local". An empty namespace means DefaultNamespace.
func Host(service, namespace string) string { return istioname.Domain("").Service(service, namespace) }
