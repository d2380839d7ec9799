package lanes

import "github.com/swimlane-go/swimlane/internal/istioname"

// Labels and annotations, each with who reads it.
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

	// AnnotationState holds a release's rollout.State as JSON, on the one object
	// that carries it.
	AnnotationState = "swimlane-go.github.io/state"
	// AnnotationRevision stands on the other routes of an app that has several,
	// and holds the plan digest and the revision that their weights are of.
	AnnotationRevision = "swimlane-go.github.io/revision"
	// AnnotationRetiring stands beside the state while lanes are cleaned up whose
	// names do not tell their version, and holds their selectors as JSON, by lane:
	// what is left of them can be found when the lanes are gone already.
	AnnotationRetiring = "swimlane-go.github.io/retiring"
	// LabelPlan marks the ConfigMap that holds a release's plan in Git. Its value
	// is the version of the format, "1".
	LabelPlan = "swimlane-go.github.io/plan"
)

// DefaultNamespace is the namespace of an object that names none.
const DefaultNamespace = "default"

// Host returns the name under which a Service is known in the mesh:
// "mocka.default.svc.cluster.local". An empty namespace means DefaultNamespace.
func Host(service, namespace string) string { return istioname.Domain("").Service(service, namespace) }
