package rollout

import (
	"math"
	"slices"
	"time"

	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// Expected is what is expected of an app's requests. It serves to say, before a release,
// how long a fault would stay unseen. It is no part of a plan, and no decision uses it.
type Expected struct {
	// Rate is how many requests a second come to the gateway. 0 means unknown: then
	// figures are in requests alone, measured in windows of 200.
	Rate float64 `json:"rate"`
	// Errors is the share of requests that are bad when all is well, above 0 and below 1.
	Errors float64 `json:"errors"`
	// Times is how many times as often a bad candidate fails. 0 means 5.
	Times float64 `json:"times"`
	// Window is how long a window of measurements is. 0 means a minute.
	Window Duration `json:"window"`
}

// OrDefaults returns x with the defaults of what it leaves out.
func (x Expected) OrDefaults() Expected {
	if x.Times == 0 {
		x.Times = 5
	}
	if x.Window <= 0 {
		x.Window = Duration(time.Minute)
	}
	return x
}

// known reports whether the figures are possible.
func (x Expected) known() bool {
	return x.Rate >= 0 && !math.IsInf(x.Rate, 0) && x.Errors > 0 && x.Errors < 1
}

// window returns the requests of a window, of all lanes.
func (x Expected) window() float64 {
	if x.Rate == 0 {
		return 200
	}
	return min(max(x.Rate*time.Duration(x.Window).Seconds(), 1), 1e9)
}

// maxFigures bounds what is computed for a plan: a figure takes up to a tenth of a second.
const maxFigures = 128

// Detection is what a fault means at one stage of a plan.
type Detection struct {
	// Stage is the name of the stage, Percent the share of users that meet the candidate there.
	Stage   string `json:"stage"`
	Percent int    `json:"percent"`
	// Guard is the position in Plan.Guards of the guard that sees the fault first; -1 when none
	// ever does. Test is "ratio" or "ceiling".
	Guard int    `json:"guard"`
	Test  string `json:"test"`
	// Median and P99 are after how many requests of the candidate the guard sees the
	// fault: in half of all releases, and in 99 of 100. Takes and TakesP99 are how long
	// that takes; 0 without a Rate. With a Rate, all of them count the windows that
	// Plan.Settle keeps from being compared.
	Median   int64    `json:"median"`
	P99      int64    `json:"p99"`
	Takes    Duration `json:"takes"`
	TakesP99 Duration `json:"takesP99"`
	// Failed is how many requests have failed because of the fault by then, in the median.
	Failed int64 `json:"failed"`
	// Kept is how long the gate after the stage keeps the release there at least; 0
	// without such a gate.
	Kept Duration `json:"kept"`
	// Early says that the gate after the stage may open before the fault is seen: it keeps the
	// stage for less than Takes, asks nobody, and has no check of the fault's own metric that a
	// candidate with the fault fails.
	Early bool `json:"early"`
}

// Detections returns a Detection for each stage: how many users it exposes, and how long
// the guards do not see a fault that exists from the first window of the stage, by
// [sequential.Rates]. It is nil for a plan that is not valid or has no guard of counts,
// and when the expected figures are impossible. It is also nil for a plan with more than
// 128 different figures: different tests of guards, times different shares of the
// candidate. A guard counts the requests of the whole app, even if its metric belongs to
// one service. A guard of latency is left out: a request that fails is not slow.
func (p Plan) Detections(x Expected) []Detection {
	asked := p.countFigures()
	if !x.known() || asked == 0 || asked > maxFigures || len(p.Validate()) > 0 {
		return nil
	}
	x = x.OrDefaults()
	known := map[question]figures{}
	out := make([]Detection, len(p.Stages))
	for i := range p.Stages {
		d := &out[i]
		d.Stage, d.Percent, d.Guard = p.Stages[i].Name, p.percent(i+1), -1
		if d.Percent == 0 {
			continue
		}
		each := x.Rate * float64(d.Percent) / 100 // requests of the candidate a second
		for g := range p.Guards {
			for _, q := range p.questions(g, d.Percent) {
				f, is := known[q]
				if !is {
					f = p.figures(q, x)
					known[q] = f
				}
				if q.test == "ratio" {
					f.median, f.p99 = f.median+p.unsettled(x, each), f.p99+p.unsettled(x, each)
				}
				if f.ok && (d.Guard < 0 || f.median < d.Median) {
					d.Guard, d.Test, d.Median, d.P99 = g, q.test, f.median, f.p99
				}
			}
		}
		if x.Rate > 0 {
			d.Takes, d.TakesP99 = after(d.Median, each), after(d.P99, each)
		}
		d.Failed = int64(math.Round(float64(d.Median) * max(0, min(1, x.Errors*x.Times)-x.Errors)))
		if gate := p.gate(i + 2); gate != nil {
			d.Kept = gate.Dwell.Min
			soon := d.Guard < 0 || d.Takes > d.Kept
			d.Early = soon && len(gate.Approvals) == 0 && !p.keepsShut(gate, d.Guard, x)
		}
	}
	return out
}

// after returns how long so many requests take at a rate.
func after(requests int64, rate float64) Duration {
	return Duration(min(float64(requests)/rate*float64(time.Second), math.MaxInt64/2)).round()
}

// round returns whole seconds, at least one for a duration above 0.
func (d Duration) round() Duration {
	second := Duration(time.Second)
	if d > 0 && d < second {
		return second
	}
	return (d + second/2) / second * second
}

// question is what figures depend on, and figures are what sequential answers.
type question struct {
	test    string
	bound   float64
	clump   int
	percent int
}

type figures struct {
	median, p99 int64
	ok          bool
}

// countsFailures reports whether a guard counts requests that fail.
func (p *Plan) countsFailures(guard int) bool {
	m := p.metric(p.Guards[guard].Metric)
	return m != nil && m.Kind == Counts && m.Over == nil
}

// keepsShut reports whether checks keep a gate shut for the fault that a guard sees first:
// one of them asks for the same metric at the same services, and a candidate with the fault
// does not pass it. A fault that no guard sees, -1, may be in any metric of the guards.
func (p *Plan) keepsShut(gate *Gate, guard int, x Expected) bool {
	for g := range p.Guards {
		if guard >= 0 && g != guard || !p.countsFailures(g) {
			continue
		}
		metric := p.Guards[g].Metric // which says the services too
		if !slices.ContainsFunc(gate.Checks, func(c Check) bool { return c.Metric == metric && !c.Good.passes(x) }) {
			return false
		}
	}
	return true
}

// passes reports whether a candidate with the fault that is expected is still good.
func (g *Good) passes(x Expected) bool {
	if g.Ratio != nil {
		return x.Times < *g.Ratio
	}
	return min(1, x.Errors*x.Times) < *g.Ceiling
}

// questions returns what is asked of the tests of a guard at a share of the candidate.
func (p *Plan) questions(guard, percent int) []question {
	var out []question
	if !p.countsFailures(guard) {
		return nil
	}
	c := &p.Guards[guard]
	if c.Worse != nil && c.Worse.Ratio != nil && percent < uncompared {
		out = append(out, question{"ratio", *c.Worse.Ratio, c.clump(), percent})
	}
	if c.Worse != nil && c.Worse.Ceiling != nil {
		out = append(out, question{"ceiling", *c.Worse.Ceiling, c.clump(), percent})
	}
	return out
}

// countFigures returns how many different questions the plan has.
func (p *Plan) countFigures() int {
	all := map[question]bool{}
	for i := range p.Stages {
		for g := range p.Guards {
			if percent := p.percent(i + 1); percent > 0 {
				for _, q := range p.questions(g, percent) {
					all[q] = true
				}
			}
		}
	}
	return len(all)
}

// figures returns after how many requests of the candidate the answer is known. Alike questions
// are asked once, since each answer is made of some thousand histories.
func (p *Plan) figures(q question, x Expected) (f figures) {
	rates := sequential.Rates{
		Base: x.Errors, Times: min(x.Times, 1/x.Errors), Share: float64(q.percent) / 100, Window: int64(x.window()),
	}
	if q.test == "ratio" {
		f.median, f.p99, f.ok = rates.Detect(q.bound, p.alpha(), q.clump)
	} else {
		f.median, f.p99, f.ok = rates.DetectCeiling(q.bound, p.alpha(), q.clump)
	}
	return f
}

// unsettled returns how many requests the candidate gets in the windows that are not compared,
// because they begin within Settle after the move.
func (p *Plan) unsettled(x Expected, each float64) int64 {
	windows := math.Ceil(float64(p.Settle) / float64(x.Window))
	return int64(math.Round(min(windows*time.Duration(x.Window).Seconds()*each, 1e15)))
}
