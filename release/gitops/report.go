package gitops

import (
	"time"

	"github.com/swimlane-go/swimlane/rollout"
)

// Report says where a release is, what a command did to it, and what may come next. Programs
// print its JSON for other programs. The lists are never null.
type Report struct {
	// Command is the command: "status", "promote".
	Command string `json:"command"`
	// Result is its outcome: "done"; "unchanged", the goal held already; "completed", the
	// commit did what must come first, such as completing half-written files, and the command
	// is still to be done; "broken off", some files are written and others not; "refused",
	// nothing was written.
	Result Result `json:"result"`
	// Plan is the name of the plan; empty when there is none.
	Plan string `json:"plan"`
	// Place is where the release is afterwards.
	Place Place `json:"place"`
	// Revision is the revision of the state, or the highest on a holder if no state can be
	// read; 0 when there is none.
	Revision int64 `json:"revision"`
	// Since is when the release came to the place, in RFC 3339; empty when it is at no place.
	Since string `json:"since"`
	// Entered has the criteria of the stage that the command entered; empty when it entered
	// none.
	Entered string `json:"entered"`
	// Weights are the weights of every route, or of the lanes together, afterwards.
	Weights []Holding `json:"weights"`
	// Problems are the faults of the release.
	Problems []Problem `json:"problems"`
	// Notes say what else to know.
	Notes []string `json:"notes"`
	// Next are the commands that may come next, the usual one first.
	Next []Next `json:"next"`
	// Emergency is the command that ends the release at once; nil when there is
	// nothing to end.
	Emergency *Next `json:"emergency"`
	// Files are the files that were written, or would be.
	Files []FileReport `json:"files"`
	// Changes are the changes of the files in meaning.
	Changes []Change `json:"changes"`
	// Message is the commit message; empty when no file changes.
	Message string `json:"message"`
	// Again says that the command has another commit, for when the cluster has this one. The
	// command is prepare, cleanup, or init with lanes.
	Again bool `json:"again"`
	// Decision is what the evidence says should happen now; null if nobody asked, or if the
	// plan has neither gates nor guards.
	Decision *Decision `json:"decision"`
	// History has the moves of a release with gates or guards in its plan, the oldest first.
	History []Move `json:"history"`
	// Error says why the command was refused; empty when it was not.
	Error string `json:"error"`
	// Table is the plan in lines, with the place marked, for people.
	Table string `json:"-"`
}

// Result is the outcome of a command.
type Result string

const (
	// Done: the files now have what was asked for.
	Done Result = "done"
	// Unchanged: the files had it already.
	Unchanged Result = "unchanged"
	// Completed: the commit did what must come first: it completed half-written files, or gave
	// lanes the pods of a stage. What was asked for is still to be done.
	Completed Result = "completed"
	// BrokenOff: some files are written and others not; ask again.
	BrokenOff Result = "broken off"
	// Refused: nothing was written.
	Refused Result = "refused"
)

// Place is where a release is.
type Place struct {
	// Phase is the phase of the state; empty when no state can be read.
	Phase rollout.Phase `json:"phase"`
	// Stage counts from 1; 0 outside the stages.
	Stage int `json:"stage"`
	// Stages is the number of stages of the plan.
	Stages int `json:"stages"`
	// Name is the name of the stage; empty outside the stages.
	Name string `json:"name"`
	// Text is the place in words: "stage 2 of 4, half".
	Text string `json:"text"`
}

// Holding is an object with weights.
type Holding struct {
	// Object is the VirtualService, the file of values, or the lane group if its lanes hold the
	// weights.
	Object string `json:"object"`
	// File is the path of its file in the directory.
	File string `json:"file"`
	// Line is the line at which it begins in the file, from 1.
	Line int `json:"line"`
	// Found are its weights, in their order.
	Found rollout.Weights `json:"found"`
	// Expected are the weights of the place; none when there is no place.
	Expected rollout.Weights `json:"expected"`
}

