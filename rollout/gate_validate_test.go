package rollout_test

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/rollout"
)

// spoilt is a change of a sound plan, and the faults that it makes.
type spoilt struct {
	change func(p *rollout.Plan)
	want   field.ErrorList
}

func requireFaults(t *testing.T, table map[string]spoilt) {
	t.Helper()
	require.Empty(t, gated().Validate())
	for name, test := range table {
		t.Run(name, func(t *testing.T) {
			p := gated()
			test.change(&p)
			fieldtest.Equal(t, test.want, p.Validate())
			_, err := p.Prepare(t0)
			require.Equal(t, len(test.want) > 0, err != nil, "a broken plan is never begun")
		})
	}
}

var long = strings.Repeat("x", 64)

func TestFaultsOfMetrics(t *testing.T) {
	const at = "metrics[2]"
	// add appends a metric and a check that uses it.
	add := func(m rollout.Metric) func(p *rollout.Plan) {
		return func(p *rollout.Plan) {
			p.Metrics = append(p.Metrics, m)
			c := rollout.Check{Metric: m.Name, Ceiling: ptr(1.0)}
			if m.Kind == rollout.Counts {
				c = rollout.Check{Metric: m.Name, Worse: &rollout.Worse{Ceiling: ptr(0.5)}}
			}
			p.Guards = append(p.Guards, c)
		}
	}
	requireFaults(t, map[string]spoilt{
		"good": {add(rollout.Metric{Name: "slow", Kind: rollout.Counts, Over: ptr(0.5),
			Services: []string{"mocka"}}), nil},
		"no name": {add(rollout.Metric{Kind: rollout.Value}),
			field.ErrorList{fieldtest.Required(at + ".name"), fieldtest.Required("guards[1].metric")}},
		"no label": {add(rollout.Metric{Name: "Slow", Kind: rollout.Value}),
			field.ErrorList{fieldtest.Invalid(at+".name", "format=dns-label")}},
		"too long a name": {add(rollout.Metric{Name: long, Kind: rollout.Value}),
			field.ErrorList{fieldtest.Invalid(at+".name", "format=dns-label")}},
		"twice": {add(rollout.Metric{Name: "memory", Kind: rollout.Value}),
			field.ErrorList{fieldtest.Duplicate(at + ".name")}},
		"no kind": {add(rollout.Metric{Name: "slow"}), field.ErrorList{fieldtest.Required(at + ".kind")}},
		"other kind": {add(rollout.Metric{Name: "slow", Kind: "counts"}),
			field.ErrorList{fieldtest.NotSupported(at + ".kind")}},
		"over 0": {add(rollout.Metric{Name: "slow", Kind: rollout.Counts, Over: ptr(0.0)}),
			field.ErrorList{fieldtest.Invalid(at+".over", "")}},
		"over NaN": {add(rollout.Metric{Name: "slow", Kind: rollout.Counts, Over: ptr(math.NaN())}),
			field.ErrorList{fieldtest.Invalid(at+".over", "")}},
		"over infinite": {add(rollout.Metric{Name: "slow", Kind: rollout.Counts, Over: ptr(math.Inf(1))}),
			field.ErrorList{fieldtest.Invalid(at+".over", "")}},
		"over of a value": {add(rollout.Metric{Name: "slow", Kind: rollout.Value, Over: ptr(1.0)}),
			field.ErrorList{fieldtest.Forbidden(at + ".over")}},
		"services": {add(rollout.Metric{Name: "slow", Kind: rollout.Value, Services: []string{"", long, "a", "a"}}),
			field.ErrorList{fieldtest.Required(at + ".services[0]"), fieldtest.TooLong(at + ".services[1]"),
				fieldtest.Duplicate(at + ".services[3]")}},
		"unused": {func(p *rollout.Plan) {
			p.Metrics = append(p.Metrics, rollout.Metric{Name: "slow", Kind: rollout.Value})
		},
			field.ErrorList{fieldtest.Invalid(at+".name", "unused")}},
	})
}

