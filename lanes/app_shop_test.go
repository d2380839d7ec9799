package lanes_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
)

// edge returns the shop with testers, retries and a mirror.
func edge(change func(*lanes.RouteOptions)) func(*lanes.App) {
	return func(a *lanes.App) {
		a.Gateway.Route = &lanes.RouteOptions{
			Name: "main",
			Testers: []lanes.Testers{{Name: "testers", Version: "v2",
				Headers: map[string]lanes.StringMatch{"x-tester": {Exact: "1"}}}},
			Timeout: metav1.Duration{Duration: time.Second},
			Retries: &lanes.Retries{Attempts: 2},
			Mirror:  &lanes.Mirror{Version: "v2", Percent: new(5.0)},
		}
		change(a.Gateway.Route)
	}
}

// An App without faults builds objects without faults, each once, in the namespace
// of its service, and shares nothing with the declaration.
func TestShopBuilds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		app := gen.Shop(t)
		require.Empty(t, app.Validate())
		before, err := yaml.Marshal(app)
		require.NoError(t, err)
		for _, s := range app.Services {
			service, err := app.Service(s).Build()
			require.NoError(t, err)
			require.Equal(t, app.NamespaceOf(s), service.Namespace)
			require.Len(t, service.Spec.Ports, 1+len(s.Ports))
			service.Labels["x"], service.Spec.Selector["x"] = "x", "x"
			for _, v := range app.Versions {
				d, err := app.Deployment(v, s).Build()
				if !v.Has(s.Name) {
					continue
				}
				require.NoError(t, err)
				require.Equal(t, app.NamespaceOf(s), d.Namespace)
				if d.Annotations != nil {
					d.Annotations["x"] = "x"
				}
				if b, found := app.Autoscaler(v, s); found {
					scaler, err := b.Build()
					require.NoError(t, err)
					require.Nil(t, d.Spec.Replicas, "what is scaled has no replicas")
					require.Equal(t, autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1",
						Kind: "Deployment", Name: d.Name}, scaler.Spec.ScaleTargetRef)
					require.Equal(t, d.Namespace, scaler.Namespace)
				}
				if b, found := app.DisruptionBudget(v, s); found {
					budget, err := b.Build()
					require.NoError(t, err)
					require.Equal(t, d.Spec.Selector, budget.Spec.Selector)
					require.Equal(t, d.Namespace, budget.Namespace)
				}
			}
		}
		after, err := yaml.Marshal(app)
		require.NoError(t, err)
		require.Equal(t, string(before), string(after))
	})
}

func TestVersionScalesForItself(t *testing.T) {
	a := shop()
	a.Services[0].Autoscaler = &lanes.Autoscaler{MaxReplicas: 5}
	a.Services[1].Replicas = new(int32(2))
	a.Versions[1].Services = []lanes.VersionService{
		{Name: "web", Replicas: new(int32(1))},
		{Name: "cart", Autoscaler: &lanes.Autoscaler{MaxReplicas: 3},
			Deployment:       &lanes.DeploymentOptions{MinReadySeconds: 5},
			DisruptionBudget: &lanes.DisruptionBudget{MaxUnavailable: new(intstr.FromInt32(1))}},
	}
	require.Empty(t, a.Validate())
	var got []string
	for _, v := range a.Versions {
		for _, s := range a.Services {
			d := a.Deployment(v, s)
			_, scaled := a.Autoscaler(v, s)
			_, kept := a.DisruptionBudget(v, s)
			line := lanes.DeploymentName(s.Name, v.Name)
			if d.Replicas != nil {
				line += " fixed"
			}
			if scaled {
				line += " scaled"
			}
			if kept {
				line += " kept"
			}
			got = append(got, line)
		}
	}
	require.Equal(t, "web-v1 scaled, cart-v1 fixed, web-v2 fixed, cart-v2 scaled kept", strings.Join(got, ", "))
	d, err := a.Deployment(a.Versions[1], a.Services[1]).Build()
	require.NoError(t, err)
	require.EqualValues(t, 5, d.Spec.MinReadySeconds)
}

func TestNamespacesOfServices(t *testing.T) {
	a := shop()
	a.Namespace, a.Services[1].Namespace = "web", "pay"
	a.Services[1].Ports = []corev1.ServicePort{{Name: "grpc", Port: 9090}}
	a.Permissive = &lanes.Permissive{Baseline: "v1", TraceHeader: "x-lane", RouteHeader: "x-lane",
		Fallbacks: map[string]string{"cart": "v2"}}
	a.Strategy = lanes.RoutingWeighted
	require.Empty(t, a.Validate())
	group, err := a.LaneGroup().Build()
	require.NoError(t, err)
	require.Equal(t, []lanes.ServiceRef{{Name: "web", Namespace: "web"}, {Name: "cart", Namespace: "pay"}},
		group.Spec.Services)
	require.Equal(t, map[string]string{"pay/cart": "v2"},
		group.Spec.PermissiveModeConfiguration.ServiceLevelFallbackTarget)
	lane, err := a.Lane(a.Versions[0]).Build()
	require.NoError(t, err)
	require.Equal(t, group.Spec.Services, lane.Spec.Services)
	require.Equal(t, "cart.pay.svc.cluster.local", a.HostOf(a.Services[1]))
	require.Equal(t, lanes.RouteDestination{Host: "web.web.svc.cluster.local"}, *a.IngressWeight(1).Destination)
	a.Gateway.Service = "cart"
	require.Equal(t, lanes.RouteDestination{Host: "cart.pay.svc.cluster.local", PortNum: new(uint32(80))},
		*a.IngressWeight(1).Destination, "one of several ports must be named")
}

func TestShopFromYAML(t *testing.T) {
	var a lanes.App
	require.NoError(t, yaml.UnmarshalStrict([]byte(`
name: shop
gateway:
  name: gw
  namespace: istio-system
  route: {name: main, timeout: 1.5s, retries: {attempts: 2, perTryTimeout: 500ms}, testers: [{version: v1, headers: {x-tester: {exact: "1"}}}]}
services:
- name: web
  namespace: web
  port: 80
  targetPort: http
  ports: [{name: grpc, port: 9090}]
  deployment: {annotations: {owner: us}, strategy: {type: Recreate}}
  autoscaler: {maxReplicas: 3}
  disruptionBudget: {maxUnavailable: 50%}
  template: {spec: {containers: [{name: default, image: web}]}}
versions: [{name: v1}]
`), &a))
	require.Empty(t, a.Validate())
	require.Equal(t, 1500*time.Millisecond, a.Gateway.Route.Timeout.Duration)
	require.Equal(t, "http", a.Services[0].TargetPort.StrVal)
	data, err := yaml.Marshal(shop())
	require.NoError(t, err)
	for _, key := range []string{"timeout", "targetPort", "route", "ports:\n", "deployment", "autoscaler", "null"} {
		require.NotContains(t, string(data), "  "+key)
	}
}
