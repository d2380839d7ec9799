package rollout

import "time"

// Next returns the kinds of events that [Plan.Apply] takes at s, in the order of
// the table of the package page. It is empty for a state of another plan and for the
// zero State. RollBack is among those of a release that is rolled back, where it
// changes nothing.
func (p Plan) Next(s State) []EventKind {
	var out []EventKind
	for _, kind := range kinds {
		if _, err := p.apply(s, kind, time.Unix(0, 0)); err == nil {
			out = append(out, kind)
		}
	}
	return out
}
