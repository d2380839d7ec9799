package gitops

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// planned are the releases of the plans in a set. Init writes another plan beside them.
type planned []plannedRelease

type plannedRelease struct {
	release.Live
	plan manifest.Object
}

// readPlanned reads the plans of a set. It fails if a plan cannot be read, since nobody knows
// then what it releases, and if an object bears the marks of a release without a plan.
func readPlanned(set manifest.Set) (planned, error) {
	var out planned
	var errs []error
	holders := map[manifest.Ref]bool{}
	for _, o := range release.PlanObjects(set) {
		config, err := release.DecodeConfigIn(set, o)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: must be a plan that can be read, for another to be written beside "+
				"it: %w", where(o), err))
			continue
		}
		live := release.ReadSet(config, set)
		for _, h := range live.Holders {
			holders[h.Ref] = true
		}
		out = append(out, plannedRelease{live, o})
	}
	for _, o := range set.All() {
		for _, key := range slices.Sorted(maps.Keys(o.Meta().GetAnnotations())) {
			if release.IsMark(key) && !holders[o.Ref] && len(errs) == 0 {
				errs = append(errs, fmt.Errorf("%s: must not bear %s: a release is under way, or was not cleaned up",
					where(o), key))
			}
		}
	}
	return out, errors.Join(errs...)
}

// of returns the releases of an entry. They have its lane group, a route or Service of it, or
// its place in a file of values.
func (p planned) of(e entry) planned {
	return slices.DeleteFunc(slices.Clone(p), func(r plannedRelease) bool {
		if slices.Contains(r.Groups(), e.group) || r.Config.LaneGroup == e.group && e.group != "" {
			return false
		}
		if v := r.Config.Values; v != nil || e.values != nil {
			return v == nil || e.values == nil || v.File != e.values.File || v.Path != e.values.Path
		}
		return !slices.ContainsFunc(e.routes,
			func(route release.EntryRoute) bool { return namesRoute(r.Config, route) }) &&
			!(r.Plain() && slices.ContainsFunc(e.services,
				func(s release.ServiceName) bool { return slices.Contains(r.Services(), s) }))
	})
}

// namesRoute reports whether a plan names a route.
func namesRoute(c release.Config, route release.EntryRoute) bool {
	return slices.ContainsFunc(c.Routes,
		func(r release.EntryRoute) bool { return r.Ref() == route.Ref() && r.Route == route.Route })
}

// choose returns the entry for a new plan: the only one without a plan, or else the only one
// without a release under way.
func (p planned) choose(found []entry) (entry, error) {
	var free, idle []entry
	var errs []error
	for _, e := range found {
		releases := p.of(e)
		busy := releases.underWay()
		switch errs = append(errs, busy); {
		case len(releases) == 0:
			free = append(free, e)
		case busy == nil:
			idle = append(idle, e)
		}
	}
	several := func(entries []entry) error {
		var out []error
		for _, e := range entries {
			out = append(out,
				fmt.Errorf("%s: must be the only one that a plan can be written for: keep each app in a separate "+
					"directory, or copy a plan and edit it", e.at))
		}
		return errors.Join(out...)
	}
	switch {
	case len(free) == 1:
		return free[0], nil
	case len(free) > 1:
		return entry{}, several(free)
	case len(idle) == 1:
		return idle[0], nil
	case len(idle) > 1:
		return entry{}, several(idle)
	}
	return entry{}, errors.Join(errs...)
}

// underWay returns an error for every release that began and is not cleaned up.
func (p planned) underWay() error {
	var errs []error
	for _, r := range p {
		if r.Bears || len(r.Faults) > 0 {
			errs = append(errs, fmt.Errorf("%s: its release must be cleaned up first: it is under way, or over and "+
				"not cleaned up, with the same routes or services", where(r.plan)))
		}
	}
	return errors.Join(errs...)
}

// sameCandidate returns an error for every plan that releases the lane already.
func (p planned) sameCandidate(lane string) error {
	var errs []error
	for _, r := range p {
		if r.Config.Plan.Candidate == lane {
			errs = append(errs, fmt.Errorf("%s: must be of another lane than %s: it is the plan of its release "+
				"already, to be edited", where(r.plan), lane))
		}
	}
	return errors.Join(errs...)
}

// place returns a free name for a new plan, and its file in a directory. Without other plans
// the file is initFile, which people look for.
func (p planned) place(set manifest.Set, dir, group, candidate string) (name, file string, err error) {
	taken := map[string]bool{}
	for _, o := range set.Kind("ConfigMap") {
		taken[o.Ref.Name] = true
	}
	name = group
	if taken[name] && len(p) == 0 {
		name = group + "-release"
	}
	for i := 1; taken[name]; i++ {
		if name = group + "-" + candidate; i > 1 {
			name = fmt.Sprintf("%s-%s-%d", group, candidate, i)
		}
	}
	file = path.Join(dir, initFile)
	_, found := set.Source(file)
	if found && len(p) > 0 {
		file = path.Join(dir, "release-"+name+".yaml")
		_, found = set.Source(file)
	}
	if found {
		return "", "", errors.New(file + ": must not exist yet: it is the file of the new plan")
	}
	return name, file, nil
}

// note says how to name the plan from now on.
func (p planned) note(name string) []string {
	if len(p) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("the directory has %d plans now: name this one with -plan %s", len(p)+1, name)}
}
