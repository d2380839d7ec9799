package validate

import (
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/manifest"
)

// brought is a header with a value that requests have; "" means any value.
type brought struct{ header, value string }

// findBrought notes the headers that requests have, as far as objects show: headers that
// routes set, headers that routes of gateways match, and the lanes that requests enter.
func (c *checker) findBrought() {
	set := func(h *networking.Headers) {
		for name, value := range h.GetRequest().GetSet() {
			c.bring(name, value)
		}
		for name := range h.GetRequest().GetAdd() {
			c.bring(name, "")
		}
	}
	for _, vs := range c.VirtualServices {
		for _, r := range vs.Rules {
			if len(vs.Gateways) > 1 || !vs.AtMesh() {
				for name, want := range r.Match.GetHeaders() {
					c.bring(name, want.GetExact())
				}
			}
			set(r.Route.GetHeaders())
			for _, d := range r.Route.GetRoute() {
				if len(r.Route.GetRoute()) == 1 || d.GetWeight() > 0 {
					set(d.GetHeaders())
				}
			}
		}
	}
	for _, g := range c.Groups {
		for _, e := range g.Entries() {
			if header := g.RouteHeader(); e.Weight > 0 {
				c.bring(header, e.Lane)
			}
			for _, m := range e.Matches {
				for name, want := range m.Headers {
					c.bring(name, want.Exact)
				}
			}
		}
	}
}

// bring notes a header that requests have.
func (c *checker) bring(name, value string) {
	if c.brought == nil {
		c.brought = map[brought]bool{}
	}
	c.brought[brought{strings.ToLower(name), value}] = true
}

// asked reports whether requests may take a route. No request takes a route of the
// sidecars when no pod with its labels runs, or when no request has its headers, as for a
// prepared lane.
func (c *checker) asked(o *manifest.Object, matches []*networking.HTTPMatchRequest) bool {
	return len(matches) == 0 || c.atGateway(o.Ref) ||
		slices.ContainsFunc(matches, func(m *networking.HTTPMatchRequest) bool {
			for name, want := range m.GetHeaders() {
				name = strings.ToLower(name)
				if value := want.GetExact(); value != "" && !c.brought[brought{name, value}] &&
					!c.brought[brought{name, ""}] {
					return false
				}
			}
			return len(m.GetGateways()) > 0 || len(m.GetSourceLabels()) == 0 ||
				slices.ContainsFunc(c.Workloads, func(w *mesh.Workload) bool {
					return w.Replicas > 0 && labelindex.Covers(w.Labels, m.GetSourceLabels())
				})
		})
}
