package sequential_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout/sequential"
)

func TestThresholdAndLimit(t *testing.T) {
	require.Equal(t, sequential.Nats(4605171), sequential.Threshold(0.01)) // ln 100 is 4.6051701859...
	require.Equal(t, sequential.Nats(2302585), sequential.Limit(0.01))
	require.Equal(t, sequential.Nats(693148), sequential.Threshold(0.5))
	for _, alpha := range []float64{0, 1, -1, 2, math.NaN(), math.Inf(1)} {
		require.Equal(t, sequential.Nats(math.MaxInt64), sequential.Threshold(alpha))
		require.Zero(t, sequential.Limit(alpha))
	}
	require.Greater(t, sequential.Threshold(5e-324), sequential.Nats(40e6))
}

func TestNothingSeen(t *testing.T) {
	require.Zero(t, sequential.Worse{}.Log())
	require.Zero(t, sequential.Good{}.Log())
	require.Less(t, sequential.Worse{}.Log(), sequential.Threshold(0.999999))
}

// A window that says nothing leaves the evidence as it is, and is not counted.
func TestWindowsThatSayNothing(t *testing.T) {
	limit := sequential.Limit(0.01)
	w := sequential.Worse{}.Share(1.5, sequential.Counts{3, 20}, sequential.Counts{1, 180}, 1, limit)
	g := sequential.Good{}.Share(3, sequential.Counts{0, 20}, sequential.Counts{4, 180}, 1)
	c, o := sequential.Counts{1, 20}, sequential.Counts{1, 180}
	for _, bad := range []struct {
		ratio             float64
		candidate, others sequential.Counts
	}{
		{1.5, sequential.Counts{}, o},
		{1.5, c, sequential.Counts{}},
		{1.5, sequential.Counts{-1, 20}, o},
		{1.5, sequential.Counts{21, 20}, o},
		{1.5, c, sequential.Counts{0, 1<<53 + 1}},
		{0, c, o},
		{-1, c, o},
		{math.NaN(), c, o},
		{math.Inf(1), c, o},
	} {
		require.Equal(t, w, w.Share(bad.ratio, bad.candidate, bad.others, 1, limit), "%+v", bad)
		require.Equal(t, g, g.Share(bad.ratio, bad.candidate, bad.others, 1), "%+v", bad)
	}
	for _, bad := range []struct {
		rate      float64
		candidate sequential.Counts
	}{
		{0.1, sequential.Counts{}}, {0.1, sequential.Counts{2, 1}}, {0, c}, {-1, c}, {1.1, c}, {math.NaN(), c},
	} {
		require.Equal(t, w, w.Ceiling(bad.rate, bad.candidate, 1, limit), "%+v", bad)
		require.Equal(t, g, g.Ceiling(bad.rate, bad.candidate, 1), "%+v", bad)
	}
	require.Equal(t, int64(2), w.Share(1.5, sequential.Counts{0, 20}, sequential.Counts{0, 180}, 1, limit).Windows)
	require.Equal(t, w.Share(1.5, c, o, 1, limit), w.Share(1.5, c, o, -7, limit))
}

// Extreme counts have an answer too.
func TestExtremes(t *testing.T) {
	all := sequential.Counts{1 << 53, 1 << 53}
	none := sequential.Counts{0, 1 << 53}
	w := sequential.Worse{}
	for range 3 {
		w = w.Share(1, all, none, 1, uncapped)
	}
	require.Equal(t, [8]sequential.Nats{40e6, 40e6, 40e6, 40e6, 40e6, 40e6, 40e6, 40e6}, w.Logs)
	require.InDelta(t, 40e6, float64(w.Log()), 1)
	require.Equal(t, sequential.Nats(-40e6), sequential.Good{}.Share(1, all, none, 1).Log())
	// only those that begin later: a half
	require.Equal(t, sequential.Nats(-693148), sequential.Worse{}.Share(1, none, all, 1, uncapped).Log())
	require.Positive(t, sequential.Good{}.Share(1, none, all, 1).Log())
	require.Equal(t, sequential.Worse{}.Share(1, all, none, 1, 0),
		sequential.Worse{}.Share(1, all, none, 1, math.MinInt64))

	// A rate of 1 cannot be exceeded; half of it can.
	require.LessOrEqual(t, sequential.Worse{}.Ceiling(1, sequential.Counts{100, 100}, 1, uncapped).Log(),
		sequential.Nats(0))
	require.Greater(t, sequential.Worse{}.Ceiling(0.5, sequential.Counts{100, 100}, 1, uncapped).Log(),
		sequential.Threshold(0.01))
	require.Equal(t, sequential.Good{Logs: [4]sequential.Nats{0: -40e6, 1: -40e6, 2: -40e6, 3: -40e6}},
		sequential.Good{}.Ceiling(1e-300, sequential.Counts{1 << 53, 1 << 53}, 1))
}

