package rollout_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// TestDecisionsAgreeWithTheJudge drives random releases of random plans: time runs
// backwards, windows come twice, late and in any order, people move, pause and approve.
// After each step the decision is that of a judge, which is told the facts in words and
// follows the rules of Decide's comment one after the other.
func TestDecisionsAgreeWithTheJudge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := drawGated(t)
		d := newDriver(t, plan)
		for range rapid.IntRange(0, 30).Draw(t, "steps") {
			d.step(t)
			got := must(plan.Decide(rollout.Facts{State: d.state, Evidence: d.evidence, Now: d.now, Zones: zones0}))
			j := d.judge()
			require.Equal(t, j.decide(), got.Action, "%s: %+v", got, j)
			require.Equal(t, d.state.Revision, got.Revision)
			for _, r := range got.Reasons {
				require.NotEmpty(t, r.String())
			}
			if !got.Again.IsZero() {
				require.Equal(t, rollout.ActHold, got.Action)
				require.True(t, got.Again.After(d.now), "look again at %s, now is %s", got.Again, d.now)
			}
			// Until then time alone changes nothing.
			later := d.now.Add(time.Duration(rapid.SampledFrom([]int{1, 59, 600, 3600, 86400, 7 * 86400}).Draw(t,
				"later")) * time.Second)
			if got.Action == rollout.ActHold && (got.Again.IsZero() || later.Before(got.Again)) {
				after := must(plan.Decide(rollout.Facts{State: d.state, Evidence: d.evidence, Now: later,
					Zones: zones0}))
				require.Equal(t, got.Action, after.Action, "now %s; at %s %s, though it said to look again at %s", got,
					later, after, got.Again)
			}
		}
	})
}

// judge tells the facts in words. It looks up what is known at each service by walking
// over the plan in the order of Evidence.Tallies.
func (d *driver) judge() decideJudge {
	p, s, now := d.plan, d.state, must(d.plan.Now(d.state, d.evidence))
	percent, _ := p.Weights(s).Percent(p.Candidate)
	_, gate := onward(p, s)
	j := decideJudge{phase: s.Phase, stage: s.Stage, last: len(p.Stages), weight: percent, gated: gate != nil}
	for i, stage := range p.Stages {
		if stage.Name == p.NoReturn {
			j.noReturn = i + 1
		}
	}
	for _, f := range p.Freezes {
		j.frozen = j.frozen || frozen(f, zones0[f.Zone], d.now)
	}
	reader := evidenceReader{plan: p, evidence: now}
	for i := range p.Guards {
		for service, tally := range reader.next(&p.Guards[i], true) {
			f := guardFact{onFail: or(p.Guards[i].OnFail, rollout.ActRollBack),
				onNoData: or(p.Guards[i].OnNoData, rollout.ActHold)}
			switch tally.Failed {
			case 0:
			case now.Stay:
				f.failed = "in this stay"
			default:
				f.failed = "before"
			}
			w := reader.window(p.Guards[i].Metric, service)
			f.noData = d.noData(p.Guards[i], w, now, percent)
			f.seenAtHere = w.Data > now.Entered.Unix()
			j.guards = append(j.guards, f)
		}
	}
	for target := 1; target <= len(p.Stages)+1; target++ {
		g := p.FinishGate
		if target <= len(p.Stages) {
			g = p.Stages[target-1].Gate
		}
		if g == nil {
			continue
		}
		for i := range g.Checks {
			c := g.Checks[i]
			for service, tally := range reader.next(&c, false) {
				if g == gate && target == s.Stage+1 {
					j.gate.checks = append(j.gate.checks, checkFact{
						failed: tally.Failed != 0, noData: d.noData(c, reader.window(c.Metric, service), now, percent),
						passed: tally.Passes >= max(c.Passes, 1), onFail: or(c.OnFail, rollout.ActRollBack),
						onNoData: or(c.OnNoData, rollout.ActHold),
					})
				}
			}
		}
	}
	if gate == nil {
		return j
	}
	j.gate.approved = true
	for _, wanted := range gate.Approvals {
		people := map[string]bool{}
		for _, a := range now.Approvals { // each reaches the next place at least
			if a.Role == wanted.Role && a.By != now.Author {
				people[a.By] = true
			}
		}
		j.gate.approved = j.gate.approved && len(people) >= max(wanted.Count, 1)
	}
	j.gate.dwelt = time.Duration(now.Dwelt)
	if s.Phase != rollout.Paused {
		j.gate.dwelt += max(0, d.now.Sub(s.Since))
	}
	j.gate.least, j.gate.most = time.Duration(gate.Dwell.Min), time.Duration(gate.Dwell.Max)
	j.gate.afterMost = or(gate.Dwell.Then, rollout.ActHold)
	return j
}