func TestFaultsOfThePlan(t *testing.T) {
	requireFaults(t, map[string]spoilt{
		"alpha":       {func(p *rollout.Plan) { p.Alpha = 0.5 }, nil},
		"alpha below": {func(p *rollout.Plan) { p.Alpha = -0.01 }, field.ErrorList{fieldtest.Invalid("alpha", "")}},
		"alpha above": {func(p *rollout.Plan) { p.Alpha = 0.51 }, field.ErrorList{fieldtest.Invalid("alpha", "")}},
		"alpha NaN": {func(p *rollout.Plan) { p.Alpha = math.NaN() },
			field.ErrorList{fieldtest.Invalid("alpha", "")}},
		"settle":       {func(p *rollout.Plan) { p.Settle = -1 }, field.ErrorList{fieldtest.Invalid("settle", "")}},
		"no return":    {func(p *rollout.Plan) { p.NoReturn = "e" }, field.ErrorList{fieldtest.NotFound("noReturn")}},
		"no return at": {func(p *rollout.Plan) { p.NoReturn = "4" }, field.ErrorList{fieldtest.NotFound("noReturn")}},
		"no role": {func(p *rollout.Plan) { p.Approvers = nil },
			field.ErrorList{fieldtest.NotFound("stages[1].gate.approvals[0].role"),
				fieldtest.NotFound("finish.approvals[0].role")}},
		"bad role": {func(p *rollout.Plan) { p.Approvers["Ops"] = []string{"x"} },
			field.ErrorList{fieldtest.Invalid("approvers", "format=dns-label")}},
		"nameless role": {func(p *rollout.Plan) { p.Approvers[""] = []string{"x"} },
			field.ErrorList{fieldtest.Invalid("approvers", "format=dns-label")}},
		"nobody": {func(p *rollout.Plan) { p.Approvers["ops"] = nil },
			field.ErrorList{fieldtest.Required("approvers.ops")}},
		"people": {func(p *rollout.Plan) { p.Approvers["ops"] = []string{"", long, "x", "x"} },
			field.ErrorList{fieldtest.Required("approvers.ops[0]"), fieldtest.TooLong("approvers.ops[1]"),
				fieldtest.Duplicate("approvers.ops[3]")}},
		"many people": {func(p *rollout.Plan) { p.Approvers["ops"] = append(services(40), "s3", "s39", "s40") },
			field.ErrorList{fieldtest.Duplicate("approvers.ops[40]"), fieldtest.Duplicate("approvers.ops[41]")}},
		// 3 * 21 + 1
		"64 pairs": {func(p *rollout.Plan) { p.Metrics[0].Services = services(21); p.Guards = p.Guards[:1] }, nil},
		"more pairs": {func(p *rollout.Plan) { p.Metrics[0].Services = services(22) },
			field.ErrorList{fieldtest.TooMany("metrics", "pairs")}},
	})
}

// Lists whose items are compared with each other are bounded before they are.
func TestListsOfGatesAreBounded(t *testing.T) {
	checks := make([]rollout.Check, 65)
	requireFaults(t, map[string]spoilt{
		"metrics": {func(p *rollout.Plan) { p.Metrics = make([]rollout.Metric, 65) },
			field.ErrorList{fieldtest.TooMany("metrics", "pairs")}},
		"services": {func(p *rollout.Plan) { p.Metrics[1].Services = services(65) },
			field.ErrorList{fieldtest.TooMany("metrics[1].services", "pairs")}},
		"checks": {func(p *rollout.Plan) {
			p.Guards, p.Stages[1].Gate.Checks, p.FinishGate.Checks = checks, checks,
				checks
		},
			field.ErrorList{fieldtest.TooMany("guards", "pairs"), fieldtest.TooMany("stages[1].gate.checks", "pairs"),
				fieldtest.TooMany("finish.checks", "pairs")}},
	})
}

func services(n int) []string {
	var out []string
	for i := range n {
		out = append(out, "s"+strconv.Itoa(i))
	}
	return out
}

