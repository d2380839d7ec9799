package swimlane_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/rollout"
)

// The picture of places has an arrow for every move that the state machine allows, and no
// other.
func TestPictureOfPlaces(t *testing.T) {
	arrow := regexp.MustCompile(`(?m)^  (\w+) -->\|"([a-z, ]+)"\| (\w+)`)
	words := map[string]rollout.EventKind{
		"start": rollout.Start, "promote": rollout.Promote, "back": rollout.StepBack, "pause": rollout.Pause,
		"resume": rollout.Resume, "rollback": rollout.RollBack, "finish": rollout.Finish,
	}
	inside := strings.NewReplacer("first", "stages", "higher", "stages")
	type move struct {
		from, to string
		kind     rollout.EventKind
	}
	drawn := map[move]bool{}
	for _, found := range arrow.FindAllStringSubmatch(readFile(t, "docs/concepts.md"), -1) {
		for _, word := range strings.Split(found[2], ", ") {
			if kind, known := words[word]; known {
				drawn[move{inside.Replace(found[1]), inside.Replace(found[3]), kind}] = true
			}
		}
	}
	places := map[rollout.Phase]string{
		rollout.Prepared: "prepared", rollout.Running: "stages", rollout.Paused: "paused",
		rollout.Finished: "finished", rollout.RolledBack: "rolledback",
	}
	plan, now := mock.Plan(), time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)
	state, err := plan.Prepare(now)
	require.NoError(t, err)
	made := map[move]bool{}
	seen := []rollout.State{}
	for todo := []rollout.State{state}; len(todo) > 0; {
		state, todo = todo[0], todo[1:]
		for _, kind := range plan.Next(state) {
			next, err := plan.Apply(state, rollout.Event{Kind: kind, Revision: state.Revision, At: now})
			require.NoError(t, err)
			if state.Phase != next.Phase || next.Phase == rollout.Running {
				made[move{places[state.Phase], places[next.Phase], kind}] = true
			}
			next.Revision = 1
			if !slices.Contains(seen, next) {
				seen, todo = append(seen, next), append(todo, next)
			}
		}
	}
	require.Equal(t, made, drawn)
}
