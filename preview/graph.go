package preview

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strconv"
)

// graph is the ways of a request: a state for the pods that it may be in, steps
// between them. It has no cycles.
type graph struct {
	entry []step
	order []*state // each after those that it calls
}

func (s *state) stop() Stop { return Stop{Service: s.service.name, Lane: s.lane} }

func (s step) stop() Stop {
	return Stop{Service: s.node.Service, Lane: s.node.Lane, End: s.node.End, Fault: s.node.Fault}
}

// maxNodes bounds the size of the tree of an outcome.
const maxNodes = 10_000

// tree is a node that is made once for each form of it, so that equal trees are
// one.
type tree struct {
	node *Node
	id   int
	size int
}

type trees map[string]*tree

// chance is a tree with its probability.
type chance struct {
	tree  *tree
	share *big.Rat
}

// outcomes returns what can happen, nil when that is more than max.
func (g graph) outcomes(max int) []Outcome {
	made := trees{}
	of := make(map[*state][]chance, len(g.order))
	for _, s := range g.order {
		combined := []combination{{share: one}}
		for _, call := range s.calls {
			choices := union(call, of, made, max)
			if len(choices)*len(combined) > max {
				return nil
			}
			combined = combine(combined, choices)
		}
		chances := make([]chance, 0, len(combined))
		for _, c := range combined {
			t := made.tree(Node{Service: s.service.name, Lane: s.lane}, c.calls)
			if t.size > maxNodes {
				return nil
			}
			chances = append(chances, chance{t, c.share})
		}
		of[s] = chances
	}
	all := union(g.entry, of, made, max)
	if len(all) > max {
		return nil
	}
	out := make([]Outcome, len(all))
	for i, c := range all {
		out[i] = Outcome{Share: new(big.Rat).Set(c.share), Root: c.tree.node}
	}
	slices.SortStableFunc(out, func(a, b Outcome) int {
		return cmp.Or(b.Share.Cmp(a.Share), cmp.Compare(a.String(), b.String()))
	})
	return out
}

// union returns what the steps of one call can lead to, cut off beyond max.
func union(steps []step, of map[*state][]chance, made trees, max int) []chance {
	var out []chance
	at := map[*tree]int{}
	add := func(t *tree, share *big.Rat) {
		i, found := at[t]
		if !found {
			at[t] = len(out)
			out = append(out, chance{t, share})
			return
		}
		out[i].share = new(big.Rat).Add(out[i].share, share)
	}
	for _, s := range steps {
		if len(out) > max {
			break
		}
		if s.next == nil {
			add(made.tree(s.node, nil), s.weight)
			continue
		}
		for _, c := range of[s.next] {
			add(c.tree, product(s.weight, c.share))
		}
	}
	return out
}

// combination is what the first calls of a service lead to together.
type combination struct {
	calls []*tree
	share *big.Rat
}

func combine(before []combination, next []chance) []combination {
	out := make([]combination, 0, len(before)*len(next))
	for _, b := range before {
		for _, n := range next {
			out = append(out, combination{append(slices.Clip(b.calls), n.tree), product(b.share, n.share)})
		}
	}
	return out
}

// product multiplies, and copies nothing for a certainty.
func product(a, b *big.Rat) *big.Rat {
	switch {
	case a == one:
		return b
	case b == one:
		return a
	}
	return new(big.Rat).Mul(a, b)
}

// tree returns the one tree of a node and its calls.
func (made trees) tree(n Node, calls []*tree) *tree {
	key := fmt.Appendf(nil, "%q%q%q%q", n.Service, n.Lane, n.End, n.Fault)
	size := 1
	for _, c := range calls {
		key = strconv.AppendInt(append(key, ' '), int64(c.id), 10)
		size = min(size+c.size, maxNodes+1)
	}
	if t, found := made[string(key)]; found {
		return t
	}
	for _, c := range calls {
		n.Calls = append(n.Calls, c.node)
	}
	t := &tree{node: &n, id: len(made), size: size}
	made[string(key)] = t
	return t
}

// edges returns the calls between stops with their rates, level by level.
func (g graph) edges() []Edge {
	type pair struct{ from, to Stop }
	rates := map[pair]*big.Rat{}
	reached := make(map[*state]*big.Rat, len(g.order))
	follow := func(from Stop, rate *big.Rat, steps []step) {
		for _, s := range steps {
			share := product(rate, s.weight)
			key := pair{from, s.stop()}
			rates[key] = sum(rates[key], share)
			if s.next != nil {
				reached[s.next] = sum(reached[s.next], share)
			}
		}
	}
	follow(Stop{}, one, g.entry)
	for _, s := range slices.Backward(g.order) {
		for _, call := range s.calls {
			follow(s.stop(), reached[s], call)
		}
	}
	out := make([]Edge, 0, len(rates))
	g.walk(func(v *visit) {
		key := pair{to: v.step.stop()}
		if v.from != nil {
			key.from = v.from.step.stop()
		}
		if rate := rates[key]; rate != nil {
			out = append(out, Edge{key.from, key.to, new(big.Rat).Set(rate)})
			delete(rates, key)
		}
	})
	return out
}

// sum adds; nil is 0.
func sum(a, b *big.Rat) *big.Rat {
	if a == nil {
		return b
	}
	return new(big.Rat).Add(a, b)
}

// visit is a step on the way through a graph.
type visit struct {
	step step
	from *visit
}

func (v *visit) path() []Stop {
	var out []Stop
	for ; v != nil; v = v.from {
		out = append(out, v.step.stop())
	}
	slices.Reverse(out)
	return out
}

// walk visits every step once, in breadth: what it meets first has the shortest
// way to it.
func (g graph) walk(meet func(*visit)) {
	seen := make(map[*state]bool, len(g.order))
	var queue []*visit
	for _, s := range g.entry {
		queue = append(queue, &visit{step: s})
	}
	for i := 0; i < len(queue); i++ {
		v := queue[i]
		meet(v)
		if next := v.step.next; next != nil && !seen[next] {
			seen[next] = true
			for _, call := range next.calls {
				for _, s := range call {
					queue = append(queue, &visit{step: s, from: v})
				}
			}
		}
	}
}

// verdicts returns what is broken and what leaves its lane; the zero Verdict when
// nothing is or does.
func (g graph) verdicts() (broken, leaves Verdict) {
	g.walk(func(v *visit) {
		if v.step.node.Fault != "" && broken.Kind == "" {
			broken = Verdict{Kind: Broken, Path: v.path(), Reason: v.step.detail}
		}
		if v.step.violation != "" && leaves.Kind == "" {
			leaves = Verdict{Kind: NotIsolated, Path: v.path(), Reason: v.step.violation}
		}
	})
	return broken, leaves
}
