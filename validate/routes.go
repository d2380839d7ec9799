package validate

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
	"github.com/swimlane-go/swimlane/manifest"
)

// share is one destination of a route, of any protocol.
type share struct {
	to      *networking.Destination
	weight  int32
	headers map[string]string // set on its requests
}

// checkRoutes checks the routes of every VirtualService.
func (c *checker) checkRoutes() {
	var room [8]share
	var near [4]sender
	shares := room[:0]
	for _, o := range c.routes {
		vs := o.VirtualService()
		spec, all := fieldpath.New("spec"), c.sendersOf(near[:0], o)
		byRoute := c.byRoute(o, all)
		for i, r := range vs.Http {
			at, from := spec.Child("http").Index(i), all
			if byRoute != nil {
				from = byRoute[i]
			}
			c.sourceLabels(o, at.Child("match"), r.GetMatch())
			if d := r.GetDelegate(); d != nil {
				if _, found := c.Delegate(o.Ref, d); !found && !c.elsewhere(delegated(o.Ref, d)) {
					c.report(DelegateNotFound, o, at.Child("delegate"),
						fmt.Sprintf("must be a VirtualService without hosts that exists: %s", d.GetName()))
				}
			}
			shares = shares[:0]
			for _, d := range r.GetRoute() {
				shares = append(shares, share{d.GetDestination(), d.GetWeight(), d.GetHeaders().GetRequest().GetSet()})
			}
			c.route(o, at.Child("route"), r.GetMatch(), shares, from)
			if r.GetMirror() != nil {
				c.destination(o, at.Child("mirror"), r.GetMirror(), from, false, nil)
			}
			for j, m := range r.GetMirrors() {
				c.destination(o, at.Child("mirrors").Index(j).Child("destination"), m.GetDestination(), from, false,
					nil)
			}
		}
		for i, r := range vs.Tls {
			c.route(o, spec.Child("tls").Index(i).Child("route"), nil, plainShares(r.GetRoute()), all)
		}
		for i, r := range vs.Tcp {
			c.route(o, spec.Child("tcp").Index(i).Child("route"), nil, plainShares(r.GetRoute()), all)
		}
	}
}

// delegated returns the VirtualService that a route of another one delegates to.
func delegated(from manifest.Ref, d *networking.Delegate) manifest.Ref {
	from.Namespace, from.Name = cmp.Or(d.GetNamespace(), from.Namespace), d.GetName()
	return from
}

func plainShares(destinations []*networking.RouteDestination) []share {
	shares := make([]share, len(destinations))
	for i, d := range destinations {
		shares[i] = share{to: d.GetDestination(), weight: d.GetWeight()}
	}
	return shares
}

// route checks the destinations of one route.
func (c *checker) route(o *manifest.Object, path *fieldpath.Path, matches []*networking.HTTPMatchRequest,
	shares []share, from []sender) {
	c.weights(o, path, shares)
	type target struct {
		host, subset string
		port         uint32
	}
	seen := map[target]int{} // the last share with a target, from 1; before is the one before it
	var room [8]int
	before := append(room[:0], make([]int, len(shares))...)
	for i, s := range shares {
		at := path.Index(i).Child("destination")
		t := target{c.Domain.Full(s.to.GetHost(), o.Ref.Namespace), s.to.GetSubset(), s.to.GetPort().GetNumber()}
		// Permissive lanes that lack a service share a subset, and set different headers.
		same := seen[t]
		for same > 0 && !maps.Equal(s.headers, shares[same-1].headers) {
			same = before[same-1]
		}
		if same > 0 {
			c.report(DuplicateDestination, o, at,
				fmt.Sprintf("must be a destination once: route[%d] is the same", same-1))
		} else {
			before[i], seen[t] = seen[t], i+1
		}
		c.destination(o, at, s.to, from, len(shares) == 1 || s.weight > 0, matches)
	}
}

// weights checks the weights of one route. Istio gives everything to a single
// destination, whatever its weight, so the weight may be left out.
func (c *checker) weights(o *manifest.Object, path *fieldpath.Path, shares []share) {
	var sum int64 // a sum of int32 cannot overflow
	negative := false
	for _, s := range shares {
		negative = negative || s.weight < 0
		sum += int64(s.weight)
	}
	if len(shares) == 1 && sum == 0 {
		at := path.Index(0).Child("weight")
		if text, written := o.Written(at.String()); written && text != "" && text != "null" && text != "~" {
			c.report(SingleZero, o, at, "must not be 0: the only destination gets all requests")
		}
	}
	if negative || sum == 100 || sum == 0 { // Istio refuses a negative weight, and several that sum to 0
		return
	}
	severity := Warning
	if slices.ContainsFunc(shares, func(s share) bool { return c.isLane(o, s.to) }) {
		severity = Error
	}
	c.reportAs(severity, WeightsSum, o, path.String(), fmt.Sprintf("must have weights that sum to 100, not %d", sum))
}

// isLane reports whether a destination is a lane of a service of its group.
func (c *checker) isLane(o *manifest.Object, to *networking.Destination) bool {
	s := c.Services[c.Domain.Full(to.GetHost(), o.Ref.Namespace)]
	return s != nil && s.Group != nil && s.Group.Lane(to.GetSubset()) != nil
}

// sourceLabels checks that no match asks for labels of the caller where a waypoint
// decides: it does not know them.
func (c *checker) sourceLabels(o *manifest.Object, path *fieldpath.Path, matches []*networking.HTTPMatchRequest) {
	for i, m := range matches {
		if len(m.GetSourceLabels()) == 0 {
			continue
		}
		for _, host := range o.VirtualService().Hosts {
			if s := c.Services[strings.ToLower(c.Domain.Full(host, o.Ref.Namespace))]; s != nil && s.Waypoint != nil {
				c.report(LabelsAtWaypoint, o, path.Index(i).Child("sourceLabels"),
					fmt.Sprintf("must be for hosts without a waypoint, which drops such a match: %s has one",
						s.Object.Ref))
				break
			}
		}
	}
}
