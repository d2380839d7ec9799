package rollout_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/rollout"
)

// TestTranscripts plays whole stories of the mock app's release and compares
// what was asked and answered with files. A command is the name of an event,
// with "to=STAGE" and "revision=N" after it.
func TestTranscripts(t *testing.T) {
	for name, commands := range map[string][]string{
		"rollback": {"Start", "Promote", "Promote", "Promote", "RollBack", "RollBack", "Promote", "Resume"},
		"finish": {"Start", "Promote", "Promote", "Finish", "Promote", "Promote", "Finish", "Promote", "RollBack",
			"Finish"},
		"pause": {"Pause", "Start", "Pause", "Pause", "Promote", "StepBack", "Finish", "Resume", "Resume",
			"Promote", "Pause", "RollBack", "Resume"},
		"back": {"StepBack", "Start", "StepBack", "Promote to=full-promotion", "StepBack",
			"StepBack to=initial-canary", "Promote to=initial-canary", "StepBack to=full-promotion"},
		"stale": {"Start", "Promote revision=2", "Promote revision=2", "Promote revision=9", "RollBack revision=2",
			"RollBack revision=3"},
		"wrong": {"Resume", "Start", "Start", "Promote to=nowhere", "Pause to=full-promotion", "fly"},
	} {
		t.Run(name, func(t *testing.T) {
			golden.Equal(t, "transcripts/"+name+".txt", play(t, commands))
		})
	}
}

// play returns what the commands print, one after another.
func play(t *testing.T, commands []string) string {
	plan := mock.Plan()
	now := t0
	s, err := plan.Prepare(now)
	require.NoError(t, err)
	var out strings.Builder
	fmt.Fprintf(&out, "> Prepare\n%s\n", status(plan, s))
	for _, command := range commands {
		now = now.Add(time.Minute)
		words := strings.Fields(command)
		e := rollout.Event{Kind: rollout.EventKind(words[0]), Revision: s.Revision, At: now}
		for _, word := range words[1:] {
			if to, found := strings.CutPrefix(word, "to="); found {
				e.To = to
			}
			if n, found := strings.CutPrefix(word, "revision="); found {
				e.Revision, err = strconv.ParseInt(n, 10, 64)
				require.NoError(t, err)
			}
		}
		fmt.Fprintf(&out, "> %s\n", command)
		next, err := plan.Apply(s, e)
		if err != nil {
			fmt.Fprintf(&out, "refused: %v\n", err)
			continue
		}
		s = next
		fmt.Fprintln(&out, status(plan, s))
	}
	return out.String()
}

func status(plan rollout.Plan, s rollout.State) string {
	return fmt.Sprintf("revision %d: %s, stage %d: %s, since %s", s.Revision, s.Phase, s.Stage, plan.Weights(s),
		s.Since.Format(time.TimeOnly))
}
