package gitops

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// Tree is a release in a Git directory: the objects, the plan, and the state that
// the carrier holds.
type Tree struct {
	// Set is everything that the directory holds.
	Set manifest.Set
	// Config is what the directory says of the release.
	Config release.Config
	// State is where the release stands. The zero State when there is none.
	State rollout.State

	header string // by which the routes of a permissive group name lanes
}

// maxState is the size in bytes of the largest state that is read.
const maxState = 4096

// Open reads the release of a directory. It fails when there is no plan (then the
// error wraps [release.ErrNoPlan]), when plan or state cannot be read, when the
// state is another plan's (rollout.ErrForeign), and when it stands where it must
// not.
func Open(set manifest.Set) (Tree, error) {
	config, err := release.ReadConfig(set)
	if err != nil {
		return Tree{}, err
	}
	t := Tree{Set: set, Config: config}
	t.header = t.routeHeader()
	var errs []error
	for _, o := range set.All() {
		text, found := o.Meta().GetAnnotations()[release.AnnotationState]
		switch {
		case !found:
		case o.Ref != t.carrier():
			errs = append(errs, fmt.Errorf("%s: must not hold a state: that of the release belongs to %s", where(o), t.carrier()))
		case len(text) > maxState:
			errs = append(errs, fmt.Errorf("%s: state must not be larger than %d bytes", where(o), maxState))
		default:
			if err := json.Unmarshal([]byte(text), &t.State); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", where(o), err))
			} else if err := config.Plan.Check(t.State); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", where(o), err))
			}
		}
	}
	for _, h := range t.holders() {
		_, err := h.weights()
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return Tree{}, err
	}
	return t, nil
}

// Prepared reports whether there is a state.
func (t Tree) Prepared() bool { return t.State != rollout.State{} }

// Place says in words where the release stands, as rollout.Plan.Place does.
func (t Tree) Place() string { return t.Config.Plan.Place(t.State) }

// Pending says what the next command meets before its own goal: weights that were
// edited by hand, or files that were written half-way. Empty when there is nothing.
func (t Tree) Pending() string {
	if !t.Prepared() {
		return ""
	}
	missing, err := t.unwritten()
	switch {
	case err != nil:
		return err.Error()
	case len(missing) > 0:
		return "the directory was written half-way: the next command completes it"
	}
	return ""
}

// where says where an object stands.
func where(o manifest.Object) string { return position.Of(o.File, o.Line, o.Ref) }

func laneRef(name string) manifest.Ref { return asmRef(lanes.KindLane, name) }

func groupRef(name string) manifest.Ref { return asmRef(lanes.KindLaneGroup, name) }

func asmRef(kind, name string) manifest.Ref {
	return manifest.Ref{Group: lanes.GroupVersion().Group, Kind: kind, Name: name}
}
