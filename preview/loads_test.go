package preview_test

import (
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
)

// sums returns the calls of each stop, by what Trace says of the edges that lead there.
func sums(t require.TestingT, r preview.Result) map[preview.Stop]string {
	rates := map[preview.Stop]*big.Rat{}
	for _, e := range r.Edges {
		if rates[e.To] == nil {
			rates[e.To] = new(big.Rat)
		}
		rates[e.To].Add(rates[e.To], e.Rate)
	}
	return spelt(rates)
}

func spelt(rates map[preview.Stop]*big.Rat) map[preview.Stop]string {
	out := map[preview.Stop]string{}
	for stop, rate := range rates {
		out[stop] = rate.RatString()
	}
	return out
}

// weighed returns what entries load in all, each by its weight.
func weighed(entries []preview.Entry, weight func(e preview.Entry) *big.Rat) map[preview.Stop]*big.Rat {
	out := map[preview.Stop]*big.Rat{}
	for _, e := range entries {
		for _, l := range e.Loads {
			if out[l.Stop] == nil {
				out[l.Stop] = new(big.Rat)
			}
			out[l.Stop].Add(out[l.Stop], new(big.Rat).Mul(weight(e), l.Rate))
		}
	}
	return out
}

// The entries, each by its weight, load what Trace says; and those of a set in which all
// lanes get requests tell what any other weights would load.
func TestLoadsAreThoseOfTheTraceAtAnyWeights(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := draw(rt)
		r := preview.Request{Path: "/"}
		if w.header != "" {
			r.Headers = map[string]string{"x-lane": w.header}
		}
		mesh := preview.New(decode(t, w.documents()...))
		entries, err := mesh.Loads(r)
		require.NoError(rt, err)
		result, err := mesh.Trace(r)
		require.NoError(rt, err)
		in := new(big.Rat)
		for _, e := range entries {
			in.Add(in, e.Weight)
		}
		require.Equal(rt, "1", in.RatString())
		require.Equal(rt, sums(rt, result), spelt(weighed(entries, func(e preview.Entry) *big.Rat { return e.Weight })))

		weights := slices.Clone(w.weights)
		sum := 0
		for i := range w.weights {
			sum += weights[i]
			w.weights[i] = 1
		}
		if len(weights) == 1 || sum == 0 {
			return
		}
		even, err := preview.New(decode(t, w.documents()...)).Loads(r)
		require.NoError(rt, err)
		at := weighed(even, func(e preview.Entry) *big.Rat {
			return big.NewRat(int64(weights[e.Destination]),
				int64(sum))
		})
		for stop, rate := range at {
			if rate.Sign() == 0 {
				delete(at, stop)
			}
		}
		require.Equal(rt, sums(rt, result), spelt(at))
	})
}

func TestEntriesTellWhereTheyStand(t *testing.T) {
	route := manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "istio-system",
		Name: "entry"}
	a, b := "Deployment default/a-", "Deployment default/b-"
	entries, err := preview.New(decode(t, relaxed()...)).Loads(preview.Request{})
	require.NoError(t, err)
	require.Len(t, entries, 2)
	for i, lane := range []string{"v1", "v2"} {
		e := entries[i]
		require.Equal(t, []any{route, 0, i, lane}, []any{e.Object, e.HTTP, e.Destination, e.Lane})
		require.Equal(t, []string{"3/5", "2/5"}[i], e.Weight.RatString())
		require.Equal(t, a+lane, e.Loads[0].Workload.String())
		require.Equal(t, b+lane, e.Loads[1].Workload.String())
	}
	_, err = preview.New(decode(t, relaxed()...)).Loads(preview.Request{Path: "x"})
	require.ErrorContains(t, err, "request: path must start with /")

	none, err := preview.New(decode(t, relaxed()...)).Loads(preview.Request{Gateway: "istio-system/other"})
	require.NoError(t, err)
	require.Len(t, none, 1)
	require.Equal(t, manifest.Ref{}, none[0].Object)
	require.Equal(t, preview.NoRoute, none[0].Loads[0].Failure)
}
