package preview

import (
	"fmt"
	"io"
	"math/big"
	"math/rand/v2"
)

// Sample writes n lines as a loop of requests prints them, a request a line:
//
//	-> mocka(version: v2)-> mockb(version: v2)-> mockc(version: v2)
//
// The version is the lane, "-" for none; several calls of one service are printed
// one after the other. A request that gets no answer prints why, as a redirect or
// a direct response prints what it is. Randomness is the caller's: the same source
// gives the same lines.
func (r Result) Sample(w io.Writer, n int, source rand.Source) error {
	if len(r.graph.entry) == 0 {
		return fmt.Errorf("a result that no Trace returned has nothing to sample")
	}
	for range n {
		line, failed := "", ""
		var visit func(steps []step)
		visit = func(steps []step) {
			s := pick(steps, source)
			at := r.graph.stops[s.stop]
			if at.Fault != "" && failed == "" {
				failed = s.detail
			}
			if s.next == nil && (at.End != "" && at.End != "cycle") {
				line += "(" + at.End + ")"
				return
			}
			lane := at.Lane
			if lane == "" {
				lane = "-"
			}
			line += fmt.Sprintf("-> %s(version: %s)", at.Service, lane)
			if s.next == nil {
				return
			}
			for _, call := range s.next.calls {
				visit(call)
			}
		}
		visit(r.graph.entry)
		if failed != "" {
			line = failed
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

// pick draws one of the steps, each with exactly its weight.
func pick(steps []step, source rand.Source) step {
	if len(steps) == 1 {
		return steps[0]
	}
	common := big.NewInt(1) // a multiple of all denominators
	for _, s := range steps {
		gcd := new(big.Int).GCD(nil, nil, common, s.weight.Denom())
		common.Mul(common, new(big.Int).Div(s.weight.Denom(), gcd))
	}
	drawn := below(common, source)
	for _, s := range steps {
		part := new(big.Int).Mul(s.weight.Num(), new(big.Int).Div(common, s.weight.Denom()))
		if drawn.Cmp(part) < 0 {
			return s
		}
		drawn.Sub(drawn, part)
	}
	return steps[len(steps)-1] // weights sum to 1
}

// below draws a number from 0 to n-1, each as likely as the other.
func below(n *big.Int, source rand.Source) *big.Int {
	bits := n.BitLen()
	for {
		drawn := new(big.Int)
		for have := 0; have < bits; have += 64 {
			drawn.Lsh(drawn, 64).Or(drawn, new(big.Int).SetUint64(source.Uint64()))
		}
		drawn.Rsh(drawn, uint((64-bits%64)%64))
		if drawn.Cmp(n) < 0 {
			return drawn
		}
	}
}
