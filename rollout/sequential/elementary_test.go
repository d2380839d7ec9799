package sequential

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestElementaryFunctionsAreTrue(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	close := func(want, got float64) {
		t.Helper()
		require.LessOrEqual(t, math.Abs(got-want), 1e-13*math.Abs(want), "%v is to be %v", got, want)
	}
	for range 30000 {
		x := random.NormFloat64() * math.Exp2(float64(random.IntN(40)-33))
		x = max(-600, min(x, 600))
		close(math.Exp(x), exp(x))
		if x > 0 {
			close(math.Log(x), ln(x))
		}
	}
	require.Equal(t, 0.0, ln(1))
	require.Equal(t, 1.0, exp(0))
	require.Equal(t, 0.0, exp(-701))
}

// The constants of the alternatives are the logarithms of what they say.
func TestAlternativesHaveTheirLogarithms(t *testing.T) {
	for _, m := range above() {
		require.InDelta(t, math.Log(m.times), m.ln, 1e-15)
	}
	for _, m := range below() {
		require.InDelta(t, math.Log(m.times), m.ln, 1e-15)
	}
}

// The bits are the same on every processor. They were computed with a rounding after
// each operation: where a compiler fuses two, another bit comes out somewhere in here.
func TestElementaryFunctionsHaveTheSameBitsEverywhere(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	sum := uint64(14695981039346656037) // FNV-1a over the bits
	add := func(v float64) {
		for b, i := math.Float64bits(v), 0; i < 8; i++ {
			sum = (sum ^ b>>(8*i)&255) * 1099511628211
		}
	}
	for range 30000 {
		x := random.Float64() * 50
		add(ln(x))
		add(exp(x - 40))
	}
	require.Equal(t, uint64(0xff9f142cf0af2f08), sum)
	require.Equal(t, "0x1.193ea7aad030ap+00", hex(ln(3)))
	require.Equal(t, "0x1.5bf0a8b145769p+01", hex(exp(1)))
}

func hex(v float64) string { return strconv.FormatFloat(v, 'x', -1, 64) }
