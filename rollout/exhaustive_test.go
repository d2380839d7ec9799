package rollout_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/rollout"
)

// answers are what the checks of a plan under exhaustion ask for.
type answers struct{ guard, gate, noData, deadline rollout.Action }

// exhausted is one plan whose releases are walked through, all of them.
type exhausted struct {
	plan     rollout.Plan
	answers  answers
	noReturn int
	seen     map[class]bool
	todo     []walker
	moves    int
}

// walker is a release in one class of states.
type walker struct {
	state    rollout.State
	evidence rollout.Evidence
	now      time.Time
}

// class is all of a release that decisions depend on. Revision and time are left out;
// whether releases are frozen is no part of it: both are tried everywhere.
type class struct {
	phase                   rollout.Phase
	stage                   int
	guard                   string
	failed, passed, missing bool
	seen, approved, late    bool
}

const late = 1000 * time.Hour // the deadline of every gate

// shapes returns the plans: with all gates, with none at some places and with open ones,
// all points of no return, and three sets of answers.
func shapes(stages int) []exhausted {
	full := func(a answers) *rollout.Gate {
		return &rollout.Gate{
			Dwell:     rollout.Dwell{Max: rollout.Duration(late), Then: a.deadline},
			Approvals: []rollout.Approvals{{Role: "owner"}},
			Checks: []rollout.Check{{Metric: "m", Ceiling: ptr(1.0), Errors: ptr(0), OnFail: a.gate,
				OnNoData: a.noData}},
		}
	}
	var masks []string // a letter for each gate: none, open or full
	switch stages {
	case 1:
		masks = []string{"nn", "no", "nf", "on", "oo", "of", "fn", "fo", "ff"}
	case 2:
		masks = []string{"fff", "fnf", "foo"}
	case 3:
		masks = []string{"ffff"}
	}
	var out []exhausted
	for _, mask := range masks {
		for noReturn := range stages + 1 {
			for _, a := range []answers{
				{rollout.ActRollBack, rollout.ActStepBack, rollout.ActHold, rollout.ActRollBack},
				{rollout.ActStepBack, rollout.ActRollBack, rollout.ActStepBack, rollout.ActStepBack},
				{rollout.ActHold, rollout.ActHold, rollout.ActRollBack, rollout.ActHold},
			} {
				p := seed()
				p.Stages = p.Stages[:stages]
				p.Metrics = []rollout.Metric{{Name: "m", Kind: rollout.Value}}
				p.Guards = []rollout.Check{{Metric: "m", Ceiling: ptr(2.0), Errors: ptr(0), OnFail: a.guard,
					OnNoData: a.noData}}
				p.Approvers = map[string][]string{"owner": {"ann"}}
				p.Freezes = []rollout.Freeze{{Zone: "Somewhere", From: "00:00", To: "12:00"}}
				if noReturn > 0 {
					p.NoReturn = p.Stages[noReturn-1].Name
				}
				for i, letter := range mask {
					var gate *rollout.Gate
					switch letter {
					case 'o':
						gate = &rollout.Gate{}
					case 'f':
						gate = full(a)
					}
					if i < stages {
						p.Stages[i].Gate = gate
					} else {
						p.FinishGate = gate
					}
				}
				out = append(out, exhausted{plan: p, answers: a, noReturn: noReturn, seen: map[class]bool{}})
			}
		}
	}
	return out
}

// freeze returns zones in which the plan's freeze holds at now, or does not.
func freeze(frozen bool, now time.Time) rollout.Zones {
	noon := now.UTC().Hour() >= 12
	offset := 0
	if noon == frozen {
		offset = 12 * 3600
	}
	return rollout.Zones{"Somewhere": time.FixedZone("Somewhere", offset)}
}

// TestAllReleases walks breadth first through all classes of states that releases of small
// plans can reach, by whatever is seen, whatever people and decisions do, and whatever the
// clock shows, until nothing new is found. In each it checks what must always hold.
func TestAllReleases(t *testing.T) {
	var out strings.Builder
	var lines []string
	all := 0
	for stages := 1; stages <= 3; stages++ {
		plans, classes, moves := 0, 0, 0
		for i, x := range shapes(stages) {
			if underRace && i%12 != 0 { // nothing here runs at once
				continue
			}
			require.Empty(t, x.plan.Validate())
			x.walk(t)
			plans, classes, moves, all = plans+1, classes+len(x.seen), moves+x.moves, all+len(x.seen)
			lines = append(lines, fmt.Sprintf("%d stages, plan %d: %d states, %d moves\n", stages, i+1, len(x.seen),
				x.moves))
		}
		fmt.Fprintf(&out, "%d stages: %d plans, %d states, %d moves\n", stages, plans, classes, moves)
	}
	if !underRace {
		t.Log("\n" + out.String())
		golden.Equal(t, "exhaustive.txt", out.String()+"\n"+strings.Join(lines, ""))
		return
	}
	want, err := os.ReadFile("testdata/exhaustive.txt")
	require.NoError(t, err)
	require.Greater(t, all, 1000)
	for _, line := range lines {
		require.Contains(t, string(want), line)
	}
}

func total(w rollout.Weights) int {
	sum := 0
	for _, weight := range w {
		sum += weight.Percent
	}
	return sum
}
