package rollout_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zones of the tests, on every machine

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/rollout"
)

// zones are those of the tests.
func zones() rollout.Zones {
	out := rollout.Zones{}
	for _, name := range []string{"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Africa/Cairo"} {
		out[name] = must(time.LoadLocation(name))
	}
	return out
}

// frozen is when a freeze holds, deliberately dumb: by what the clock on the wall shows, as text.
func frozen(f rollout.Freeze, zone *time.Location, at time.Time) bool {
	shows := strings.Fields(at.In(zone).Format("2006-01-02 Mon 15:04"))
	date, day, clock := shows[0], shows[1], shows[2]
	if f.From == "" {
		return about(f, date, day)
	}
	if f.From < f.To {
		return about(f, date, day) && f.From <= clock && clock < f.To
	}
	noon := must(time.Parse("2006-01-02 15", date+" 12"))
	before := strings.Fields(noon.Add(-24 * time.Hour).Format("2006-01-02 Mon"))
	return clock >= f.From && about(f, date, day) || clock < f.To && about(f, before[0], before[1])
}

func about(f rollout.Freeze, date, day string) bool {
	return (len(f.Days) == 0 || strings.Contains(strings.Join(f.Days, ","), day)) &&
		(f.First == "" || f.First <= date && date <= f.Last)
}

// Over the nights in which clocks are changed, and at every minute of the days beside them,
// freezes hold while the clock reads within them, and Again is when to look again.
func TestFreezesFollowTheClockOnTheWall(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	times := []string{"00:00", "00:30", "01:00", "01:59", "02:00", "02:15", "02:30", "03:00", "12:00", "18:00", "23:59",
		"24:00"}
	days := []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}
	for zone, nights := range map[string][]string{ // the first days to look at
		"Europe/Berlin":    {"2026-03-28", "2026-10-24", "2026-12-30"},
		"America/New_York": {"2026-03-07", "2026-10-31", "2028-02-28"},
		"Africa/Cairo":     {"2026-04-23", "2026-10-29"}, // at midnight
		"Asia/Kolkata":     {"2026-06-01"},
		"UTC":              {"2026-03-28"},
	} {
		in := zones()[zone]
		for _, night := range nights {
			start := must(time.ParseInLocation(time.DateOnly, night, in))
			for range 12 {
				f := rollout.Freeze{Zone: zone}
				for f.From == f.To {
					f.From, f.To = times[random.IntN(len(times)-1)], times[random.IntN(len(times))]
				}
				if random.IntN(2) == 0 {
					f.Days = []string{days[random.IntN(7)], start.Format("Mon")}
					f.Days = slices.Compact(f.Days)
				}
				if random.IntN(3) == 0 {
					f.First, f.Last = night, start.Add(30*time.Hour).Format(time.DateOnly)
				}
				if len(f.Days) > 0 && random.IntN(3) == 0 {
					f.From, f.To = "", ""
				}
				requireFreeze(t, f, in, start)
			}
		}
	}
}

// requireFreeze looks at every minute of three days.
func requireFreeze(t *testing.T, f rollout.Freeze, in *time.Location, start time.Time) {
	t.Helper()
	p := seed()
	p.Freezes = []rollout.Freeze{f}
	require.Empty(t, p.Validate(), f)
	until := time.Time{} // what the answer before promised
	for now := start.Add(-time.Hour); now.Before(start.Add(73 * time.Hour)); now = now.Add(time.Minute) {
		got, again, holds, err := p.Frozen(zones0, now)
		if want := frozen(f, in, now); err != nil || holds != want {
			t.Fatalf("%s at %s: want %v, got %v, %v", f, now.In(in), want, holds, err)
		}
		if now.Before(until) && !holds {
			t.Fatalf("%s was to hold until %s, and does not at %s", f, until, now)
		}
		if holds && (!again.After(now) || got.Zone != f.Zone) {
			t.Fatalf("%s at %s: look again at %s", f, now, again)
		}
		if until = (time.Time{}); holds {
			until = again
		}
	}
}

var zones0 = zones()

