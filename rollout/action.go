package rollout

import "fmt"

// Action is the outcome of a decision, and what a check asks for. A failed check may ask
// for hold, step back or roll back only.
type Action string

const (
	// ActNothing: the release is over.
	ActNothing Action = "Nothing"
	// ActStart: begin the release.
	ActStart Action = "Start"
	// ActPromote: go up one stage.
	ActPromote Action = "Promote"
	// ActFinish: end the release at its last stage.
	ActFinish Action = "Finish"
	// ActHold: stay at the place: something is missing, or a person must decide.
	ActHold Action = "Hold"
	// ActStepBack: go down one stage.
	ActStepBack Action = "StepBack"
	// ActRollBack: end the release at the plan's Rollback weights.
	ActRollBack Action = "RollBack"
)

// answers are the actions that a check or a dwell time may ask for, from the mildest.
var answers = [...]Action{ActHold, ActStepBack, ActRollBack}

// rank orders what several checks ask for: the higher one is preferred.
func (a Action) rank() int {
	switch a {
	case ActHold:
		return 1
	case ActStepBack:
		return 2
	case ActRollBack:
		return 3
	default: // what no check asks for
		return 0
	}
}

// Event returns the kind of event that carries out the action. Hold and nothing have
// none.
func (a Action) Event() (kind EventKind, ok bool) {
	switch a {
	case ActStart:
		return Start, true
	case ActPromote:
		return Promote, true
	case ActFinish:
		return Finish, true
	case ActStepBack:
		return StepBack, true
	case ActRollBack:
		return RollBack, true
	default:
		return "", false
	}
}

// Words returns the action in the form messages use: "step back".
func (a Action) Words() string {
	switch a {
	case ActHold:
		return "hold"
	case ActNothing:
		return "nothing to do"
	default:
		if kind, ok := a.Event(); ok {
			return kind.Words()
		}
		return fmt.Sprintf("action %q", string(a))
	}
}
