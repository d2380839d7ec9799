package rollout

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/api/validate/content"
	"pgregory.net/rapid"
)

// What is checked without allocations, and at every event, says what the rules say that are
// asked for faults.

func TestLabelsAreThoseOfKubernetes(t *testing.T) {
	same := func(t require.TestingT, name string) {
		require.Equal(t, len(content.IsDNS1123Label(name)) == 0, isLabel(name), "%q", name)
	}
	for c := range 256 { // every byte, in every place
		for _, name := range []string{"", "a", "ab"} {
			for i := range len(name) + 1 {
				same(t, name[:i]+string([]byte{byte(c)})+name[i:])
			}
		}
	}
	for _, name := range []string{"a--b", "a.b", "a_b", "é", "a\n"} {
		same(t, name)
	}
	for _, n := range []int{62, 63, 64} {
		same(t, strings.Repeat("x", n))
	}
	rapid.Check(t, func(t *rapid.T) {
		same(t, rapid.OneOf(rapid.StringMatching(`[a-zA-Z0-9_.-]{0,70}`), rapid.StringMatching(`[-a-c0-9A.]{0,66}`),
			rapid.String()).Draw(t, "name"))
	})
}

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
