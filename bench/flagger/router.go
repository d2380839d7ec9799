package main

import (
	"context"

	"go.uber.org/zap"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	flagger "github.com/fluxcd/flagger/pkg/apis/flagger/v1beta1"
	common "github.com/fluxcd/flagger/pkg/apis/istio/common/v1alpha1"
	istio "github.com/fluxcd/flagger/pkg/apis/istio/v1alpha3"
	clients "github.com/fluxcd/flagger/pkg/client/clientset/versioned"
	networking "github.com/fluxcd/flagger/pkg/client/clientset/versioned/typed/istio/v1alpha3"
	"github.com/fluxcd/flagger/pkg/router"
)

// client holds one VirtualService and costs no time: only the router's own work is measured.
type client struct {
	clients.Interface
	networking.NetworkingV1alpha3Interface
	networking.VirtualServiceInterface
	held *istio.VirtualService
}

func (c *client) NetworkingV1alpha3() networking.NetworkingV1alpha3Interface { return c }

func (c *client) VirtualServices(string) networking.VirtualServiceInterface { return c }

func (c *client) Get(context.Context, string, metav1.GetOptions) (*istio.VirtualService, error) {
	return c.held, nil
}

func (c *client) Update(_ context.Context, vs *istio.VirtualService, _ metav1.UpdateOptions) (*istio.VirtualService,
	error) {
	c.held = vs
	return vs, nil
}

// theirs returns a function with which Flagger sets the weights of two Services, primary and
// canary.
func theirs() func() {
	held := &client{held: &istio.VirtualService{ObjectMeta: metav1.ObjectMeta{Name: "mocka", Namespace: "default"}}}
	mesh := router.NewFactory(nil, nil, held, "", "", zap.NewNop().Sugar(), held,
		false).MeshRouter(flagger.IstioProvider, "app")
	canary := &flagger.Canary{
		ObjectMeta: metav1.ObjectMeta{Name: "mocka", Namespace: "default"},
		Spec: flagger.CanarySpec{
			TargetRef: flagger.LocalObjectReference{Name: "mocka", APIVersion: "apps/v1", Kind: "Deployment"},
			Service: flagger.CanaryService{
				Port: 8000, Hosts: []string{"*"}, Gateways: []string{"ingressgateway"},
				Match: []istio.HTTPMatchRequest{{Uri: &common.StringMatch{Exact: "/mock"}}},
			},
			Analysis: &flagger.CanaryAnalysis{},
		},
	}
	return func() {
		if err := mesh.SetRoutes(canary, 70, 30, false); err != nil {
			panic(err)
		}
		if r := held.held.Spec.Http[0].Route; r[0].Weight != 70 || r[1].Weight != 30 {
			panic("not set")
		}
	}
}