func TestFaultsOfGates(t *testing.T) {
	gate := func(change func(g *rollout.Gate)) func(p *rollout.Plan) {
		return func(p *rollout.Plan) { change(p.Stages[1].Gate) }
	}
	const at = "stages[1].gate"
	requireFaults(t, map[string]spoilt{
		"min": {gate(func(g *rollout.Gate) { g.Dwell.Min = -1 }),
			field.ErrorList{fieldtest.Invalid(at+".dwell.min", "")}},
		"max": {gate(func(g *rollout.Gate) { g.Dwell = rollout.Dwell{Max: -1} }),
			field.ErrorList{fieldtest.Invalid(at+".dwell.max", "never")}},
		"max at min": {gate(func(g *rollout.Gate) { g.Dwell.Max = g.Dwell.Min }),
			field.ErrorList{fieldtest.Invalid(at+".dwell.max", "never")}},
		"then alone": {gate(func(g *rollout.Gate) { g.Dwell.Max = 0 }),
			field.ErrorList{fieldtest.Forbidden(at + ".dwell.then")}},
		"then promote": {gate(func(g *rollout.Gate) { g.Dwell.Then = rollout.ActPromote }),
			field.ErrorList{fieldtest.NotSupported(at + ".dwell.then")}},
		"then hold": {gate(func(g *rollout.Gate) { g.Dwell.Then = rollout.ActHold }), nil},
		"no role": {gate(func(g *rollout.Gate) { g.Approvals[0].Role = "" }),
			field.ErrorList{fieldtest.Required(at + ".approvals[0].role")}},
		"other role": {gate(func(g *rollout.Gate) { g.Approvals[0].Role = "ops" }),
			field.ErrorList{fieldtest.NotFound(at + ".approvals[0].role")}},
		"negative count": {gate(func(g *rollout.Gate) { g.Approvals[0].Count = -1 }),
			field.ErrorList{fieldtest.Invalid(at+".approvals[0].count", "")}},
		"count": {gate(func(g *rollout.Gate) { g.Approvals[0].Count = 3 }), nil},
		"too many": {gate(func(g *rollout.Gate) { g.Approvals[0].Count = 4 }),
			field.ErrorList{fieldtest.Invalid(at+".approvals[0].count", "never")}},
		"role twice": {gate(func(g *rollout.Gate) { g.Approvals = append(g.Approvals, g.Approvals...) }),
			field.ErrorList{fieldtest.Duplicate(at + ".approvals[1].role")}},
		"finish": {func(p *rollout.Plan) { p.FinishGate.Dwell.Min = -1 },
			field.ErrorList{fieldtest.Invalid("finish.dwell.min", "")}},
		"the first stage": {func(p *rollout.Plan) { p.Stages[0].Gate.Dwell.Min = -1 },
			field.ErrorList{fieldtest.Invalid("stages[0].gate.dwell.min", "")}},
		"several at once": {gate(func(g *rollout.Gate) { g.Dwell = rollout.Dwell{Min: -2, Max: -3, Then: "Go"} }),
			field.ErrorList{fieldtest.Invalid(at+".dwell.min", ""), fieldtest.Invalid(at+".dwell.max", "never"),
				fieldtest.NotSupported(at + ".dwell.then")}},
		"no gate anywhere": {func(p *rollout.Plan) { *p = seed() }, nil},
	})
}

func TestFaultsOfFreezes(t *testing.T) {
	freeze := func(f rollout.Freeze) func(p *rollout.Plan) {
		return func(p *rollout.Plan) { p.Freezes = []rollout.Freeze{f} }
	}
	const at = "freezes[0]"
	inZone := func(f rollout.Freeze) func(p *rollout.Plan) { f.Zone = "UTC"; return freeze(f) }
	requireFaults(t, map[string]spoilt{
		"good": {inZone(rollout.Freeze{Days: []string{"Sat", "Sun"}, From: "18:00", To: "24:00",
			First: "2026-12-20", Last: "2026-12-20"}), nil},
		"over midnight": {inZone(rollout.Freeze{From: "18:00", To: "00:00"}), nil},
		"no zone": {freeze(rollout.Freeze{Days: []string{"Sat"}}),
			field.ErrorList{fieldtest.Required(at + ".zone")}},
		"local": {freeze(rollout.Freeze{Zone: "Local", Days: []string{"Sat"}}),
			field.ErrorList{fieldtest.Invalid(at+".zone", "")}},
		"long zone": {freeze(rollout.Freeze{Zone: long, Days: []string{"Sat"}}),
			field.ErrorList{fieldtest.TooLong(at + ".zone")}},
		"always": {inZone(rollout.Freeze{Reason: "no"}), field.ErrorList{fieldtest.Invalid(at, "always")}},
		"days": {inZone(rollout.Freeze{Days: []string{"Sat", "sun", "Sat"}}),
			field.ErrorList{fieldtest.NotSupported(at + ".days[1]"), fieldtest.Duplicate(at + ".days[2]")}},
		"from alone": {inZone(rollout.Freeze{From: "18:00"}), field.ErrorList{fieldtest.Required(at + ".to")}},
		"to alone":   {inZone(rollout.Freeze{To: "18:00"}), field.ErrorList{fieldtest.Required(at + ".from")}},
		"no times": {inZone(rollout.Freeze{From: "6:00", To: "25:00"}),
			field.ErrorList{fieldtest.Invalid(at+".from", ""), fieldtest.Invalid(at+".to", "")}},
		"empty": {inZone(rollout.Freeze{From: "18:00", To: "18:00"}),
			field.ErrorList{fieldtest.Invalid(at+".to", "")}},
		"from 24:00": {inZone(rollout.Freeze{From: "24:00", To: "00:00"}),
			field.ErrorList{fieldtest.Invalid(at+".from", "")}},
		"first alone": {inZone(rollout.Freeze{First: "2026-12-20"}), field.ErrorList{fieldtest.Required(at + ".last")}},
		"last alone":  {inZone(rollout.Freeze{Last: "2026-12-20"}), field.ErrorList{fieldtest.Required(at + ".first")}},
		"no days": {inZone(rollout.Freeze{First: "2026-2-1", Last: "2026-02-30"}),
			field.ErrorList{fieldtest.Invalid(at+".first", ""), fieldtest.Invalid(at+".last", "")}},
		"last before": {inZone(rollout.Freeze{First: "2026-12-20", Last: "2026-12-19"}),
			field.ErrorList{fieldtest.Invalid(at+".last", "")}},
		"both pairs": {inZone(rollout.Freeze{From: "x", To: "y", First: "2026-12-20", Last: "2026-12-19"}),
			field.ErrorList{fieldtest.Invalid(at+".from", ""), fieldtest.Invalid(at+".to", ""),
				fieldtest.Invalid(at+".last", "")}},
	})
}

