package rollout_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/rollout"
)

func requireNoEvidence(t *testing.T, e rollout.Evidence, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, rollout.Evidence{}, e, "a refusal returns no evidence")
}

func TestMalformedObservationsAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		change func(o *rollout.Observation)
		want   field.ErrorList
	}{
		"empty": {func(o *rollout.Observation) { *o = rollout.Observation{} },
			field.ErrorList{fieldtest.NotFound("metric"), fieldtest.Required("from"), fieldtest.Required("to")}},
		"unknown metric": {func(o *rollout.Observation) { o.Metric = "disk" },
			field.ErrorList{fieldtest.NotFound("metric")}},
		"unknown service": {func(o *rollout.Observation) { o.Service = "mockc" },
			field.ErrorList{fieldtest.NotFound("service")}},
		"no service": {func(o *rollout.Observation) { o.Service = "" },
			field.ErrorList{fieldtest.NotFound("service")}},
		"a service of none": {func(o *rollout.Observation) { *o = memory(o.From, 1, 1); o.Service = "mocka" },
			field.ErrorList{fieldtest.NotFound("service")}},
		"backwards": {func(o *rollout.Observation) { o.From, o.To = o.To, o.From },
			field.ErrorList{fieldtest.Invalid("to", "")}},
		"empty window": {func(o *rollout.Observation) { o.To = o.From },
			field.ErrorList{fieldtest.Invalid("to", "")}},
		"within a second": {func(o *rollout.Observation) { o.To = o.From.Add(time.Second - 1) },
			field.ErrorList{fieldtest.Invalid("to", "")}},
		"year 10000": {func(o *rollout.Observation) { o.To = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
			field.ErrorList{fieldtest.Invalid("to", "")}},
		"unknown lane": {func(o *rollout.Observation) { o.Lanes[0].Lane = "v9" },
			field.ErrorList{fieldtest.NotFound("lanes[0].lane")}},
		"lane twice": {func(o *rollout.Observation) { o.Lanes[0].Lane = "v3" },
			field.ErrorList{fieldtest.Duplicate("lanes[1].lane")}},
		"more lanes than are": {func(o *rollout.Observation) { o.Lanes = make([]rollout.LaneCount, 4) },
			field.ErrorList{fieldtest.TooMany("lanes", "")}},
		"negative": {func(o *rollout.Observation) { o.Lanes[0].Total = -1; o.Lanes[0].Bad = -1 },
			field.ErrorList{fieldtest.Invalid("lanes[0].total", ""), fieldtest.Invalid("lanes[0].bad", "")}},
		"more bad than there": {func(o *rollout.Observation) { o.Lanes[1].Bad = 101 },
			field.ErrorList{fieldtest.Invalid("lanes[1].bad", "")}},
		"over 2^53": {func(o *rollout.Observation) { o.Lanes[1].Total = 1<<53 + 1 },
			field.ErrorList{fieldtest.Invalid("lanes[1].total", "")}},
		"value of counts": {func(o *rollout.Observation) { o.Lanes[1].Value = ptr(1.0) },
			field.ErrorList{fieldtest.Forbidden("lanes[1].value")}},
		"counts of a value": {func(o *rollout.Observation) { *o = memory(o.From, 1, 1); o.Lanes[0].Total = 1 },
			field.ErrorList{fieldtest.Forbidden("lanes[0].total")}},
		"NaN": {func(o *rollout.Observation) { *o = memory(o.From, math.NaN(), 1) },
			field.ErrorList{fieldtest.Invalid("lanes[1].value", "")}},
		"infinite": {func(o *rollout.Observation) { *o = memory(o.From, 1, math.Inf(-1)) },
			field.ErrorList{fieldtest.Invalid("lanes[0].value", "")}},
		"no data, but lanes": {func(o *rollout.Observation) { o.NoData = "no series" },
			field.ErrorList{fieldtest.Forbidden("lanes")}},
		"an error, but lanes": {func(o *rollout.Observation) { o.Err = "timeout" },
			field.ErrorList{fieldtest.Forbidden("lanes")}},
		"faults all at once": {func(o *rollout.Observation) {
			o.Service, o.To, o.Lanes[0].Bad = "x", time.Time{},
				-1
		}, field.ErrorList{fieldtest.NotFound("service"), fieldtest.Required("to"),
			fieldtest.Invalid("lanes[0].bad", "")}},
		"good": {func(*rollout.Observation) {}, nil},
		"the largest counts": {func(o *rollout.Observation) {
			o.Lanes[0] = rollout.LaneCount{Lane: "v1",
				Total: 1 << 53, Bad: 1 << 53}
		}, nil},
		"no value in any lane": {func(o *rollout.Observation) {
			*o = memory(o.From, 1, 1)
			o.Lanes[0].Value,
				o.Lanes[1].Value = nil, nil
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := enter(gated(), 1)
			o := window("mocka", r.now, 1, 100, 1, 900)
			test.change(&o)
			e, err := r.plan.Observe(r.state, r.evidence, o)
			fieldtest.Equal(t, test.want, fieldtest.Of(err))
			if len(test.want) > 0 {
				requireNoEvidence(t, e, err)
			} else {
				require.NoError(t, err)
			}
		})
	}
}

