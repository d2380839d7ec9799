package release

import "github.com/swimlane-go/swimlane/internal/releasekeys"

// The label and the annotations by which the library marks objects in Git.
const (
	// LabelPlan marks the ConfigMap that holds a release's plan in Git. Its value
	// is the version of the format, "1".
	LabelPlan = releasekeys.Plan
	// AnnotationState holds a release's rollout.State as JSON, on the one object that carries
	// it. If several plans name routes of one VirtualService, this key and the next four end in
	// a dot and the plan's name: see [Live.Annotations].
	AnnotationState = releasekeys.State
	// AnnotationRevision is on the other holders of a release's weights. It holds the plan
	// digest and the revision of their weights, as JSON.
	AnnotationRevision = releasekeys.Revision
	// AnnotationRetiring is beside the state while a clean-up removes lanes that do not select
	// by their version alone. It holds their selectors as JSON, by lane, so that their pods can
	// be found when the lanes are gone.
	AnnotationRetiring = releasekeys.Retiring
	// AnnotationEvidence is beside the state of a release with gates or guards in its plan, and
	// holds its rollout.Evidence as JSON. AnnotationHistory holds its rollout.History. See
	// [Live.Known].
	AnnotationEvidence = releasekeys.Evidence
	AnnotationHistory  = releasekeys.History
	// AnnotationCalls is on a Service and holds the services that it calls, in order, separated
	// by commas: names, or "namespace/name"; empty for none. It replaces the calls that the
	// environment of the pods shows. Lint and preview read it. Render writes it for
	// Options.Calls.
	AnnotationCalls = releasekeys.Calls
	// AnnotationReplicas is on a workload or its autoscaler while a release has raised the
	// number of pods by its plan's floors. It holds what was written before: a number, or
	// "unset".
	AnnotationReplicas = releasekeys.Replicas
)
