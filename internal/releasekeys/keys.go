// Package releasekeys names the label and the annotations by which a release marks objects. Package
// release documents them. They are here because validate and preview need some of them and are on a
// lower floor.
package releasekeys

// Keys of labels and annotations.
const (
	Plan     = "swimlane-go.github.io/plan"
	State    = "swimlane-go.github.io/state"
	Revision = "swimlane-go.github.io/revision"
	Retiring = "swimlane-go.github.io/retiring"
	Evidence = "swimlane-go.github.io/evidence"
	History  = "swimlane-go.github.io/history"
	Calls    = "swimlane-go.github.io/calls"
	Replicas = "swimlane-go.github.io/replicas"
	// LintIgnore lists findings that package validate does not report.
	LintIgnore = "swimlane-go.github.io/lint-ignore"
)
