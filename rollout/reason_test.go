package rollout_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// figures returns the numbers of a text, in order.
func figures(text string) []float64 {
	var out []float64
	for _, n := range regexp.MustCompile(`\d[\d,]*(\.\d+)?`).FindAllString(text, -1) {
		out = append(out, must(strconv.ParseFloat(strings.ReplaceAll(n, ",", ""), 64)))
	}
	return out
}

// textOf returns the one reason of a cause about a service.
func textOf(t *testing.T, d rollout.Decision, cause rollout.Cause, service string) string {
	t.Helper()
	i := slices.IndexFunc(d.Reasons, func(r rollout.Reason) bool { return r.Cause == cause && r.Service == service })
	require.GreaterOrEqual(t, i, 0, "%s is not among %s", cause, d)
	return d.Reasons[i].String()
}

// requireChance holds that "1 in n" is what the evidence says, rounded to be less certain,
// and by no more than its two digits must.
func requireChance(t *testing.T, log sequential.Nats, n float64) {
	t.Helper()
	e := math.Exp(float64(log) / 1e6)
	require.LessOrEqual(t, n, e)
	require.Greater(t, n, e*0.9)
}

// Every figure of an alarm is computed again, from the windows that led to it.
func TestFiguresOfAlarms(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	alarms := map[rollout.Cause]int{}
	for range 60 {
		p := gated()
		ratio, ceiling := float64(random.IntN(200)+100)/100, float64(random.IntN(90)+10)/1000
		p.Guards[0].Worse = &rollout.Worse{Ratio: &ratio, Ceiling: &ceiling}
		if random.IntN(2) == 0 {
			p.Guards[0].Worse.Ratio = nil
		}
		p.Stages[2].Gate, p.FinishGate = nil, nil
		require.Empty(t, p.Validate())
		r := enter(p, 1+random.IntN(3))
		percent, _ := p.Weights(r.state).Percent("v3")
		var bad, all, mine, others, requests float64
		var expected float64
		rate := 0.25 + 0.2*random.Float64()
		for windows := 0; r.evidence.Schema == 0 || r.evidence.Tallies[guardA].Failed == 0; windows++ {
			require.Less(t, windows, 1000)
			n, s := int64(random.IntN(300)), int64(random.IntN(900))
			x, y := int64(float64(n)*rate), int64(random.IntN(5))
			y = min(y, s)
			r.see(window("mocka", r.now, x, n, y, s))
			all, requests = all+float64(x), requests+float64(n)
			if n > 0 && s > 0 && percent < 80 {
				bad, mine, others = bad+float64(x+y), mine+float64(x), others+float64(s)
				expected += float64(x+y) * ratio * float64(n) / (ratio*float64(n) + float64(s))
			}
		}
		g := r.evidence.Tallies[guardA]
		d := r.decide()
		cause := d.Reasons[0].Cause
		alarms[cause]++
		got := figures(strings.ReplaceAll(textOf(t, d, cause, "mocka"), "mocka", ""))
		if cause == rollout.CauseWorse {
			// 24 of 30 bad requests ..., 5.45 expected (2 times ...); 1 in 6,100
			require.Len(t, got, 6)
			require.Equal(t, []float64{mine, bad}, got[:2])
			require.InDelta(t, expected, got[2], 0.01+0.001*float64(g.Ratio.Windows))
			require.Equal(t, []float64{ratio, 1}, got[3:5])
			requireChance(t, g.Ratio.Log(), got[5])
			require.GreaterOrEqual(t, got[5], 0.9*400, "an alarm at the stated risk")
		} else {
			require.Equal(t, rollout.CauseCeiling, cause)
			require.Len(t, got, 6)
			require.Equal(t, []float64{all, requests}, got[:2])
			require.InDelta(t, requests*ceiling, got[2], 0.00501)
			require.InDelta(t, ceiling*100, got[3], 1e-9)
			requireChance(t, g.Ceiling.Log(), got[5])
		}
	}
	require.Len(t, alarms, 2, "%v", alarms)
}

