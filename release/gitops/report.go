package gitops

import (
	"time"

	"github.com/swimlane-go/swimlane/rollout"
)

// Report says where a release stands, what a command has made of it, and what may
// come next. Its JSON is what programs print for other programs; the lists are
// never null.
type Report struct {
	// Command is what was asked for: "status", "promote".
	Command string `json:"command"`
	// Result is what became of it: "done"; "unchanged", it was there already;
	// "completed", the files were written half-way before and are whole now, and what
	// was asked for is still to be done; "broken off", some files are written and
	// others not; "refused", nothing was written.
	Result Result `json:"result"`
	// Plan is the name of the plan; empty when there is none.
	Plan string `json:"plan"`
	// Place is where the release stands afterwards.
	Place Place `json:"place"`
	// Revision is that of the state; 0 when there is none.
	Revision int64 `json:"revision"`
	// Since is when the release came there, in RFC 3339; empty when it is nowhere.
	Since string `json:"since"`
	// Entered are the criteria of the stage that the command has entered.
	Entered string `json:"entered"`
	// Weights are those of every route, or of the lanes together, afterwards.
	Weights []Holding `json:"weights"`
	// Problems are what is wrong with the release as it stands.
	Problems []Problem `json:"problems"`
	// Notes are what else to know.
	Notes []string `json:"notes"`
	// Next are the commands that may come next, the usual one first.
	Next []Next `json:"next"`
	// Emergency is the command that ends the release at once; nil when there is
	// nothing to end.
	Emergency *Next `json:"emergency"`
	// Files are those that were written, or would be.
	Files []FileReport `json:"files"`
	// Changes are what they change in meaning.
	Changes []Change `json:"changes"`
	// Message is the commit message that fits; empty when no file changes.
	Message string `json:"message"`
	// Again says that prepare, the clean-up, or init with lanes has another commit, for
	// when the cluster has this one.
	Again bool `json:"again"`
	// Decision is what the evidence says should happen now; null where nobody has asked, or
	// where the plan has neither gates nor guards.
	Decision *Decision `json:"decision"`
	// History are the moves of a release whose plan has gates or guards, the oldest first.
	History []Move `json:"history"`
	// Error says why the command was refused; empty when it was not.
	Error string `json:"error"`
	// Table is the plan in lines, the place marked, for people.
	Table string `json:"-"`
}

// Result is what became of a command.
type Result string

const (
	// Done: what was asked for is in the files now.
	Done Result = "done"
	// Unchanged: it was there already.
	Unchanged Result = "unchanged"
	// Completed: the files were written half-way before; they are whole now, and
	// what was asked for is still to be done.
	Completed Result = "completed"
	// BrokenOff: some files are written and others not; ask again.
	BrokenOff Result = "broken off"
	// Refused: nothing was written.
	Refused Result = "refused"
)

// Place is where a release stands.
type Place struct {
	// Phase is the phase of the state; empty when there is none that can be read.
	Phase rollout.Phase `json:"phase"`
	// Stage counts from 1; 0 outside the stages.
	Stage int `json:"stage"`
	// Stages is how many stages the plan has.
	Stages int `json:"stages"`
	// Name is that of the stage; empty outside the stages.
	Name string `json:"name"`
	// Text says it in words: "stage 2 of 4, half".
	Text string `json:"text"`
}

// Holding is what holds weights.
type Holding struct {
	// Object is the VirtualService, or the lane group whose lanes hold the weights.
	Object string `json:"object"`
	// File is the one in which it stands, by its path in the directory.
	File string `json:"file"`
	// Line is where it begins in the file, from 1.
	Line int `json:"line"`
	// Found are the weights that stand there, in their order.
	Found rollout.Weights `json:"found"`
	// Expected are those of the place; none when there is no place.
	Expected rollout.Weights `json:"expected"`
}

// Problem is something that is wrong with a release.
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
	// Weights are those that it gives; none where it changes none.
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
	// Object is what differs: "VirtualService istio-system/mock".
	Object string `json:"object"`
	// Field is the path of what differs in it; empty when the object comes or goes.
	Field string `json:"field"`
	// Lane is the lane whose weight differs; empty for anything else.
	Lane string `json:"lane"`
	// Before is what was there, as YAML of one line, or the kind of an object that
	// goes; empty when there was nothing.
	Before string `json:"before"`
	// After is what is there then, or the kind of an object that comes; empty when
	// there is nothing.
	After string `json:"after"`
	// Text says it in a line.
	Text string `json:"text"`
}

// Decision is what the evidence says should happen: see rollout.Plan.Decide.
type Decision struct {
	// Action is what should happen.
	Action rollout.Action `json:"action"`
	// To is the stage that it leads to; empty where it leads to none.
	To string `json:"to"`
	// Reasons are why, the weightiest first; for Hold they are what is missing.
	Reasons []Reason `json:"reasons"`
	// Again is when the answer may change though nothing new is seen, in RFC 3339; empty when
	// it does not.
	Again string `json:"again"`
	// Text says it in a line.
	Text string `json:"text"`
}

// Reason is one fact that a decision rests on.
type Reason struct {
	// Cause says what kind of fact it is: see rollout.Cause.
	Cause rollout.Cause `json:"cause"`
	// Asks is the action that it asks for; empty for the reason to go on.
	Asks rollout.Action `json:"asks"`
	// Text says it in a line.
	Text string `json:"text"`
}

// Move is one change of a release: see rollout.Move.
type Move struct {
	// Kind is what happened: "Promote".
	Kind rollout.EventKind `json:"kind"`
	// To is the stage where the release is since; empty outside the stages.
	To string `json:"to"`
	// Revision is that of the state since.
	Revision int64 `json:"revision"`
	// At is when it happened, in RFC 3339.
	At string `json:"at"`
	// By is who did it; empty when nobody said.
	By string `json:"by"`
	// Reason is why; empty when nobody said.
	Reason string `json:"reason"`
	// Override says that a gate or a freeze was lifted for it.
	Override bool `json:"override"`
	// Text says it in a line.
	Text string `json:"text"`
}

// DecisionOf returns a decision as a report has it.
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
