package preview

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math/big"
	"math/rand/v2"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// maxShown is how many calls of a request a line of [Result.Sample] shows.
const maxShown = 1000

// Sample writes n lines as a loop of requests prints them, a request a line:
//
//	-> mocka(version: v2)-> mockb(version: v2)-> mockc(version: v2)
//
// The version is the lane, "-" for none, "?" where objects that preview does not read
// decide. Several calls of one service follow one another, each with its own calls; calls
// that end elsewhere are left out. A line shows the first 1000 calls at most, and "->
// ..." for the rest. A request that gets no answer prints why, and one that ends at the
// gateway prints its response.
//
// The caller supplies the randomness: the same source gives the same lines. It fails when
// writing fails.
func (r Result) Sample(w io.Writer, n int, source rand.Source) error {
	if len(r.graph.entry) == 0 {
		return errors.New("a result that no Trace returned has nothing to sample")
	}
	for range n {
		l := loop{graph: r.graph, source: source}
		l.call(r.graph.entry)
		if _, err := fmt.Fprintln(w, markup.Line(cmp.Or(l.failed, l.line.String()))); err != nil {
			return err
		}
	}
	return nil
}

// loop is one request of a loop.
type loop struct {
	graph  graph
	source rand.Source
	line   strings.Builder
	calls  int
	failed string // why it gets no answer
}

func (l *loop) call(steps []step) {
	switch l.calls++; {
	case l.calls == maxShown+1:
		l.line.WriteString("-> ...")
		return
	case l.calls > maxShown || l.failed != "":
		return
	}
	s := pick(steps, l.source)
	at := l.graph.stops[s.stop]
	lane := cmp.Or(at.Lane, "-")
	switch {
	case at.Failure != "":
		l.failed = s.detail
		return
	case at.End == unknownEnd && at.Service != "":
		lane = "?"
	case s.next == nil && at.End != cycleEnd:
		if l.calls == 1 {
			l.line.WriteString("(" + at.End + ")")
		}
		return
	}
	fmt.Fprintf(&l.line, "-> %s(version: %s)", at.Service, lane)
	if s.next != nil {
		for _, call := range s.next.calls {
			l.call(call)
		}
	}
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

// below draws a number from 0 to n-1, all equally likely.
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
