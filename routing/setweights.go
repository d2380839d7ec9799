package routing

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	networking "istio.io/api/networking/v1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/rollout"
)

// RouteRef names an HTTP route of a VirtualService.
type RouteRef struct {
	// Namespace and Name are those of the VirtualService, as written in it.
	Namespace string
	Name      string
	// Route is the name of the route. Empty means the only one there is.
	Route string
	// Header is the route header of permissive lanes: see [LaneOf]. Empty means
	// that the subset is the lane.
	Header string
}

// LaneOf returns the lane of a destination: the value that it sets a request
// header to, whatever the letter case of its name, else its subset. In a permissive
// lane group the header is the route header; a lane that lacks the service has the
// subset of another one.
func LaneOf(d *networking.HTTPRouteDestination, header string) string {
	if lane, set := istioname.Header(d.GetHeaders().GetRequest().GetSet(), header); set && header != "" {
		return lane
	}
	return d.GetDestination().GetSubset()
}

// SetWeights returns copies of the VirtualServices in which the named routes
// have the given weights: each lane that weights lists is the lane of one of the
// route's destinations. Nothing else differs.
//
// All routes are set or none. The error names every route that was not found,
// with those that are there, every lane that a route lacks, and every route whose
// weights would not sum to 100.
func SetWeights(all []*networkingv1.VirtualService, weights rollout.Weights, routes ...RouteRef) ([]*networkingv1.VirtualService, error) {
	errs := make([]error, 0, len(routes))
	if err := weights.Validate(nil).ToAggregate(); err != nil {
		errs = append(errs, fmt.Errorf("weights: %w", err))
	}
	if len(routes) == 0 {
		errs = append(errs, errors.New("must name a route"))
	}
	type key struct{ namespace, name string }
	out := make([]*networkingv1.VirtualService, len(all))
	index := make(map[key]*networkingv1.VirtualService, len(all))
	var names []string
	for i, vs := range all {
		out[i] = vs.DeepCopy()
		index[key{vs.Namespace, vs.Name}] = out[i]
		names = append(names, vs.Namespace+"/"+vs.Name)
	}
	for _, ref := range routes {
		vs := index[key{ref.Namespace, ref.Name}]
		if vs == nil {
			errs = append(errs, fmt.Errorf("must have VirtualService %s/%s: there are %s", ref.Namespace, ref.Name, strings.Join(names, ", ")))
			continue
		}
		route, _, err := FindRoute(&vs.Spec, ref.Route)
		if err == nil {
			err = setWeights(route, weights, ref.Header)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("VirtualService %s/%s: %w", ref.Namespace, ref.Name, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("set weights: %w", err)
	}
	return out, nil
}

func setWeights(route *networking.HTTPRoute, weights rollout.Weights, header string) error {
	var errs []error
	byLane := make(map[string]*networking.HTTPRouteDestination, len(route.Route))
	for _, d := range route.Route {
		byLane[LaneOf(d, header)] = d
	}
	for _, w := range weights {
		d := byLane[w.Lane]
		if d == nil || w.Lane == "" {
			errs = append(errs, fmt.Errorf("must have a destination for lane %s", w.Lane))
			continue
		}
		d.Weight = int32(w.Percent)
	}
	sum := 0
	for _, d := range route.Route {
		sum += int(d.GetWeight())
	}
	if len(errs) == 0 && sum != 100 {
		errs = append(errs, fmt.Errorf("must have weights that sum to 100 with those that are not set, not %d", sum))
	}
	return errors.Join(errs...)
}

// FindRoute returns the HTTP route of that name and its position; an empty name
// means the only route there is. The error lists what is there.
func FindRoute(vs *networking.VirtualService, name string) (route *networking.HTTPRoute, index int, err error) {
	var names []string
	for i, r := range vs.GetHttp() {
		if r.GetName() == name && name != "" || name == "" && len(vs.GetHttp()) == 1 {
			return r, i, nil
		}
		names = append(names, strconv.Quote(r.GetName()))
	}
	if name == "" {
		return nil, 0, fmt.Errorf("must name the route: there are %d, %s", len(names), strings.Join(names, ", "))
	}
	return nil, 0, fmt.Errorf("must have a route %q: there are %s", name, strings.Join(names, ", "))
}
