package routing

import (
	"cmp"
	"errors"
	"fmt"

	networking "istio.io/api/networking/v1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	networkingv1beta1 "istio.io/client-go/pkg/apis/networking/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/rollout"
)

// errNil: the VirtualService is nil.
var errNil = errors.New("must not be nil")

// RouteRef names an HTTP route of a VirtualService.
type RouteRef struct {
	// Namespace and Name are those of the VirtualService. An empty Namespace means
	// lanes.DefaultNamespace, here and in the object.
	Namespace string
	Name      string
	// Route is the name of the route. Empty means the only one.
	Route string
	// Header is the route header of permissive lanes: see [LaneOf]. Empty means
	// that the subset is the lane.
	Header string
}

// VirtualService is a VirtualService of networking.istio.io/v1 or v1beta1. Both have the
// same type of spec.
type VirtualService[V any] interface {
	*networkingv1.VirtualService | *networkingv1beta1.VirtualService
	metav1.Object
	DeepCopy() V
}

// specOf returns the spec of a VirtualService of either version.
func specOf(vs any) *networking.VirtualService {
	if v, is := vs.(*networkingv1beta1.VirtualService); is {
		return &v.Spec
	}
	return &vs.(*networkingv1.VirtualService).Spec
}

// LaneOf returns the lane of a destination: the value that it sets a request header to,
// in any letter case of the name, else its subset. In a permissive lane group the header
// is the route header; a lane that lacks the service has the subset of another lane.
func LaneOf(d *networking.HTTPRouteDestination, header string) string {
	if lane, set := istioname.Header(d.GetHeaders().GetRequest().GetSet(), header); set && header != "" {
		return lane
	}
	return d.GetDestination().GetSubset()
}

// WeightsOf returns the weights of a route by lane, in the order of its destinations. A
// single destination without a weight has 100, as in Istio. header is as in [RouteRef].
// Destinations without a lane are listed with an empty one.
func WeightsOf(route *networking.HTTPRoute, header string) rollout.Weights {
	var out rollout.Weights
	for _, d := range route.GetRoute() {
		percent := int(d.GetWeight())
		if len(route.GetRoute()) == 1 && percent == 0 {
			percent = 100
		}
		out = append(out, rollout.W(LaneOf(d, header), percent))
	}
	return out
}

// SetWeights returns copies of the VirtualServices in which the named routes have the
// given weights: each lane that weights lists is the lane of one of the route's
// destinations. Nothing else differs.
//
// It sets all routes or none. The error names every VirtualService and route that was not
// found, and every lane that a route lacks, each as a [*MissingError] with the existing
// names. It also names every route with weights that would not sum to 100.
func SetWeights[V VirtualService[V]](all []V, weights rollout.Weights, routes ...RouteRef) ([]V, error) {
	var errs []error
	if len(weights.Validate(nil)) > 0 { // the path is only made for faults
		errs = append(errs, fielderr.Join("weights", weights.Validate(field.NewPath("weights"))))
	}
	if len(routes) == 0 {
		errs = append(errs, errors.New("must name a route"))
	}
	type key struct{ namespace, name string }
	out := make([]V, len(all))
	index := make(map[key]V, len(all))
	for i, vs := range all {
		if vs == nil {
			return nil, fmt.Errorf("set weights: VirtualService %d: %w", i, errNil)
		}
		out[i] = vs.DeepCopy()
		index[key{cmp.Or(vs.GetNamespace(), lanes.DefaultNamespace), vs.GetName()}] = out[i]
	}
	for _, ref := range routes {
		vs, found := index[key{cmp.Or(ref.Namespace, lanes.DefaultNamespace), ref.Name}]
		if !found {
			errs = append(errs, &MissingError{ErrNoVirtualService, fullName(ref.Namespace, ref.Name), fullNames(all)})
			continue
		}
		route, _, err := FindRoute(specOf(vs), ref.Route)
		if err == nil {
			err = setWeights(route, weights, ref.Header)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("VirtualService %s: %w", fullName(ref.Namespace, ref.Name), err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("set weights: %w", err)
	}
	return out, nil
}

// fullName names an object, with its namespace if it has one.
func fullName(namespace, name string) string {
	return cmp.Or(namespace, lanes.DefaultNamespace) + "/" + name
}

func fullNames[V VirtualService[V]](all []V) (names []string) {
	for _, vs := range all {
		names = append(names, fullName(vs.GetNamespace(), vs.GetName()))
	}
	return names
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
			errs = append(errs, &MissingError{ErrNoLane, w.Lane, WeightsOf(route, header).Lanes()})
			continue
		}
		d.Weight = int32(w.Percent)
	}
	sum := 0
	for _, d := range route.Route {
		sum += int(d.GetWeight())
	}
	if len(errs) == 0 && sum != 100 {
		errs = append(errs, fmt.Errorf("must have weights that sum to 100, including the unchanged ones, not %d", sum))
	}
	return errors.Join(errs...)
}

// FindRoute returns the HTTP route of that name and its position; an empty name means the
// only route. The error is a [*MissingError] that lists the existing ones.
func FindRoute(vs *networking.VirtualService, name string) (route *networking.HTTPRoute, index int, err error) {
	var names []string
	for i, r := range vs.GetHttp() {
		if r.GetName() == name && name != "" || name == "" && len(vs.GetHttp()) == 1 {
			return r, i, nil
		}
		names = append(names, r.GetName())
	}
	return nil, 0, &MissingError{ErrNoRoute, name, names}
}
