package rollout

// Next returns the kinds of events that the table of the package page allows at s, in the
// order of the table; it ignores gates and freezes. It is empty for a state of another
// plan and for the zero State. A release that is rolled back still allows RollBack, which
// changes nothing.
func (p Plan) Next(s State) []EventKind {
	if p.Check(s) != nil {
		return nil
	}
	var out []EventKind
	for _, kind := range kinds {
		if _, _, err := p.move(s, Event{Kind: kind}); err == nil {
			out = append(out, kind)
		}
	}
	return out
}
