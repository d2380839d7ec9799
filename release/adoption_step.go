package release

import "github.com/swimlane-go/swimlane/manifest"

// AdoptionStep is one commit of an [Adoption]. A cluster may apply its objects in any order.
type AdoptionStep struct {
	// Title says what the step does: "lead all requests to lane v1".
	Title string
	// Edit is the change of the files. It applies to the result of the step before.
	Edit manifest.Edit
}
