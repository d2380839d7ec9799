package preview

import (
	"cmp"
	"fmt"
	"math/big"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
)

// take sends a message along the first route that it matches.
func (x *index) take(from mesh.Caller, rules []*mesh.Rule, m message) []target {
	for _, r := range rules {
		if x.matches(r.Match, m) {
			return x.along(from, r, m)
		}
	}
	return []target{{weight: one, message: m, fault: NoRoute,
		detail: fmt.Sprintf("no route matches %s %s of %s", m.method, m.path, cmp.Or(m.host, "any host"))}}
}

// along returns where a route sends a message.
func (x *index) along(from mesh.Caller, r *mesh.Rule, m message) []target {
	switch {
	case r.Route.GetRedirect() != nil:
		to := redirect(r, m)
		return []target{{weight: one, message: m, end: to.String(), location: &to}}
	case r.Route.GetDirectResponse() != nil:
		return []target{{weight: one, message: m,
			end: fmt.Sprintf("response %d", r.Route.GetDirectResponse().GetStatus())}}
	}
	destinations := r.Route.GetRoute()
	var sum int64
	for _, d := range destinations {
		sum += weight(d, len(destinations))
	}
	if sum == 0 {
		return []target{{weight: one, message: m, fault: NoWeight, detail: r.At() + " has no weight above 0"}}
	}
	var out []target
	for i, d := range destinations {
		if w := weight(d, len(destinations)); w > 0 {
			share := one
			if w != sum {
				share = big.NewRat(w, sum)
			}
			host := x.Domain.Full(d.GetDestination().GetHost(), r.Namespace)
			for _, t := range x.destined(from, share, host, d.GetDestination(), x.sent(r, m, d)) {
				t.rule, t.destination = r, i
				out = append(out, t)
			}
		}
	}
	return out
}

// weight returns the weight of one destination of n. A single destination gets all
// requests, and Istio refuses a negative weight.
func weight(d *networking.HTTPRouteDestination, n int) int64 {
	if n == 1 {
		return 1
	}
	return max(0, int64(d.GetWeight()))
}

// destined returns the targets of a message that a route sends to a destination. A
// waypoint behind the gateway routes it once more, and ignores the subset. Source: istio
// #54994.
func (x *index) destined(from mesh.Caller, weight *big.Rat, host string, d *networking.Destination,
	m message) []target {
	s := x.Services[host]
	if s == nil || !s.AtIngress || from.Gateway == istioname.Mesh {
		return x.deliver(from, weight, host, d.GetSubset(), d.GetPort().GetNumber(), m)
	}
	if m.port = d.GetPort().GetNumber(); m.port == 0 {
		m.port = s.PortOf(m.port)
	}
	out := x.atWaypoint(s, m)
	for i := range out {
		out[i].weight = product(weight, out[i].weight)
	}
	return out
}

// deliver returns the workloads that a message to a subset of a host reaches, each with
// its part of the weight.
func (x *index) deliver(from mesh.Caller, weight *big.Rat, host, name string, port uint32, m message) []target {
	t := target{weight: weight, host: host, subset: name, port: port, message: m}
	s := x.Services[host]
	if s != nil && !s.VisibleTo(from.Namespace) {
		t.fault, t.detail = NoService, fmt.Sprintf("%s is not exported to namespace %s", s.Object.Ref, from.Namespace)
		return []target{t}
	}
	if s == nil {
		if x.External(host, from.Namespace) {
			t.end = "outside: " + host
		} else {
			t.fault, t.detail = NoService, "no Service has the host "+host
		}
		return []target{t}
	}
	t.service, t.lane = s, name
	if port == 0 {
		t.port = s.PortOf(m.port)
	}
	if !s.HasPort(t.port) {
		t.fault, t.detail = NoPort, fmt.Sprintf("%s has no port %d", s.Object.Ref, t.port)
		return []target{t}
	}
	if strings.HasPrefix(name, "$") {
		return []target{t.unknown("ASM chooses the subset " + name + " of " + s.Object.Ref.String() +
			" at run time")}
	}
	found := s.Pods
	if name != "" {
		var known bool
		if found, known = x.Subset(from, host, name); !known {
			t.fault, t.detail = NoSubset, fmt.Sprintf("%s has no subset %s", s.Name, name)
			return []target{t}
		}
		if s.Headless() && from.Gateway == istioname.Mesh {
			found = s.Pods // the caller's DNS has chosen one of them
		}
	}
	if len(s.Spec.Selector) == 0 {
		t.end = "outside: " + host
		return []target{t}
	}
	var sum int64
	for _, w := range found {
		sum += w.Replicas
	}
	if sum == 0 {
		t.fault, t.detail = NoPods, s.Name+" has no pods"
		if name != "" {
			t.detail += " in " + name
		}
		return []target{t}
	}
	out := make([]target, 0, len(found))
	for _, w := range found {
		if w.Replicas > 0 {
			t := t
			t.workload, t.lane = w, laneOf(s, w, name)
			if w.Replicas != sum {
				t.weight = new(big.Rat).Mul(weight, big.NewRat(w.Replicas, sum))
			}
			out = append(out, t)
		}
	}
	return out
}

// laneOf returns the lane of a workload that was reached through a subset.
func laneOf(s *mesh.Service, w *mesh.Workload, subset string) string {
	names := s.LanesOf(w)
	for _, name := range names {
		if name == subset {
			return subset
		}
	}
	if len(names) == 0 {
		return subset
	}
	return names[0]
}
