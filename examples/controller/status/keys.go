// Package status holds the messages between a controller and people: annotations of the plan's
// ConfigMap.
package status

// The annotations of a plan's ConfigMap that this controller reads and writes. People write the
// first five.
const (
	prefix = "controller.swimlane-go.github.io/"
	// AnnotationPause pauses the release while it is "true".
	AnnotationPause = prefix + "pause"
	// AnnotationAsk is one event that a person asks for: a rollout.Event as JSON. It counts only at
	// its revision, so that it happens once. Its time is ignored.
	AnnotationAsk = prefix + "ask"
	// AnnotationApprove is a list of rollout.Approval as JSON. Each names the digest and the stay,
	// and does not count for later ones. Everybody who may edit the ConfigMap may approve.
	AnnotationApprove = prefix + "approve"
	// AnnotationAuthor is the author of the release. The author may not approve it.
	AnnotationAuthor = prefix + "author"
	// AnnotationOwner with the value "controller" says that Git tracks the objects but ignores the
	// weights and annotations of releases.
	AnnotationOwner = prefix + "owner"

	// AnnotationPlace, AnnotationCondition and AnnotationMessage are for people: the place of the
	// release, what the controller does about it, and why.
	AnnotationPlace     = prefix + "place"
	AnnotationCondition = prefix + "condition"
	AnnotationMessage   = prefix + "message"
	// AnnotationProposal is a rollout.Decision as JSON. AnnotationEvidence is the rollout.Evidence
	// behind it. The controller writes them if it does not own the weights.
	AnnotationProposal = prefix + "proposal"
	AnnotationEvidence = prefix + "evidence"
	// AnnotationWritten is what the controller wrote last: DIGEST/REVISION/RESTORES. Remove it
	// after a dispute about the weights: the controller begins again.
	AnnotationWritten = prefix + "written"
)

// Condition is what the controller does about a release.
type Condition string

const (
	// Invalid: the ConfigMap is not a valid plan. No other object is read or written.
	Invalid Condition = "Invalid"
	// Broken: the state or the evidence cannot be read, or a holder has no weights. A person must
	// correct it, or ask for a roll back.
	Broken Condition = "Broken"
	// GitOwns: somebody else owns the weights, or the controller only proposes. It writes its
	// decision, but no weights.
	GitOwns Condition = "GitOwns"
	// Contested: somebody reverted weights or state again and again. The controller has stopped
	// writing.
	Contested Condition = "Contested"
	// Unavailable: lanes that would get requests lack pods. The controller waits.
	Unavailable Condition = "Unavailable"
	// Paused: the annotation pauses the release.
	Paused Condition = "Paused"
	// Waiting: the decision is to hold.
	Waiting Condition = "Waiting"
	// Moving: the controller has written a move, or completes one.
	Moving Condition = "Moving"
	// Over: the release is finished or rolled back.
	Over Condition = "Over"
)
