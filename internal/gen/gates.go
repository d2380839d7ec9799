package gen

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/rollout"
)

// Gated draws metrics, guards, gates, approvers, freezes and rails for a plan. It returns a valid
// plan and does not change the given one.
func Gated(t *rapid.T, plan rollout.Plan) rollout.Plan {
	g := gates{plan: plan}
	g.plan.Stages = slices.Clone(plan.Stages)
	for i := range rapid.IntRange(0, 3).Draw(t, "metrics") {
		g.plan.Metrics = append(g.plan.Metrics, metric(t, i))
	}
	if rapid.Bool().Draw(t, "approvers") {
		g.plan.Approvers = map[string][]string{"owner": {"ann", "bob"}, "qa": {"bob", "Dan <dan@example.com>", "ü"}}
	}
	g.guards(t)
	for i := range g.plan.Stages {
		g.plan.Stages[i].Gate = g.gate(t, percentAt(plan, i))
	}
	g.plan.FinishGate = g.gate(t, percentAt(plan, len(plan.Stages)))
	g.plan.Metrics = slices.DeleteFunc(g.plan.Metrics, func(m rollout.Metric) bool { return !g.used[m.Name] })
	if len(g.plan.Metrics) == 0 {
		g.plan.Metrics = nil
	}
	g.plan.Alpha = rapid.SampledFrom([]float64{0, 0.001, 0.01, 0.5}).Draw(t, "alpha")
	g.plan.Settle = duration(t, "settle")
	if rapid.Bool().Draw(t, "no return") {
		g.plan.NoReturn = rapid.SampledFrom(plan.Stages).Draw(t, "from").Name
	}
	for range rapid.IntRange(0, 2).Draw(t, "freezes") {
		g.plan.Freezes = append(g.plan.Freezes, Freeze(t))
	}
	g.rails(t)
	return g.plan
}

// gates is a plan that gets gates and metrics.
type gates struct {
	plan rollout.Plan
	used map[string]bool // metrics of checks
}

// percentAt returns the candidate's percent at a stage, and 0 before the first.
func percentAt(plan rollout.Plan, stage int) int {
	if stage == 0 {
		return 0
	}
	percent, _ := plan.Stages[stage-1].Weights.Percent(plan.Candidate)
	return percent
}

func metric(t *rapid.T, i int) rollout.Metric {
	m := rollout.Metric{
		Name:     fmt.Sprintf("metric-%d", i),
		Kind:     rapid.SampledFrom([]rollout.MetricKind{rollout.Counts, rollout.Value}).Draw(t, "kind"),
		Services: rapid.SampledFrom([][]string{nil, {"mocka"}, {"mocka", "mockb"}}).Draw(t, "services of a metric"),
	}
	if m.Kind == rollout.Counts && rapid.Bool().Draw(t, "latency") {
		m.Over = new(0.25)
	}
	return m
}

func (g *gates) guards(t *rapid.T) {
	g.used = map[string]bool{}
	for _, m := range g.plan.Metrics {
		if !rapid.Bool().Draw(t, "guards") {
			continue
		}
		c := g.check(t, m)
		if m.Kind == rollout.Counts {
			// Worse is drawn below the values that Good gets: the bounds never cross.
			c.Worse = &rollout.Worse{Ratio: rapid.Ptr(rapid.Float64Range(0.01, 3), true).Draw(t, "worse ratio")}
			if c.Worse.Ratio == nil || rapid.Bool().Draw(t, "worse ceiling too") {
				c.Worse.Ceiling = new(rapid.Float64Range(0.001, 0.1).Draw(t, "worse ceiling"))
			}
		} else {
			bounds(t, &c, false)
		}
		g.plan.Guards = append(g.plan.Guards, c)
	}
}

