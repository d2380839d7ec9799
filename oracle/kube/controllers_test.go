package kube_test

import (
	"context"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/scale"

	kube "github.com/swimlane-go/swimlane/oracle/kube/cluster"
)

// controllers has the arguments for making controllers.
type controllers struct {
	client  *kubernetes.Clientset
	factory informers.SharedInformerFactory
	scales  scale.ScalesGetter
	mapper  meta.RESTMapper
}

// controller makes a controller and returns a function that runs it until the context ends.
type controller func(ctx context.Context, t *testing.T, of controllers) func(context.Context)

// runControllers runs the cluster's controllers and more until the test ends.
func runControllers(t *testing.T, c cluster, more ...controller) *kubernetes.Clientset {
	t.Helper()
	var all []kube.Controller
	for _, make := range more {
		all = append(all, func(ctx context.Context, _ testing.TB, of kube.Controllers) func(context.Context) {
			return make(ctx, t, controllers{of.Client, of.Factory, of.Scales, of.Mapper})
		})
	}
	return c.RunControllers(t, all...)
}
