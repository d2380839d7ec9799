// Package status is how a controller and people speak with each other: by annotations of the
// plan's ConfigMap.
package status

// The annotations of a plan's ConfigMap that speak with this controller. People write the
// first five.
const (
	prefix = "controller.swimlane-go.github.io/"
	// AnnotationPause pauses the release while it is "true".
	AnnotationPause = prefix + "pause"
	// AnnotationAsk is one event that a person asks for: a rollout.Event as JSON. Its revision
	// says of which state, so that it happens once; its time is of no account.
	AnnotationAsk = prefix + "ask"
	// AnnotationApprove is a list of rollout.Approval as JSON. Each names the digest and the
	// stay, so that it does not count for later ones. Who may edit the ConfigMap may approve.
	AnnotationApprove = prefix + "approve"
	// AnnotationAuthor is who made the release and may not approve it.
	AnnotationAuthor = prefix + "author"
	// AnnotationOwner with the value "controller" says that Git, which the objects are tracked
	// by, ignores weights and annotations of releases.
	AnnotationOwner = prefix + "owner"

	// AnnotationPlace, AnnotationCondition and AnnotationMessage are for people: where the
	// release is, what the controller does about it, and why.
	AnnotationPlace     = prefix + "place"
	AnnotationCondition = prefix + "condition"
	AnnotationMessage   = prefix + "message"
	// AnnotationProposal is a rollout.Decision as JSON, and AnnotationEvidence the
	// rollout.Evidence on which it rests, where the controller does not own the weights.
	AnnotationProposal = prefix + "proposal"
	AnnotationEvidence = prefix + "evidence"
	// AnnotationWritten is what the controller wrote last: DIGEST/REVISION/RESTORES.
	// Removing it lets the controller begin again after a dispute about the weights.
	AnnotationWritten = prefix + "written"
)

// Condition is what the controller does about a release.
type Condition string

const (
	// Invalid: the ConfigMap is no plan. Nothing is read or written.
	Invalid Condition = "Invalid"
	// Broken: state or evidence cannot be read, or a holder holds no weights. A person must
	// mend it, or ask for a roll back.
	Broken Condition = "Broken"
	// GitOwns: another one owns the weights, or the controller is to propose only. It writes
	// its decision, and no weights.
	GitOwns Condition = "GitOwns"
	// Contested: somebody took weights or state back, again and again. The controller has
	// stopped writing.
	Contested Condition = "Contested"
	// Unavailable: lanes that are to get requests lack pods. It waits.
	Unavailable Condition = "Unavailable"
	// Paused: the annotation says so.
	Paused Condition = "Paused"
	// Waiting: the decision is to hold.
	Waiting Condition = "Waiting"
	// Moving: it has written a move, or is about to look at what it wrote.
	Moving Condition = "Moving"
	// Over: finished or rolled back.
	Over Condition = "Over"
)
