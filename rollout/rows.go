package rollout

// row is a place of a plan in pictures and tables.
type row struct {
	// place is the place in words. name is that of the stage, or place itself; number is
	// that of the stage, 0 for the others.
	place    string
	name     string
	number   int
	weights  Weights
	criteria string
	// now marks the place of the release. note is more about it: "paused", "finished" or
	// nothing.
	now  bool
	note string
}

// rows returns the places of the plan in order: prepared, the stages, rolled back. It
// marks the place of state at, if there is one.
func (p Plan) rows(at State) []row {
	before, after := p.Place(State{Phase: Prepared}), p.Place(State{Phase: RolledBack})
	out := []row{{place: before, name: before, weights: p.Before, now: at.Phase == Prepared}}
	for i, stage := range p.Stages {
		r := row{place: p.Place(State{Phase: Running, Stage: i + 1}), name: stage.Name, number: i + 1,
			weights: stage.Weights, criteria: stage.Criteria}
		if at.Stage == r.number {
			switch at.Phase {
			case Running:
				r.now = true
			case Paused:
				r.now, r.note = true, "paused"
			case Finished:
				r.now, r.note = true, "finished"
			default: // at no stage
			}
		}
		out = append(out, r)
	}
	return append(out, row{place: after, name: after, weights: p.Rollback, now: at.Phase == RolledBack})
}

// label returns the name, and the note if there is one.
func (r row) label() string {
	if r.note == "" {
		return r.name
	}
	return r.name + ", " + r.note
}
