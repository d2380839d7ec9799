package rollout

import (
	"fmt"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// EventKind is the kind of an event. Any value other than the constants, including the
// zero value, is an error.
type EventKind string

const (
	// Start takes a prepared release to stage 1.
	Start EventKind = "Start"
	// Promote goes up one stage, or to the stage that the event names.
	Promote EventKind = "Promote"
	// StepBack goes down one stage, or to the stage that the event names.
	StepBack EventKind = "StepBack"
	// Pause holds the release where it is.
	Pause EventKind = "Pause"
	// Resume ends a pause.
	Resume EventKind = "Resume"
	// RollBack ends the release at the plan's Rollback weights.
	RollBack EventKind = "RollBack"
	// Finish ends the release at the last stage.
	Finish EventKind = "Finish"
)

// kinds are all kinds, in the order of the table.
var kinds = [...]EventKind{Start, Promote, StepBack, Pause, Resume, RollBack, Finish}

// Event is one thing that happens to a release. The zero Event is not valid.
type Event struct {
	// Kind is what happens.
	Kind EventKind `json:"kind"`
	// Revision is the revision of the state that the event was decided on.
	Revision int64 `json:"revision"`
	// To names the stage to go to. Only Promote and StepBack accept one; empty means the
	// next stage up or down.
	To string `json:"to,omitempty"`
	// At is when it happens; the next state keeps it in UTC, without its
	// fraction of a second.
	At time.Time `json:"at"`
	// By is who asks for it. Only an event with Override needs it.
	By string `json:"by,omitempty"`
	// Reason is why, for the history; only its first 256 bytes are kept. No decision uses
	// it.
	Reason string `json:"reason,omitempty"`
	// Override is why a person lets start, promote or finish happen against a freeze or a
	// gate. It lifts [ErrFrozen] and [ErrGated] for this one event, and nothing else.
	Override string `json:"override,omitempty"`
	// Evidence is what was seen of the release, for the gates; the zero value means
	// nothing. Zones are the time zones of the plan's freezes. Neither is part of the
	// event's JSON.
	Evidence Evidence `json:"-"`
	Zones    Zones    `json:"-"`
}

// Words returns the kind in the form messages use: "step back". Unknown kinds are quoted.
func (k EventKind) Words() string {
	switch k {
	case Start:
		return "start"
	case Promote:
		return "promote"
	case StepBack:
		return "step back"
	case Pause:
		return "pause"
	case Resume:
		return "resume"
	case RollBack:
		return "roll back"
	case Finish:
		return "finish"
	}
	return fmt.Sprintf("event %q", string(k))
}

// ParseEventKind returns the kind that text names: by its constant, "StepBack", or in
// words, "step back". Letter case, spaces, "-" and "_" do not matter. The error lists the
// known kinds.
func ParseEventKind(text string) (EventKind, error) {
	plain := func(s string) string {
		return strings.ToLower(strings.NewReplacer(" ", "", "-", "", "_", "").Replace(s))
	}
	var words []string
	for _, kind := range kinds {
		if plain(text) == plain(string(kind)) {
			return kind, nil
		}
		words = append(words, kind.Words())
	}
	return "", fmt.Errorf("an event must be one of %s, not %q", strings.Join(words, ", "), text)
}

// validate returns the faults that do not depend on the state.
func (e Event) validate(p Plan) field.ErrorList {
	var errs field.ErrorList
	switch e.Kind {
	case Promote, StepBack:
		if e.To != "" && p.named(e.To) == 0 {
			errs = append(errs, field.NotFound(field.NewPath("to"), e.To))
		}
	case Start, Pause, Resume, RollBack, Finish:
		if e.To != "" {
			errs = append(errs, field.Forbidden(field.NewPath("to"), "may be set for promote and step back only"))
		}
	default:
		errs = append(errs, field.NotSupported(field.NewPath("kind"), e.Kind,
			kinds[:]))
	}
	if e.Override != "" {
		switch e.Kind {
		case Start, Promote, Finish:
		default:
			errs = append(errs, field.Forbidden(field.NewPath("override"),
				"may be set for start, promote and finish only"))
		}
		if e.By == "" {
			errs = append(errs, field.Required(field.NewPath("by"), "must name who overrides"))
		}
		errs = append(errs, bounded(field.NewPath("override"), e.Override, maxReason)...)
	}
	if len(e.By) > maxName {
		errs = append(errs, field.TooLong(field.NewPath("by"), e.By, maxName))
	}
	return append(errs, validateTime("at", e.At)...)
}

// maxReason bounds the length of a reason.
const maxReason = 256

// bounded returns a fault when text has more than most bytes.
func bounded(path *field.Path, text string, most int) field.ErrorList {
	if len(text) <= most {
		return nil
	}
	return field.ErrorList{field.TooLong(path, text, most)}
}
