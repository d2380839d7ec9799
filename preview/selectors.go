package preview

import (
	"maps"
	"slices"

	"github.com/swimlane-go/swimlane/internal/labelindex"
)

// subset is a named selector: a subset of a DestinationRule, or a lane.
type subset struct {
	name     string
	selector map[string]string
}

// selectors finds the subsets that select a pod without asking each of them.
type selectors struct {
	byName  map[string]subset
	byLabel map[label][]subset // by the first label of the selector
}

// newSelectors keeps the first subset of each name.
func newSelectors(all []subset) selectors {
	s := selectors{byName: make(map[string]subset, len(all)), byLabel: make(map[label][]subset, len(all))}
	for _, sub := range all {
		if _, found := s.byName[sub.name]; found {
			continue
		}
		s.byName[sub.name] = sub
		if len(sub.selector) > 0 {
			key := slices.Min(slices.Collect(maps.Keys(sub.selector)))
			l := label{key, sub.selector[key]}
			s.byLabel[l] = append(s.byLabel[l], sub)
		}
	}
	return s
}

// matching returns the names of the subsets that select a pod by at least one
// label, sorted.
func (s selectors) matching(labels map[string]string) []string {
	var out []string
	for key, value := range labels {
		for _, sub := range s.byLabel[label{key, value}] {
			if labelindex.Covers(labels, sub.selector) {
				out = append(out, sub.name)
			}
		}
	}
	slices.Sort(out)
	return out
}
