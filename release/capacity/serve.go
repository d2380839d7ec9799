package capacity

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// target is a service in a lane, named as in preview.
type target struct{ service, lane string }

// serve finds the pods that flows reach: those of the lanes of the plan, and of other
// callees.
func (j *judge) serve(live release.Live, flows []release.Flow) {
	of := map[string]map[string]bool{} // namespaces by name, as preview tells Services apart
	for _, o := range live.Set.Kind("Service") {
		if of[o.Ref.Name] == nil {
			of[o.Ref.Name] = map[string]bool{}
		}
		of[o.Ref.Name][live.Set.NamespaceOf(o)] = true
	}
	known := map[target]bool{}
	for _, p := range live.Pods() {
		short, rest, _ := strings.Cut(p.Host, ".")
		service := short
		if namespace, _, _ := strings.Cut(rest, "."); len(of[short]) > 1 {
			service += "." + namespace
		}
		known[target{service, p.Lane}] = true
		j.servers = append(j.servers, server{service, p})
	}
	others := map[target]map[manifest.Ref]bool{}
	refs := map[manifest.Ref]bool{}
	for _, l := range loads(flows) {
		at := target{l.Service, l.Lane}
		if l.Workload == (manifest.Ref{}) || known[at] {
			continue
		}
		if others[at] == nil {
			others[at] = map[manifest.Ref]bool{}
		}
		others[at][l.Workload], refs[l.Workload] = true, true
	}
	lanes := len(j.servers)
	pods := live.PodsOf(refs)
	for at, of := range others {
		s := server{at.service, release.LanePods{Lane: at.lane}}
		for _, ref := range sorted(of) {
			p := pods[ref]
			s.Workloads, s.Scalers = append(s.Workloads, p.Workloads...), append(s.Scalers, p.Scalers...)
			s.Min, s.Max, s.Open = s.Min+p.Min, s.Max+p.Max, s.Open || p.Open
		}
		j.servers = append(j.servers, s)
	}
	slices.SortFunc(j.servers[lanes:], func(a, b server) int {
		return cmp.Or(strings.Compare(a.service, b.service), strings.Compare(a.Lane, b.Lane))
	})
}

// loads returns what all ways of flows load.
func loads(flows []release.Flow) []preview.Load {
	var out []preview.Load
	for _, f := range flows {
		for _, w := range f.Ways {
			out = append(out, w.Loads...)
		}
	}
	return out
}

func sorted(refs map[manifest.Ref]bool) []manifest.Ref {
	var out []manifest.Ref
	for ref := range refs {
		out = append(out, ref)
	}
	slices.SortFunc(out, func(a, b manifest.Ref) int { return strings.Compare(a.String(), b.String()) })
	return out
}

// waysOf returns the ways of a flow of that many requests a second.
func (j *judge) waysOf(f release.Flow, rate *big.Rat) []way {
	at := make(map[target]int, len(j.servers))
	for i, s := range j.servers {
		at[target{s.service, s.Lane}] = i
	}
	var out []way
	for _, w := range f.Ways {
		next := way{Way: w}
		for _, l := range w.Loads {
			if i, found := at[target{l.Service, l.Lane}]; found && l.Workload != (manifest.Ref{}) {
				next.calls = append(next.calls, call{i, new(big.Rat).Mul(rate, l.Rate)})
			} else if l.End == "cycle" || l.End == "unknown" {
				to := cmp.Or(l.Service, "the gateway")
				j.say(fmt.Sprintf("%s: more calls lead here than are counted: %s", to, l.Stop))
			}
		}
		out = append(out, next)
	}
	return out
}

// say adds a note once.
func (j *judge) say(note string) {
	if !slices.Contains(j.said, note) {
		j.said = append(j.said, note)
	}
}

// calls returns how many calls a second each server gets at some weights, in calls a request
// where the demand states no rate; nil for none.
func (j *judge) calls(weights rollout.Weights) []*big.Rat {
	out := make([]*big.Rat, len(j.servers))
	for _, w := range j.ways {
		part := w.Part(weights)
		if part.Sign() == 0 {
			continue
		}
		for _, c := range w.calls {
			add := new(big.Rat).Mul(part, c.rate)
			if out[c.server] == nil {
				out[c.server] = add
			} else {
				out[c.server].Add(out[c.server], add)
			}
		}
	}
	return out
}
