package release

import (
	"maps"
	"slices"

	"github.com/swimlane-go/swimlane/manifest"
)

// combinations returns the selectors that may be in force together, the subset being
// there: one of each choice. More than a few objects for one subset are not combined: then
// each is looked at alone.
func combinations(all []choice) [][]map[string]string {
	const most = 6
	out := [][]map[string]string{nil}
	if len(all) > most {
		out = nil
		for _, c := range all {
			for _, s := range c {
				if s != nil {
					out = append(out, []map[string]string{s})
				}
			}
		}
		return out
	}
	for _, c := range all {
		var next [][]map[string]string
		for _, chosen := range out {
			for _, s := range c {
				if s == nil {
					next = append(next, chosen)
				} else {
					next = append(next, append(slices.Clone(chosen), s))
				}
			}
		}
		out = next
	}
	return slices.DeleteFunc(out, func(chosen []map[string]string) bool { return len(chosen) == 0 })
}

// served reports whether, at every moment, something runs pods of a Service that one of
// the selectors selects: what does both before and after.
func (p *passage) served(namespace string, service map[string]string, selectors []map[string]string) bool {
	var selected [2]map[manifest.Ref]bool
	for i := range selected {
		selected[i] = map[manifest.Ref]bool{}
		for _, s := range selectors {
			both, possible := joined(service, s)
			if !possible {
				continue
			}
			for _, ref := range p.pods[i].Selected(namespace, both) {
				selected[i][ref] = true
			}
		}
	}
	for ref := range selected[0] {
		if selected[1][ref] {
			return true
		}
	}
	return false
}

// joined returns the labels of two selectors, and whether pods can bear both.
func joined(a, b map[string]string) (both map[string]string, possible bool) {
	both = maps.Clone(orEmpty(a))
	for key, value := range b {
		if other, found := both[key]; found && other != value {
			return nil, false
		}
		both[key] = value
	}
	return both, true
}
