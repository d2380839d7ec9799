package rollout_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/rollout"
)

func TestFaultsOfGuardsOfCounts(t *testing.T) {
	guard := func(change func(c *rollout.Check)) func(p *rollout.Plan) {
		return func(p *rollout.Plan) {
			p.FinishGate.Checks = nil // so that nothing is crossed
			p.Stages[2].Gate = nil
			change(&p.Guards[0])
		}
	}
	const at = "guards[0]"
	requireFaults(t, map[string]spoilt{
		"no metric": {guard(func(c *rollout.Check) { c.Metric = "" }),
			field.ErrorList{fieldtest.Required(at + ".metric"), fieldtest.Invalid("metrics[0].name", "unused")}},
		"other metric": {guard(func(c *rollout.Check) { c.Metric = "disk" }),
			field.ErrorList{fieldtest.NotFound(at + ".metric"), fieldtest.Invalid("metrics[0].name", "unused")}},
		"no worse": {guard(func(c *rollout.Check) { c.Worse = nil }),
			field.ErrorList{fieldtest.Required(at + ".worse")}},
		"empty worse": {guard(func(c *rollout.Check) { c.Worse = &rollout.Worse{} }),
			field.ErrorList{fieldtest.Required(at + ".worse")}},
		"good": {guard(func(c *rollout.Check) { c.Good = &rollout.Good{Ratio: ptr(3.0)} }),
			field.ErrorList{fieldtest.Forbidden(at + ".good")}},
		"ratio alone":   {guard(func(c *rollout.Check) { c.Worse.Ceiling = nil }), nil},
		"ceiling alone": {guard(func(c *rollout.Check) { c.Worse.Ratio = nil }), nil},
		"small ratio": {guard(func(c *rollout.Check) { c.Worse.Ratio = ptr(0.009) }),
			field.ErrorList{fieldtest.Invalid(at+".worse.ratio", "")}},
		"large ratio": {guard(func(c *rollout.Check) { c.Worse.Ratio = ptr(1000.5) }),
			field.ErrorList{fieldtest.Invalid(at+".worse.ratio", "")}},
		"NaN": {guard(func(c *rollout.Check) {
			c.Worse = &rollout.Worse{Ratio: ptr(math.NaN()),
				Ceiling: ptr(math.NaN())}
		}), field.ErrorList{fieldtest.Invalid(at+".worse.ratio", ""), fieldtest.Invalid(at+".worse.ceiling", "")}},
		"ceiling 0": {guard(func(c *rollout.Check) { c.Worse.Ceiling = ptr(0.0) }),
			field.ErrorList{fieldtest.Invalid(at+".worse.ceiling", "")}},
		"ceiling 1": {guard(func(c *rollout.Check) { c.Worse.Ceiling = ptr(1.0) }),
			field.ErrorList{fieldtest.Invalid(at+".worse.ceiling", "")}},
		"clump": {guard(func(c *rollout.Check) { c.Clump = 100 }), nil},
		"clump above": {guard(func(c *rollout.Check) { c.Clump = 101 }),
			field.ErrorList{fieldtest.Invalid(at+".clump", "")}},
		"clump below": {guard(func(c *rollout.Check) { c.Clump = -1 }),
			field.ErrorList{fieldtest.Invalid(at+".clump", "")}},
		"of a value": {guard(func(c *rollout.Check) {
			c.Ceiling, c.Floor, c.Ratio, c.Difference, c.Passes, c.Failures = ptr(1.0), ptr(1.0), ptr(1.0), ptr(1.0), 1,
				1
		}), field.ErrorList{fieldtest.Forbidden(at + ".ceiling"), fieldtest.Forbidden(at + ".floor"),
			fieldtest.Forbidden(at + ".ratio"),
			fieldtest.Forbidden(at + ".difference"), fieldtest.Forbidden(at + ".passes"),
			fieldtest.Forbidden(at + ".failures")}},
		"answers": {guard(func(c *rollout.Check) { c.OnFail, c.OnNoData = rollout.ActPromote, "Stop" }),
			field.ErrorList{fieldtest.NotSupported(at + ".onFail"), fieldtest.NotSupported(at + ".onNoData")}},
		"errors": {guard(func(c *rollout.Check) { c.Errors = ptr(0) }), nil},
		"negative errors": {guard(func(c *rollout.Check) { c.Errors = ptr(-1) }),
			field.ErrorList{fieldtest.Invalid(at+".errors", "")}},
		"many errors": {guard(func(c *rollout.Check) { c.Errors = ptr(1001) }),
			field.ErrorList{fieldtest.Invalid(at+".errors", "")}},
		"no data after": {guard(func(c *rollout.Check) { c.NoDataAfter = -1 }),
			field.ErrorList{fieldtest.Invalid(at+".noDataAfter", "")}},
		"twice": {func(p *rollout.Plan) { p.Guards = append(p.Guards, gated().Guards[0]) },
			field.ErrorList{fieldtest.Duplicate("guards[1]")}},
		"another clump": {func(p *rollout.Plan) {
			p.Guards = append(p.Guards,
				gated().Guards[0])
			p.Guards[1].Clump = 2
		}, nil},
	})
}

