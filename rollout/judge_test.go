package rollout_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/rollout"
)

// judge is the state machine a second time, as dumb as can be: the table of the
// package page, a word a cell, and a place to stand. It knows no digests.
type judge struct {
	stages   []string // the names
	column   string   // prepared, stage, paused, finished or rolled back
	stage    int
	revision int64
}

var judgeTable = map[rollout.EventKind]map[string]string{
	rollout.Start: {"prepared": "to first", "stage": "started", "paused": "started", "finished": "finished",
		"rolled back": "rolled back"},
	rollout.Promote: {"prepared": "not started", "stage": "up", "paused": "paused", "finished": "finished",
		"rolled back": "rolled back"},
	rollout.StepBack: {"prepared": "not started", "stage": "down", "paused": "paused", "finished": "finished",
		"rolled back": "rolled back"},
	rollout.Pause: {"prepared": "not started", "stage": "hold", "paused": "paused", "finished": "finished",
		"rolled back": "rolled back"},
	rollout.Resume: {"prepared": "not paused", "stage": "not paused", "paused": "go on", "finished": "finished",
		"rolled back": "rolled back"},
	rollout.RollBack: {"prepared": "end back", "stage": "end back", "paused": "end back", "finished": "finished",
		"rolled back": "stay"},
	rollout.Finish: {"prepared": "not started", "stage": "end", "paused": "paused", "finished": "finished",
		"rolled back": "rolled back"},
}

var judgeErrors = map[string]error{
	"stale": rollout.ErrStale, "not started": rollout.ErrNotStarted, "started": rollout.ErrStarted,
	"first": rollout.ErrFirstStage, "last": rollout.ErrLastStage, "not last": rollout.ErrNotLastStage,
	"paused": rollout.ErrPaused, "not paused": rollout.ErrNotPaused,
	"finished": rollout.ErrFinished, "rolled back": rollout.ErrRolledBack,
	"bad": nil, // a field error
}

// next moves the judge, or returns why not, as a key of judgeErrors.
func (j *judge) next(e rollout.Event) (refusal string) {
	if e.Revision != j.revision {
		return "stale"
	}
	row, known := judgeTable[e.Kind]
	if !known {
		return "bad"
	}
	target := 0
	for i, name := range j.stages {
		if name == e.To {
			target = i + 1
		}
	}
	if e.To != "" && (target == 0 || e.Kind != rollout.Promote && e.Kind != rollout.StepBack) {
		return "bad"
	}
	column, stage := j.column, j.stage
	switch cell := row[j.column]; cell {
	case "to first":
		column, stage = "stage", 1
	case "up":
		if stage == len(j.stages) {
			return "last"
		}
		if stage++; e.To != "" {
			if target < stage {
				return "bad"
			}
			stage = target
		}
	case "down":
		if stage == 1 {
			return "first"
		}
		if stage--; e.To != "" {
			if target > stage {
				return "bad"
			}
			stage = target
		}
	case "hold":
		column = "paused"
	case "go on":
		column = "stage"
	case "end back":
		column = "rolled back"
	case "end":
		if stage != len(j.stages) {
			return "not last"
		}
		column = "finished"
	case "stay":
		return ""
	default:
		return cell
	}
	j.column, j.stage = column, stage
	j.revision++
	return ""
}

// randomEvent draws an event that is mostly sensible.
func randomEvent(r *rand.Rand, stages []string, revision int64) rollout.Event {
	kinds := []rollout.EventKind{
		rollout.Start, rollout.Start, rollout.Promote, rollout.Promote, rollout.Promote, rollout.Promote,
		rollout.StepBack, rollout.StepBack, rollout.Pause, rollout.Resume, rollout.Resume, rollout.Finish,
		rollout.RollBack,
	}
	e := rollout.Event{Kind: kinds[r.IntN(len(kinds))], Revision: revision,
		At: t0.Add(time.Duration(r.IntN(1000)) * time.Minute)}
	if e.Kind == rollout.RollBack && r.IntN(4) > 0 {
		e.Kind = rollout.Promote // else most sequences end early
	}
	if r.IntN(4) == 0 {
		e.To = append(stages, "nowhere")[r.IntN(len(stages)+1)]
	}
	switch r.IntN(20) {
	case 0:
		e.Revision += int64(r.IntN(3) - 1)
	case 1:
		e.Kind = "Fly"
	}
	return e
}

// agrees reports whether err is the refusal, and no other one.
func agrees(refusal string, err error) bool {
	if refusal == "" || err == nil {
		return refusal == "" && err == nil
	}
	for key, sentinel := range judgeErrors {
		if sentinel != nil && errors.Is(err, sentinel) != (key == refusal) {
			return false
		}
	}
	return refusal != "bad" || len(fieldtest.Of(err)) > 0
}

func TestAgreesWithTheJudge(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	phases := map[string]rollout.Phase{
		"prepared": rollout.Prepared, "stage": rollout.Running, "paused": rollout.Paused,
		"finished": rollout.Finished, "rolled back": rollout.RolledBack,
	}
	met := map[string]int{}
	for sequence := range 10_000 {
		p := seed()
		p.Stages = p.Stages[:1+r.IntN(len(p.Stages))]
		names := make([]string, len(p.Stages))
		for i, stage := range p.Stages {
			names[i] = stage.Name
		}
		j := judge{stages: names, column: "prepared", revision: 1}
		s := must(p.Prepare(t0))
		for range 12 {
			e := randomEvent(r, names, s.Revision)
			refusal := j.next(e)
			next, err := p.Apply(s, e)
			met[refusal]++
			if !agrees(refusal, err) {
				t.Fatalf("sequence %d: %+v from %+v: want %q, got %v", sequence, e, s, refusal, err)
			}
			if err == nil {
				s = next
			}
			if s.Phase != phases[j.column] || s.Stage != j.stage || s.Revision != j.revision {
				t.Fatalf("sequence %d: after %+v: want %+v, got %+v", sequence, e, j, s)
			}
		}
	}
	for refusal := range judgeErrors {
		require.NotZero(t, met[refusal], "the sequences never met %q", refusal)
	}
}
