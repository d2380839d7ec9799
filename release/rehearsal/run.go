package rehearsal

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// run is a rehearsal under way.
type run struct {
	world
	load
	plan     rollout.Checked
	evidence rollout.Evidence
	fleet    *fleet
	faults   []begun
	late     []arrival // measurements on their way
	now      time.Time
	team     team
	line     Timeline
	harmed   bool // line.Fault belongs to a fault that harms
}

// arrival is a measurement, and when it arrives.
type arrival struct {
	at time.Time
	o  rollout.Observation
}

func newRun(s Scenario) (*run, error) {
	plan, err := s.Config.Plan.Checked()
	if err != nil {
		return nil, err
	}
	w, err := newWorld(&s)
	if err != nil {
		return nil, err
	}
	r := &run{fleet: newFleet(w.live, s.Traffic.PerPod), world: w, plan: plan, now: s.Start, evidence: s.Evidence}
	r.load = load{
		random: rand.New(rand.NewPCG(s.Seed, 0)), rate: s.Traffic.Rate, base: s.Traffic.Errors,
		cost: cost{by: map[place]int64{}},
	}
	for _, f := range s.Faults {
		r.faults = append(r.faults, begun{Fault: f})
	}
	r.line = Timeline{Name: s.Config.Name, Candidate: s.Config.Plan.Candidate, Start: s.Start, Seed: s.Seed,
		Rate: s.Traffic.Rate, Faults: s.Faults}
	r.enter(r.live.State)
	r.note(Began, r.live.State, "")
	return r, nil
}

// unready returns why a release cannot be rehearsed: all faults of its objects.
func unready(live release.Live) error {
	errs := live.Missing(live.Config.Plan.Before)
	for _, h := range live.Holders {
		errs = append(errs, h.Err)
	}
	for _, f := range live.Faults {
		errs = append(errs, fmt.Errorf("%s: %w", f.Object.Origin(), f.Err))
	}
	if live.State == (rollout.State{}) && len(errs) == 0 {
		return fmt.Errorf("%w: prepare the release first", rollout.ErrNoState)
	}
	return errors.Join(errs...)
}

// enter begins the faults of the stages that a state has reached.
func (r *run) enter(s rollout.State) {
	for i := range r.faults {
		f := &r.faults[i]
		n, _ := r.Config.Plan.StageNumber(f.Stage)
		if f.from.IsZero() && (f.Stage == "" || s.Phase != rollout.RolledBack && s.Stage >= n) {
			f.from = r.now.Add(time.Duration(f.At))
		}
	}
}

// run goes on window by window.
func (r *run) run() (Timeline, error) {
	end := r.Start.Add(time.Duration(r.Longest))
	for r.now.Before(end) {
		if err := r.window(); err != nil {
			return Timeline{}, fmt.Errorf("after %s: %w", r.now.Sub(r.Start), err)
		}
		if _, coming := r.next(); r.live.State.Closed() && !coming {
			break
		}
		if err := r.act(); err != nil {
			return Timeline{}, fmt.Errorf("after %s: %w", r.now.Sub(r.Start), err)
		}
	}
	r.finish(r.live.State)
	return r.line, nil
}

// window lets one window pass: requests are served, commits land, faults begin and end.
func (r *run) window() error {
	from, to := r.now, r.now.Add(time.Duration(r.Every))
	w := newWindow()
	for r.now.Before(to) {
		for i := range r.faults {
			f := &r.faults[i]
			if f.from.Equal(r.now) && f.Kind != HandEdit && f.Kind != Crash { // those two happen at the end of a window
				r.noteFault(f, f.what())
			}
		}
		if landed, err := r.land(r.now); err != nil {
			return err
		} else if landed {
			r.landed()
		}
		until := r.change(to)
		r.serve(until.Sub(r.now), r.flows, r.failing, w)
		r.now = until
	}
	r.measure(from, to, w)
	r.fleet.scale(r.flows.calls, r.rate)
	return nil
}

// change returns when something changes next, at most to.
func (r *run) change(to time.Time) time.Time {
	sooner := func(t time.Time) {
		if t.After(r.now) && t.Before(to) {
			to = t
		}
	}
	if at, ok := r.next(); ok {
		sooner(at)
	}
	for i := range r.faults {
		if f := &r.faults[i]; !f.from.IsZero() {
			sooner(f.from)
			if f.For > 0 {
				sooner(f.from.Add(time.Duration(f.For)))
			}
		}
	}
	return to
}

