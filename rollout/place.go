package rollout

import "fmt"

// Place returns the place of a release in state s, in words: "prepared", "stage 2 of 4,
// half", "paused at stage 2 of 4, half", "finished", "rolled back". It is "not prepared"
// for the zero State. Every state has an answer: a stage that the plan lacks is shown by
// its number, an unknown phase is quoted.
func (p Plan) Place(s State) string {
	stage := fmt.Sprintf("stage %d", s.Stage)
	if s.Stage >= 1 && s.Stage <= len(p.Stages) {
		stage += fmt.Sprintf(" of %d, %s", len(p.Stages), p.Stages[s.Stage-1].Name)
	}
	switch s.Phase {
	case "":
		return "not prepared"
	case Prepared:
		return "prepared"
	case Running:
		return stage
	case Paused:
		return "paused at " + stage
	case Finished:
		return "finished"
	case RolledBack:
		return "rolled back"
	}
	return fmt.Sprintf("phase %q", string(s.Phase))
}
