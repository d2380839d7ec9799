package preview

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"
)

// graph holds the ways of a request: a state for the pods that it may be in, with steps
// between them. It has no cycles.
type graph struct {
	entry []step
	order []*state // each after the states that it calls
	stops []Stop
	// visits are the steps, breadth first.
	visits []visit
}

// maxNodes bounds the size of the trees of all outcomes together.
const maxNodes = 100_000

// tree is a node. Equal trees are one value.
type tree struct {
	node *Node
	id   int
	size int
}

type trees map[treeKey]*tree

type treeKey struct {
	stop  int
	first int    // the id of the first call's tree; -1 for none
	more  string // the ids of the others
}

// chance is a tree with its probability.
type chance struct {
	tree  *tree
	share *big.Rat
}

// outcomes returns the possible outcomes, nil when there are more than max.
func (g graph) outcomes(max int) []Outcome {
	made := make(trees, len(g.visits))
	of := make(map[*state][]chance, len(g.order))
	for _, s := range g.order {
		combined := []combination{{share: one}}
		for _, call := range s.calls {
			choices := g.union(call, of, made, max)
			if len(choices)*len(combined) > max {
				return nil
			}
			combined = combine(combined, choices)
		}
		chances := make([]chance, 0, len(combined))
		for _, c := range combined {
			t := g.tree(made, s.stop, c.calls)
			if t.size > maxNodes {
				return nil
			}
			chances = append(chances, chance{t, c.share})
		}
		of[s] = chances
	}
	all := g.union(g.entry, of, made, max)
	size := 0
	for _, c := range all {
		size += c.tree.size
	}
	if len(all) > max || size > maxNodes {
		return nil
	}
	type printed struct {
		Outcome
		text string
	}
	lines := make([]printed, len(all))
	for i, c := range all {
		lines[i] = printed{Outcome{Share: new(big.Rat).Set(c.share), Root: c.tree.node}, c.tree.node.String()}
	}
	slices.SortFunc(lines, func(a, b printed) int {
		return cmp.Or(b.Share.Cmp(a.Share), cmp.Compare(a.text, b.text))
	})
	out := make([]Outcome, len(lines))
	for i, l := range lines {
		out[i] = l.Outcome
	}
	return out
}

// union returns the results of the steps of one call, cut off beyond max.
func (g graph) union(steps []step, of map[*state][]chance, made trees, max int) []chance {
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
			add(g.tree(made, s.stop, nil), s.weight)
			continue
		}
		for _, c := range of[s.next] {
			add(c.tree, product(s.weight, c.share))
		}
	}
	return out
}

// combination is the joint result of the first calls of a service.
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

// product multiplies, and copies nothing when a factor is 1.
func product(a, b *big.Rat) *big.Rat {
	switch {
	case a == one:
		return b
	case b == one:
		return a
	}
	return new(big.Rat).Mul(a, b)
}

// tree returns the one tree of a stop and its calls.
func (g graph) tree(made trees, stop int, calls []*tree) *tree {
	key := treeKey{stop: stop, first: -1}
	size := 1
	for i, c := range calls {
		if i == 0 {
			key.first = c.id
		} else {
			key.more += " " + strconv.Itoa(c.id)
		}
		size = min(size+c.size, maxNodes+1)
	}
	if t, found := made[key]; found {
		return t
	}
	at := g.stops[stop]
	n := &Node{Service: at.Service, Lane: at.Lane, End: at.End, Failure: at.Failure}
	for _, c := range calls {
		n.Calls = append(n.Calls, c.node)
	}
	t := &tree{node: n, id: len(made), size: size}
	made[key] = t
	return t
}

// edges returns the calls between stops with their rates, level by level.
func (g graph) edges() []Edge {
	type pair struct{ from, to int }
	const outside = -1
	rates := make(map[pair]*big.Rat, len(g.visits))
	reached := make(map[*state]*big.Rat, len(g.order))
	follow := func(from int, rate *big.Rat, steps []step) {
		for _, s := range steps {
			share := product(rate, s.weight)
			key := pair{from, s.stop}
			rates[key] = sum(rates[key], share)
			if s.next != nil {
				reached[s.next] = sum(reached[s.next], share)
			}
		}
	}
	follow(outside, one, g.entry)
	for _, s := range slices.Backward(g.order) {
		for _, call := range s.calls {
			follow(s.stop, reached[s], call)
		}
	}
	out := make([]Edge, 0, len(rates))
	for _, v := range g.visits {
		key, from := pair{outside, v.step.stop}, Stop{}
		if v.from >= 0 {
			key.from = g.visits[v.from].step.stop
			from = g.stops[key.from]
		}
		if rate := rates[key]; rate != nil {
			out = append(out, Edge{from, g.stops[key.to], new(big.Rat).Set(rate)})
			delete(rates, key)
		}
	}
	return out
}

// sum adds; nil is 0.
func sum(a, b *big.Rat) *big.Rat {
	if a == nil {
		return b
	}
	return new(big.Rat).Add(a, b)
}

// visit is a step on the way through a graph, from the visit with that number; the first
// ones are from -1.
type visit struct {
	step *step
	from int
}

// walk returns every step once, breadth first: the first of a kind has the shortest way
// to it.
func (g graph) walk() []visit {
	seen := make(map[*state]bool, len(g.order))
	out := make([]visit, 0, len(g.entry)+len(g.order))
	for i := range g.entry {
		out = append(out, visit{&g.entry[i], -1})
	}
	for i := 0; i < len(out); i++ {
		next := out[i].step.next
		if next == nil || seen[next] {
			continue
		}
		seen[next] = true
		for _, call := range next.calls {
			for j := range call {
				out = append(out, visit{&call[j], i})
			}
		}
	}
	return out
}

// verdict returns the worst verdict of the ways, and the others.
func (g graph) verdict() (verdict Verdict, others []Verdict) {
	var broken, leaves, unknown Verdict
	for i, v := range g.visits {
		if g.stops[v.step.stop].Failure != "" && broken.Kind == "" {
			broken = Verdict{Kind: Broken, Path: g.path(i), Reason: v.step.detail}
		}
		if v.step.violation != "" && leaves.Kind == "" {
			leaves = Verdict{Kind: NotIsolated, Path: g.path(i), Reason: v.step.violation}
		}
		if v.step.doubt != "" && unknown.Kind == "" {
			unknown = Verdict{Kind: Unknown, Path: g.path(i), Reason: v.step.doubt}
		}
	}
	for _, v := range []Verdict{broken, leaves, unknown} {
		switch {
		case v.Kind == "":
		case verdict.Kind == "":
			verdict = v
		default:
			others = append(others, v)
		}
	}
	verdict.Kind = cmp.Or(verdict.Kind, Isolated)
	return verdict, others
}

// path returns the way to a visit.
func (g graph) path(i int) []Stop {
	var out []Stop
	for ; i >= 0; i = g.visits[i].from {
		out = append(out, g.stops[g.visits[i].step.stop])
	}
	slices.Reverse(out)
	return out
}
