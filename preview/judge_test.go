package preview_test

import (
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/preview"
)

// judgement is what the judge says: the shares of outcomes as they are printed,
// and whether any is broken or leaves its lane.
type judgement struct {
	shares         map[string]*big.Rat
	broken, leaves bool
}

// way is one thing that can happen after a call.
type way struct {
	text           string
	share          *big.Rat
	broken, leaves bool
}

func (w world) judge() judgement {
	out := judgement{shares: map[string]*big.Rat{}}
	sum := 0
	for _, n := range w.weights {
		sum += n
	}
	for i, l := range w.lanes {
		share := big.NewRat(1, 1)
		if len(w.lanes) > 1 {
			if w.weights[i] == 0 {
				continue
			}
			share = big.NewRat(int64(w.weights[i]), int64(sum))
		}
		header := w.header
		if w.marks[i] {
			header = l
		}
		home := w.home("", l, header)
		for _, next := range w.arrive("a", l, header, home) {
			if out.shares[next.text] == nil {
				out.shares[next.text] = new(big.Rat)
			}
			out.shares[next.text].Add(out.shares[next.text], new(big.Rat).Mul(share, next.share))
			out.broken, out.leaves = out.broken || next.broken, out.leaves || next.leaves
		}
	}
	if len(w.lanes) > 1 && sum == 0 {
		out.shares["(no weight)"], out.broken = big.NewRat(1, 1), true
	}
	return out
}

// home returns the lane that a request is in.
func (w world) home(before, entered, header string) string {
	isLane := slices.Contains(w.lanes, header)
	if w.mode == "header" { // there a lane is what some service has, and the header what some route asks for
		isLane = slices.ContainsFunc(w.services, func(s string) bool { return w.has(s, header) }) &&
			slices.ContainsFunc(w.services, func(s string) bool { return w.routed(s) })
	}
	switch {
	case (w.mode == "permissive" || w.mode == "header") && isLane:
		return header
	case before != "":
		return before
	}
	return entered
}

// arrive returns what can happen when a request is sent to a lane of a service.
func (w world) arrive(service, lane, header, home string) []way {
	certain := big.NewRat(1, 1)
	if w.mode == "source" || w.mode == "header" {
		if !w.has(service, lane) {
			return []way{{text: service + "@" + lane + " (no subset)", share: certain, broken: true}}
		}
	}
	if w.pods[service+" "+lane] == 0 {
		return []way{{text: service + "@" + lane + " (no pods)", share: certain, broken: true}}
	}
	leaves := false
	switch w.mode {
	case "strict":
		leaves = lane != home
	case "permissive":
		leaves = lane != w.serving(service, home)
	default:
		leaves = w.has(service, home) && lane != home
	}
	ways := []way{{share: certain, leaves: leaves}}
	for _, callee := range w.calls[service+" "+lane] {
		var more []way
		for _, before := range ways {
			for _, next := range w.call(callee, lane, header, home) {
				text := next.text
				if before.text != "" {
					text = before.text + ", " + next.text
				}
				more = append(more, way{text, new(big.Rat).Mul(before.share, next.share), before.broken || next.broken,
					before.leaves || next.leaves})
			}
		}
		ways = more
	}
	for i := range ways {
		switch n := len(w.calls[service+" "+lane]); {
		case n == 0:
			ways[i].text = service + "@" + lane
		case n == 1:
			ways[i].text = service + "@" + lane + " -> " + ways[i].text
		default:
			ways[i].text = service + "@" + lane + " -> [" + ways[i].text + "]"
		}
	}
	return ways
}

// call returns what can happen when the pods of a lane call a service.
func (w world) call(service, from, header, home string) []way {
	certain := big.NewRat(1, 1)
	switch w.mode {
	case "strict":
		return w.arrive(service, from, header, home)
	case "permissive":
		to := w.lanes[0]
		if slices.Contains(w.lanes, header) {
			to = w.serving(service, header)
		}
		return w.arrive(service, to, header, home)
	case "header":
		switch {
		case !w.routed(service):
		case w.has(service, header):
			return w.arrive(service, header, header, home)
		default:
			return []way{{text: service + " (no route)", share: certain, broken: true}}
		}
	case "source":
		if w.routed(service) && w.has(service, from) {
			return w.arrive(service, from, header, home)
		}
	}
	// Nothing routes it: all pods alike.
	sum := 0
	for _, l := range w.lanes {
		sum += w.pods[service+" "+l]
	}
	if sum == 0 {
		return []way{{text: service + " (no pods)", share: certain, broken: true}}
	}
	var out []way
	for _, l := range w.lanes {
		if n := w.pods[service+" "+l]; n > 0 {
			for _, next := range w.arrive(service, l, header, home) {
				next.share = new(big.Rat).Mul(next.share, big.NewRat(int64(n), int64(sum)))
				out = append(out, next)
			}
		}
	}
	return out
}

// callsAreKnown reports whether the calls reach every service of the lane group;
// without one, whether the entry makes any where there are other services.
func (w world) callsAreKnown(outcomes map[string]*big.Rat) bool {
	for _, s := range w.services {
		reached := false
		for text := range outcomes {
			reached = reached || strings.Contains(text, s+"@")
			if s == w.services[0] && len(w.services) > 1 && !strings.Contains(text, "->") &&
				(w.mode == "source" || w.mode == "header") {
				return false
			}
		}
		if !reached && (w.mode == "strict" || w.mode == "permissive") {
			return false
		}
	}
	return true
}

func TestTraceAgreesWithTheJudge(t *testing.T) {
	kinds := map[preview.VerdictKind]int{}
	rapid.Check(t, func(rt *rapid.T) {
		for range 4 {
			kinds[agree(t, rt, draw(rt))]++
		}
	})
	require.Len(t, kinds, 4, "the worlds are neither all good nor all bad: %v", kinds)
}

// agree compares the preview of a world with the judge's answer.
func agree(t *testing.T, rt *rapid.T, w world) preview.VerdictKind {
	documents := w.documents()
	r := preview.Request{Path: "/", MaxOutcomes: 1_000_000}
	if w.header != "" {
		r.Headers = map[string]string{"x-lane": w.header}
	}
	result := trace(t, decode(t, documents...), r)
	want := w.judge()
	got, wanted := map[string]string{}, map[string]string{}
	for _, o := range result.Outcomes {
		got[o.String()] = o.Share.RatString()
	}
	for text, share := range want.shares {
		wanted[text] = share.RatString()
	}
	require.Equal(rt, wanted, got, strings.Join(documents, "\n---\n"))
	kind := preview.Isolated
	switch {
	case want.broken:
		kind = preview.Broken
	case want.leaves:
		kind = preview.NotIsolated
	case !w.callsAreKnown(want.shares):
		kind = preview.Unknown
	}
	require.Equal(rt, kind, result.Verdict.Kind, "%s\n%s", result, strings.Join(documents, "\n---\n"))

	// The order of the documents is nobody's business.
	again := trace(t, decode(t, rapid.Permutation(documents).Draw(rt, "order")...), r)
	require.Equal(rt, result.String(), again.String())
	require.Equal(rt, result.Edges, again.Edges)
	require.Equal(rt, result.Mermaid(), again.Mermaid())
	return kind
}
