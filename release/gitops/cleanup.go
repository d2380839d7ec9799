package gitops

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/internal/strictyaml"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// CleanUp removes what a release left when it is over. It takes one commit for a file of values,
// and otherwise two or more: see [Commit.Again]. The first takes the lanes out of the routes.
// When the cluster has applied that, the second removes the lanes, their workloads and the
// state. Services stay. The error wraps [release.ErrUnfinished] before the release is over, and
// [release.ErrFallback] when lanes that stay fall back to a lane that goes. The first commit is
// refused if a later one would be.
func (t Tree) CleanUp() (Commit, error) {
	out, err := t.cleanUp()
	for next, at := out, t; err == nil && next.Again; {
		at = at.After(next)
		if next, err = at.cleanUp(); err != nil {
			return Commit{}, fmt.Errorf("clean-up, a later commit: %w", err)
		}
	}
	return out, err
}

// cleanUp returns the next commit of a clean-up.
func (t Tree) cleanUp() (Commit, error) {
	if err := cmp.Or(t.kustomize.err, t.Sound()); err != nil {
		return Commit{}, fmt.Errorf("clean-up: %w", err)
	}
	if !t.Prepared() {
		return t.nothing(), nil
	}
	if !t.State.Closed() {
		return Commit{}, fmt.Errorf("clean-up at %s: %w", t.Place(), release.ErrUnfinished)
	}
	if done, ok, err := t.complete(); err != nil {
		return Commit{}, fmt.Errorf("clean-up: %w", err)
	} else if ok {
		return done, nil
	}
	if changes := t.giveBack(); len(changes) > 0 {
		out, err := t.commit("", t.State, t.Config.Name+": give back the replicas of the release", changes...)
		out.Again = true
		out.Notes = append(out.Notes, "this is a commit of its own: clean up again to go on")
		return out, err
	}
	retiring := t.Config.Plan.Retiring(t.State)
	if t.Config.Values != nil {
		return t.cleanUpValues(retiring)
	}
	if err := errors.Join(t.checkFallbacks(retiring), t.checkPinned(retiring)); err != nil {
		return Commit{}, fmt.Errorf("clean-up: %w", err)
	}
	selectors, known, err := t.selectors(retiring)
	if err != nil {
		return Commit{}, fmt.Errorf("clean-up: %w", err)
	}
	if err := t.namedGone(removals(t.retired(retiring, selectors))); err != nil {
		return Commit{}, fmt.Errorf("clean-up: %w", err)
	}
	changes, err := t.live.TakeOut(retiring, usedSubset(t.others()))
	if err != nil {
		return Commit{}, err
	}
	if !known {
		data, err := json.Marshal(selectors)
		if err != nil {
			return Commit{}, err
		}
		changes = append(changes, manifest.SetAnnotation{Object: t.live.Carrier(), Key: t.live.Annotations().Retiring,
			Value: string(data)})
	}
	if len(changes) > 0 {
		out, err := t.commit("", t.State,
			fmt.Sprintf("%s: take %s out of the routes", t.Config.Name, strings.Join(retiring, ", ")), changes...)
		out.Again = true
		out.Notes = append(out.Notes,
			"this is a commit of its own: when the cluster has it, clean up again to remove the lanes and Deployments")
		return out, err
	}
	return t.removeLanes(retiring, selectors)
}

// selectors returns the selectors of retiring lanes, by lane. known says that they can be found
// when the lanes are gone: in the carrier's annotation, or as the version of the lane.
func (t Tree) selectors(retiring []string) (selectors map[string]map[string]string, known bool, err error) {
	carrier, _ := t.Set.Get(t.live.Carrier())
	noted := map[string]map[string]string{}
	if text, found := carrier.Meta().GetAnnotations()[t.live.Annotations().Retiring]; found {
		if err := strictyaml.Unmarshal(text, &noted); err != nil {
			return nil, false, fmt.Errorf("%s: annotation %s: %w", where(carrier), t.live.Annotations().Retiring, err)
		}
	}
	selectors, known = map[string]map[string]string{}, true
	for _, name := range retiring {
		selector, found := noted[name]
		if !found {
			selector = map[string]string{lanes.LabelVersion: t.versionOf(name)}
		}
		if now, there := t.live.Selector(name); there && !maps.Equal(now, selector) {
			selector, known = now, false
		}
		selectors[name] = selector
	}
	return selectors, known, nil
}