func TestWindowsFollowOneAnother(t *testing.T) {
	r := enter(gated(), 1)
	entered := r.now
	first := window("mocka", entered.Add(time.Minute), 1, 100, 1, 900)
	r.see(first)
	for name, test := range map[string]struct {
		from, to time.Duration // after the first began
		want     error
	}{
		"the same":            {0, time.Minute, rollout.ErrSeen},
		"the same, other ms":  {time.Millisecond, time.Minute + time.Millisecond, rollout.ErrSeen},
		"shorter":             {0, 30 * time.Second, rollout.ErrOverlap},
		"longer":              {0, 2 * time.Minute, rollout.ErrOverlap},
		"within":              {time.Second, 59 * time.Second, rollout.ErrOverlap},
		"over its end":        {59 * time.Second, 2 * time.Minute, rollout.ErrOverlap},
		"before it":           {-30 * time.Second, 0, rollout.ErrOverlap},
		"before the move too": {-2 * time.Minute, -time.Minute, rollout.ErrOverlap},
		"right after":         {time.Minute, 2 * time.Minute, nil},
		"later":               {time.Hour, 2 * time.Hour, nil},
	} {
		o := first
		o.From, o.To = first.From.Add(test.from), first.From.Add(test.to)
		e, err := r.plan.Observe(r.state, r.evidence, o)
		require.ErrorIs(t, err, test.want, name)
		if test.want != nil {
			requireNoEvidence(t, e, err)
		}
	}
	// Another service has windows of its own; none begins before the move.
	o := window("mockb", entered.Add(-time.Second), 1, 100, 1, 900)
	e, err := r.plan.Observe(r.state, r.evidence, o)
	requireNoEvidence(t, e, err)
	require.ErrorIs(t, err, rollout.ErrBefore)
	shift(time.Second)(&o)
	r.see(o)
}

func TestForeignAndStaleEvidenceIsRefused(t *testing.T) {
	r := full(t)
	other := gated()
	other.Alpha = 0.02
	for name, test := range map[string]struct {
		change func(r *entered)
		want   error
	}{
		"state of another plan": {func(r *entered) { r.state.PlanDigest = other.Digest() },
			rollout.ErrForeign},
		"evidence of another plan": {func(r *entered) { r.evidence.PlanDigest = other.Digest() },
			rollout.ErrForeign},
		"evidence of a later state": {func(r *entered) { r.evidence.Revision++ }, rollout.ErrStale},
		"another state of that revision": {func(r *entered) { r.evidence.Since = r.evidence.Since.Add(time.Second) },
			rollout.ErrForeign},
		"another stage of that revision": {func(r *entered) { r.evidence.Stage++ }, rollout.ErrForeign},
		"no state":                       {func(r *entered) { r.state = rollout.State{} }, rollout.ErrNoState},
	} {
		t.Run(name, func(t *testing.T) {
			r := r
			test.change(&r)
			e, err := r.plan.Observe(r.state, r.evidence, window("mocka", r.now, 1, 2, 3, 4))
			requireNoEvidence(t, e, err)
			require.ErrorIs(t, err, test.want)
			e, err = r.plan.Approve(r.state, r.evidence, r.approval("owner", "bob"))
			requireNoEvidence(t, e, err)
			require.ErrorIs(t, err, test.want)
			d, err := r.plan.Decide(rollout.Facts{State: r.state, Evidence: r.evidence, Now: r.now})
			require.Equal(t, rollout.Decision{}, d)
			require.ErrorIs(t, err, test.want)
			if r.state != (rollout.State{}) {
				next, err := r.plan.Apply(r.state,
					rollout.Event{Kind: rollout.Promote, Revision: r.state.Revision, At: r.now, Evidence: r.evidence})
				requireZero(t, next, err)
				require.ErrorIs(t, err, test.want)
			}
		})
	}
}