func TestFaultsOfGatesOfCounts(t *testing.T) {
	check := func(change func(c *rollout.Check)) func(p *rollout.Plan) {
		return func(p *rollout.Plan) { change(&p.Stages[2].Gate.Checks[0]) }
	}
	const at = "stages[2].gate.checks[0]"
	finish := func(c rollout.Check) func(p *rollout.Plan) {
		return func(p *rollout.Plan) { p.FinishGate.Checks[0] = c }
	}
	at4 := "finish.checks[0]"
	requireFaults(t, map[string]spoilt{
		"worse": {check(func(c *rollout.Check) { c.Worse = &rollout.Worse{Ratio: ptr(1.0)} }),
			field.ErrorList{fieldtest.Forbidden(at + ".worse")}},
		"no good": {check(func(c *rollout.Check) { c.Good = nil }),
			field.ErrorList{fieldtest.Required(at + ".good")}},
		"neither": {check(func(c *rollout.Check) { c.Good = &rollout.Good{} }),
			field.ErrorList{fieldtest.Required(at + ".good")}},
		"both": {check(func(c *rollout.Check) { c.Good.Ceiling = ptr(0.1) }),
			field.ErrorList{fieldtest.Required(at + ".good")}},
		"ceiling": {check(func(c *rollout.Check) { c.Good = &rollout.Good{Ceiling: ptr(0.06), Beta: 0.5} }),
			nil},
		"bad ceiling": {check(func(c *rollout.Check) { c.Good = &rollout.Good{Ceiling: ptr(1.1)} }),
			field.ErrorList{fieldtest.Invalid(at+".good.ceiling", "")}},
		"bad ratio": {check(func(c *rollout.Check) { c.Good.Ratio = ptr(1e9) }),
			field.ErrorList{fieldtest.Invalid(at+".good.ratio", "")}},
		"beta below": {check(func(c *rollout.Check) { c.Good.Beta = -0.1 }),
			field.ErrorList{fieldtest.Invalid(at+".good.beta", "")}},
		"beta above": {check(func(c *rollout.Check) { c.Good.Beta = 0.6 }),
			field.ErrorList{fieldtest.Invalid(at+".good.beta", "")}},
		"beta NaN": {check(func(c *rollout.Check) { c.Good.Beta = math.NaN() }),
			field.ErrorList{fieldtest.Invalid(at+".good.beta", "")}},
		"equal ratios": {check(func(c *rollout.Check) { c.Good.Ratio = ptr(2.0) }),
			field.ErrorList{fieldtest.Invalid(at+".good.ratio", "crossed")}},
		"crossed ratios": {check(func(c *rollout.Check) { c.Good.Ratio = ptr(1.5) }),
			field.ErrorList{fieldtest.Invalid(at+".good.ratio", "crossed")}},
		"equal ceilings": {check(func(c *rollout.Check) { c.Good = &rollout.Good{Ceiling: ptr(0.05)} }),
			field.ErrorList{fieldtest.Invalid(at+".good.ceiling", "crossed")}},
		"crossed, before": {check(func(c *rollout.Check) { c.Good = &rollout.Good{Ceiling: ptr(0.01)} }),
			field.ErrorList{fieldtest.Invalid(at+".good.ceiling", "crossed")}},
		"no requests at the place before": {func(p *rollout.Plan) {
			p.Stages[0].Gate.Checks = []rollout.Check{{Metric: "errors", Good: &rollout.Good{Ceiling: ptr(0.1)}}}
		}, field.ErrorList{fieldtest.Invalid("stages[0].gate.checks[0].metric", "never")}},
		"79% is compared": {func(p *rollout.Plan) {
			p.Stages[2].Weights = rollout.Weights{rollout.W("v1", 11), rollout.W("v2", 10), rollout.W("v3", 79)}
			p.Stages[3].Gate = &rollout.Gate{
				Checks: []rollout.Check{{Metric: "errors", Good: &rollout.Good{Ratio: ptr(3.0)}}}}
		}, nil},
		"80% is not": {func(p *rollout.Plan) {
			p.Stages[3].Gate = &rollout.Gate{
				Checks: []rollout.Check{{Metric: "errors", Good: &rollout.Good{Ratio: ptr(3.0)}}}}
		}, field.ErrorList{fieldtest.Invalid("stages[3].gate.checks[0].metric", "never")}},
		"compared at 100%": {finish(rollout.Check{Metric: "errors", Good: &rollout.Good{Ratio: ptr(3.0)}}),
			field.ErrorList{fieldtest.Invalid(at4+".metric", "never")}},
		"a value over no other": {finish(rollout.Check{Metric: "memory", Difference: ptr(3.0)}),
			field.ErrorList{fieldtest.Invalid(at4+".metric", "never")}},
		"a value over no other2": {finish(rollout.Check{Metric: "memory", Ratio: ptr(3.0), Ceiling: ptr(1.0)}),
			field.ErrorList{fieldtest.Invalid(at4+".metric", "never")}},
	})
}

