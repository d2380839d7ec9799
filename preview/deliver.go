package preview

import (
	"cmp"
	"fmt"
	"math/big"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/istioname"
)

// take sends a message along the first route that it matches.
func (x *index) take(from caller, rules []*rule, m message) []target {
	for _, r := range rules {
		if r.matches(m, x) {
			return x.along(from, r, m)
		}
	}
	return []target{{weight: one, message: m, fault: NoRoute, detail: fmt.Sprintf("no route matches %s %s of %s", m.method, m.path, cmp.Or(m.host, "any host"))}}
}

// along returns where a route sends a message.
func (x *index) along(from caller, r *rule, m message) []target {
	switch {
	case r.route.GetRedirect() != nil:
		to := r.redirect(m)
		return []target{{weight: one, message: m, end: to.String(), location: &to}}
	case r.route.GetDirectResponse() != nil:
		return []target{{weight: one, message: m, end: fmt.Sprintf("response %d", r.route.GetDirectResponse().GetStatus())}}
	}
	destinations := r.route.GetRoute()
	var sum int64
	for _, d := range destinations {
		sum += weight(d, len(destinations))
	}
	if sum == 0 {
		return []target{{weight: one, message: m, fault: NoWeight, detail: r.at + " has no weight above 0"}}
	}
	var out []target
	for _, d := range destinations {
		if w := weight(d, len(destinations)); w > 0 {
			host := istioname.Domain("").Full(d.GetDestination().GetHost(), r.namespace)
			sent := r.sent(m, d, x)
			share := one
			if w != sum {
				share = big.NewRat(w, sum)
			}
			out = append(out, x.deliver(from, share, host, d.GetDestination().GetSubset(), d.GetDestination().GetPort().GetNumber(), sent)...)
		}
	}
	return out
}

// weight returns the weight of one destination of n. A single one gets all, and
// Istio refuses a negative weight.
func weight(d *networking.HTTPRouteDestination, n int) int64 {
	if n == 1 {
		return 1
	}
	return max(0, int64(d.GetWeight()))
}

// deliver returns the workloads that a message to a subset of a host reaches,
// each with its part of the weight.
func (x *index) deliver(from caller, weight *big.Rat, host, name string, port uint32, m message) []target {
	t := target{weight: weight, host: host, subset: name, port: port, message: m}
	s := x.services[host]
	if s == nil {
		if _, found := x.external.find(host, func(bool) bool { return true }); found {
			t.end = "outside: " + host
		} else {
			t.fault, t.detail = NoService, "no Service has the host "+host
		}
		return []target{t}
	}
	t.service, t.lane = s, name
	if port == 0 {
		if t.port = m.port; len(s.spec.Ports) == 1 {
			t.port = uint32(s.spec.Ports[0].Port)
		}
	}
	if !s.hasPort(t.port) {
		t.fault, t.detail = NoPort, fmt.Sprintf("%s has no port %d", s.ref, t.port)
		return []target{t}
	}
	found := s.pods.all
	if name != "" {
		selector, known := x.selector(from, s, name)
		if !known {
			t.fault, t.detail = NoSubset, fmt.Sprintf("%s has no subset %s", s.name, name)
			return []target{t}
		}
		if found = s.pods.selected(selector); s.headless() && from.gateway == meshGateway {
			found = s.pods.all // the caller's DNS has chosen one of them
		}
	}
	if len(s.spec.Selector) == 0 {
		t.end = "outside: " + host
		return []target{t}
	}
	var sum int64
	for _, w := range found {
		sum += max(0, w.replicas)
	}
	if sum == 0 {
		t.fault, t.detail = NoPods, s.name+" has no pods"
		if name != "" {
			t.detail += " in " + name
		}
		return []target{t}
	}
	out := make([]target, 0, len(found))
	for _, w := range found {
		if w.replicas > 0 {
			t := t
			t.workload, t.lane = w, s.lane(w, name)
			if w.replicas != sum {
				t.weight = new(big.Rat).Mul(weight, big.NewRat(w.replicas, sum))
			}
			out = append(out, t)
		}
	}
	return out
}
