package release

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// Tree is a release in a Git directory: the objects, the plan, and the state that
// the carrier holds.
type Tree struct {
	// Set is everything that the directory holds.
	Set manifest.Set
	// Config is what the directory says of the release.
	Config Config
	// State is where the release stands. The zero State when there is none.
	State rollout.State

	header string // by which the routes of a permissive group name lanes
}

// maxState is the size in bytes of the largest state that is read.
const maxState = 4096

// Open reads the release of a directory. It fails when there is no plan (then the
// error wraps [ErrNoPlan]), when plan or state cannot be read, when the state is
// another plan's (rollout.ErrForeign), and when it stands where it must not.
func Open(set manifest.Set) (Tree, error) {
	config, err := ReadConfig(set)
	if err != nil {
		return Tree{}, err
	}
	t := Tree{Set: set, Config: config, header: routeHeader(set, config.Plan)}
	var errs []error
	for _, o := range set.All() {
		text, found := o.Meta().GetAnnotations()[lanes.AnnotationState]
		switch {
		case !found:
		case o.Ref != t.carrier():
			errs = append(errs, fmt.Errorf("%s: must not hold a state: that of the release belongs to %s", place(o), t.carrier()))
		case len(text) > maxState:
			errs = append(errs, fmt.Errorf("%s: state must not be larger than %d bytes", place(o), maxState))
		default:
			if err := json.Unmarshal([]byte(text), &t.State); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", place(o), err))
			} else if err := config.Plan.Check(t.State); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", place(o), err))
			}
		}
	}
	for _, b := range t.bearers() {
		_, err := t.found(b)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return Tree{}, err
	}
	return t, nil
}

// Prepared reports whether there is a state.
func (t Tree) Prepared() bool { return t.State != rollout.State{} }

// Drift says that the weights of an object are not those of the state: somebody
// edited them by hand. [Tree.Adopt] takes them over.
type Drift struct {
	// Object is the VirtualService, or the lane.
	Object manifest.Ref
	// Place is where the state says that the release stands.
	Place string
	// Expected and Found are the weights, with the lanes of the plan.
	Expected, Found rollout.Weights
}

func (d *Drift) Error() string {
	return fmt.Sprintf("%s: the weights must be those of %s, %s, not %s: they were edited by hand; adopt takes them over",
		d.Object, d.Place, spell(d.Expected), spell(d.Found))
}

// spell returns weights with their lanes: "v1=60 v2=40".
func spell(w rollout.Weights) string {
	var parts []string
	for _, weight := range w {
		parts = append(parts, fmt.Sprintf("%s=%d", weight.Lane, weight.Percent))
	}
	return strings.Join(parts, " ")
}

// Place says in words where the release stands.
func (t Tree) Place() string {
	s := t.State
	stage := fmt.Sprintf("stage %d", s.Stage)
	if s.Stage > 0 && s.Stage <= len(t.Config.Plan.Stages) {
		stage = fmt.Sprintf("stage %d, %s", s.Stage, t.Config.Plan.Stages[s.Stage-1].Name)
	}
	switch s.Phase {
	case rollout.Prepared:
		return "prepared"
	case rollout.Running:
		return stage
	case rollout.Paused:
		return "paused at " + stage
	case rollout.Finished:
		return "finished"
	case rollout.RolledBack:
		return "rolled back"
	}
	return "not prepared"
}

// equal reports whether weights mean the same: a lane at 0 may be missing.
func equal(a, b rollout.Weights) bool {
	return maps.Equal(shares(a), shares(b))
}

func shares(w rollout.Weights) map[string]int {
	out := map[string]int{}
	for _, weight := range w {
		if weight.Percent != 0 {
			out[weight.Lane] += weight.Percent
		}
	}
	return out
}

// mark is what the other routes bear: of which plan and revision they are.
type mark struct {
	PlanDigest string `json:"planDigest"`
	Revision   int64  `json:"revision"`
}

func (t Tree) markOf(b bearer) (m mark, err error) {
	o, _ := t.Set.Get(b.ref)
	text, found := o.Meta().GetAnnotations()[lanes.AnnotationRevision]
	if !found {
		return m, nil
	}
	if err := unmarshal(text, &m); err != nil {
		return m, fmt.Errorf("%s: annotation %s: %w", place(o), lanes.AnnotationRevision, err)
	}
	return m, nil
}

// behind returns the bearers that were not written yet when the carrier was: they
// stand at the revision before. Any other must have the weights of the state.
func (t Tree) behind() ([]bearer, error) {
	var out []bearer
	want := t.Config.Plan.Weights(t.State)
	errs := t.missing(want)
	for i, b := range t.bearers() {
		if i > 0 {
			m, err := t.markOf(b)
			switch {
			case err != nil:
				return nil, err
			case m == mark{} && t.State.Closed(): // its clean-up is under way
			case m.Revision == t.State.Revision-1 && (m.PlanDigest == t.State.PlanDigest || m == mark{}):
				out = append(out, b)
				continue
			case m != mark{t.State.PlanDigest, t.State.Revision}:
				errs = append(errs, fmt.Errorf("%s: must be at revision %d of the plan, or the one before: it is at %d", b.ref, t.State.Revision, m.Revision))
				continue
			}
		}
		errs = append(errs, t.drift(b, t.Place(), want))
	}
	return out, errors.Join(errs...)
}

// Pending says what the next command meets before its own goal: weights that were
// edited by hand, or files that were written half-way. Empty when there is nothing.
func (t Tree) Pending() string {
	if !t.Prepared() {
		return ""
	}
	behind, err := t.behind()
	if err != nil {
		return err.Error()
	}
	var missing []manifest.Change
	if !t.State.Closed() {
		if missing, err = t.candidate(t.State); err != nil {
			return err.Error()
		}
	}
	if len(behind)+len(missing) > 0 {
		return "the directory was written half-way: the next command completes it"
	}
	return ""
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