// failing returns how often faults make a call to a place fail.
func (r *run) failing(p place) float64 {
	good, lost := 1.0, int64(0)
	for i := range r.faults {
		switch f := &r.faults[i]; {
		case !f.holds(r.now) || !p.serves(f.Service):
		case f.Kind == Bad && f.Metric == "" && p.lane == r.Config.Plan.Candidate:
			good *= 1 - f.Rate
		case f.Kind == PodsLost && p.lane == f.Lane && f.Pods == 0:
			return 1
		case f.Kind == PodsLost && p.lane == f.Lane:
			lost += int64(f.Pods)
		}
	}
	return 1 - good*(1-r.fleet.overflow(p, r.flows.calls[p]*r.rate, lost))
}

// measure makes the observations of a window, which arrive now or late.
func (r *run) measure(from, to time.Time, w window) {
	plan := &r.Config.Plan
	if r.Measure != nil {
		for _, o := range r.Measure(from, to) {
			r.observe(o, to)
		}
		return
	}
	for i := range plan.Metrics {
		m := &plan.Metrics[i]
		services := m.Services
		if len(services) == 0 {
			services = []string{""}
		}
		for _, service := range services {
			o := rollout.Observation{Metric: m.Name, Service: service, From: from, To: to,
				Lanes: r.lanesOf(m, service, from, w)}
			if len(o.Lanes) == 0 {
				o.NoData = "no requests"
			}
			r.observe(o, to)
		}
	}
}

// observe delivers an observation of a window that ended at to, as faults allow.
func (r *run) observe(o rollout.Observation, to time.Time) {
	delay := time.Duration(0)
	for i := range r.faults {
		f := &r.faults[i]
		if !f.holds(o.From) || f.Metric != "" && f.Metric != o.Metric {
			continue
		}
		switch f.Kind {
		case NoMetrics:
			o.Lanes, o.NoData, o.Err = nil, "no data", ""
		case LateMetrics:
			delay = max(delay, time.Duration(f.Delay))
		default: // the other lanes are measured, without this fault
		}
	}
	r.late = append(r.late, arrival{to.Add(delay), o})
}

// lanesOf returns the measurements of a metric at a service. Values are those of pods,
// which exist without requests.
func (r *run) lanesOf(m *rollout.Metric, service string, from time.Time, w window) []rollout.LaneCount {
	plan := &r.Config.Plan
	if m.Kind == rollout.Value {
		var out []rollout.LaneCount
		for _, lane := range plan.Before.Lanes() {
			value := normal(*plan, m.Name)
			for f := range r.spoiling(m.Name, service, lane, from) {
				value = *f.Value
			}
			out = append(out, rollout.LaneCount{Lane: lane, Value: &value})
		}
		return out
	}
	out := w.lanes(*plan, service)
	for i := range out {
		l, good := &out[i], 1.0
		for f := range r.spoiling(m.Name, service, l.Lane, from) {
			good *= 1 - f.Rate
		}
		if m.Over != nil { // slow requests differ from failing ones
			l.Bad = binomial(r.random, l.Total, 1-(1-r.base)*good)
		} else {
			l.Bad += binomial(r.random, l.Total-l.Bad, 1-good)
		}
	}
	return out
}

// spoiling returns the faults that make a metric bad for a lane.
func (r *run) spoiling(metric, service, lane string, from time.Time) iter.Seq[*begun] {
	return func(yield func(*begun) bool) {
		for i := range r.faults {
			f := &r.faults[i]
			if f.Kind == Bad && f.Metric == metric && f.Service == service && lane == r.Config.Plan.Candidate &&
				f.holds(from) && !yield(f) {
				return
			}
		}
	}
}

// arrive folds what has arrived by now. A measurement that came too late for its place is
// lost, as in reality.
func (r *run) arrive(s rollout.State) error {
	rest := r.late[:0]
	for _, a := range r.late {
		if a.at.After(r.now) {
			rest = append(rest, a)
			continue
		}
		e, err := r.plan.Observe(s, r.evidence, a.o)
		switch {
		case err == nil:
			r.evidence = e
		case errors.Is(err, rollout.ErrBefore), errors.Is(err, rollout.ErrOverlap):
		default:
			return err
		}
	}
	r.late = slices.Clip(rest)
	return nil
}