// Problem is a fault of a release.
type Problem struct {
	// Kind is one of "plan", "state", "holder", "kustomize", "drift", "half-written",
	// "pods", "image", "lanes", "file".
	Kind string `json:"kind"`
	// Message says where and what.
	Message string `json:"message"`
}

// Next is a command that may come next.
type Next struct {
	// Command is the word, with its flags: "promote".
	Command string `json:"command"`
	// Place is where it leads, in words.
	Place string `json:"place"`
	// Weights are the weights that it sets; none if it sets none.
	Weights rollout.Weights `json:"weights"`
	// Criteria say what must be true before.
	Criteria string `json:"criteria"`
}

// FileReport is a file that a command changes.
type FileReport struct {
	// Name is its path in the directory.
	Name string `json:"name"`
	// Change is one of "new", "changed", "removed".
	Change string `json:"change"`
}

// Change is a difference in meaning: see manifest.Difference.
type Change struct {
	// Object is the object that differs: "VirtualService istio-system/mock".
	Object string `json:"object"`
	// Field is the path of the difference in the object; empty when the object comes or goes.
	Field string `json:"field"`
	// Lane is the lane with another weight; empty for any other change.
	Lane string `json:"lane"`
	// Before is the value before, as YAML of one line, or the kind of an object that goes;
	// empty when there was none.
	Before string `json:"before"`
	// After is the value after, or the kind of an object that comes; empty when there is none.
	After string `json:"after"`
	// Text is the change in a line.
	Text string `json:"text"`
}

// Decision is what the evidence says should happen: see rollout.Plan.Decide.
type Decision struct {
	// Action is what should happen.
	Action rollout.Action `json:"action"`
	// To is the stage that it leads to; empty if it leads to none.
	To string `json:"to"`
	// Reasons say why, the weightiest first; for Hold they say what is missing.
	Reasons []Reason `json:"reasons"`
	// Again is when the answer may change without new observations, in RFC 3339; empty if it
	// does not.
	Again string `json:"again"`
	// Text is the decision in a line.
	Text string `json:"text"`
}

// Reason is one fact behind a decision.
type Reason struct {
	// Cause is the kind of the fact: see rollout.Cause.
	Cause rollout.Cause `json:"cause"`
	// Asks is the action that the fact asks for; empty for a reason to go on.
	Asks rollout.Action `json:"asks"`
	// Text is the reason in a line.
	Text string `json:"text"`
}

// Move is one change of a release: see rollout.Move.
type Move struct {
	// Kind is what happened: "Promote".
	Kind rollout.EventKind `json:"kind"`
	// To is the stage of the release after the move; empty outside the stages.
	To string `json:"to"`
	// Revision is the revision of the state after the move.
	Revision int64 `json:"revision"`
	// At is when it happened, in RFC 3339.
	At string `json:"at"`
	// By is who did it; empty when nobody said.
	By string `json:"by"`
	// Reason is why; empty when nobody said.
	Reason string `json:"reason"`
	// Override says that the move overrode a gate or a freeze.
	Override bool `json:"override"`
	// Text is the move in a line.
	Text string `json:"text"`
}

// DecisionOf returns a decision in the form of a report.
func DecisionOf(d rollout.Decision) *Decision {
	out := &Decision{Action: d.Action, To: d.To, Reasons: []Reason{}, Text: d.String()}
	for _, r := range d.Reasons {
		out.Reasons = append(out.Reasons, Reason{r.Cause, r.Asks, r.String()})
	}
	if !d.Again.IsZero() {
		out.Again = d.Again.UTC().Format(time.RFC3339)
	}
	return out
}

// history returns the moves of the release.
func (t Tree) history() []Move {
	out := []Move{}
	known, _ := t.live.Known()
	for _, m := range known.History.Moves {
		out = append(out, Move{m.Kind, m.To, m.Revision, m.At.UTC().Format(time.RFC3339), m.By, m.Reason, m.Override,
			m.String()})
	}
	return out
}
