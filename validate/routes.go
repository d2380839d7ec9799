package validate

import (
	"fmt"
	"maps"
	"slices"

	networking "istio.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/manifest"
)

// share is one destination of a route, of whatever protocol.
type share struct {
	to      *networking.Destination
	weight  int32
	headers map[string]string // that are set on its requests
}

// checkRoutes checks the routes of every VirtualService.
func (c *checker) checkRoutes() {
	for _, o := range c.set.Kind("VirtualService") {
		vs := o.VirtualService()
		if vs == nil {
			continue
		}
		spec := field.NewPath("spec")
		for i, r := range vs.Http {
			at := spec.Child("http").Index(i)
			c.regexes(o, at.Child("match"), r.GetMatch())
			var shares []share
			for _, d := range r.GetRoute() {
				shares = append(shares, share{d.GetDestination(), d.GetWeight(), d.GetHeaders().GetRequest().GetSet()})
			}
			c.route(o, at.Child("route"), shares)
			if r.GetMirror() != nil {
				c.destination(o, at.Child("mirror"), r.GetMirror())
			}
			for j, m := range r.GetMirrors() {
				c.destination(o, at.Child("mirrors").Index(j).Child("destination"), m.GetDestination())
			}
		}
		for i, r := range vs.Tls {
			c.route(o, spec.Child("tls").Index(i).Child("route"), plainShares(r.GetRoute()))
		}
		for i, r := range vs.Tcp {
			c.route(o, spec.Child("tcp").Index(i).Child("route"), plainShares(r.GetRoute()))
		}
	}
}

func plainShares(destinations []*networking.RouteDestination) []share {
	shares := make([]share, len(destinations))
	for i, d := range destinations {
		shares[i] = share{to: d.GetDestination(), weight: d.GetWeight()}
	}
	return shares
}

// route checks the destinations of one route.
func (c *checker) route(o manifest.Object, path *field.Path, shares []share) {
	c.weights(o, path, shares)
	type target struct {
		host, subset string
		port         uint32
	}
	seen := make(map[target][]int, len(shares))
	for i, s := range shares {
		at := path.Index(i).Child("destination")
		t := target{istioname.Domain("").Full(s.to.GetHost(), o.Ref.Namespace), s.to.GetSubset(), s.to.GetPort().GetNumber()}
		// Permissive lanes that lack a service share a subset, and set another header.
		if n := slices.IndexFunc(seen[t], func(j int) bool { return maps.Equal(s.headers, shares[j].headers) }); n >= 0 {
			c.report(DuplicateDestination, o, at, fmt.Sprintf("must be named once: route[%d] is the same destination", seen[t][n]))
		} else {
			seen[t] = append(seen[t], i)
		}
		c.destination(o, at, s.to)
	}
}

// weights checks the weights of one route. In a route with one destination
// Istio gives it everything, whatever its weight, which may be left out.
func (c *checker) weights(o manifest.Object, path *field.Path, shares []share) {
	var sum int64 // of int32: cannot wrap
	negative := false
	for i, s := range shares {
		if s.weight < 0 {
			negative = true
			c.report(NegativeWeight, o, path.Index(i).Child("weight"), fmt.Sprintf("must not be negative: %d", s.weight))
		}
		sum += int64(s.weight)
	}
	if len(shares) == 1 && sum == 0 {
		at := path.Index(0).Child("weight")
		if text, written := o.Written(at.String()); written && text != "" && text != "null" && text != "~" {
			c.report(SingleZero, o, at, "must not be 0: it is the only destination, and gets everything")
		}
	}
	switch {
	case negative || sum == 100 || len(shares) == 0 || len(shares) == 1 && sum == 0:
	case sum == 0:
		c.report(WeightsZero, o, path, "must have a weight above 0")
	default:
		c.report(WeightsSum, o, path, fmt.Sprintf("must have weights that sum to 100, not %d", sum))
	}
}

// destination checks that a destination exists.
func (c *checker) destination(o manifest.Object, path *field.Path, to *networking.Destination) {
	host := istioname.Domain("").Full(to.GetHost(), o.Ref.Namespace)
	if !c.hasHost(host) {
		c.report(HostNotFound, o, path.Child("host"), fmt.Sprintf("must be the host of a Service: %s", host))
	}
	if name := to.GetSubset(); name != "" && !c.hasSubset(host, name) {
		c.report(SubsetNotFound, o, path.Child("subset"), fmt.Sprintf("must be a lane or a subset of host %s: %s", host, name))
	}
}