func TestBrokenEvidenceIsRefused(t *testing.T) {
	for name, test := range map[string]struct {
		change func(e *rollout.Evidence)
		want   field.ErrorList
	}{
		"schema": {func(e *rollout.Evidence) { e.Schema = 2 },
			field.ErrorList{fieldtest.Invalid("schema", "")}},
		"phase": {func(e *rollout.Evidence) { e.Phase = "Walking" },
			field.ErrorList{fieldtest.NotSupported("phase")}},
		"no stay": {func(e *rollout.Evidence) { e.Stay = 0 }, field.ErrorList{fieldtest.Invalid("stay", "")}},
		"stay ahead": {func(e *rollout.Evidence) { e.Stay = e.Revision + 1 },
			field.ErrorList{fieldtest.Invalid("stay", "")}},
		"never entered": {func(e *rollout.Evidence) { e.Entered = time.Time{} },
			field.ErrorList{fieldtest.Required("entered")}},
		"negative dwell": {func(e *rollout.Evidence) { e.Dwelt = -1 },
			field.ErrorList{fieldtest.Invalid("dwelt", "")}},
		"long author": {func(e *rollout.Evidence) { e.Author = long },
			field.ErrorList{fieldtest.TooLong("author")}},
		"first author": {func(e *rollout.Evidence) { *e = rollout.Evidence{Author: long} },
			field.ErrorList{fieldtest.TooLong("author")}},
		"window backwards": {func(e *rollout.Evidence) { e.Windows[0].From = e.Windows[0].To + 1 },
			field.ErrorList{fieldtest.Invalid("windows[0]", "")}},
		"data ahead": {func(e *rollout.Evidence) { e.Windows[0].Data = e.Windows[0].To + 1 },
			field.ErrorList{fieldtest.Invalid("windows[0]", "")}},
		"negative missing": {func(e *rollout.Evidence) { e.Windows[1].Missing = -1 },
			field.ErrorList{fieldtest.Invalid("windows[1]", "")}},
		"too many windows": {func(e *rollout.Evidence) { e.Windows = make([]rollout.Window, 4) },
			field.ErrorList{fieldtest.TooMany("windows", "")}},
		"too many tallies": {func(e *rollout.Evidence) { e.Tallies = make([]rollout.Tally, tallies+1) },
			field.ErrorList{fieldtest.TooMany("tallies", "")}},
		"bad above total": {func(e *rollout.Evidence) { e.Tallies[2].All.Bad = 1 },
			field.ErrorList{fieldtest.Invalid("tallies[2]", "")}},
		"negative passes": {func(e *rollout.Evidence) { e.Tallies[2].Passes = -1 },
			field.ErrorList{fieldtest.Invalid("tallies[2]", "")}},
		"negative failures": {func(e *rollout.Evidence) { e.Tallies[2].Failures = -1 },
			field.ErrorList{fieldtest.Invalid("tallies[2]", "")}},
		"negative failed": {func(e *rollout.Evidence) { e.Tallies[2].Failed = -1 },
			field.ErrorList{fieldtest.Invalid("tallies[2]", "")}},
		"negative expected": {func(e *rollout.Evidence) { e.Tallies[0].Expected = -1 },
			field.ErrorList{fieldtest.Invalid("tallies[0]", "")}},
		"negative windows": {func(e *rollout.Evidence) { e.Tallies[0].Ratio.Windows = -1 },
			field.ErrorList{fieldtest.Invalid("tallies[0]", "")}},
		"approved twice": {func(e *rollout.Evidence) { e.Approvals = append(e.Approvals, e.Approvals[0]) },
			field.ErrorList{fieldtest.Duplicate("approvals[1].by")}},
	} {
		t.Run(name, func(t *testing.T) {
			r := full(t)
			test.change(&r.evidence)
			e, err := r.plan.Observe(r.state, r.evidence, window("mocka", r.now, 1, 2, 3, 4))
			requireNoEvidence(t, e, err)
			fieldtest.Equal(t, test.want, fieldtest.Of(err))
			fieldtest.Equal(t, test.want, fieldtest.Of(
				second(r.plan.Decide(rollout.Facts{State: r.state, Evidence: r.evidence, Now: r.now}))))
			if !strings.HasPrefix(name, "too many") { // which only the plan can say
				var read rollout.Evidence
				fieldtest.Equal(t, test.want, fieldtest.Of(json.Unmarshal(must(json.Marshal(r.evidence)), &read)))
				require.Equal(t, rollout.Evidence{}, read)
			}
		})
	}
}

// When a release is over nothing more is seen of it.
func TestNothingIsSeenOfClosedReleases(t *testing.T) {
	for phase, want := range map[rollout.Phase]error{rollout.Finished: rollout.ErrFinished,
		rollout.RolledBack: rollout.ErrRolledBack} {
		p := gated()
		s := at(p, phase, 4)
		e, err := p.Observe(s, rollout.Evidence{}, window("mocka", t0, 1, 2, 3, 4))
		requireNoEvidence(t, e, err)
		require.ErrorIs(t, err, want)
		e, err = p.Approve(s, rollout.Evidence{},
			rollout.Approval{Role: "owner", By: "ann", At: t0, PlanDigest: p.Digest(), Stay: 7})
		requireNoEvidence(t, e, err)
		require.ErrorIs(t, err, want)
		d := must(p.Decide(rollout.Facts{State: s, Now: t0}))
		require.Equal(t, rollout.Decision{Action: rollout.ActNothing, Revision: 7}, d)
		require.Equal(t, "nothing to do", d.String())
	}
}

// Counts at the end of what JSON holds are taken, and stay sound for ever.
func TestTheLargestCountsPoisonNothing(t *testing.T) {
	p := gated()
	p.Guards[0].Worse = &rollout.Worse{Ratio: ptr(1000.0)}
	p.Stages[2].Gate = nil // which would be crossed
	require.Empty(t, p.Validate())
	r := enter(p, 1)
	for range 5 {
		o := window("mocka", r.now, 1<<53, 1<<53, 1<<53, 1<<53)
		o.Lanes = append(o.Lanes, rollout.LaneCount{Lane: "v2", Bad: 1 << 53, Total: 1 << 53})
		r.see(o)
		var read rollout.Evidence
		roundTrip(t, r.evidence, &read)
		require.Equal(t, r.evidence, read)
		r.decide()
	}
}
