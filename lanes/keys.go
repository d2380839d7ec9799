package lanes

import (
	"cmp"

	"github.com/swimlane-go/swimlane/internal/istioname"
)

// Labels, each with its readers.
const (
	// LabelApp names the service that a pod belongs to. Services select by it.
	LabelApp = "app"
	// LabelVersion names the version of a pod. Lanes select by it. See [VersionOf].
	LabelVersion = "version"
	// LabelTrafficTag names the version of a pod as well. ASM's samples put it on every
	// pod of a lane, and its OpenAPI selects lanes by it. Pods may have only this one.
	LabelTrafficTag = "ASM_TRAFFIC_TAG"
	// LabelLaneGroup is a label of an ASMSwimLane and names its ASMSwimLaneGroup. The
	// lane's spec has no field for it.
	LabelLaneGroup = "swimlane-group"
)

// versionLabels name the version of a pod. The first counts.
var versionLabels = [...]string{LabelVersion, LabelTrafficTag}

// VersionOf returns the version in the labels of a pod: LabelVersion, else
// LabelTrafficTag. It is empty when they have neither.
func VersionOf(labels map[string]string) string {
	return cmp.Or(labels[LabelVersion], labels[LabelTrafficTag])
}

// DefaultNamespace is the namespace of an object that sets none.
const DefaultNamespace = "default"

// Host returns the full name of a Service in the mesh: "mocka.default.svc.cluster.local".
// An empty namespace means DefaultNamespace.
func Host(service, namespace string) string { return istioname.Domain("").Service(service, namespace) }
