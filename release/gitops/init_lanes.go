package gitops

import (
	"fmt"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// InitLanes is [Init] for a directory without lanes. It first adds the lane of the version that
// runs, in the commits of [release.Adoption], one at each call. Again says that there is
// another commit, at least the plan: ask again when the cluster has this one. The first commit
// is refused if a later one would be, or if one adds an error finding to the directory.
func InitLanes(set manifest.Set, adoption release.Adoption, candidate string) (Commit, error) {
	return initLanesIn(set, ".", adoption, candidate)
}

// initLanesIn is InitLanes with the plan in a directory of the set.
func initLanesIn(set manifest.Set, dir string, adoption release.Adoption, candidate string) (Commit, error) {
	out, err := initLanes(set, dir, adoption, candidate)
	if err != nil {
		return Commit{}, fmt.Errorf("init: %w", err)
	}
	return out, nil
}

func initLanes(set manifest.Set, dir string, adoption release.Adoption, candidate string) (Commit, error) {
	plans, err := readPlanned(set)
	if err != nil {
		return Commit{}, err
	}
	steps, err := adoption.Steps(set)
	if err != nil {
		if _, entered := findEntry(set, plans); entered == nil { // there are lanes
			return initPlan(set, dir, nil, candidate)
		}
		return Commit{}, err
	}
	if len(steps) == 0 {
		return initPlan(set, dir, nil, candidate)
	}
	if len(plans) > 0 {
		return Commit{},
			fmt.Errorf("%s: must not exist yet: it is a plan, and there are no lanes that it could be of",
				where(plans[0].plan))
	}
	before := set
	for _, s := range steps {
		if err := newFindings("", before, s.Edit.After); err != nil {
			return Commit{}, fmt.Errorf("%s: the directory would not be good afterwards: %w", s.Title, err)
		}
		before = s.Edit.After
	}
	if _, err := initPlan(before, dir, nil, candidate); err != nil {
		return Commit{}, fmt.Errorf("the plan, when the lane is there: %w", err)
	}
	edit := steps[0].Edit
	// Kustomizations must not list files that go.
	if gone, _ := (Tree{Set: set}).listed(nil, edit.Files); len(gone) > 0 {
		unlisted, err := edit.After.Edit(gone...)
		if err == nil {
			edit, err = edit.Then(unlisted)
		}
		if err != nil {
			return Commit{}, err
		}
	}
	out := Commit{Files: edit.Files, Differences: edit.Differences, Subject: "lanes: " + steps[0].Title, Again: true,
		After: edit.After}
	for _, c := range edit.Outdated {
		out.Notes = append(out.Notes, c.String())
	}
	out.Notes = append(out.Notes, "this is a commit of its own: when the cluster has it and all pods run, ask again")
	return out, nil
}
