package release

import "github.com/swimlane-go/swimlane/internal/releasekeys"

// The label and the annotations by which the library marks objects in Git.
const (
	// LabelPlan marks the ConfigMap that holds a release's plan in Git. Its value
	// is the version of the format, "1".
	LabelPlan = releasekeys.Plan
	// AnnotationState holds a release's rollout.State as JSON, on the one object
	// that carries it. Where several plans name routes of one VirtualService, this key
	// and the next four end in a dot and the plan's name: see [Live.Annotations].
	AnnotationState = releasekeys.State
	// AnnotationRevision is on the other holders of a release's weights, and holds the
	// plan digest and the revision that their weights are of, as JSON.
	AnnotationRevision = releasekeys.Revision
	// AnnotationRetiring is beside the state while lanes are cleaned up that do not
	// select by their version alone, and holds their selectors as JSON, by lane: what is
	// left of them can be found when the lanes are gone already.
	AnnotationRetiring = releasekeys.Retiring
	// AnnotationEvidence is beside the state of a release whose plan has gates or guards,
	// and holds its rollout.Evidence as JSON; AnnotationHistory holds its
	// rollout.History. See [Live.Known].
	AnnotationEvidence = releasekeys.Evidence
	AnnotationHistory  = releasekeys.History
	// AnnotationCalls is on a Service and holds the services that it calls, in order,
	// separated by commas: names, or "namespace/name"; empty for none. Where it is, the
	// environment of the pods is not looked at. Lint and preview read it; Render writes
	// it when Options.Calls asks for it.
	AnnotationCalls = releasekeys.Calls
	// AnnotationReplicas is on what says how many pods a lane has, while a release has
	// raised that by its plan's floors, and holds what was written before: a number, or
	// "unset".
	AnnotationReplicas = releasekeys.Replicas
)
