package routing

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"
)

// AddDestination returns a copy of a VirtualService in which a route has a destination
// for one more lane, with weight 0: SetWeights gives it requests. The new destination
// comes last. It is a copy of the last destination that has only a host, a weight and the
// route header. Its subset is subset, or lane when subset is empty. at.Header, when set,
// is set to the lane. A single destination without a weight gets the 100 that it means.
//
// The error is a [*MissingError] for a route that does not exist; any other error says
// that lane is empty, that it has a destination already, or that there is none to copy.
// at.Namespace and at.Name are ignored.
func AddDestination[V VirtualService[V]](vs V, at RouteRef, lane, subset string) (V, error) {
	if vs == nil {
		return nil, fmt.Errorf("VirtualService %w", errNil)
	}
	out := vs.DeepCopy()
	route, _, err := FindRoute(specOf(out), at.Route)
	if err != nil {
		return nil, err
	}
	if lane == "" {
		return nil, errors.New("must name the lane to add: it is empty")
	}
	var model *networking.HTTPRouteDestination
	for _, d := range route.Route {
		if LaneOf(d, at.Header) == lane {
			return nil, fmt.Errorf("must not have a destination for lane %s already", lane)
		}
		if isModel(d, at.Header) {
			model = d
		}
	}
	if model == nil {
		return nil,
			fmt.Errorf("must have a destination of a lane with only a host, a weight and the route header, to "+
				"copy for %s", lane)
	}
	if len(route.Route) == 1 && model.Weight == 0 {
		model.Weight = 100 // Istio reads it as 100
	}
	added := model.DeepCopy()
	added.Weight, added.Destination.Subset = 0, cmp.Or(subset, lane)
	for name := range added.GetHeaders().GetRequest().GetSet() { // it sets one at most
		added.Headers.Request.Set[name] = lane
	}
	route.Route = append(route.Route, added)
	return out, nil
}

// isModel reports whether a destination has nothing special to its lane but the subset,
// the weight and the route header.
func isModel(d *networking.HTTPRouteDestination, header string) bool {
	if d.GetDestination().GetSubset() == "" {
		return false
	}
	if header == "" {
		return d.GetHeaders() == nil
	}
	request := d.GetHeaders().GetRequest()
	for name := range request.GetSet() {
		if !strings.EqualFold(name, header) {
			return false
		}
	}
	return len(request.GetSet()) == 1 && len(request.GetAdd())+len(request.GetRemove()) == 0 &&
		d.GetHeaders().GetResponse() == nil
}

// RemoveDestination returns a copy of a VirtualService in which a route no longer has a
// destination for a lane. Its weight must be 0, so that the weights of the route still
// sum to 100.
//
// The error is a [*MissingError] for a route or lane that does not exist; any other error
// says that the lane has requests. at is as in [AddDestination].
func RemoveDestination[V VirtualService[V]](vs V, at RouteRef, lane string) (V, error) {
	if vs == nil {
		return nil, fmt.Errorf("VirtualService %w", errNil)
	}
	out := vs.DeepCopy()
	route, _, err := FindRoute(specOf(out), at.Route)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(route.Route,
		func(d *networking.HTTPRouteDestination) bool { return LaneOf(d, at.Header) == lane })
	if i < 0 || lane == "" {
		return nil, &MissingError{ErrNoLane, lane, WeightsOf(route, at.Header).Lanes()}
	}
	if percent := WeightsOf(route, at.Header)[i].Percent; percent != 0 {
		return nil, fmt.Errorf("the destination for lane %s must have weight 0 before it is removed, not %d", lane, percent)
	}
	route.Route = slices.Delete(route.Route, i, i+1)
	return out, nil
}
