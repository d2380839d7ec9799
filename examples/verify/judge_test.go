package main

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestWithin(t *testing.T) {
	for _, test := range []struct {
		k, n, percent int
		want          bool
	}{
		{60, 100, 60, true},
		{79, 100, 60, true}, // 4 sigma is 19.6
		{80, 100, 60, false},
		{41, 100, 60, true},
		{40, 100, 60, false},
		{7, 10, 50, true},
		{50 + 20, 100, 50, true}, // exactly 4 sigma
		{50 + 21, 100, 50, false},
		{0, 100, 0, true},
		{1, 1 << 40, 0, false},
		{100, 100, 100, true},
		{99, 100, 100, false},
		{1 << 61, 1 << 62, 50, true}, // no overflow
		{1 << 60, 1 << 62, 50, false},
		{0, 0, 50, true},
	} {
		require.Equal(t, test.want, within(test.k, test.n, test.percent), test)
	}
}

// The bound in integers equals the textbook's, computed in 200-bit floats.
func TestWithinAgreesWithTheFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 1_000_000).Draw(t, "n")
		percent := rapid.IntRange(0, 100).Draw(t, "percent")
		k := rapid.IntRange(0, n).Draw(t, "k")
		float := func(x int) *big.Float { return new(big.Float).SetPrec(200).SetInt64(int64(x)) }
		p := new(big.Float).Quo(float(percent), float(100))
		mean := new(big.Float).Mul(float(n), p)
		sigma := new(big.Float).Mul(mean, new(big.Float).Sub(float(1), p))
		sigma.Sqrt(sigma)
		distance := new(big.Float).Sub(float(k), mean)
		distance.Abs(distance)
		bound := sigma.Mul(sigma, float(4))
		gap, _ := new(big.Float).Sub(bound, distance).Float64()
		if gap < 1e-9 && gap > -1e-9 {
			return // floats round at the bound
		}
		require.Equal(t, gap > 0, within(k, n, percent))
	})
}

func FuzzParse(f *testing.F) {
	f.Add("-> mocka(version: v2, ip: 10.0.239.73)-> mockb(version: v2, ip: 10.0.239.136)")
	f.Add("-> mocka(version: v2)")
	f.Add("->a(version:v)->")
	f.Fuzz(func(t *testing.T, line string) {
		chain, err := parse(strings.TrimSpace(line))
		if err != nil {
			require.Nil(t, chain)
			return
		}
		var again strings.Builder
		for _, h := range chain {
			again.WriteString("-> " + h.service + "(version: " + h.lane + ")")
		}
		chain2, err := parse(again.String())
		require.NoError(t, err)
		require.Equal(t, chain, chain2)
	})
}