func TestFaultsOfRails(t *testing.T) {
	rails := func(r rollout.Rails) func(p *rollout.Plan) {
		return func(p *rollout.Plan) { p.Rails = &r }
	}
	requireFaults(t, map[string]spoilt{
		"good": {rails(rollout.Rails{LargestStep: 50, FinalPercent: 100,
			Cap: &rollout.Cap{Percent: 10, Metric: "memory"}}), nil},
		"negative step": {rails(rollout.Rails{LargestStep: -1}),
			field.ErrorList{fieldtest.Invalid("rails.largestStep", "")}},
		"step over 100": {rails(rollout.Rails{LargestStep: 101}),
			field.ErrorList{fieldtest.Invalid("rails.largestStep", "")}},
		"large steps": {rails(rollout.Rails{LargestStep: 19}),
			field.ErrorList{fieldtest.Invalid("stages[1].weights", "rails"),
				fieldtest.Invalid("stages[2].weights", "rails"), fieldtest.Invalid("stages[3].weights", "rails")}},
		"final over": {rails(rollout.Rails{FinalPercent: 101}),
			field.ErrorList{fieldtest.Invalid("rails.finalPercent", ""),
				fieldtest.Invalid("stages[3].weights", "rails")}},
		"final": {rails(rollout.Rails{FinalPercent: 90}),
			field.ErrorList{fieldtest.Invalid("stages[3].weights", "rails")}},
		"cap percent": {rails(rollout.Rails{Cap: &rollout.Cap{Percent: 100, Metric: "memory"}}),
			field.ErrorList{fieldtest.Invalid("rails.cap.percent", "")}},
		"cap metric": {rails(rollout.Rails{Cap: &rollout.Cap{Percent: 99, Metric: "disk"}}),
			field.ErrorList{fieldtest.NotFound("rails.cap.metric"), fieldtest.Invalid("stages[3].weights", "rails")}},
		"cap": {rails(rollout.Rails{Cap: &rollout.Cap{Percent: 9, Metric: "memory"}}),
			field.ErrorList{fieldtest.Invalid("stages[0].weights", "rails")}},
		"cap later": {rails(rollout.Rails{Cap: &rollout.Cap{Percent: 30, Metric: "errors"}}), nil},
		"cap too late": {rails(rollout.Rails{Cap: &rollout.Cap{Percent: 29, Metric: "errors"}}),
			field.ErrorList{fieldtest.Invalid("stages[1].weights", "rails")}},
	})
}

// Plans of no stage, and of vectors that do not hold the candidate, are refused and break
// nothing.
func TestFaultsOfGatesOfBrokenPlans(t *testing.T) {
	p := gated()
	p.Rails = &rollout.Rails{LargestStep: 1, FinalPercent: 50, Cap: &rollout.Cap{Metric: "memory"}}
	p.Stages = nil
	require.True(t, slices.ContainsFunc(p.Validate(), func(e *field.Error) bool { return e.Field == "stages" }))
	p = gated()
	p.Candidate = ""
	require.NotEmpty(t, p.Validate())
	require.Empty(t, rollout.Plan{}.Risks())
}
