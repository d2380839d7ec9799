package release

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// Known is what a release keeps beside its state on the carrier, if its plan has gates or
// guards. The zero Known is for a release without observations and moves.
type Known struct {
	// Evidence is what was observed and approved.
	Evidence rollout.Evidence
	// History is the moves of the release.
	History rollout.History
}

// ErrKnown: evidence or a history on the carrier cannot be read.
var ErrKnown = errors.New("unreadable evidence")

// MaxKnown is the size in bytes of the largest evidence, and of the largest history, that
// is read or written.
const MaxKnown = 64 << 10

// In a file of values, the keys of evidence and history are the key of the state with one of
// these words at its end.
const (
	wordEvidence = "Evidence"
	wordHistory  = "History"
)

// Known reads what the release knows. If a part cannot be read, that part is zero and the error
// wraps [ErrKnown].
func (l Live) Known() (Known, error) {
	var out Known
	err := errors.Join(
		l.decode(l.keys.Evidence, wordEvidence, &out.Evidence),
		l.decode(l.keys.History, wordHistory, &out.History),
	)
	return out, err
}

// decode reads what the carrier bears under a key or, in a file of values, beside the state. It
// does nothing if the carrier bears nothing there.
func (l Live) decode(key, word string, into any) error {
	carrier, there := l.Set.Get(l.Carrier())
	if !there {
		return nil
	}
	text, found, where := "", false, "annotation "+key
	if v := l.Config.Values; v != nil {
		where = v.beside(word)
		text, found = textAt(carrier, where)
	} else {
		text, found = carrier.Meta().GetAnnotations()[key]
	}
	switch {
	case !found:
		return nil
	case len(text) > MaxKnown:
		return fmt.Errorf("%s: %s: %w: it must not be larger than %d bytes", l.Carrier(), where, ErrKnown, MaxKnown)
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		return fmt.Errorf("%s: %s: %w: %w", l.Carrier(), where, ErrKnown, err)
	}
	return nil
}

// KeepEvidence returns the change that writes evidence on the carrier. The error wraps
// [ErrKnown] when the evidence is larger than [MaxKnown]: it could not be read again.
func (l Live) KeepEvidence(e rollout.Evidence) (manifest.Change, error) {
	return l.keep(l.keys.Evidence, wordEvidence, e)
}

// KeepHistory returns the change that writes a history on the carrier, with the errors of
// [Live.KeepEvidence].
func (l Live) KeepHistory(h rollout.History) (manifest.Change, error) {
	return l.keep(l.keys.History, wordHistory, h)
}

// Follow returns the changes that take what the release knows along to the state after an
// event. The history gets the move, if the plan has gates. The evidence follows, so that it
// misses no pause. Follow leaves out what cannot be kept, since no move is refused for that:
// the next command that needs it says so.
func (l Live) Follow(next rollout.State, e rollout.Event, known Known) []manifest.Change {
	return append(l.record(next, e, known.History), l.follow(next, known.Evidence)...)
}

// record returns the change that adds a move to the history.
func (l Live) record(next rollout.State, e rollout.Event, h rollout.History) []manifest.Change {
	plan := l.Config.Plan
	if !plan.Gated() || next == l.State {
		return nil
	}
	change, err := l.KeepHistory(plan.Record(h, next, e))
	if err != nil {
		return nil
	}
	return []manifest.Change{change}
}

// follow returns the change that takes evidence along; none if there is no evidence.
func (l Live) follow(next rollout.State, e rollout.Evidence) []manifest.Change {
	if e.Schema == 0 || next.Closed() {
		return nil
	}
	now, err := l.Config.Plan.Now(next, e)
	if err != nil {
		return nil
	}
	keep, err := l.KeepEvidence(now)
	if err != nil {
		return nil
	}
	return []manifest.Change{keep}
}

func (l Live) keep(key, word string, value any) (manifest.Change, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	if len(data) > MaxKnown {
		return nil, fmt.Errorf("%s: %w: it must not be larger than %d bytes", l.Carrier(), ErrKnown, MaxKnown)
	}
	if v := l.Config.Values; v != nil {
		return manifest.SetField{Object: l.Carrier(), Path: v.beside(word), Value: string(data)}, nil
	}
	return manifest.SetAnnotation{Object: l.Carrier(), Key: key, Value: string(data)}, nil
}
