package release

import (
	"maps"
	"slices"

	"github.com/swimlane-go/swimlane/manifest"
)

// combinations returns the selectors that may hold together while the subset exists: one of
// each choice. It does not combine the choices of more than a few objects: then each selector
// is alone.
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

// served reports whether something runs pods of a Service at every moment, with labels that one
// of the selectors selects. The same object must do so before and after.
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

// joined returns the labels of two selectors together, and whether pods can bear both.
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
