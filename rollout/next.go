package rollout

// Next returns the kinds of events that the table of the package page has at s, in its
// order; gates and freezes are not asked. It is empty for a state of another plan and for
// the zero State. RollBack is among those of a release that is rolled back, where it
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