// versionOf returns the version of a lane by its name.
func (t Tree) versionOf(lane string) string {
	if lane == t.Config.Plan.Candidate {
		return t.Config.Candidate.Version
	}
	return lane
}

// removeLanes returns the second commit of a clean-up. If lanes are in the file of the carrier
// and other documents are not, the edit of that file must keep the state: a third commit
// removes it.
func (t Tree) removeLanes(retiring []string, selectors map[string]map[string]string) (Commit, error) {
	message := fmt.Sprintf("%s: remove %s", t.Config.Name, strings.Join(retiring, ", "))
	gone := t.retired(retiring, selectors)
	used := usedSubset(t.others())
	changes := t.retiredSubsets(retiring, used)
	beside := func(ref manifest.Ref) bool {
		o, _ := t.Set.Get(ref)
		return o.Resource().File == t.file(t.live.Carrier())
	}
	lanesBeside, elsewhere := false, false
	for _, ref := range append(refsOf(changes), gone...) {
		isLane := ref.Kind == lanes.KindLane || ref.Kind == "DestinationRule"
		lanesBeside = lanesBeside || isLane && beside(ref)
		elsewhere = elsewhere || !beside(ref)
	}
	changes = append(changes, removals(gone)...)
	if lanesBeside && elsewhere {
		out, err := t.commit("", t.State, message, changes...)
		out.Again = true
		out.Notes = append(out.Notes, "clean up again to remove the state, which stands in a file with the lanes")
		return out, err
	}
	for _, h := range t.live.Holders {
		o, _ := t.Set.Get(h.Ref)
		if keys := t.marked(o); len(keys) > 0 && !slices.Contains(gone, h.Ref) {
			changes = append(changes, manifest.RemoveAnnotations{Object: h.Ref, Keys: keys})
		}
	}
	out, err := t.commit("", rollout.State{}, message, changes...)
	out.Notes = append(out.Notes, t.idlePatches(gone)...)
	return out, err
}

// idlePatches returns a note for every JSON patch of an object that goes.
func (t Tree) idlePatches(gone []manifest.Ref) []string {
	var notes []string
	for _, ref := range gone {
		if o, _ := t.Set.Get(ref); o.Resource().File != o.File {
			over, _ := o.Overlay()
			notes = append(notes, markup.Line(fmt.Sprintf("%s: the patch is for %s alone, which goes: take it out",
				position.At(over.Kustomization, over.Line), ref)))
		}
	}
	return notes
}

// retired returns what goes with lanes: the lanes, their workloads, and what comes and goes
// with these. What another release of the directory uses stays.
func (t Tree) retired(retiring []string, selectors map[string]map[string]string) []manifest.Ref {
	var gone []manifest.Ref
	seen := map[manifest.Ref]bool{}
	remove := func(o manifest.Object) {
		if !seen[o.Ref] {
			gone = append(gone, o.Ref)
		}
		seen[o.Ref] = true
	}
	along, others := t.alongside(), t.others()
	for _, name := range retiring {
		if o, _ := t.Set.Get(release.LaneRef(name)); o.Lane() != nil {
			remove(o)
		}
		for _, w := range t.live.Selected(selectors[name]) {
			if slices.ContainsFunc(others, func(r otherRelease) bool { return r.uses(w) }) {
				continue
			}
			remove(w)
			for _, o := range along.of(w, lanes.VersionOf(w.PodLabels())) {
				remove(o)
			}
		}
	}
	return gone
}

// removals returns the changes that remove the documents of objects.
func removals(gone []manifest.Ref) []manifest.Change {
	var out []manifest.Change
	for _, ref := range gone {
		out = append(out, manifest.RemoveDocument{Object: ref})
	}
	return out
}

// marked returns the annotations of the release that an object has.
func (t Tree) marked(o manifest.Object) []string {
	var keys []string
	for _, key := range t.live.Annotations().All() {
		if _, found := o.Meta().GetAnnotations()[key]; found {
			keys = append(keys, key)
		}
	}
	return keys
}

// file returns the file of an object.
func (t Tree) file(ref manifest.Ref) string {
	o, _ := t.Set.Get(ref)
	return o.File
}
