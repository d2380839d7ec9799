package rollout

import (
	"strings"
	"time"
	"unicode/utf8"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/internal/markup"
)

// History is the moves of a release, the oldest first, for people: no decision uses it.
// The zero History has none. Its JSON is at most 48 KiB.
type History struct {
	// Moves are the last ones, at most 20.
	Moves []Move `json:"moves,omitempty"`
	// Dropped is how many older moves were left out.
	Dropped int `json:"dropped,omitempty"`
}

// Move is one change of a release.
type Move struct {
	// Kind is what happened, and To the stage that the release is at since then. To is
	// empty outside the stages.
	Kind EventKind `json:"kind"`
	To   string    `json:"to,omitempty"`
	// Revision is the revision of the state after the move, and At when it was made.
	Revision int64     `json:"revision"`
	At       time.Time `json:"at"`
	// By is who made the move, as far as it is known.
	By string `json:"by,omitempty"`
	// Reason is why: the decision's, or that of a person who overrode a gate.
	Reason string `json:"reason,omitempty"`
	// Override says that the move overrode a gate or a freeze.
	Override bool `json:"override,omitempty"`
}

// maxMoves bounds a history.
const maxMoves = 20

// UnmarshalJSON reads a history strictly: unknown and duplicate keys, more moves than there
// may be and longer texts than they may have are errors. On error h is left as it was.
func (h *History) UnmarshalJSON(data []byte) error {
	type plain History
	var out plain
	if err := strict("history", data, &out); err != nil {
		return err
	}
	var errs field.ErrorList
	if len(out.Moves) > maxMoves {
		errs = append(errs, field.TooMany(field.NewPath("moves"), len(out.Moves), maxMoves))
	}
	for i := range out.Moves[:min(len(out.Moves), maxMoves)] {
		m, at := &out.Moves[i], field.NewPath("moves").Index(i)
		errs = append(errs, bounded(at.Child("to"), m.To, maxName)...)
		errs = append(errs, bounded(at.Child("by"), m.By, maxName)...)
		errs = append(errs, bounded(at.Child("reason"), m.Reason, maxReason)...)
	}
	if out.Dropped < 0 {
		errs = append(errs, field.Invalid(field.NewPath("dropped"), out.Dropped, "must not be negative"))
	}
	if err := fielderr.Join("history", errs); err != nil {
		return err
	}
	*h = History(out)
	return nil
}

// Record returns the history with the move that event e made: next is what [Plan.Apply]
// returned for it. It prefers Override to Reason. It changes no argument. A state at the
// revision that was recorded last adds nothing, so a caller that crashed may repeat the
// call.
func (p Plan) Record(h History, next State, e Event) History {
	if n := len(h.Moves); n > 0 && h.Moves[n-1].Revision == next.Revision {
		return h
	}
	m := Move{Kind: e.Kind, Revision: next.Revision, At: next.Since, By: cut(e.By, maxName),
		Reason: cut(e.Reason, maxReason)}
	if e.Override != "" {
		m.Reason, m.Override = cut(e.Override, maxReason), true
	}
	if next.Phase != RolledBack && next.Stage >= 1 && next.Stage <= len(p.Stages) {
		m.To = p.Stages[next.Stage-1].Name
	}
	moves := append(append(make([]Move, 0, len(h.Moves)+1), h.Moves...), m)
	if extra := len(moves) - maxMoves; extra > 0 {
		h.Dropped += extra
		moves = moves[extra:]
	}
	h.Moves = moves
	return h
}

// cut returns at most n bytes of text, as one line, ending with "…" when it was longer.
func cut(text string, n int) string {
	text = markup.Line(strings.Join(strings.Fields(text), " "))
	if len(text) <= n {
		return text
	}
	text = text[:n-len("…")]
	for !utf8.ValidString(text) {
		text = text[:len(text)-1]
	}
	return text + "…"
}

// Text returns the history for terminals, a line a move: when, what, by whom and why.
func (h History) Text() string {
	var b strings.Builder
	for _, m := range h.Moves {
		b.WriteString(m.String() + "\n")
	}
	return b.String()
}

// String returns the move in one line.
func (m Move) String() string {
	text := m.At.UTC().Format(time.RFC3339) + " " + m.Kind.Words()
	switch {
	case m.To == "":
	case m.Kind == Pause || m.Kind == Resume || m.Kind == Finish:
		text += " at " + m.To
	default:
		text += " to " + m.To
	}
	if m.By != "" {
		text += " by " + m.By
	}
	if m.Override {
		text += ", gates overridden"
	}
	if m.Reason != "" {
		text += ": " + m.Reason
	}
	return markup.Line(text)
}
