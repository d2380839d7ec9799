package gitops

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/swimlane-go/swimlane/internal/strictyaml"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// mark is what the holders bear that do not carry the state: of which plan and
// revision their weights are.
type mark struct {
	PlanDigest string `json:"planDigest"`
	Revision   int64  `json:"revision"`
}

// revisionOf returns the mark of a state as JSON.
func revisionOf(state rollout.State) (string, error) {
	data, err := json.Marshal(mark{state.PlanDigest, state.Revision})
	return string(data), err
}

// marks returns the changes that write the state on the carrier, and its mark on
// the other holders.
func (t Tree) marks(state rollout.State, holders []holder) ([]manifest.Change, error) {
	data, err := json.Marshal(state)
	if err != nil {
		return nil, err
	}
	revision, err := revisionOf(state)
	if err != nil {
		return nil, err
	}
	var out []manifest.Change
	for _, h := range holders {
		change := manifest.SetAnnotation{Object: h.ref(), Key: release.AnnotationRevision, Value: revision}
		if h.ref() == t.carrier() {
			change.Key, change.Value = release.AnnotationState, string(data)
		}
		out = append(out, change)
	}
	return out, nil
}

// behind returns the holders that were not written yet when the carrier was: they
// stand at the revision before. Any other must have the weights of the state.
func (t Tree) behind() ([]holder, error) {
	var out []holder
	weights := t.Config.Plan.Weights(t.State)
	errs := t.missing(weights)
	for _, h := range t.holders() {
		written, err := t.written(h)
		switch {
		case err != nil:
			errs = append(errs, err)
		case written:
			errs = append(errs, t.drift(h, t.Place(), weights))
		default:
			out = append(out, h)
		}
	}
	if err := errors.Join(errs...); err != nil {
		way := "takes it over"
		if t.asPlace() != "" {
			way = "-as PLACE sets the weights of a place of the plan"
		}
		return nil, fmt.Errorf("%w\nit was edited by hand, or is of another commit: adopt %s, rollback ends the release", err, way)
	}
	return out, nil
}

// written reports whether a holder is at the revision of the state; if not it is at
// the one before. The error says where the holder is.
func (t Tree) written(h holder) (bool, error) {
	written, err := t.isWritten(h)
	if err != nil {
		o, _ := t.Set.Get(h.ref())
		err = fmt.Errorf("%s: %w", where(o), err)
	}
	return written, err
}

// isWritten is written, without the place in the error. Without a mark a holder is
// before the first revision, or its clean-up is under way.
func (t Tree) isWritten(h holder) (bool, error) {
	if h.ref() == t.carrier() {
		return true, nil // its state is what the others are compared with
	}
	m, err := t.markOf(h)
	if err != nil {
		return false, err
	}
	unmarked := m == mark{}
	switch {
	case m == mark{t.State.PlanDigest, t.State.Revision}, unmarked && t.State.Closed():
		return true, nil
	case m.Revision == t.State.Revision-1 && (unmarked || m.PlanDigest == t.State.PlanDigest):
		return false, nil
	}
	return false, fmt.Errorf("must be at revision %d of the plan, or the one before: it is at %d", t.State.Revision, m.Revision)
}

func (t Tree) markOf(h holder) (m mark, err error) {
	o, _ := t.Set.Get(h.ref())
	text, found := o.Meta().GetAnnotations()[release.AnnotationRevision]
	if !found {
		return m, nil
	}
	if err := strictyaml.Unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("annotation %s: %w", release.AnnotationRevision, err)
	}
	return m, nil
}
