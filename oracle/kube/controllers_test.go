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

// controllers is what controllers are made of.
type controllers struct {
	client  *kubernetes.Clientset
	factory informers.SharedInformerFactory
	scales  scale.ScalesGetter
	mapper  meta.RESTMapper
}

// controller makes one and returns what runs it until the context ends.
type controller func(ctx context.Context, t *testing.T, of controllers) func(context.Context)

// runControllers runs those of the cluster until the test ends, and more.
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
