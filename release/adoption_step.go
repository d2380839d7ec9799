package release

import "github.com/swimlane-go/swimlane/manifest"

// AdoptionStep is one commit of an [Adoption]. What it changes may be applied in any
// order.
type AdoptionStep struct {
	// Title says what it does: "lead all requests to lane v1".
	Title string
	// Edit is the change of the files, on the result of the step before.
	Edit manifest.Edit
}
