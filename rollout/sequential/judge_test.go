package sequential_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout/sequential"
)

// judge computes the tests again, as simply as possible: exact fractions, products of
// probabilities as in a text book, no clump, no cap, no logarithms before the last line.
type judge struct {
	windows int64
	worse   [8]*big.Rat
	good    [4]*big.Rat
}

var one = big.NewRat(1, 1)

func rats(of ...float64) []*big.Rat {
	var out []*big.Rat
	for _, v := range of {
		out = append(out, new(big.Rat).SetFloat64(v))
	}
	return out
}

func newJudge() *judge {
	j := &judge{}
	for i := range j.worse {
		j.worse[i] = new(big.Rat)
	}
	for i := range j.good {
		j.good[i] = big.NewRat(1, 1)
	}
	return j
}

func times(a, b *big.Rat) *big.Rat { return new(big.Rat).Mul(a, b) }
func over(a, b *big.Rat) *big.Rat  { return new(big.Rat).Quo(a, b) }
func less(a, b *big.Rat) *big.Rat  { return new(big.Rat).Sub(a, b) }

func power(base *big.Rat, n int64) *big.Rat {
	e := big.NewInt(n)
	return new(big.Rat).SetFrac(new(big.Int).Exp(base.Num(), e, nil), new(big.Int).Exp(base.Denom(), e, nil))
}

// part is r n_c / (r n_c + n_s).
func part(ratio *big.Rat, c, s sequential.Counts) *big.Rat {
	mine := times(ratio, big.NewRat(c.Total, 1))
	return over(mine, new(big.Rat).Add(mine, big.NewRat(s.Total, 1)))
}

// binomial is the likelihood ratio of the window for two ratios.
func binomial(alternative, tested *big.Rat, c, s sequential.Counts) *big.Rat {
	q, q0 := part(alternative, c, s), part(tested, c, s)
	return times(power(over(q, q0), c.Bad), power(over(less(one, q), less(one, q0)), s.Bad))
}

func (j *judge) share(worse, good *big.Rat, c, s sequential.Counts) {
	if c.Total == 0 || s.Total == 0 {
		return
	}
	j.windows++
	for i, g := range rats(1.5, 2, 3, 5, 8, 13, 20, 50) {
		m := j.worse[i].Add(j.worse[i], big.NewRat(1, j.windows*(j.windows+1)))
		m.Mul(m, binomial(times(g, worse), worse, c, s))
	}
	for i, b := range []*big.Rat{big.NewRat(1, 20), big.NewRat(1, 4), big.NewRat(1, 2), big.NewRat(5, 8)} {
		j.good[i].Mul(j.good[i], binomial(times(b, good), good, c, s))
	}
}

func (j *judge) logWorse() float64 {
	sum := new(big.Rat)
	for _, m := range j.worse {
		sum.Add(sum, m)
	}
	return logOf(sum.Mul(sum, big.NewRat(1, 8)).Add(sum, big.NewRat(1, j.windows+1)))
}

func (j *judge) logGood() float64 {
	sum := new(big.Rat)
	for _, m := range j.good {
		sum.Add(sum, m)
	}
	return logOf(sum.Mul(sum, big.NewRat(1, 4)))
}

func logOf(r *big.Rat) float64 {
	mantissa := new(big.Float)
	exponent := new(big.Float).SetPrec(200).SetRat(r).MantExp(mantissa)
	m, _ := mantissa.Float64()
	return math.Log(m) + float64(exponent)*math.Ln2
}

// The logarithms are those of the exact fractions, rounded down, by at most two
// millionths a window.
//
// It kills: q0 without the ratio, the mean replaced by the largest, the mirror's sign
// in Good, alternatives that are not multiples of what is tested, the prior left out.
func TestAgreesWithExactFractions(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const uncapped = sequential.Nats(math.MaxInt64)
	for range 40 {
		j, w, g := newJudge(), sequential.Worse{}, sequential.Good{}
		ratio, bound := 1+float64(random.IntN(8))/4, 3+float64(random.IntN(8))/4
		candidate, others := random.Float64()*0.2, random.Float64()*0.2
		for range 30 {
			c, s := draw(random, candidate, 40), draw(random, others, 40)
			j.share(rats(ratio)[0], rats(bound)[0], c, s)
			w, g = w.Share(ratio, c, s, 1, uncapped), g.Share(bound, c, s, 1)
			require.Equal(t, j.windows, w.Windows)
			if out := outside(w.Logs[:]) || outside(g.Logs[:]); out {
				break // what was cut off stays so
			}
			near(t, j.logWorse(), w.Log(), w.Windows)
			near(t, j.logGood(), g.Log(), w.Windows)
		}
	}
}

func outside(logs []sequential.Nats) bool {
	return slices.Max(logs) >= 40e6 || slices.Min(logs) <= -40e6
}

// near holds that a logarithm is the exact one, rounded down a few times.
func near(t *testing.T, exact float64, log sequential.Nats, windows int64) {
	t.Helper()
	require.LessOrEqual(t, float64(log), exact*1e6+1e-3)
	require.GreaterOrEqual(t, float64(log), exact*1e6-2*float64(windows)-1)
}

func draw(random *rand.Rand, rate float64, most int64) sequential.Counts {
	c := sequential.Counts{Total: random.Int64N(most + 1)}
	for range c.Total {
		if random.Float64() < rate {
			c.Bad++
		}
	}
	return c
}