// An hour that is repeated is frozen twice, one that is left out never.
func TestFreezesOverChangesOfTheClock(t *testing.T) {
	for _, test := range []struct {
		zone     string
		from, to string
		at       string // UTC
		again    string // UTC; empty: it does not hold
	}{
		// In Berlin 02:00 to 03:00 is left out on 2026-03-29, and repeated on 2026-10-25.
		{"Europe/Berlin", "02:00", "03:00", "2026-03-29T00:59:59Z", ""},
		{"Europe/Berlin", "02:00", "03:00", "2026-03-29T01:00:00Z", ""},
		{"Europe/Berlin", "01:30", "02:30", "2026-03-29T00:45:30Z", "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "01:30", "02:30", "2026-03-29T01:00:00Z", ""},
		{"Europe/Berlin", "02:00", "02:30", "2026-10-25T00:10:00Z", "2026-10-25T00:30:00Z"},
		{"Europe/Berlin", "02:00", "02:30", "2026-10-25T00:40:00Z", ""},
		{"Europe/Berlin", "02:00", "02:30", "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z"},
		{"Europe/Berlin", "22:00", "06:00", "2026-10-24T21:00:00Z", "2026-10-25T01:00:00Z"}, // the clock changes
		{"Europe/Berlin", "22:00", "06:00", "2026-10-25T01:00:00Z", "2026-10-25T05:00:00Z"},
		// In New York 02:00 to 03:00 is left out on 2026-03-08, and 01:00 to 02:00 repeated on 2026-11-01.
		{"America/New_York", "02:00", "03:00", "2026-03-08T07:00:00Z", ""},
		{"America/New_York", "01:00", "02:00", "2026-11-01T05:30:00Z", "2026-11-01T06:00:00Z"},
		{"America/New_York", "01:00", "02:00", "2026-11-01T06:30:00Z", "2026-11-01T07:00:00Z"},
		{"America/New_York", "01:00", "02:00", "2026-11-01T07:00:00Z", ""},
		// Half an hour beside UTC.
		{"Asia/Kolkata", "00:00", "06:00", "2026-06-01T18:30:00Z", "2026-06-02T00:30:00Z"},
		{"Asia/Kolkata", "00:00", "06:00", "2026-06-01T18:29:59.9Z", ""},
	} {
		p := seed()
		p.Freezes = []rollout.Freeze{{Zone: test.zone, From: test.from, To: test.to}}
		_, again, holds, err := p.Frozen(zones(), must(time.Parse(time.RFC3339, test.at)))
		require.NoError(t, err)
		require.Equal(t, test.again != "", holds, test)
		if holds {
			require.Equal(t, test.again, again.UTC().Format(time.RFC3339), test)
		}
	}
}

func TestTheFreezeThatHoldsLongestIsTold(t *testing.T) {
	p := seed()
	p.Freezes = []rollout.Freeze{
		{Zone: "UTC", From: "08:00", To: "09:00"},
		{Zone: "UTC", From: "07:00", To: "12:00", Reason: "a fair"},
		{Zone: "UTC", From: "08:00", To: "10:00"},
	}
	got, again, holds, err := p.Frozen(zones(), t0)
	require.NoError(t, err)
	require.True(t, holds)
	require.Equal(t, p.Freezes[1], got)
	require.Equal(t, t0.Add(4*time.Hour), again.UTC())
	require.Equal(t, "07:00 to 12:00 UTC (a fair)", got.String())
	require.Equal(t, "Sat, Sun 2026-12-20 to 2026-12-31 Europe/Berlin",
		rollout.Freeze{Zone: "Europe/Berlin", Days: []string{"Sat", "Sun"}, First: "2026-12-20",
			Last: "2026-12-31"}.String())
}

// Only start, promote and finish can be frozen, and only they need the zones.
func TestWhatFreezesRefuse(t *testing.T) {
	p := seed()
	p.Freezes = []rollout.Freeze{{Zone: "UTC", Days: []string{t0.Format("Mon")}}}
	for place, kinds := range map[int][]rollout.EventKind{0: {rollout.Start}, 2: {rollout.Promote},
		4: {rollout.Finish}} {
		r := enter(p, place)
		for _, kind := range kinds {
			e := rollout.Event{Kind: kind, Revision: r.state.Revision, At: t0, Zones: zones()}
			next, err := p.Apply(r.state, e)
			requireZero(t, next, err)
			require.ErrorIs(t, err, rollout.ErrFrozen)
			require.NotErrorIs(t, err, rollout.ErrGated)
			require.ErrorContains(t, err, "Wed UTC")
			e.At = t0.Add(24 * time.Hour)
			require.NoError(t, second(p.Apply(r.state, e)), "another day")

			e.Zones = nil
			fieldtest.Equal(t, field.ErrorList{fieldtest.NotFound("freezes[0].zone")},
				fieldtest.Of(second(p.Apply(r.state, e))))
			e.Zones = rollout.Zones{"UTC": nil}
			require.Error(t, second(p.Apply(r.state, e)))
			e.By, e.Override = "ann", "it must be"
			require.NoError(t, second(p.Apply(r.state, e)), "who overrides needs no zones")
		}
		for _, kind := range []rollout.EventKind{rollout.StepBack, rollout.Pause, rollout.RollBack} {
			if place == 0 && kind != rollout.RollBack {
				continue
			}
			require.NoError(t, second(p.Apply(r.state, rollout.Event{Kind: kind, Revision: r.state.Revision, At: t0})),
				fmt.Sprint(kind, place))
		}
	}
	r := enter(p, 2)
	r.move(rollout.Pause, time.Minute)
	r.move(rollout.Resume, time.Minute)
}

func TestDecisionsWaitForTheEndOfAFreeze(t *testing.T) {
	p := seed()
	p.Stages[0].Gate = &rollout.Gate{}
	p.Freezes = []rollout.Freeze{{Zone: "Europe/Berlin", From: "08:00", To: "10:30"}}
	s := must(p.Prepare(t0))
	d := must(p.Decide(rollout.Facts{State: s, Now: t0, Zones: zones()}))
	require.Equal(t, rollout.ActHold, d.Action)
	require.Equal(t, t0.Add(90*time.Minute), d.Again.UTC())
	require.Equal(t, "hold: releases are frozen: 08:00 to 10:30 Europe/Berlin", d.String())
	d = must(p.Decide(rollout.Facts{State: s, Now: d.Again, Zones: zones()}))
	require.Equal(t, rollout.ActStart, d.Action)

	_, err := p.Decide(rollout.Facts{State: s, Now: t0})
	fieldtest.Equal(t, field.ErrorList{fieldtest.NotFound("freezes[0].zone")}, fieldtest.Of(err))
}

// second returns the second of two answers.
func second[T any](_ T, err error) error { return err }
