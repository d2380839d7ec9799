package release

import (
	"encoding/json"
	"errors"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	strictjson "sigs.k8s.io/json"

	"github.com/swimlane-go/swimlane/rollout"
)

// Mark is the value of [AnnotationRevision] on holders other than the carrier: the plan and the
// revision of their weights. Its JSON is {"planDigest":"sha256:…","revision":3}. A holder
// without the annotation has the zero Mark.
type Mark struct {
	// PlanDigest is the PlanDigest of the state: see rollout.Plan.Digest.
	PlanDigest string `json:"planDigest"`
	// Revision is the revision of the state, from 1.
	Revision int64 `json:"revision"`
}

// MarkFor returns the mark of holders that have the weights of a state.
func MarkFor(s rollout.State) Mark { return Mark{s.PlanDigest, s.Revision} }

// MarkOf reads the mark of an object; the zero Mark when it bears none. Unknown and
// duplicate keys are errors.
func MarkOf(o metav1.Object) (Mark, error) { return markOf(o, AnnotationRevision) }

// markOf reads the mark under a key.
func markOf(o metav1.Object, key string) (m Mark, err error) {
	text, found := o.GetAnnotations()[key]
	if !found {
		return m, nil
	}
	faults, err := strictjson.UnmarshalStrict([]byte(text), &m)
	if err := errors.Join(append(faults, err)...); err != nil {
		return Mark{}, fmt.Errorf("annotation %s: %w", key, err)
	}
	return m, nil
}

// Encode returns the mark as the value of its annotation.
func (m Mark) Encode() string {
	data, _ := json.Marshal(m) // a string and a number always have JSON
	return string(data)
}

// MaxState is the size in bytes of the largest state that is read.
const MaxState = 4096

// maxRevision is above every revision that is believed, so that the next one can be written.
const maxRevision = 1 << 52

// EncodeState returns a state as the value of [AnnotationState]: its JSON. It fails for
// a time that JSON cannot hold.
func EncodeState(s rollout.State) (string, error) {
	data, err := json.Marshal(s)
	return string(data), err
}

// StateOf reads the state that an object bears; the zero State when it bears none. The error
// wraps [ErrState] when the state cannot be read, or is larger than [MaxState]. To check it
// against a plan, use rollout.Plan.Check.
func StateOf(o metav1.Object) (rollout.State, error) {
	text, found := o.GetAnnotations()[AnnotationState]
	if !found {
		return rollout.State{}, nil
	}
	return decodeState(text)
}

func decodeState(text string) (rollout.State, error) {
	if len(text) > MaxState {
		return rollout.State{}, fmt.Errorf("%w: it must not be larger than %d bytes", ErrState, MaxState)
	}
	var state rollout.State
	if err := json.Unmarshal([]byte(text), &state); err != nil {
		return rollout.State{}, fmt.Errorf("%w: %w", ErrState, err)
	}
	if state.Revision >= maxRevision {
		return rollout.State{}, fmt.Errorf("%w: revision %d is too high", ErrState, state.Revision)
	}
	return state, nil
}
