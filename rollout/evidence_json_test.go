package rollout_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// bound is what Evidence promises of its JSON.
func bound(e rollout.Evidence) int { return 1024 + 640*len(e.Tallies) + 640*len(e.Approvals) }

// widest returns evidence in which every figure is as long as it can be.
func widest(tallies, approvals int) rollout.Evidence {
	const count = 1 << 53
	odd := strings.Repeat("<", 63) // JSON writes six characters for each
	counts := sequential.Counts{Bad: count, Total: count}
	worse := sequential.Worse{Windows: math.MaxInt64}
	for i := range worse.Logs {
		worse.Logs[i] = -40_000_000
	}
	tally := rollout.Tally{Compared: counts, Others: counts, Expected: count, All: counts, Ratio: worse, Ceiling: worse,
		Failed: count}
	for i := range tally.Good.Logs {
		tally.Good.Logs[i] = -40_000_000
	}
	last := time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	e := rollout.Evidence{
		Schema: 1, PlanDigest: seed().Digest(), Author: odd, Revision: 1<<53 - 2, Phase: rollout.RolledBack,
		Stage: 1 << 30, Since: last,
		Stay: 1<<53 - 2, Entered: last, Dwelt: math.MaxInt64,
	}
	for range tallies {
		e.Windows = append(e.Windows, rollout.Window{From: last.Unix(), To: last.Unix(), Data: last.Unix(),
			Missing: 1_000_000})
		e.Tallies = append(e.Tallies, tally)
	}
	for i := range approvals {
		by := odd[:62] + string(rune('a'+i))
		e.Approvals = append(e.Approvals, rollout.Approval{Role: long[:63], By: by, To: long[:63], At: last})
	}
	return e
}

// A guard of counts, a gate of counts and a value have different figures; evidence in which
// all are as long as they can be keeps to the bound.
func TestEvidenceIsBounded(t *testing.T) {
	value := rollout.Tally{Value: ptr(-1.2345678901234567e-300), Other: ptr(-1.2345678901234567e-300),
		Passes: 1_000_000, Failures: 1_000_000, Failed: 1 << 53}
	for _, n := range []int{0, 1, 64} {
		for _, approvals := range []int{0, 1, 20} {
			e := widest(n, approvals)
			for kind := range 3 {
				for i := range e.Tallies {
					full := widest(1, 0).Tallies[0]
					switch kind {
					case 0: // a guard of counts
						full.Good = sequential.Good{}
						e.Tallies[i] = full
					case 1: // a gate of counts
						e.Tallies[i] = rollout.Tally{Compared: full.Compared, Others: full.Others,
							Expected: full.Expected, All: full.All, Good: full.Good, Passes: 1}
					case 2:
						e.Tallies[i] = value
					}
				}
				data := must(json.Marshal(e))
				require.LessOrEqual(t, len(data), bound(e))
				var read rollout.Evidence
				require.NoError(t, json.Unmarshal(data, &read))
				require.Equal(t, e, read)
			}
		}
	}
	t.Logf("%d bytes, and %d for each check, %d for each approval", len(must(json.Marshal(widest(0, 0)))),
		len(must(json.Marshal(widest(2, 0))))-len(must(json.Marshal(widest(1, 0)))),
		len(must(json.Marshal(widest(0, 2))))-len(must(json.Marshal(widest(0, 1)))))
}

// What random releases of random plans add up to keeps to the bound, and is read back as it was.
func TestEvidenceSurvivesJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := drawGated(t)
		d := newDriver(t, plan)
		for range rapid.IntRange(0, 25).Draw(t, "steps") {
			d.step(t)
			data := must(json.Marshal(d.evidence))
			require.LessOrEqual(t, len(data), bound(d.evidence))
			require.LessOrEqual(t, len(d.evidence.Tallies), 64)
			var read rollout.Evidence
			require.NoError(t, json.Unmarshal(data, &read))
			require.Equal(t, string(data), string(must(json.Marshal(read))))
		}
	})
}

// A history keeps to its bound whatever is written into it, and drops the oldest.
func TestHistoryIsBounded(t *testing.T) {
	p := gated()
	var h rollout.History
	s := at(p, rollout.Running, 1)
	for i := range int64(30) {
		s.Revision = i + 2
		e := rollout.Event{Kind: rollout.StepBack, By: strings.Repeat("<", 500),
			Reason: strings.Repeat("<&>ü\xff\n", 500), At: t0}
		before := string(must(json.Marshal(h)))
		next := p.Record(h, s, e)
		require.Equal(t, before, string(must(json.Marshal(h))))
		h = next
		require.LessOrEqual(t, len(must(json.Marshal(h))), 48<<10)
		require.Equal(t, h, p.Record(h, s, e), "who crashed may repeat himself")
		var read rollout.History
		roundTrip(t, h, &read)
		require.Equal(t, h, read)
	}
	require.Len(t, h.Moves, 20)
	require.Equal(t, 10, h.Dropped)
	require.Equal(t, int64(12), h.Moves[0].Revision)
}
