package rollout

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// What is checked without allocations, and at every event, says what the rules say that are asked
// for faults.
func TestSoundWeightsAreThoseWithoutFaults(t *testing.T) {
	sound := 0
	rapid.Check(t, func(t *rapid.T) {
		var w Weights
		for range rapid.SampledFrom([]int{0, 1, 2, 3, 3, 40}).Draw(t, "lanes") {
			w = append(w, W(rapid.OneOf(rapid.SampledFrom([]string{"", "v1", "V1", "v2", "v3"}),
				rapid.StringMatching(`v[0-9]{1,4}`)).Draw(t, "lane"),
				rapid.SampledFrom([]int{-1, 0, 0, 20, 40, 50, 60, 100, 101}).Draw(t, "percent")))
		}
		if n := len(w); n > 0 && rapid.Bool().Draw(t, "fits") {
			sum := 0
			for _, one := range w[:n-1] {
				sum += one.Percent
			}
			w[n-1].Percent = 100 - sum
		}
		require.Equal(t, len(w.faults(nil)) == 0, w.sound(), "%v", w)
		require.Equal(t, w.faults(nil), w.Validate(nil))
		if w.sound() {
			sound++
		}
	})
	require.NotZero(t, sound)
}
