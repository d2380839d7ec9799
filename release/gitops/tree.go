package gitops

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// Tree is a release in a Git directory: the objects, the plan, and the state that
// the carrier holds. What is wrong with it each command says, as far as it is in
// the way of the command.
type Tree struct {
	// Set is everything that the directory holds and that can be read.
	Set manifest.Set
	// Config is what the directory says of the release.
	Config release.Config
	// State is where the release stands. The zero State when there is none, or none
	// of this plan that can be read.
	State rollout.State
	// Author is who prepares a release, for Prepare: where the plan has gates the evidence
	// notes it, and the author may not approve. Empty means that it is not known.
	Author string
	// Unread says what of the directory could not be read, an error each.
	Unread []error
	// Skipped says what of the directory was passed over.
	Skipped []manifest.Skip

	live      release.Live
	stateErr  error   // why there is no state of the plan that can be read, with the ways out
	faults    []error // what is wrong with the holders
	twice     []error // lanes and groups that are defined twice, and are no holders; so are Applications
	clusters  error   // the directory is of several clusters
	kustomize kustomized
	dirs      []string // the directories that it is of; "." for the only one
}

// Open reads the release of a set. plan is the name of its plan, empty for the only
// one that is there. unread is what of the directory is not in the set, because it
// could not be read. It fails when there is no plan (then the error wraps
// [release.ErrNoPlan]), or when the plan cannot be read or followed
// ([*release.PlanError]). A state that cannot be read, or is another plan's, is no
// error here: the commands that it stops say so.
func Open(set manifest.Set, plan string, unread ...error) (Tree, error) {
	return openIn(set, []string{"."}, plan, unread...)
}

// openIn is Open of a set of several directories.
func openIn(set manifest.Set, dirs []string, plan string, unread ...error) (Tree, error) {
	config, err := release.ReadConfig(set, plan)
	unread = slices.DeleteFunc(slices.Clone(unread), func(err error) bool { return err == nil })
	if errors.Is(err, release.ErrNoPlan) {
		err = withUnread(withMarks(err, set), unread)
	} else if clusters := set.OneCluster(); err != nil && clusters != nil { // each may have the plan
		err = fmt.Errorf("%w\n%w", clusters, err)
	}
	if err != nil {
		return Tree{Set: set, Unread: unread}, err
	}
	return open(set, dirs, config, unread), nil
}

// open reads what the holders of a release say.
func open(set manifest.Set, dirs []string, config release.Config, unread []error) Tree {
	live := release.ReadSet(config, set.Overlaid()) // what a patch holds is read there, and edited there
	t := Tree{Set: live.Set, Config: config, Unread: unread, dirs: dirs, live: live}
	t.State = t.live.State
	t.kustomize = t.readKustomizations()
	if t.clusters = set.OneCluster(); t.clusters != nil {
		t.twice = append(t.twice, t.clusters)
	}
	for _, h := range t.live.Holders {
		err := h.Err
		if twice := t.definedTwice(h.Ref); twice != nil {
			err = twice
		}
		if errors.Is(err, release.ErrMissing) {
			err = withUnread(err, unread)
		}
		if err != nil {
			t.faults = append(t.faults, err)
		}
	}
	for _, ref := range t.named() {
		if err := t.definedTwice(ref); err != nil {
			t.twice = append(t.twice, err)
		}
	}
	t.faults = append(t.faults, t.unlisted()...)
	for _, err := range unread {
		if errors.Is(err, manifest.ErrApplications) {
			t.twice = append(t.twice, err)
		}
	}
	t.stateErr = t.stateError()
	return t
}

// withUnread adds to the error about something that was not found the files that it
// may stand in.
func withUnread(err error, unread []error) error {
	if len(unread) == 0 {
		return err
	}
	return fmt.Errorf("%w; it may stand in what could not be read:\n%w", err, errors.Join(unread...))
}

// withMarks adds to the error about a plan that was not found what bears a release all
// the same.
func withMarks(err error, set manifest.Set) error {
	for _, o := range set.All() {
		isState := func(key string) bool {
			return release.IsMark(key) &&
				strings.HasPrefix(key, release.AnnotationState)
		}
		if slices.ContainsFunc(slices.Collect(maps.Keys(o.Meta().GetAnnotations())), isState) {
			return planLostError{fmt.Errorf("%w; but %s bears the state of a release: bring its plan back from Git",
				err, where(o))}
		}
	}
	return err
}

// planLostError is about a plan that was not found, of a state that was.
type planLostError struct{ error }

func (e planLostError) Unwrap() error { return e.error }

func (planLostError) Is(target error) bool { return target == release.ErrState }

// After returns the release as it stands when a commit of this Tree is written.
func (t Tree) After(c Commit) Tree {
	if c.Nothing() {
		return t
	}
	out := open(c.After, t.dirs, t.Config, t.Unread) // a commit leaves the plan as it is
	out.Skipped = t.Skipped
	return out
}

// named returns the lanes of the plan and their groups, which are no holders.
func (t Tree) named() []manifest.Ref {
	var out []manifest.Ref
	if t.Config.LaneGroup == "" {
		for _, lane := range t.Config.Plan.Before.Lanes() {
			out = append(out, release.LaneRef(lane))
		}
	}
	for _, group := range t.live.Groups() {
		if group != t.Config.LaneGroup {
			out = append(out, release.LaneGroupRef(group))
		}
	}
	return out
}

// definedTwice returns an error when several objects are the one of a Ref.
func (t Tree) definedTwice(ref manifest.Ref) error {
	var places []string
	var first manifest.Object
	for _, o := range t.Set.Kind(ref.Kind) {
		if o.Ref != ref {
			continue
		}
		if places = append(places, fmt.Sprintf("%s:%d", o.File, o.Line)); len(places) == 1 {
			first = o
		}
	}
	if len(places) < 2 {
		return nil
	}
	way := "remove all but one"
	if t.clusters != nil {
		way = "name a directory that holds one"
	}
	return holderError(release.ErrTwice, first,
		fmt.Sprintf("must be defined once: it stands at %s; %s", strings.Join(places, " and "), way))
}

// Sound returns why no command but those that repair may work on the tree: a state
// that cannot be read or is another plan's, and holders that are missing, cannot be
// read or are defined twice.
func (t Tree) Sound() error {
	errs := append([]error{t.stateErr}, t.faults...)
	return errors.Join(append(errs, t.twice...)...)
}

// Prepared reports whether there is a state of the plan.
func (t Tree) Prepared() bool { return t.State != rollout.State{} }

// Revision is that of the state; without one that can be read it is the highest
// that a holder bears. 0 when there is none.
func (t Tree) Revision() int64 {
	if t.Prepared() {
		return t.State.Revision
	}
	return t.live.Highest
}

// Place says in words where the release stands, as rollout.Plan.Place does: "unknown"
// when the state, or what may bear one, cannot be read.
func (t Tree) Place() string {
	if t.stateErr != nil || !t.live.Bears && len(t.faults) > 0 {
		return "unknown"
	}
	return t.Config.Plan.Place(t.State)
}

// where says where an object stands.
func where(o manifest.Object) string { return position.Of(o.File, o.Line, o.Ref) }
