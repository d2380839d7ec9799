package preview

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
)

// Call is one call of a pod: the input of its sidecar's decision.
type Call struct {
	// Namespace is the namespace of the calling pod. Empty means that of the set: see
	// [manifest.Set.Namespace].
	Namespace string
	// Labels are the labels of the calling pod.
	Labels map[string]string
	// Host is the name that is called, in the form that the pod uses: "mockb",
	// "mockb.default", or in full.
	Host string
	// Port that is called. 0 means 80 when the Service has it, else the Service's
	// first.
	Port uint32
	// Path of the request, with its query. Empty means "/".
	Path string
	// Method of the request. Empty means GET.
	Method string
	// Headers of the request, by name; several values are joined by commas.
	Headers map[string]string
}

// Part is a part of the requests of one call, and where it goes.
type Part struct {
	// Weight is the part, above 0 and at most 1. All parts sum to 1.
	Weight *big.Rat
	// Host is the full name of the Service that is reached, and Port its port. They are
	// empty and 0 when none is.
	Host string
	Port uint32
	// Subset is the subset that the route names; empty for all pods of the Service.
	Subset string
	// Lane is the lane of the pods that are reached: the subset, or, when the route names
	// none, the lane, subset or version of the pods. It is empty when they have none.
	Lane string
	// Path and Headers are the ones that the pods get.
	Path    string
	Headers map[string]string
	// End says why no pod is reached without a fault: a redirect, a direct response, or a
	// host outside the set.
	End string
	// Failure is the fault; empty when there is none.
	Failure Failure
}

// Hop returns where one call goes: a part for each destination, subset and lane, in the
// order of the route. It fails when the call names no host.
func (m Mesh) Hop(c Call) ([]Part, error) {
	if c.Host == "" {
		return nil, errors.New("a call must name a host")
	}
	x := m.index()
	from := mesh.Caller{Namespace: cmp.Or(c.Namespace, x.Set.Namespace("")), Labels: c.Labels, Gateway: istioname.Mesh}
	to := mesh.Call{Host: x.Domain.Called(c.Host, from.Namespace), Port: c.Port, Path: cmp.Or(c.Path, "/"),
		Authority: c.Host}
	targets := x.call(from, to, message{method: cmp.Or(c.Method, "GET"), headers: lowered(c.Headers)})
	return shares(targets), nil
}

// shares returns targets without their workloads.
func shares(targets []target) []Part {
	var out []Part
	for _, t := range targets {
		s := Part{Weight: t.weight, Host: t.host, Port: t.port, Subset: t.subset, Lane: t.lane, End: t.end,
			Failure: t.fault, Path: t.message.path, Headers: t.message.headers}
		i := slices.IndexFunc(out, func(o Part) bool {
			return o.Host == s.Host && o.Port == s.Port && o.Subset == s.Subset && o.Lane == s.Lane && o.End == s.End &&
				o.Failure == s.Failure && o.Path == s.Path && maps.Equal(o.Headers, s.Headers)
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

// lowered returns headers with lower-case names.
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

// target is a share of one workload.
type target struct {
	weight       *big.Rat
	host, subset string
	port         uint32
	lane         string
	service      *mesh.Service  // nil when none is reached
	workload     *mesh.Workload // nil at an end or a fault
	message      message        // that the workload gets
	end          string
	location     *location // of a redirect
	doubt        string    // why the result is unknown
	fault        Failure
	detail       string // of the fault
	// rule is the first rule that the message took, and destination the position in it.
	rule        *mesh.Rule
	destination int
}

var one = big.NewRat(1, 1)

// unknown returns the target as one that depends on objects that preview does not read.
func (t target) unknown(why string) target {
	t.end, t.doubt = unknownEnd, why
	return t
}

// call returns where a call of a pod goes.
func (x *index) call(from mesh.Caller, to mesh.Call, m message) []target {
	m.scheme, m.host, m.path, m.port = "http", to.Authority, to.Path, to.Port
	s := x.Services[to.Host]
	if s == nil {
		return x.bySidecar(from, nil, to.Host, m)
	}
	if m.port == 0 {
		m.port = s.DefaultPort()
	}
	t := target{weight: one, host: to.Host, service: s, message: m}
	if !s.HasPort(m.port) {
		t.fault, t.detail = NoPort, fmt.Sprintf("%s has no port %d", s.Object.Ref, m.port)
		return []target{t}
	}
	if route, found := x.RouteOf(s); found {
		return []target{t.unknown(fmt.Sprintf("%s decides where calls to %s go, and preview does not read it",
			route.Ref, s.Name))}
	}
	if g := s.Group; g != nil {
		return x.inGroup(g, from, t)
	}
	if s.Waypoint != nil {
		return x.atWaypoint(s, m)
	}
	return x.bySidecar(from, s, to.Host, m)
}

// inGroup returns where a call to a service of a lane group goes.
func (x *index) inGroup(g *mesh.Group, from mesh.Caller, t target) []target {
	lane, known := reached(g, from, t.message, t.service)
	switch {
	case t.service.Waypoint != nil && g.Permissive() == nil: // it does not see the caller's labels
		lane = ""
	case known && lane == "":
		t.fault, t.detail = NoBaseline, g.Object.Ref.String()+" names no lane to fall back to"
		return []target{t}
	}
	return x.deliver(from, one, t.host, lane, t.message.port, t.message)
}

// atWaypoint returns where a waypoint sends a message to its Service.
func (x *index) atWaypoint(s *mesh.Service, m message) []target {
	if route, found := x.RouteOf(s); found {
		t := target{weight: one, host: s.Host, service: s, message: m}
		return []target{t.unknown(fmt.Sprintf("%s decides where requests to %s go, and preview does not read it",
			route.Ref,
			s.Name))}
	}
	return x.bySidecar(*s.Waypoint, s, s.Host, m)
}

// bySidecar returns where the routes of a sidecar, or of a waypoint, send a message.
func (x *index) bySidecar(from mesh.Caller, s *mesh.Service, host string, m message) []target {
	if s == nil || s.IsHTTP(m.port) {
		if rules := x.SidecarRules(from, mesh.Call{Host: host, Authority: m.host, Port: m.port}); len(rules) > 0 {
			targets := x.take(from, rules, m)
			for i := range targets {
				targets[i].service = cmp.Or(targets[i].service, s) // the callee, where nothing is reached
			}
			return targets
		}
	} else if plain := x.PlainFor(istioname.Mesh, host); len(plain) > 0 {
		t := target{weight: one, host: host, service: s, message: m}
		return []target{t.unknown(fmt.Sprintf("%s has TCP or TLS routes for %s, which preview does not read",
			plain[0].Ref,
			s.Name))}
	}
	return x.deliver(from, one, host, "", m.port, m)
}

// given returns the calls of a service by the request's own list.
func (x *index) given(calls map[string][]string, s *mesh.Service) []mesh.Call {
	ref := s.Object.Ref
	names, found := calls[ref.Namespace+"/"+ref.Name]
	if !found {
		names = calls[ref.Name]
	}
	return x.CallsTo(s, names)
}
