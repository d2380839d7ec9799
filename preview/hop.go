package preview

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/lanes"
)

// Call is one call of a pod: what its sidecar decides on.
type Call struct {
	// Namespace is that of the calling pod. Empty means the default namespace.
	Namespace string
	// Labels are those of the calling pod.
	Labels map[string]string
	// Host is the name that is called, as the pod writes it: "mockb",
	// "mockb.default", or in full.
	Host string
	// Port that is called. 0 means 80 when the Service has it, else the Service's
	// first.
	Port uint32
	// Path of the request, with its query. Empty means "/".
	Path string
	// Method of the request. Empty means GET.
	Method string
	// Headers of the request, by name; of several values, joined by commas.
	Headers map[string]string
}

// Share is a part of the requests of one kind: where they go.
type Share struct {
	// Weight is the part, above 0 and at most 1. Those of all shares sum to 1.
	Weight *big.Rat
	// Host is the Service that is reached, in full, and Port its port. Empty and 0
	// when none is.
	Host string
	Port uint32
	// Subset is the subset that the route names; empty for all pods of the Service.
	Subset string
	// Lane is the lane of the pods that are reached: the subset, or when the route
	// names none, the lane, subset or version that the pods are in. Empty when they
	// are in none.
	Lane string
	// Path and Headers are those that the pods get.
	Path    string
	Headers map[string]string
	// End says why no pod is reached although nothing is wrong: a redirect, a
	// direct response, or a host outside of the set.
	End string
	// Fault says what is wrong; empty when nothing is.
	Fault Fault
}

// Hop returns where one call goes, a share for each destination, subset and lane,
// in the order of the route. It fails when the call names no host.
func (m Mesh) Hop(c Call) ([]Share, error) {
	if c.Host == "" {
		return nil, errors.New("a call must name a host")
	}
	from := caller{namespace: cmp.Or(c.Namespace, lanes.DefaultNamespace), labels: c.Labels, gateway: meshGateway}
	to := outgoing{host: calledHost(c.Host, from.namespace), port: c.Port, path: cmp.Or(c.Path, "/"), authority: c.Host}
	targets := m.index().call(from, to, message{method: cmp.Or(c.Method, "GET"), headers: lowered(c.Headers)})
	return shares(targets), nil
}

// shares returns targets without the workloads that they are of.
func shares(targets []target) []Share {
	var out []Share
	for _, t := range targets {
		s := Share{Weight: t.weight, Host: t.host, Port: t.port, Subset: t.subset, Lane: t.lane, End: t.end, Fault: t.fault, Path: t.message.path, Headers: t.message.headers}
		i := slices.IndexFunc(out, func(o Share) bool {
			return o.Host == s.Host && o.Port == s.Port && o.Subset == s.Subset && o.Lane == s.Lane && o.End == s.End && o.Fault == s.Fault && o.Path == s.Path && maps.Equal(o.Headers, s.Headers)
		})
		if i >= 0 {
			out[i].Weight = new(big.Rat).Add(out[i].Weight, s.Weight)
			continue
		}
		s.Weight, s.Headers = new(big.Rat).Set(s.Weight), maps.Clone(s.Headers)
		out = append(out, s)
	}
	return out
}

// lowered returns headers with their names in lower case.
func lowered(headers map[string]string) map[string]string {
	out := make(map[string]string, len(headers))
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		key := strings.ToLower(name)
		if old, found := out[key]; found {
			out[key] = old + "," + headers[name]
		} else {
			out[key] = headers[name]
		}
	}
	return out
}

// outgoing is a call that a workload makes.
type outgoing struct {
	host      string // in full
	port      uint32
	path      string
	authority string // as it is written
}

// target is a share of one workload.
type target struct {
	weight       *big.Rat
	host, subset string
	port         uint32
	lane         string
	service      *service  // nil when none is reached
	workload     *workload // nil at an end or a fault
	message      message   // that it gets
	end          string
	location     *location // of a redirect
	fault        Fault
	detail       string // of the fault
}

var one = big.NewRat(1, 1)

// call returns where a call of a pod goes.
func (x *index) call(from caller, to outgoing, m message) []target {
	m.scheme, m.host, m.path, m.port = "http", to.authority, to.path, to.port
	s := x.services[to.host]
	if s != nil {
		if m.port == 0 {
			m.port = s.defaultPort()
		}
		if !s.hasPort(m.port) {
			return []target{{weight: one, host: to.host, service: s, message: m, fault: NoPort, detail: fmt.Sprintf("%s has no port %d", s.ref, m.port)}}
		}
		if s.group != nil {
			if lane, known := s.group.reached(from, m, s); known {
				if lane == "" {
					return []target{{weight: one, host: to.host, service: s, message: m, fault: NoBaseline, detail: s.group.ref.String() + " names no lane to fall back to"}}
				}
				return x.deliver(from, one, to.host, lane, m.port, m)
			}
			return x.deliver(from, one, to.host, "", m.port, m)
		}
	}
	if s == nil || s.isHTTP(m.port) {
		if rules := x.meshRules(from, to.host, m.port); len(rules) > 0 {
			targets := x.take(from, rules, m)
			for i := range targets {
				targets[i].service = cmp.Or(targets[i].service, s) // what was called, where nothing is reached
			}
			return targets
		}
	}
	return x.deliver(from, one, to.host, "", m.port, m)
}

// meshRules returns the routes that a sidecar has for a host: of the oldest
// VirtualService that gives it any.
func (x *index) meshRules(from caller, host string, port uint32) []*rule {
	var seen []*virtualService
	x.mesh.find(host, func(all []*virtualService) bool {
		seen = forNamespace(all, from.namespace)
		return len(seen) > 0
	})
	for _, vs := range seen {
		if rules := vs.rulesFor(from, port); len(rules) > 0 {
			return rules
		}
	}
	return nil
}

// forNamespace returns the VirtualServices that a namespace sees: first those for
// it alone, last those for all.
func forNamespace(all []*virtualService, namespace string) []*virtualService {
	var own, exportedTo, public []*virtualService
	for _, vs := range all {
		switch {
		case len(vs.exportTo) == 0 || slices.Contains(vs.exportTo, "*"):
			public = append(public, vs)
		case !slices.Contains(vs.exportTo, namespace):
		case vs.ref.Namespace == namespace:
			own = append(own, vs)
		default:
			exportedTo = append(exportedTo, vs)
		}
	}
	return slices.Concat(own, exportedTo, public)
}
