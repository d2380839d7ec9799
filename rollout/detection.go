package rollout

import (
	"fmt"
	"math"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// Expected is what is expected of an app's requests. It serves to say, before a release,
// how long a fault would stay unseen. It is no part of a plan, and no decision uses it.
type Expected struct {
	// Rate is how many requests a second come to the gateway. 0 means unknown: then
	// figures are in requests alone, measured in windows of 200.
	Rate float64
	// Errors is the share of requests that are bad when all is well, above 0 and below 1.
	Errors float64
	// Times is how many times as often a bad candidate fails. 0 means 5.
	Times float64
	// Window is how long a window of measurements is. 0 means a minute.
	Window Duration
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
	Test  string `json:"test,omitempty"`
	// Median and P99 are after how many requests of the candidate the guard sees the
	// fault: in half of all releases, and in 99 of 100. Takes and TakesP99 are how long
	// that takes; 0 without a Rate. With a Rate, all of them count the windows that
	// Plan.Settle keeps from being compared.
	Median   int64    `json:"median,omitempty"`
	P99      int64    `json:"p99,omitempty"`
	Takes    Duration `json:"takes,omitempty"`
	TakesP99 Duration `json:"takesP99,omitempty"`
	// Failed is how many requests have failed because of the fault by then, in the median.
	Failed int64 `json:"failed,omitempty"`
	// Kept is how long the gate after the stage keeps the release there at least; 0
	// without such a gate.
	Kept Duration `json:"kept,omitempty"`
	// Early says that the gate after the stage may open before the fault is seen: it asks for
	// time alone, and for less than Takes.
	Early bool `json:"early,omitempty"`
}

// Detections returns a Detection for each stage: how many users it exposes, and how long
// the guards do not see a fault that exists from the first window of the stage, by
// [sequential.Rates]. It is nil for a plan that is not valid or has no guard of counts,
// and when the expected figures are impossible. It is also nil for a plan with more than
// 128 different figures: different tests of guards, times different shares of the
// candidate. A guard counts the requests of the whole app, even if its metric belongs to
// one service.
func (p Plan) Detections(x Expected) []Detection {
	if !x.known() || p.tests() == 0 || len(p.Validate()) > 0 || p.countFigures() > maxFigures {
		return nil
	}
	if x.Times == 0 {
		x.Times = 5
	}
	if x.Window <= 0 {
		x.Window = Duration(time.Minute)
	}
	known := map[asked]figures{}
	out := make([]Detection, len(p.Stages))
	for i := range p.Stages {
		d := &out[i]
		d.Stage, d.Percent, d.Guard = p.Stages[i].Name, p.percent(i+1), -1
		if d.Percent == 0 {
			continue
		}
		each := x.Rate * float64(d.Percent) / 100 // requests of the candidate a second
		for g := range p.Guards {
			for _, q := range p.Guards[g].questions(d.Percent) {
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
			d.Early = len(gate.Checks) == 0 && len(gate.Approvals) == 0 && (d.Guard < 0 || d.Takes > d.Kept)
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

// asked is what figures depend on, and figures are what sequential answers.
type asked struct {
	test    string
	bound   float64
	clump   int
	percent int
}

type figures struct {
	median, p99 int64
	ok          bool
}

// questions returns what to ask about the tests of a guard at a share of the candidate.
func (c *Check) questions(percent int) []asked {
	var out []asked
	if c.Worse != nil && c.Worse.Ratio != nil && percent < uncompared {
		out = append(out, asked{"ratio", *c.Worse.Ratio, c.clump(), percent})
	}
	if c.Worse != nil && c.Worse.Ceiling != nil {
		out = append(out, asked{"ceiling", *c.Worse.Ceiling, c.clump(), percent})
	}
	return out
}

// countFigures returns how many different questions the plan has.
func (p *Plan) countFigures() int {
	all := map[asked]bool{}
	for i := range p.Stages {
		for g := range p.Guards {
			if percent := p.percent(i + 1); percent > 0 {
				for _, q := range p.Guards[g].questions(percent) {
					all[q] = true
				}
			}
		}
	}
	return len(all)
}

// figures returns after how many requests of the candidate the answer is known. Equal
// questions are asked once, since each answer takes some thousand histories.
func (p *Plan) figures(q asked, x Expected) (f figures) {
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

// DetectionsText returns the result of [Plan.Detections] for x as plain text in aligned
// columns: a row for each stage, below a line that says what was expected. It is empty if
// there are no detections.
func (p Plan) DetectionsText(x Expected, all []Detection) string {
	if len(all) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(x.words() + "\n")
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "STAGE\tUSERS\tSEEN BY\tAFTER\t99 OF 100\tFAILED UNTIL THEN\tKEPT FOR")
	for _, d := range all {
		fmt.Fprintln(w, strings.Join(p.detectionCells(d), "\t"))
	}
	_ = w.Flush() // into memory
	var out strings.Builder
	for line := range strings.Lines(b.String()) {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return out.String()
}

// DetectionsMarkdown returns the same as DetectionsText, as a Markdown table.
func (p Plan) DetectionsMarkdown(x Expected, all []Detection) string {
	if len(all) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(x.words() + "\n\n" +
		"| Stage | Users | Seen by | After | 99 of 100 | Failed until then | Kept for |\n" +
		"| --- | ---: | --- | --- | --- | ---: | --- |\n")
	for _, d := range all {
		b.WriteString("|")
		for _, cell := range p.detectionCells(d) {
			b.WriteString(" " + markup.Cell(cell) + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// words returns what is expected in words.
func (x Expected) words() string {
	times := x.Times
	if times == 0 {
		times = 5
	}
	rate := fmt.Sprintf("at %s requests a second", number(x.Rate))
	if x.Rate == 0 {
		rate = fmt.Sprintf("in windows of %s requests", number(x.window()))
	}
	return fmt.Sprintf("a candidate that fails %s times as often as the other lanes (%s%%), %s:",
		number(times), share(x.Errors), rate)
}

// detectionCells returns the row of a stage.
func (p *Plan) detectionCells(d Detection) []string {
	out := []string{d.Stage, fmt.Sprintf("%d%%", d.Percent), "nothing", "", "", "", ""}
	if d.Percent == 0 {
		out[2] = "no requests"
	}
	if d.Guard >= 0 && d.Guard < len(p.Guards) {
		out[2] = p.Guards[d.Guard].Metric + ", " + d.Test
		out[3], out[4] = fmt.Sprintf("%d requests", d.Median), fmt.Sprint(d.P99)
		if d.Takes > 0 {
			out[3], out[4] = out[3]+", "+d.Takes.String(), out[4]+", "+d.TakesP99.String()
		}
		out[5] = fmt.Sprint(d.Failed)
	}
	if d.Kept > 0 {
		out[6] = d.Kept.String()
	}
	if d.Early {
		out[6] = strings.TrimSpace(out[6] + " (too short)")
	}
	return out
}