// Every figure of what is missing, one after the other.
func TestFiguresOfWhatIsMissing(t *testing.T) {
	p := gated()
	// else that is all that is said
	p.Stages[1].Gate.Checks[0].Failures, p.Stages[1].Gate.Checks[0].OnFail = 1, rollout.ActHold
	p.Stages[1].Gate.Checks = append(p.Stages[1].Gate.Checks,
		rollout.Check{Metric: "errors", Good: &rollout.Good{Ratio: ptr(3.25)}},
		rollout.Check{Metric: "errors", Good: &rollout.Good{Ceiling: ptr(0.0701), Beta: 1e-9}})
	p.Stages[1].Gate.Approvals[0].Count = 3
	p.Guards[0].Worse.Ceiling = ptr(0.07)
	p.Guards[0].Worse.Ratio = nil
	p.Guards[0].Errors, p.Guards[0].NoDataAfter = ptr(1), 30*minute
	require.Empty(t, p.Validate())
	r := enter(p, 1)
	r.see(window("mocka", r.now, 1, 150, 2, 850), memory(r.now, 0.7, 0), memory(r.now.Add(time.Minute), 0.9, 0))
	require.NoError(t, r.approve("owner", "bob"))
	d := r.decide()
	require.Equal(t,
		"errors at mocka: not yet shown to be below 3.25 times the others' rate; 1 of 3 bad requests were the candidate's",
		textOf(t, d, rollout.CauseNotShown, "mocka"))
	require.Equal(t, "errors at mockb: not yet shown to be below 3.25 times the others' rate; no bad request was seen",
		textOf(t, d, rollout.CauseNotShown, "mockb"))
	require.Equal(t, "errors at mocka: not yet shown to be below 7.01%; 1 of 150 requests were bad",
		textOf(t, d, rollout.CauseNotBelow, "mocka"))
	require.Equal(t, "errors at mockb: not yet shown to be below 7.01%; 0 of 0 requests were bad",
		textOf(t, d, rollout.CauseNotBelow, "mockb"))
	require.Equal(t, "memory: 0 windows passed in a row, 2 needed", textOf(t, d, rollout.CauseNotPassed, ""))
	require.Equal(t, "1 of 3 approvals by owner", textOf(t, d, rollout.CauseApproval, ""))
	require.Equal(t, "the place must be kept until 2026-03-11T08:11:00Z", textOf(t, d, rollout.CauseDwell, ""))
	require.Equal(t, "errors at mockb: no data of the candidate at this place yet",
		textOf(t, d, rollout.CauseUnseen, "mockb"))

	r.see(memory(r.now, 0.7, 0))
	require.Equal(t, "memory: 1 window passed in a row, 2 needed", textOf(t, r.decide(), rollout.CauseNotPassed, ""))
	r.see(memory(r.now, 0.9, 0))
	require.Equal(t, "memory: 2 windows failed, at most 1 allowed", textOf(t, r.decide(), rollout.CauseFailed, ""))

	lost := rollout.Observation{Metric: "errors", Service: "mocka", NoData: "none"}
	for range 2 {
		lost.From, lost.To = r.now, r.now.Add(time.Minute)
		r.see(lost)
	}
	require.Equal(t, "errors at mocka: 2 windows in a row without data, at most 1 allowed",
		textOf(t, r.decide(), rollout.CauseNoData, "mocka"))
	r.now = r.now.Add(time.Hour)
	require.Equal(t, "errors at mockb: no data since 2026-03-11T08:01:00Z",
		textOf(t, r.decide(), rollout.CauseNoData, "mockb"))
	r.now = r.now.Add(time.Hour)
	require.Equal(t, "the gate of stage b did not open in time", textOf(t, r.decide(), rollout.CauseDeadline, ""))
}