func TestFaultsOfValues(t *testing.T) {
	const at = "stages[1].gate.checks[0]"
	check := func(change func(c *rollout.Check)) func(p *rollout.Plan) {
		return func(p *rollout.Plan) { change(&p.Stages[1].Gate.Checks[0]) }
	}
	guard := func(c rollout.Check) func(p *rollout.Plan) {
		return func(p *rollout.Plan) { p.Guards = append(p.Guards, c) }
	}
	requireFaults(t, map[string]spoilt{
		"of counts": {check(func(c *rollout.Check) { c.Worse, c.Good, c.Clump = &rollout.Worse{}, &rollout.Good{}, 2 }),
			field.ErrorList{fieldtest.Forbidden(at + ".worse"), fieldtest.Forbidden(at + ".good"),
				fieldtest.Forbidden(at + ".clump")}},
		"no bound": {check(func(c *rollout.Check) { c.Ceiling = nil }),
			field.ErrorList{fieldtest.Required(at + ".ceiling")}},
		"all bounds": {check(func(c *rollout.Check) {
			c.Floor, c.Ratio, c.Difference = ptr(-1e15), ptr(2.0),
				ptr(-3.0)
		}), nil},
		"no numbers": {check(func(c *rollout.Check) {
			c.Ceiling, c.Floor, c.Difference = ptr(math.Inf(1)), ptr(math.NaN()), ptr(1e16)
		}),
			field.ErrorList{fieldtest.Invalid(at+".ceiling", ""), fieldtest.Invalid(at+".floor", ""),
				fieldtest.Invalid(at+".difference", "")}},
		"bad ratio": {check(func(c *rollout.Check) { c.Ratio = ptr(0.0) }),
			field.ErrorList{fieldtest.Invalid(at+".ratio", "")}},
		"floor above": {check(func(c *rollout.Check) { c.Floor = ptr(0.9) }),
			field.ErrorList{fieldtest.Invalid(at+".floor", "never")}},
		"passes": {check(func(c *rollout.Check) { c.Passes = 1001 }),
			field.ErrorList{fieldtest.Invalid(at+".passes", "")}},
		"failures": {check(func(c *rollout.Check) { c.Failures = -1 }),
			field.ErrorList{fieldtest.Invalid(at+".failures", "")}},
		"guard": {guard(rollout.Check{Metric: "memory", Ratio: ptr(2.0), Failures: 3}), nil},
		"guard's passes": {guard(rollout.Check{Metric: "memory", Ratio: ptr(2.0), Passes: 1}),
			field.ErrorList{fieldtest.Forbidden("guards[1].passes")}},
		"twice": {check(func(*rollout.Check) {}), nil},
	})
}

func TestRisksSumToAlpha(t *testing.T) {
	p := gated()
	p.Guards = append(p.Guards, rollout.Check{Metric: "memory", Ceiling: ptr(1.0)},
		rollout.Check{Metric: "errors", Clump: 3, Worse: &rollout.Worse{Ratio: ptr(2.0)}})
	require.Equal(t, []rollout.Risk{
		{"errors", "mocka", 0, "ratio", 0.01 / 6}, {"errors", "mocka", 0, "ceiling", 0.01 / 6},
		{"errors", "mockb", 0, "ratio", 0.01 / 6}, {"errors", "mockb", 0, "ceiling", 0.01 / 6},
		{"errors", "mocka", 2, "ratio", 0.01 / 6}, {"errors", "mockb", 2, "ratio", 0.01 / 6},
	}, p.Risks())
	p.Alpha = 0.06
	for _, r := range p.Risks() {
		require.InDelta(t, 0.01, r.Alpha, 1e-15)
	}
	require.Empty(t, seed().Risks())
}
