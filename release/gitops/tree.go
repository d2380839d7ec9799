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

// Tree is a release in a Git directory: the objects, the plan, and the state on the carrier.
// Each command reports the faults that are in its way.
type Tree struct {
	// Set is everything in the directory that can be read.
	Set manifest.Set
	// Config is the release as the plan's ConfigMap describes it.
	Config release.Config
	// State is where the release is. It is the zero State when the carrier bears no state of
	// this plan that can be read.
	State rollout.State
	// Author is who prepares a release, for Prepare. If the plan has gates, the evidence notes
	// the author, who may not approve. Empty means unknown.
	Author string
	// Unread has an error for each part of the directory that could not be read.
	Unread []error
	// Skipped has the parts of the directory that were passed over.
	Skipped []manifest.Skip

	live      release.Live
	stateErr  error   // why no state of the plan can be read, with the ways out
	faults    []error // the faults of the holders
	twice     []error // lanes and groups that are defined twice, without the holders; several clusters; Applications
	clusters  error   // the directory is for several clusters
	kustomize kustomized
	dirs      []string // the directories of the set; "." for the only one
}

// Open reads the release of a set. plan is the name of its plan; empty means the only one.
// unread has an error for each part of the directory that is not in the set. The error wraps
// [release.ErrNoPlan] when there is no plan, and is a [*release.PlanError] when the plan cannot
// be read or followed. A state that cannot be read, or is another plan's, is no error here: the
// commands that it stops say so.
func Open(set manifest.Set, plan string, unread ...error) (Tree, error) {
	return openIn(set, []string{"."}, plan, unread...)
}

// openIn is Open for a set of several directories.
func openIn(set manifest.Set, dirs []string, plan string, unread ...error) (Tree, error) {
	config, err := release.ReadConfig(set, plan)
	unread = slices.DeleteFunc(slices.Clone(unread), func(err error) bool { return err == nil })
	if errors.Is(err, release.ErrNoPlan) {
		err = withUnread(withMarks(err, set), unread)
	} else if clusters := set.OneCluster(); err != nil && clusters != nil { // each cluster may have the plan
		err = fmt.Errorf("%w\n%w", clusters, err)
	}
	if err != nil {
		return Tree{Set: set, Unread: unread}, err
	}
	return open(set, dirs, config, unread), nil
}

// open reads the holders of a release.
func open(set manifest.Set, dirs []string, config release.Config, unread []error) Tree {
	live := release.ReadSet(config, set.Overlaid()) // a patch that holds weights is read, and edited, itself
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

// withUnread adds the unread files to an error about something missing: it may be in them.
func withUnread(err error, unread []error) error {
	if len(unread) == 0 {
		return err
	}
	return fmt.Errorf("%w; it may be in an unreadable file:\n%w", err, errors.Join(unread...))
}

// withMarks adds an object that bears a state to the error about a missing plan.
func withMarks(err error, set manifest.Set) error {
	for _, o := range set.All() {
		isState := func(key string) bool {
			return release.IsMark(key) &&
				strings.HasPrefix(key, release.AnnotationState)
		}
		if slices.ContainsFunc(slices.Collect(maps.Keys(o.Meta().GetAnnotations())), isState) {
			return planLostError{fmt.Errorf("%w\n%s bears the state of a release: bring its plan back from Git",
				err, where(o))}
		}
	}
	return err
}

// planLostError is about the missing plan of an existing state.
type planLostError struct{ error }

func (e planLostError) Unwrap() error { return e.error }

func (planLostError) Is(target error) bool { return target == release.ErrState }

// After returns the release after a commit of this Tree is written.
func (t Tree) After(c Commit) Tree {
	if c.Nothing() {
		return t
	}
	out := open(c.After, t.dirs, t.Config, t.Unread) // a commit leaves the plan as it is
	out.Skipped = t.Skipped
	return out
}

// named returns the lanes of the plan and their groups, without holders.
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

// definedTwice returns an error when several objects have the same Ref.
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
	way := "remove the others"
	if t.clusters != nil {
		way = "name a directory that holds one"
	}
	return holderError(release.ErrTwice, first,
		fmt.Sprintf("must be defined once: it is at %s; %s", strings.Join(places, " and "), way))
}

// Sound returns why only repairs may work on the tree: the state cannot be read or is another
// plan's, or holders are missing, unreadable or defined twice.
func (t Tree) Sound() error {
	errs := append([]error{t.stateErr}, t.faults...)
	return errors.Join(append(errs, t.twice...)...)
}

// Prepared reports whether there is a state of the plan.
func (t Tree) Prepared() bool { return t.State != rollout.State{} }

// Revision returns the revision of the state. If no state can be read, it is the highest
// revision on a holder; 0 when there is none.
func (t Tree) Revision() int64 {
	if t.Prepared() {
		return t.State.Revision
	}
	return t.live.Highest
}

// Place returns in words where the release is, as rollout.Plan.Place does. It is "unknown" when
// the state, or an object that may bear one, cannot be read.
func (t Tree) Place() string {
	if t.stateErr != nil || !t.live.Bears && len(t.faults) > 0 {
		return "unknown"
	}
	return t.Config.Plan.Place(t.State)
}

// where returns the position of an object.
func where(o manifest.Object) string { return position.Of(o.File, o.Line, o.Ref) }