// noData reports whether a check's data is missing for longer than it allows.
func (d *driver) noData(c rollout.Check, w rollout.Window, now rollout.Evidence, percent int) bool {
	if percent == 0 && (c.Worse != nil || c.Good != nil) {
		return false
	}
	errors := 4
	if c.Errors != nil {
		errors = *c.Errors
	}
	if w.Missing > errors {
		return true
	}
	last := max(w.Data, now.Since.Unix())
	return c.NoDataAfter > 0 && d.state.Phase != rollout.Paused &&
		d.now.After(time.Unix(last, 0).Add(time.Duration(c.NoDataAfter)))
}

func or(a, b rollout.Action) rollout.Action {
	if a == "" {
		return b
	}
	return a
}

// evidenceReader reads tallies in the order of the plan.
type evidenceReader struct {
	plan     rollout.Plan
	evidence rollout.Evidence
	met      []met
}

type met struct {
	check   rollout.Check
	service string
	guard   bool
}

// next returns what a check knows, by service.
func (r *evidenceReader) next(c *rollout.Check, guard bool) map[string]rollout.Tally {
	out := map[string]rollout.Tally{}
	for _, service := range r.services(c.Metric) {
		at := -1
		for i, m := range r.met { // a check that a gate before asked alike
			if m.guard == guard && m.service == service && alike(m.check, *c) {
				at = i
			}
		}
		if at < 0 {
			at = len(r.met)
			r.met = append(r.met, met{*c, service, guard})
		}
		out[service] = rollout.Tally{}
		if at < len(r.evidence.Tallies) {
			out[service] = r.evidence.Tallies[at]
		}
	}
	return out
}

func (r *evidenceReader) services(metric string) []string {
	for _, m := range r.plan.Metrics {
		if m.Name == metric && len(m.Services) > 0 {
			return m.Services
		}
	}
	return []string{""}
}

// window returns the last window of a metric at a service.
func (r *evidenceReader) window(metric, service string) rollout.Window {
	n := 0
	for _, m := range r.plan.Metrics {
		for _, s := range r.services(m.Name) {
			if m.Name == metric && s == service {
				if n < len(r.evidence.Windows) {
					return r.evidence.Windows[n]
				}
				return rollout.Window{}
			}
			n++
		}
	}
	return rollout.Window{}
}

// alike compares checks by what they say.
func alike(a, b rollout.Check) bool {
	return string(must(json.Marshal(a))) == string(must(json.Marshal(b)))
}

// TestFoldsAgreeWithTheJudge folds random windows at one place, and compares the figures
// with sums that are kept by hand.
func TestFoldsAgreeWithTheJudge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := enter(gated(), rapid.IntRange(1, 4).Draw(t, "stage"))
		percent, _ := r.plan.Weights(r.state).Percent("v3")
		var all, compared, others sequential.Counts
		missing, passes, failures := 0, 0, 0
		for range rapid.IntRange(1, 30).Draw(t, "windows") {
			mine := sequential.Counts{Total: rapid.Int64Range(0, 3).Draw(t, "total") * 50}
			theirs := sequential.Counts{Bad: rapid.Int64Range(0, 1).Draw(t, "others bad"),
				Total: rapid.Int64Range(0, 3).Draw(t, "others") * 300}
			theirs.Bad = min(theirs.Bad, theirs.Total)
			r.see(window("mocka", r.now, 0, mine.Total, theirs.Bad, theirs.Total))
			if missing++; mine.Total > 0 {
				missing = 0
				all.Total += mine.Total
				if theirs.Total > 0 && percent < 80 {
					compared.Total += mine.Total
					others.Bad, others.Total = others.Bad+theirs.Bad, others.Total+theirs.Total
				}
			}
			value := rapid.Float64Range(0, 1).Draw(t, "value")
			r.see(memory(r.now, value, 0))
			if passes++; value > 0.8 {
				passes, failures = 0, failures+1
			}
			g, m := r.evidence.Tallies[guardA], r.evidence.Tallies[gateMemory]
			require.Equal(t, []sequential.Counts{all, compared, others},
				[]sequential.Counts{g.All, g.Compared, g.Others})
			require.Equal(t, missing, r.evidence.Windows[0].Missing)
			require.Equal(t, []int{passes, failures}, []int{m.Passes, m.Failures})
		}
	})
}
