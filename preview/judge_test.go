package preview_test

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/preview"
)

// world is a small app from which both a set and the judge's answer are made. The
// judge knows nothing of Istio's objects: it walks the world, one outcome after
// the other, and remembers nothing.
type world struct {
	mode     string // "strict", "permissive", "source", "header"
	services []string
	lanes    []string
	pods     map[string]int      // by "service lane"; those that are missing have no entry
	calls    map[string][]string // by "service lane"
	weights  []int               // at the entry, by lane
	marks    []bool              // by lane, whether the entry sets the header
	fallback map[string]string   // by service
	unrouted map[string]bool     // services that no VirtualService of the sidecars is for
	header   string              // that the request brings
}

func draw(t *rapid.T) world {
	w := world{
		mode:     rapid.SampledFrom([]string{"strict", "permissive", "source", "header"}).Draw(t, "mode"),
		services: []string{"a", "b", "c", "d"}[:rapid.IntRange(1, 4).Draw(t, "services")],
		lanes:    []string{"v1", "v2", "v3"}[:rapid.IntRange(1, 3).Draw(t, "lanes")],
		pods:     map[string]int{}, calls: map[string][]string{}, fallback: map[string]string{},
		unrouted: map[string]bool{},
		header:   rapid.SampledFrom([]string{"", "v1", "v2", "v3", "v9"}).Draw(t, "header"),
	}
	healthy := rapid.Bool().Draw(t, "healthy")
	for i, s := range w.services {
		for _, l := range w.lanes {
			if healthy || rapid.IntRange(0, 5).Draw(t, "exists") > 0 {
				w.pods[s+" "+l] = rapid.SampledFrom([]int{1, 1, 2, 3}).Draw(t, "replicas")
			}
			if !healthy && rapid.IntRange(0, 9).Draw(t, "scaled down") == 0 && w.has(s, l) {
				w.pods[s+" "+l] = 0
			}
			for _, callee := range w.services[i+1:] {
				if rapid.Bool().Draw(t, "calls") {
					w.calls[s+" "+l] = append(w.calls[s+" "+l], callee)
				}
			}
		}
		w.unrouted[s] = rapid.IntRange(0, 3).Draw(t, "unrouted") == 0
		if rapid.IntRange(0, 3).Draw(t, "own fallback") == 0 {
			w.fallback[s] = rapid.SampledFrom(w.lanes).Draw(t, "fallback")
		}
	}
	for range w.lanes {
		w.weights = append(w.weights, rapid.SampledFrom([]int{0, 1, 10, 30, 60, 100}).Draw(t, "weight"))
		w.marks = append(w.marks, rapid.IntRange(0, 2).Draw(t, "marked") > 0)
	}
	return w
}

func (w world) has(service, lane string) bool { _, found := w.pods[service+" "+lane]; return found }

// routed reports whether a VirtualService of the sidecars is for a service.
func (w world) routed(service string) bool {
	return !w.unrouted[service] && slices.ContainsFunc(w.lanes, func(l string) bool { return w.has(service, l) })
}

// serving returns the lane that should serve a service for a lane's requests.
func (w world) serving(service, lane string) string {
	switch {
	case w.has(service, lane):
		return lane
	case w.fallback[service] != "":
		return w.fallback[service]
	}
	return w.lanes[0]
}

// documents returns the world as YAML.
func (w world) documents() []string {
	out := []string{gateway}
	for _, s := range w.services {
		out = append(out, service(s))
		var has []string
		for _, l := range w.lanes {
			if n, found := w.pods[s+" "+l]; found {
				d := deployment(s, l, w.calls[s+" "+l]...)
				out = append(out, strings.Replace(d, "replicas: 1", fmt.Sprintf("replicas: %d", n), 1))
				has = append(has, l)
			}
		}
		switch w.mode {
		case "source", "header":
			if len(has) > 0 {
				out = append(out, rule(s, has...))
			}
			routes := ""
			for _, l := range has {
				match := fmt.Sprintf("sourceLabels: {version: %s}", l)
				if w.mode == "header" {
					match = fmt.Sprintf("headers: {x-lane: {exact: %s}}", l)
				}
				routes += fmt.Sprintf("\n  - match: [{%s}]\n    route: [{destination: {host: %s, subset: %s}}]", match,
					s, l)
			}
			if routes != "" && !w.unrouted[s] {
				out = append(out, fmt.Sprintf("apiVersion: networking.istio.io/v1\nkind: VirtualService\n"+
					"metadata: {name: %[1]s}\nspec:\n  hosts: [%[1]s]\n  http:%[2]s", s, routes))
			}
		}
	}
	if w.mode == "strict" || w.mode == "permissive" {
		g := strings.Split(group, "\n  services:")[0] + "\n  services: ["
		if w.mode == "permissive" {
			own := ""
			for i, s := range slices.Sorted(maps.Keys(w.fallback)) {
				own += []string{"", ", "}[min(i, 1)] + "default/" + s + ": " + w.fallback[s]
			}
			g = strings.Split(group, "\n  services:")[0] +
				"\n  isPermissive: true\n" +
				"  permissiveModeConfiguration: {fallbackTarget: v1, routeHeader: X-Lane, serviceLevelFallbackTarget: {" + own + "}}\n  services: ["
		}
		for i, s := range w.services {
			g += []string{"", ", "}[min(i, 1)] + "{name: " + s + ", namespace: default}"
		}
		out = append(out, g+"]")
		for _, l := range w.lanes {
			out = append(out, lane(l))
		}
	}
	entry := "apiVersion: networking.istio.io/v1\nkind: VirtualService\n" +
		"metadata: {name: entry, namespace: istio-system}\nspec:\n  hosts: ['*']\n  gateways: [gw]\n  http:\n  - route:"
	for i, l := range w.lanes {
		entry += fmt.Sprintf("\n    - destination: {host: a.default.svc.cluster.local, subset: %s}\n      weight: %d",
			l, w.weights[i])
		if w.marks[i] {
			entry += fmt.Sprintf("\n      headers: {request: {set: {X-Lane: %s}}}", l)
		}
	}
	return append(out, entry)
}

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
