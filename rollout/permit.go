package rollout

import "fmt"

// permit returns [ErrFrozen] or [ErrGated] when the release may not go on from s to the
// target of e. It asks the gates of all stages on the way.
func (p *Plan) permit(s State, e Event, stage int, c *Checked) error {
	target := stage
	switch e.Kind {
	case Start, Promote:
	case Finish:
		target++
	default:
		return nil
	}
	if e.Override != "" || !p.Gated() {
		return nil
	}
	freeze, _, frozen, err := p.Frozen(e.Zones, e.At)
	if err != nil {
		return fmt.Errorf("zones: %w", err)
	}
	if frozen {
		return fmt.Errorf("%w: %s", ErrFrozen, freeze)
	}
	var buffer [maxPairs + 1]pair
	var missing Decision
	facts := Facts{State: s, Now: e.At}
	a := asking{plan: p, facts: &facts, out: &missing, pairs: p.pairsOf(c, buffer[:0])}
	evidence, err := p.evidence(e.Evidence, s, a.pairs)
	if err != nil {
		return err
	}
	a.evidence = &evidence
	a.askGuards()
	gates := 0
	for on := s.Stage + 1; on <= target; on++ {
		if gate := p.gate(on); gate != nil {
			a.askGate(gate, on)
			gates++
		}
	}
	if gates > 0 {
		a.askSeen()
	}
	if rise := p.percent(stage) - p.percent(s.Stage); p.Rails != nil && p.Rails.LargestStep > 0 &&
		rise > p.Rails.LargestStep {
		a.add(Reason{Cause: CauseLargestStep, Asks: ActHold, Have: rise, Need: p.Rails.LargestStep})
	}
	if len(missing.Reasons) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrGated, missing.Why())
}

// Gated reports whether anything beside the table can keep a release of the plan from
// going on: gates, guards, freezes or rails.
func (p Plan) Gated() bool {
	if len(p.Guards)+len(p.Freezes) > 0 || p.Rails != nil {
		return true
	}
	for target := range p.gates() {
		if p.gate(target) != nil {
			return true
		}
	}
	return false
}