// No single window is an alarm, whatever it holds.
//
// It kills: the cap left out.
func TestNoSingleWindowAlarms(t *testing.T) {
	w := sequential.Worse{}.Share(1, sequential.Counts{500, 500}, sequential.Counts{0, 500}, 1, sequential.Limit(0.01))
	require.Less(t, w.Log(), sequential.Threshold(0.01))
	for range 2 {
		w = w.Share(1, sequential.Counts{500, 500}, sequential.Counts{0, 500}, 1, sequential.Limit(0.01))
	}
	require.Greater(t, w.Log(), sequential.Threshold(0.01))
}

// Requests that all go well are evidence under a ceiling alone; at the latest after
// ln(4/beta)/rate of them the candidate is shown good, and one error refutes for good
// that it never fails.
func TestNoErrorsAtAll(t *testing.T) {
	const rate, beta = 0.01, 0.05
	g, n := sequential.Good{}, int64(0)
	for ; g.Log() < sequential.Threshold(beta) && n < 10000; n += 10 {
		require.Equal(t, sequential.Good{},
			sequential.Good{}.Share(2, sequential.Counts{0, 10}, sequential.Counts{0, 90}, 1))
		g = g.Ceiling(rate, sequential.Counts{0, 10}, 1)
	}
	require.LessOrEqual(t, float64(n), math.Log(4/beta)/rate+10)
	require.Greater(t, float64(n), math.Log(1/beta)/rate)
	g = g.Ceiling(rate, sequential.Counts{1, 10}, 1)
	require.Equal(t, sequential.Nats(-40e6), g.Logs[0])
	g = g.Ceiling(rate, sequential.Counts{0, 100000}, 1)
	require.Equal(t, [4]sequential.Nats{-40e6, 40e6, 40e6, 40e6}, g.Logs)
}

// The ratio is what may be: errors in just that proportion are no evidence.
//
// It kills: q0 without the ratio.
func TestRatioThatIsAllowedIsNoEvidence(t *testing.T) {
	w := sequential.Worse{}
	for range 1000 {
		w = w.Share(4, sequential.Counts{4, 100}, sequential.Counts{1, 100}, 1, sequential.Limit(0.01))
	}
	require.Less(t, w.Log(), sequential.Nats(0))
	require.Greater(t, sequential.Worse{}.Share(1, sequential.Counts{40, 1000}, sequential.Counts{10, 1000}, 1,
		uncapped).Log(), sequential.Threshold(0.01))
}

// Clumps of k make of k windows' evidence that of one.
//
// It kills: the clump ignored.
func TestClumpDividesBeforeTheCap(t *testing.T) {
	c, o := sequential.Counts{9, 100}, sequential.Counts{3, 100}
	one, three := sequential.Good{}.Share(4, c, o, 1), sequential.Good{}.Share(4, c, o, 3)
	for i := range one.Logs {
		require.InDelta(t, float64(one.Logs[i])/3, float64(three.Logs[i]), 1)
	}
	limit := sequential.Limit(0.5)
	capped := sequential.Worse{}.Share(1, sequential.Counts{9, 100}, sequential.Counts{0, 100}, 3, limit)
	for i, log := range (sequential.Worse{}).Share(1, sequential.Counts{3, 100}, sequential.Counts{0, 100}, 1,
		limit).Logs {
		require.InDelta(t, float64(log), float64(capped.Logs[i]), 2)
	}
}

func TestJSON(t *testing.T) {
	w := sequential.Worse{}
	for range 7 {
		w = w.Share(1.5, sequential.Counts{2, 20}, sequential.Counts{1, 180}, 1, sequential.Limit(0.01))
	}
	data, err := json.Marshal(w)
	require.NoError(t, err)
	require.Equal(t, `{"windows":7,"logs":[3763700,6350446,9495606,12401941,13906460,14288134,13735840,10480381]}`,
		string(data))
	back := sequential.Worse{}
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, w, back)

	data, err = json.Marshal(sequential.Good{}.Ceiling(0.01, sequential.Counts{1, 70}, 1))
	require.NoError(t, err)
	require.Equal(t, `{"logs":[-40000000,-861295,-343148,-207504]}`, string(data))

	longest, err := json.Marshal(sequential.Worse{1e9,
		[8]sequential.Nats{-4e7, -4e7, -4e7, -4e7, -4e7, -4e7, -4e7, -4e7}})
	require.NoError(t, err)
	require.Less(t, len(longest), 128)
}
