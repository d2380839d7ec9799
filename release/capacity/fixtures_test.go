package capacity_test

import (
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/capacity"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

var t0 = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

// pods are the replicas of a Deployment, or with a maximum the range of its autoscaler.
type pods struct{ min, max int32 }

// prepared is an app with its release prepared. Deployments that are listed, as
// "mocka-v1", have those pods; all others one.
func prepared(t require.TestingT, app lanes.App, plan rollout.Plan, replicas map[string]pods,
	routes ...routing.Route) release.Live {
	state, err := plan.Prepare(t0)
	require.NoError(t, err)
	var scalers []manifest.Object
	set, err := release.Render(app, plan, state,
		release.Options{Calls: true, Routes: routes, Each: func(o release.Object) error {
			d, is := o.(*appsv1.Deployment)
			p, listed := replicas[o.GetName()]
			if !is || !listed {
				return nil
			}
			d.Spec.Replicas = new(p.min)
			if p.max == 0 {
				return nil
			}
			d.Spec.Replicas = nil
			object, err := manifest.NewObject(&autoscalingv2.HorizontalPodAutoscaler{
				TypeMeta:   metav1.TypeMeta{APIVersion: "autoscaling/v2", Kind: "HorizontalPodAutoscaler"},
				ObjectMeta: metav1.ObjectMeta{Name: d.Name, Namespace: d.Namespace},
				Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
					ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment",
						Name: d.Name},
					MinReplicas: new(p.min), MaxReplicas: p.max,
				},
			}, "")
			scalers = append(scalers, object)
			return err
		}})
	require.NoError(t, err)
	route := release.EntryRoute{Namespace: app.Gateway.Namespace, Name: app.Name}
	if app.Gateway.Route != nil {
		route.Route = app.Gateway.Route.Name
	}
	return release.ReadSet(release.Config{Name: app.Name, Plan: plan, Routes: []release.EntryRoute{route}},
		manifest.NewSet(append(set.All(), scalers...)...))
}

func of(t require.TestingT, live release.Live, demand release.Demand) capacity.Capacity {
	c, err := capacity.Of(live, demand)
	require.NoError(t, err)
	return c
}

func mocked(t require.TestingT, replicas map[string]pods) release.Live {
	return prepared(t, mock.App(), mock.Plan(), replicas)
}