// gate draws a gate, or nil, behind a place where the candidate has percent.
func (g *gates) gate(t *rapid.T, percent int) *rollout.Gate {
	if rapid.IntRange(0, 3).Draw(t, "has a gate") == 0 {
		return nil
	}
	gate := &rollout.Gate{Dwell: rollout.Dwell{Min: duration(t, "min")}}
	if rapid.Bool().Draw(t, "has a deadline") {
		gate.Dwell.Max = gate.Dwell.Min + rollout.Duration(time.Hour)
		gate.Dwell.Then = answer(t)
	}
	if len(g.plan.Approvers) > 0 && rapid.Bool().Draw(t, "approved") {
		gate.Approvals = append(gate.Approvals,
			rollout.Approvals{Role: "owner", Count: rapid.IntRange(0, 2).Draw(t, "owners")})
		if rapid.Bool().Draw(t, "by qa too") {
			gate.Approvals = append(gate.Approvals, rollout.Approvals{Role: "qa"})
		}
	}
	for _, m := range g.plan.Metrics {
		if !rapid.Bool().Draw(t, "checks") || m.Kind == rollout.Counts && percent == 0 {
			continue
		}
		c := g.check(t, m)
		if m.Kind == rollout.Counts {
			c.Good = &rollout.Good{Beta: rapid.SampledFrom([]float64{0, 0.01, 0.5}).Draw(t, "beta")}
			if percent < 80 && rapid.Bool().Draw(t, "compares") {
				c.Good.Ratio = new(rapid.Float64Range(3.5, 1000).Draw(t, "good ratio"))
			} else {
				c.Good.Ceiling = new(rapid.Float64Range(0.11, 0.9).Draw(t, "good ceiling"))
			}
		} else {
			bounds(t, &c, percent < 100)
			c.Passes = rapid.IntRange(0, 3).Draw(t, "passes")
		}
		gate.Checks = append(gate.Checks, c)
	}
	return gate
}

// check draws the settings that guards and checks of gates share.
func (g *gates) check(t *rapid.T, m rollout.Metric) rollout.Check {
	g.used[m.Name] = true
	c := rollout.Check{
		Metric: m.Name, OnFail: answer(t), OnNoData: answer(t),
		Errors: rapid.Ptr(rapid.IntRange(0, 5), true).Draw(t, "errors"), NoDataAfter: duration(t, "no data after"),
	}
	if m.Kind == rollout.Counts {
		c.Clump = rapid.IntRange(0, 4).Draw(t, "clump")
	} else {
		c.Failures = rapid.IntRange(0, 2).Draw(t, "failures")
	}
	return c
}

// bounds draws the bounds of a metric of kind Value.
func bounds(t *rapid.T, c *rollout.Check, compares bool) {
	c.Ceiling = new(rapid.Float64Range(1, 1e15).Draw(t, "ceiling"))
	c.Floor = rapid.Ptr(rapid.Float64Range(-1e15, 1), true).Draw(t, "floor")
	if compares {
		c.Ratio = rapid.Ptr(rapid.Float64Range(0.01, 1000), true).Draw(t, "ratio")
		c.Difference = rapid.Ptr(rapid.Float64Range(-10, 10), true).Draw(t, "difference")
	}
}

// rails draws rails that the plan keeps.
func (g *gates) rails(t *rapid.T) {
	if !rapid.Bool().Draw(t, "rails") {
		return
	}
	last := percentAt(g.plan, len(g.plan.Stages))
	g.plan.Rails = &rollout.Rails{}
	if rapid.Bool().Draw(t, "largest step") {
		for i := range g.plan.Stages {
			g.plan.Rails.LargestStep = max(g.plan.Rails.LargestStep, percentAt(g.plan, i+1)-percentAt(g.plan, i))
		}
	}
	if rapid.Bool().Draw(t, "final percent") {
		g.plan.Rails.FinalPercent = last
	}
	if len(g.plan.Metrics) > 0 && last < 100 {
		g.plan.Rails.Cap = &rollout.Cap{Percent: last, Metric: g.plan.Metrics[0].Name}
	}
}

// Freeze draws a valid freeze.
func Freeze(t *rapid.T) rollout.Freeze {
	f := rollout.Freeze{
		Zone:   rapid.SampledFrom([]string{"UTC", "Europe/Berlin"}).Draw(t, "zone"),
		Days:   rapid.SampledFrom([][]string{nil, {"Sat", "Sun"}}).Draw(t, "days"),
		Reason: rapid.SampledFrom([]string{"", "a fair"}).Draw(t, "reason"),
	}
	if f.Days == nil || rapid.Bool().Draw(t, "times") {
		f.From, f.To = "18:00", rapid.SampledFrom([]string{"24:00", "06:00"}).Draw(t, "to")
	}
	if rapid.Bool().Draw(t, "season") {
		f.First, f.Last = "2026-12-20", "2027-01-02"
	}
	return f
}

func answer(t *rapid.T) rollout.Action {
	return rapid.SampledFrom([]rollout.Action{"", rollout.ActHold, rollout.ActStepBack, rollout.ActRollBack}).Draw(t,
		"answer")
}

func duration(t *rapid.T, what string) rollout.Duration {
	return rollout.Duration(rapid.SampledFrom([]time.Duration{0, 90 * time.Second, 10 * time.Minute, time.Hour}).Draw(t,
		what))
}
