package sequential_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// mode is a way in which a candidate that is not worse than allowed lives: it draws the
// counts of window t.
type mode func(random *rand.Rand, t int) (candidate, others sequential.Counts)

func steady(base, times, share float64) mode {
	return func(random *rand.Rand, _ int) (candidate, others sequential.Counts) {
		return stage{base, times, share, 200}.draw(random)
	}
}

// alarms returns the part of histories in which fold ever fires.
func alarms(m mode, histories, windows int,
	fold func(w sequential.Worse, candidate, others sequential.Counts) sequential.Worse,
	threshold sequential.Nats) float64 {
	random := rand.New(rand.NewPCG(13, 14))
	fired := 0
	for range histories {
		w := sequential.Worse{}
		for t := range windows {
			c, o := m(random, t)
			if w = fold(w, c, o); w.Log() >= threshold {
				fired++
				break
			}
		}
	}
	return float64(fired) / float64(histories)
}

// However often one looks, a candidate that is just as bad as allowed alarms in at most
// alpha of all histories.
//
// It kills: q0 without the ratio, the mean replaced by the largest, the clump ignored.
func TestFalseAlarmsStayBelowAlpha(t *testing.T) {
	const alpha, ratio = 0.05, 1.5
	clumps := func(size int64) mode { // errors come size at a time
		return func(random *rand.Rand, t int) (candidate, others sequential.Counts) {
			candidate, others = stage{0.01, ratio, 0.1, 200}.draw(random)
			candidate.Bad, candidate.Total = candidate.Bad*size, candidate.Total*size
			others.Bad, others.Total = others.Bad*size, others.Total*size
			return candidate, others
		}
	}
	modes := map[string]struct {
		mode
		clump int
	}{
		"steady, weight 10%": {steady(0.01, ratio, 0.1), 1},
		"steady, weight 50%": {steady(0.01, ratio, 0.5), 1},
		"steady, rare":       {steady(0.001, ratio, 0.1), 1},
		"steady, frequent":   {steady(0.1, ratio, 0.1), 1},
		"better":             {steady(0.01, 0.5, 0.1), 1},
		"outages of all lanes": {func(random *rand.Rand, _ int) (candidate, others sequential.Counts) {
			base := 0.005
			if random.IntN(50) == 0 {
				base = 0.4
			}
			return stage{base, ratio, 0.1, 200}.draw(random)
		}, 1},
		"base and weights move": {func(random *rand.Rand, t int) (candidate, others sequential.Counts) {
			return stage{0.002 + 0.03*float64(t)/250, ratio, 0.05 + 0.7*float64(t)/250, 200}.draw(random)
		}, 1},
		"base falls while the weight grows": {func(random *rand.Rand, t int) (candidate, others sequential.Counts) {
			return stage{0.04 - 0.03*float64(t)/250, ratio, 0.05 + 0.7*float64(t)/250, 200}.draw(random)
		}, 1},
		"errors in fives": {clumps(5), 5},
		"errors in pairs": {clumps(2), 5},
	}
	for name, m := range modes {
		if underRace && m.clump == 1 { // those run without
			continue
		}
		fired := alarms(m.mode, 100**longer, 250, func(w sequential.Worse, c, o sequential.Counts) sequential.Worse {
			return w.Share(ratio, c, o, m.clump, sequential.Limit(alpha))
		}, sequential.Threshold(alpha))
		t.Logf("%s: %.1f%%", name, 100*fired)
		require.LessOrEqual(t, fired, alpha, name)
	}
	fired := alarms(modes["errors in fives"].mode, 100**longer, 250,
		func(w sequential.Worse, c, o sequential.Counts) sequential.Worse {
			return w.Share(ratio, c, o, 1, sequential.Limit(alpha))
		}, sequential.Threshold(alpha))
	require.Greater(t, fired, 2*alpha, "had nothing been said of the clumps")
}

// The same against a ceiling, also where most requests fail.
func TestCeilingsFalseAlarmsStayBelowAlpha(t *testing.T) {
	const alpha = 0.05
	for _, rate := range []float64{0.001, 0.02, 0.4, 0.9} {
		few := func(random *rand.Rand, _ int) (candidate, others sequential.Counts) {
			return stage{rate, 1, 0.3, 60}.draw(random)
		}
		fired := alarms(few, 100**longer, 250, func(w sequential.Worse, c, _ sequential.Counts) sequential.Worse {
			return w.Ceiling(rate, c, 1, sequential.Limit(alpha))
		}, sequential.Threshold(alpha))
		t.Logf("ceiling %v: %.1f%%", rate, 100*fired)
		require.LessOrEqual(t, fired, alpha)
	}
}

// A candidate that is as bad as the bound, or worse, is shown good in at most beta of
// all histories, however often one asks.
//
// It kills: the mirror's sign, absolute alternatives (a bound of 0.4 is below some).
func TestBadIsNotShownGood(t *testing.T) {
	const beta = 0.05
	for _, bound := range []float64{0.4, 1, 4} {
		for _, times := range []float64{1, 1.5} {
			random := rand.New(rand.NewPCG(15, 16))
			share, ceiling := 0.0, 0.0
			for range 200 * *longer {
				g, h, passed, below := sequential.Good{}, sequential.Good{}, 0.0, 0.0
				for range 200 {
					c, o := stage{0.02, bound * times, 0.2, 200}.draw(random)
					g, h = g.Share(bound, c, o, 1), h.Ceiling(0.02*bound, c, 1)
					if g.Log() >= sequential.Threshold(beta) {
						passed = 1
					}
					if h.Log() >= sequential.Threshold(beta) {
						below = 1
					}
				}
				share, ceiling = share+passed, ceiling+below
			}
			histories := float64(200 * *longer)
			most := beta + 3*math.Sqrt(beta*(1-beta)/histories) // what a chance of beta leads to
			t.Logf("%v times the bound of %v: %.1f%% and %.1f%%", times, bound, 100*share/histories,
				100*ceiling/histories)
			require.LessOrEqual(t, share/histories, most)
			require.LessOrEqual(t, ceiling/histories, most)
		}
	}
}

// Bursts of one lane are no clumps: a node dies, and for a window a third of one lane's
// requests fail. With the cap that is an alarm in at most 3 of 100 histories at an alpha
// of 1%; without, in every tenth.
//
// It kills: the cap left out.
func TestBurstsOfOneLane(t *testing.T) {
	const alpha = 0.01
	bursts := func(random *rand.Rand, _ int) (candidate, others sequential.Counts) {
		candidate, others = stage{0.01, 1.5, 0.3, 200}.draw(random)
		switch random.IntN(400) {
		case 0:
			candidate.Bad = failed(random, candidate.Total, 0.3)
		case 1:
			others.Bad = failed(random, others.Total, 0.3)
		}
		return candidate, others
	}
	part := func(limit sequential.Nats) float64 {
		return alarms(bursts, 100**longer, 1000, func(w sequential.Worse, c, o sequential.Counts) sequential.Worse {
			return w.Share(1.5, c, o, 1, limit)
		}, sequential.Threshold(alpha))
	}
	capped, free := part(sequential.Limit(alpha)), part(uncapped)
	t.Logf("with the cap %.1f%%, without %.1f%%", 100*capped, 100*free)
	require.LessOrEqual(t, capped, 0.03)
	require.Greater(t, free, 0.06)
}
