package rehearsal

import (
	"fmt"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	networkingv1beta1 "istio.io/client-go/pkg/apis/networking/v1beta1"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// handEdit returns the holders of a release with other weights, edited by hand without
// the state.
func handEdit(live release.Live, weights rollout.Weights) ([]release.Object, error) {
	var out []release.Object
	for _, h := range live.Holders {
		edited, err := edit(h, h.Share(weights), live.RouteHeader())
		if err != nil {
			return nil, fmt.Errorf("a hand edit: %w", err)
		}
		if edited != nil {
			out = append(out, edited)
		}
	}
	return out, nil
}

func edit(h release.Holder, weights rollout.Weights, header string) (release.Object, error) {
	ref := routing.RouteRef{Namespace: h.Ref.Namespace, Name: h.Ref.Name, Route: h.Route, Header: header}
	switch o := h.Object.Value.(type) {
	case *networkingv1.VirtualService:
		return only(routing.SetWeights([]*networkingv1.VirtualService{o}, weights, ref))
	case *networkingv1beta1.VirtualService:
		return only(routing.SetWeights([]*networkingv1beta1.VirtualService{o}, weights, ref))
	case *lanes.ASMSwimLane:
		o = o.DeepCopy()
		if len(weights) > 0 && o.Spec.IngressWeight != nil {
			o.Spec.IngressWeight.Weight = new(int32(weights[0].Percent))
		}
		return o, nil
	}
	return nil, nil // the lane group has no weights
}

func only[V release.Object](all []V, err error) (release.Object, error) {
	if err != nil {
		return nil, err
	}
	return all[0], nil
}
