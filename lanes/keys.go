package lanes

import (
	"cmp"

	"github.com/swimlane-go/swimlane/internal/istioname"
)

// Labels, each with who reads it.
const (
	// LabelApp names the service that a pod belongs to. Services select by it.
	LabelApp = "app"
	// LabelVersion names the version of a pod. Lanes select by it. See [VersionOf].
	LabelVersion = "version"
	// LabelTrafficTag names the version of a pod as well. ASM's samples put it
	// on every pod of a lane, and its OpenAPI selects lanes by it. Pods may have it
	// alone.
	LabelTrafficTag = "ASM_TRAFFIC_TAG"
	// LabelLaneGroup stands on an ASMSwimLane and names its ASMSwimLaneGroup.
	// There is no field for it in the lane's spec.
	LabelLaneGroup = "swimlane-group"
)

// versionLabels name the version of a pod, the one that counts first.
var versionLabels = [...]string{LabelVersion, LabelTrafficTag}

// VersionOf returns the version that labels of a pod name: LabelVersion, else
// LabelTrafficTag. It is empty when they name none.
func VersionOf(labels map[string]string) string {
	return cmp.Or(labels[LabelVersion], labels[LabelTrafficTag])
}

// DefaultNamespace is the namespace of an object that names none.
const DefaultNamespace = "default"

// Host returns the name under which a Service is known in the mesh:
// "mocka.default.svc.cluster.local". An empty namespace means DefaultNamespace.
func Host(service, namespace string) string { return istioname.Domain("").Service(service, namespace) }
