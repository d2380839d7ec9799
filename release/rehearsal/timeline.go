package rehearsal

import (
	"math/big"
	"slices"
	"time"

	"github.com/swimlane-go/swimlane/rollout"
)

// MomentKind is the kind of a moment.
type MomentKind string

const (
	// Began: the rehearsal begins.
	Began MomentKind = "Began"
	// Moved: the release moves to another place, by a commit.
	Moved MomentKind = "Moved"
	// Scaled: lanes get the pods that the plan wants before a stage, in a commit of their own.
	Scaled MomentKind = "Scaled"
	// Landed: objects of a commit are in the cluster.
	Landed MomentKind = "Landed"
	// FaultBegan: a fault begins.
	FaultBegan MomentKind = "FaultBegan"
	// Asked: the decision holds and asks a person, or the bot does.
	Asked MomentKind = "Asked"
	// Completed: the bot completes a commit that was cut off.
	Completed MomentKind = "Completed"
	// Restored: a person restores weights that were edited by hand.
	Restored MomentKind = "Restored"
	// Ended: the rehearsal ends.
	Ended MomentKind = "Ended"
)

// Moment is one thing that happens in a rehearsal.
type Moment struct {
	// At is when, counted from the beginning.
	At   rollout.Duration `json:"at"`
	Kind MomentKind       `json:"kind"`
	// Place is the place of the release from then on, and Weights are those in Git. They
	// are empty if neither changes.
	Place   string          `json:"place,omitempty"`
	Weights rollout.Weights `json:"weights,omitempty"`
	// Exposed is the share of requests that meet the candidate in the cluster, from 0 to 1.
	Exposed float64 `json:"exposed"`
	// Why is the reason in words.
	Why string `json:"why,omitempty"`
	// Requests came up to then, Failed of them failed, and Faulty of these because of a fault.
	Requests int64 `json:"requests"`
	Failed   int64 `json:"failed"`
	Faulty   int64 `json:"faulty"`
}

// Stop is the roll back that ended a release.
type Stop struct {
	// At is when it was decided, counted from the beginning.
	At rollout.Duration `json:"at"`
	// By says who decided: "the bot" or "a person".
	By string `json:"by"`
	// Why holds the decision's reasons: which check of which metric.
	Why string `json:"why"`
	// Safe is when no request met the candidate any more, counted from the beginning. Nil
	// when the rehearsal ended before.
	Safe *rollout.Duration `json:"safe,omitempty"`
}

// Blame is how many calls to a service in a lane failed because of a fault.
type Blame struct {
	// Service is the name of the Service, Lane the lane that served, Failed the number of calls.
	Service string `json:"service"`
	Lane    string `json:"lane,omitempty"`
	Failed  int64  `json:"failed"`
}

// Timeline is the course of a release.
type Timeline struct {
	// Name is the name of the release, Candidate the lane that is released.
	Name      string `json:"name"`
	Candidate string `json:"candidate"`
	// Start is when the rehearsal begins, Rate the requests a second, Seed the seed of
	// the draws.
	Start time.Time `json:"start"`
	Rate  float64   `json:"rate"`
	Seed  uint64    `json:"seed"`
	// Moments are the moments in order. The first has the place at the beginning, the
	// last the end of the release.
	Moments []Moment `json:"moments"`
	// Phase is how it ends: Finished, RolledBack, or another when it did neither in time.
	Phase rollout.Phase `json:"phase"`
	// Faults are those of the scenario.
	Faults []Fault `json:"faults,omitempty"`
	// Fault is when the first fault begins that harms requests or pods, else the first of
	// any kind. Nil when none begins.
	Fault *rollout.Duration `json:"fault,omitempty"`
	// Stopped is the roll back. Nil without one.
	Stopped *Stop `json:"stopped,omitempty"`
	// Blames are the calls that failed because of faults, by service and lane.
	Blames []Blame `json:"blames,omitempty"`
	// Unserved is the largest share of requests that got no answer at any moment because
	// of the objects: 0 for a release without such a moment.
	Unserved float64 `json:"unserved"`
}

// End returns the last moment, with all requests of the rehearsal. It is the zero Moment
// for the zero Timeline.
func (t Timeline) End() Moment {
	if len(t.Moments) == 0 {
		return Moment{}
	}
	return t.Moments[len(t.Moments)-1]
}

// Took returns the time from the beginning of the first fault until no request met the
// candidate. ok is false without a fault, or without a roll back because of it.
func (t Timeline) Took() (d rollout.Duration, ok bool) {
	if t.Fault == nil || t.Stopped == nil || t.Stopped.Safe == nil || *t.Stopped.Safe < *t.Fault {
		return 0, false
	}
	return *t.Stopped.Safe - *t.Fault, true
}

// since returns how long the rehearsal has gone on.
func (r *run) since() rollout.Duration { return rollout.Duration(r.now.Sub(r.Start)) }

// note adds a moment; the zero State means that the place does not change.
func (r *run) note(kind MomentKind, s rollout.State, why string) {
	m := Moment{At: r.since(), Kind: kind, Why: why, Requests: r.cost.requests, Failed: r.cost.failed,
		Faulty: r.cost.faulty}
	if s != (rollout.State{}) {
		m.Place, m.Weights = r.Config.Plan.Place(s), r.Config.Plan.Weights(s)
	}
	m.Exposed = float(r.flows.reaches(r.Config.Plan.Candidate))
	r.line.Moments = append(r.line.Moments, m)
}

// noteFault adds the moment at which a fault begins.
func (r *run) noteFault(f *begun, what string) {
	harms := f.Kind == Bad || f.Kind == PodsLost
	if r.line.Fault == nil || harms && !r.harmed {
		r.line.Fault, r.harmed = new(r.since()), harms
	}
	r.note(FaultBegan, rollout.State{}, what)
}

// landed notes that the cluster has changed.
func (r *run) landed() {
	r.note(Landed, rollout.State{}, "")
	if stop := r.line.Stopped; stop != nil && stop.Safe == nil && r.flows.reaches(r.Config.Plan.Candidate).Sign() == 0 {
		stop.Safe = new(r.since())
	}
}

// finish adds the last moment.
func (r *run) finish(s rollout.State) {
	why := ""
	if !s.Closed() {
		why = "the rehearsal ends before the release does"
	}
	r.note(Ended, s, why)
	r.line.Phase, r.line.Unserved = s.Phase, float(r.failed)
	for p, failed := range r.cost.by { // sorted below
		if failed > 0 {
			r.line.Blames = append(r.line.Blames, Blame{p.service, p.lane, failed})
		}
	}
	slices.SortFunc(r.line.Blames, func(a, b Blame) int {
		return slices.Compare([]string{a.Service, a.Lane}, []string{b.Service, b.Lane})
	})
}

func float(x *big.Rat) float64 {
	f, _ := x.Float64()
	return f
}
