package rollout

import (
	"fmt"
	"slices"
	"time"

	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// Observe returns the evidence with one more observation of a release in state s. It
// changes no argument; on error the evidence is the zero Evidence.
//
// It returns [ErrSeen] for the window that was folded last, so a caller that crashed may
// repeat the call; [ErrOverlap] for any other window that does not lie after it;
// [ErrBefore] for one that began before the last move, when other weights shared the
// requests; [ErrFinished] or [ErrRolledBack] when the release is over; what [Plan.Check]
// returns for the state; [ErrForeign] and [ErrStale] for evidence of another plan or of a
// later state; and field errors for a malformed observation, or for unknown metrics,
// services and lanes.
//
// A window that overlaps a pause counts for guards only. A window that begins within the
// plan's Settle after a move is not compared between lanes.
func (p Plan) Observe(s State, e Evidence, o Observation) (Evidence, error) {
	return p.observe(s, e, o, nil)
}

// observe is Observe of a plan. A c that is not nil knows the plan as valid.
func (p *Plan) observe(s State, e Evidence, o Observation, c *Checked) (Evidence, error) {
	if err := p.check(s, c); err != nil {
		return Evidence{}, fmt.Errorf("observe: %w", err)
	}
	if s.Closed() {
		_, _, err := p.move(s, Event{Kind: Promote})
		return Evidence{}, fmt.Errorf("observe: %w", err)
	}
	m := p.metric(o.Metric)
	if err := o.validate(p, m); err != nil {
		return Evidence{}, err
	}
	var buffer [maxPairs + 1]pair
	pairs := p.pairsOf(c, buffer[:0])
	e, err := p.evidence(e, s, pairs)
	if err != nil {
		return Evidence{}, err
	}
	from, to := o.From.Unix(), o.To.Unix()
	cell := p.cell(m, o.Service)
	var last Window
	if cell < len(e.Windows) {
		last = e.Windows[cell]
	}
	switch {
	case from == last.From && to == last.To:
		return Evidence{}, fmt.Errorf("%s: %w", o.title(), ErrSeen)
	case from < last.To:
		return Evidence{}, fmt.Errorf("%s: %w: it began at %s, the one before ended at %s", o.title(), ErrOverlap,
			clock(from), clock(last.To))
	case from < e.Entered.Unix():
		return Evidence{}, fmt.Errorf("%s: %w: it began at %s, the move was at %s", o.title(), ErrBefore, clock(from),
			clock(e.Entered.Unix()))
	}
	e.Windows = grown(e.Windows, p.cells())
	e.Tallies = grown(e.Tallies, len(pairs))
	w := &e.Windows[cell]
	w.From, w.To = from, to
	f := p.fold(&e, &o, m)
	if f.data {
		w.Data, w.Missing = to, 0
	} else {
		w.Missing = min(w.Missing+1, maxWindows)
	}
	for i := range pairs {
		if pr := &pairs[i]; pr.metric == m && pr.service == o.Service && f.data {
			f.add(pr, &e.Tallies[i])
		}
	}
	return e, nil
}

// grown returns a copy of list with n items at least.
func grown[T any](list []T, n int) []T {
	out := make([]T, max(n, len(list)))
	copy(out, list)
	return out
}

// cells returns how many windows the evidence of the plan has, and cell the place of one.
func (p *Plan) cells() int {
	n := 0
	for i := range p.Metrics {
		n += len(p.Metrics[i].services())
	}
	return n
}

func (p *Plan) cell(m *Metric, service string) int {
	n := 0
	for i := range p.Metrics {
		if other := &p.Metrics[i]; other == m {
			return n + slices.Index(m.services(), service)
		} else {
			n += len(other.services())
		}
	}
	return n
}

// guards returns how many of the pairs belong to guards. They come first.
func guards(pairs []pair) int {
	n := 0
	for n < len(pairs) && pairs[n].guard {
		n++
	}
	return n
}

// folding is one window in the form that the checks of its metric read.
type folding struct {
	stay      int64
	candidate sequential.Counts
	others    sequential.Counts
	value     *float64 // of the candidate
	highest   *float64 // of the other lanes with weight
	data      bool     // the candidate has data
	compared  bool     // with the other lanes
	inStay    bool     // the window counts for gates
	threshold sequential.Nats
	limit     sequential.Nats
}

// fold returns what an observation says about the present stay.
func (p *Plan) fold(e *Evidence, o *Observation, m *Metric) folding {
	weights := p.Before
	if e.Stage > 0 {
		weights = p.Stages[e.Stage-1].Weights
	}
	f := folding{stay: e.Stay, inStay: e.Phase != Paused && !o.From.Before(e.Since), threshold: p.threshold(),
		limit: sequential.Limit(p.alpha())}
	for i := range o.Lanes {
		l := &o.Lanes[i]
		percent, _ := weights.Percent(l.Lane)
		switch {
		case l.Lane == p.Candidate:
			f.candidate, f.value = sequential.Counts{Bad: l.Bad, Total: l.Total}, l.Value
		case m.Kind == Counts:
			f.others.Bad, f.others.Total = min(f.others.Bad+l.Bad, maxCount), min(f.others.Total+l.Total, maxCount)
		case l.Value != nil && percent > 0 && (f.highest == nil || *l.Value > *f.highest):
			f.highest = l.Value
		}
	}
	percent, _ := weights.Percent(p.Candidate)
	settled := !o.From.Before(e.Entered.Add(time.Duration(p.Settle)))
	f.compared = f.candidate.Total > 0 && f.others.Total > 0 && percent < uncompared && settled
	f.data = f.candidate.Total > 0 || f.value != nil
	return f
}

// add counts the window for one check.
func (f *folding) add(pr *pair, t *Tally) {
	if !pr.guard && !f.inStay {
		return
	}
	c := pr.check
	switch {
	case c.Worse != nil:
		f.addWorse(c, t)
	case c.Good != nil:
		f.addGood(c, t)
	default:
		f.addValue(pr, t)
	}
}

// addWorse counts the window for a guard of counts.
func (f *folding) addWorse(c *Check, t *Tally) {
	if t.Failed != 0 {
		return // a result stays once it is shown
	}
	t.All = sum(t.All, f.candidate)
	if c.Worse.Ceiling != nil {
		t.Ceiling = t.Ceiling.Ceiling(*c.Worse.Ceiling, f.candidate, c.clump(), f.limit)
	}
	if c.Worse.Ratio != nil && f.compared {
		t.Ratio = t.Ratio.Share(*c.Worse.Ratio, f.candidate, f.others, c.clump(), f.limit)
		f.compare(*c.Worse.Ratio, t)
	}
	fired := c.Worse.Ratio != nil && t.Ratio.Log() >= f.threshold || c.Worse.Ceiling != nil &&
		t.Ceiling.Log() >= f.threshold
	if fired {
		t.Failed = f.stay
	}
}

// addGood counts the window for a gate of counts.
func (f *folding) addGood(c *Check, t *Tally) {
	t.All = sum(t.All, f.candidate)
	switch {
	case c.Good.Ceiling != nil:
		t.Good = t.Good.Ceiling(*c.Good.Ceiling, f.candidate, c.clump())
	case f.compared:
		t.Good = t.Good.Share(*c.Good.Ratio, f.candidate, f.others, c.clump())
		f.compare(*c.Good.Ratio, t)
	}
	if t.Good.Log() >= sequential.Threshold(c.Good.beta()) {
		t.Passes = 1
	}
}

// compare adds the window to those that were compared.
func (f *folding) compare(ratio float64, t *Tally) {
	t.Compared, t.Others = sum(t.Compared, f.candidate), sum(t.Others, f.others)
	weighted := float64(ratio * float64(f.candidate.Total))
	share := weighted / (weighted + float64(f.others.Total))
	t.Expected = min(t.Expected+int64(min(float64(f.candidate.Bad+f.others.Bad)*share*1000, maxCount)), maxCount)
}

// addValue counts the window for a check of a value.
func (f *folding) addValue(pr *pair, t *Tally) {
	c := pr.check
	x := *f.value
	t.Value, t.Other = &x, nil
	if c.Ratio != nil || c.Difference != nil {
		if f.highest == nil {
			return // nothing to compare with: neither passed nor failed
		}
		other := *f.highest
		t.Other = &other
	}
	good := (c.Ceiling == nil || x <= *c.Ceiling) && (c.Floor == nil || x >= *c.Floor) &&
		(c.Ratio == nil || x <= float64(*c.Ratio**f.highest)) && (c.Difference == nil || x <= *f.highest+*c.Difference)
	if good {
		t.Passes = min(t.Passes+1, maxWindows)
		return
	}
	t.Passes = 0
	t.Failures = min(t.Failures+1, maxWindows)
	if t.Failures > c.Failures && t.Failed == 0 {
		t.Failed = f.stay
	}
}

// sum adds counts, up to the largest that JSON holds exactly.
func sum(a, b sequential.Counts) sequential.Counts {
	return sequential.Counts{Bad: min(a.Bad+b.Bad, maxCount), Total: min(a.Total+b.Total, maxCount)}
}

// title names the observation in messages: "errors at mocka".
func (o *Observation) title() string { return title(o.Metric, o.Service) }

func title(metric, service string) string {
	if service == "" {
		return metric
	}
	return metric + " at " + service
}

// clock returns a moment as messages show it.
func clock(unix int64) string { return time.Unix(unix, 0).UTC().Format(time.RFC3339) }
