package lanes_test

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/internal/messagetest"
	"github.com/swimlane-go/swimlane/lanes"
)

// build returns the error of Build.
func build[B interface{ Build() (T, error) }, T runtime.Object](b B) error {
	_, err := b.Build()
	return err
}

// match returns conditions of every sort.
func match() []lanes.RequestMatch {
	return []lanes.RequestMatch{{URI: &lanes.StringMatch{Exact: "/shop"},
		Headers: map[string]lanes.StringMatch{"x-test": {Prefix: "yes"}}}}
}

// full returns an app in which every field is set that a strict app may set.
func full() lanes.App {
	a := shop()
	a.Gateway.Hosts, a.Gateway.Matches, a.Gateway.Service = []string{"shop.example.com"}, match(), "web"
	a.Gateway.Route = &lanes.RouteOptions{Name: "main", Timeout: metav1.Duration{Duration: 2 * time.Second},
		Retries: &lanes.Retries{Attempts: 2, PerTryTimeout: metav1.Duration{Duration: time.Second}},
		Testers: []lanes.Testers{{Version: "v2", Headers: map[string]lanes.StringMatch{"x-tester": {Exact: "yes"}}}},
		Mirror:  &lanes.Mirror{Version: "v2", Percent: new(5.0)}}
	a.Services[0].PortName, a.Services[0].Replicas = "http-web", new(int32(2))
	a.Services[1].Autoscaler = &lanes.Autoscaler{MinReplicas: new(int32(2)), MaxReplicas: 4}
	a.Services[1].DisruptionBudget = &lanes.DisruptionBudget{MinAvailable: new(intstr.FromString("50%"))}
	a.Services[1].Service = &lanes.ServiceOptions{}
	a.Services[1].Deployment = &lanes.DeploymentOptions{ProgressDeadlineSeconds: new(int32(60)), MinReadySeconds: 5}
	a.Versions[1].Services = []lanes.VersionService{{Name: "web", Template: pod()}}
	return a
}

// The messages of the package are a page for reading.
func TestMessages(t *testing.T) {
	var p messagetest.Page
	validate := func(a lanes.App) error { return fielderr.Join("app", a.Validate()) }
	p.Head("App")
	messagetest.Break(&p, shop, validate)
	messagetest.Break(&p, full, validate)
	messagetest.Break(&p, permissiveShop, validate)
	messagetest.Break(&p, func() lanes.App {
		a := permissiveShop()
		a.Strategy, a.Versions[0].Matches, a.Versions[1].Matches = lanes.RoutingRuleBased, match(), match()
		return a
	}, validate)
	p.Head("Builders")
	messagetest.Break(&p, permissiveGroup, build)
	messagetest.Break(&p, func() lanes.LaneBuilder {
		return lanes.LaneBuilder{Name: "v1", Group: "mock", Selector: map[string]string{"version": "v1"},
			Services: []lanes.ServiceRef{{Name: "mocka", Namespace: "default"}},
			Rules:    []lanes.IngressRule{ruleOf("all", &match()[0])}}
	}, build)
	messagetest.Break(&p, func() lanes.LaneBuilder {
		return lanes.LaneBuilder{Name: "v1", Group: "mock", Selector: map[string]string{"version": "v1"},
			Weight: &lanes.IngressWeight{Destination: mocka(), Weight: new(int32(100))}}
	}, build)
	messagetest.Break(&p, func() lanes.DeploymentBuilder {
		return lanes.DeploymentBuilder{Service: "mocka", Version: "v1", Namespace: "shop", Replicas: new(int32(2)),
			Template: pod()}
	}, build)
	messagetest.Break(&p, func() lanes.ServiceBuilder {
		return lanes.ServiceBuilder{Name: "mocka", Namespace: "shop", Port: 80, PortName: "http",
			Ports: []corev1.ServicePort{{Name: "metrics", Port: 9090}}}
	}, build)
	messagetest.Break(&p, func() lanes.AutoscalerBuilder {
		return lanes.AutoscalerBuilder{Service: "mocka", Version: "v1", Namespace: "shop",
			Autoscaler: lanes.Autoscaler{MinReplicas: new(int32(2)), MaxReplicas: 4}}
	}, build)
	messagetest.Break(&p, func() lanes.DisruptionBudgetBuilder {
		return lanes.DisruptionBudgetBuilder{Service: "mocka", Version: "v1", Namespace: "shop",
			DisruptionBudget: lanes.DisruptionBudget{MinAvailable: new(intstr.FromInt32(1))}}
	}, build)
	p.Head("Derived objects")
	messagetest.Break(&p, func() lanes.DerivedDeployment {
		return lanes.DerivedDeployment{From: stable(t), Version: "v2", Images: map[string]string{"default": "mock:2"}}
	}, build)
	messagetest.Break(&p, func() lanes.DerivedDaemonSet {
		return lanes.DerivedDaemonSet{From: stableDaemons(t), Version: "v2"}
	}, build)
	messagetest.Break(&p, func() lanes.DerivedStatefulSet {
		return lanes.DerivedStatefulSet{From: stableSet(t), Version: "v2"}
	}, build)
	messagetest.Break(&p, func() lanes.DerivedLane {
		return lanes.DerivedLane{From: laneOf("v1", "version", "v1"), Name: "v2", OldVersion: "v1", Version: "v2"}
	}, build)
	messagetest.Break(&p, func() lanes.DerivedAutoscaler {
		return lanes.DerivedAutoscaler{From: &autoscalingv2.HorizontalPodAutoscaler{ObjectMeta: serverMeta("mocka-v1")},
			OldVersion: "v1", Version: "v2", Target: "mocka-v2"}
	}, build)
	messagetest.Break(&p, func() lanes.DerivedBudget {
		from := &policyv1.PodDisruptionBudget{ObjectMeta: serverMeta("guard")}
		from.Spec.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"version": "v1"}}
		return lanes.DerivedBudget{From: from, OldVersion: "v1", Version: "v2"}
	}, build)
	p.Head("Problems of lane groups")
	rows := problemRows()
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		var errs []error
		rows[name].spoil(rows[name].read)
		for _, problem := range rows[name].read.read().Problems() {
			errs = append(errs, problem.Err)
		}
		p.Add(name, errors.Join(errs...))
	}
	p.Golden(t)
}