// What figures look like, at the edges.
func TestFiguresInWords(t *testing.T) {
	for want, r := range map[string]rollout.Reason{
		"m: 3 of 4 bad requests were the candidate's, 0.5 were expected at most (1.125 times the others' rate); by chance at most 1 in 100, however often one looks": {
			Cause: rollout.CauseWorse, Metric: "m", Bad: 3, All: 4, Expected: 0.5, Bound: 1.125, Chance: 0.01},
		"m at s: 3 of 1000 requests were bad, 0.1 were expected at most (0.01%); by chance at most 1 in 1,200,000, however often one looks": {
			Cause: rollout.CauseCeiling, Metric: "m", Service: "s", Bad: 3, Total: 1000, Expected: 0.1, Bound: 0.0001,
			Chance: 8.01e-7},
		"m: 3 of 10 requests were bad, 1 were expected at most (7%); by chance at most 1 in 490, however often one looks": {
			Cause: rollout.CauseCeiling, Metric: "m", Bad: 3, Total: 10, Expected: 0.999, Bound: 0.07, Chance: 0.00201},
		"m: 3 of 10 requests were bad, 100 were expected at most (0.0001%); by chance hardly ever, however often one looks": {
			Cause: rollout.CauseCeiling, Metric: "m", Bad: 3, Total: 10, Expected: 100, Bound: 0.000001},
		"m: 1 window failed, at most 0 allowed":             {Cause: rollout.CauseFailed, Metric: "m", Have: 1},
		`cause "Else"`:                                      {Cause: "Else"},
		"the candidate may rise by 20% at once, not by 30%": {Cause: rollout.CauseLargestStep, Have: 30, Need: 20},
	} {
		require.Equal(t, want, r.String())
	}
	for n, want := range map[int]string{1: "1", 2: "2", 10: "10", 99: "99", 100: "100", 101: "100", 500: "500",
		999: "990", 1000: "1,000", 123456: "120,000", 1000000: "1,000,000"} {
		require.Contains(t, rollout.Reason{Cause: rollout.CauseWorse, Chance: 1 / float64(n)}.String(), "1 in "+want+
			", ", n)
	}
	data := must(json.Marshal(rollout.Reason{Cause: rollout.CausePaused, Asks: rollout.ActHold}))
	require.Equal(t, `{"cause":"Paused","asks":"Hold","text":"the release is paused"}`, string(data))
}

func TestDecisionsInWords(t *testing.T) {
	p := gated()
	s := must(p.Prepare(t0))
	f := rollout.Facts{State: s, Now: t0}
	d := must(p.Decide(f))
	require.Equal(t, "start to a: the gate of stage a is open", d.String())
	require.Equal(t, "start to a\n  the gate of stage a is open\n", d.Text())
	require.Equal(t, "**start to a**\n\n- the gate of stage a is open\n", d.Markdown())
	require.Equal(t,
		`{"action":"Start","to":"a","revision":1,"reasons":[{"cause":"Open","asks":"","place":"stage a","text":"the gate of stage a is open"}]}`,
		string(must(json.Marshal(d))))
	e, ok := d.Event(f, "bot")
	require.True(t, ok)
	require.Equal(t, []any{rollout.Start, int64(1), t0, "bot", "the gate of stage a is open"},
		[]any{e.Kind, e.Revision, e.At, e.By, e.Reason})
	_, ok = rollout.Decision{Action: rollout.ActHold}.Event(f, "bot")
	require.False(t, ok)
	for action, words := range map[rollout.Action]string{rollout.ActNothing: "nothing to do", rollout.ActHold: "hold",
		rollout.ActStepBack: "step back",
		rollout.ActRollBack: "roll back", rollout.ActFinish: "finish", rollout.ActPromote: "promote",
		"Fly": `action "Fly"`} {
		require.Equal(t, words, action.Words())
	}
}
