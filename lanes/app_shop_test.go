package lanes_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
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

func TestShopValidate(t *testing.T) {
	invalid, required, duplicate, notFound := fieldtest.Invalid, fieldtest.Required, fieldtest.Duplicate,
		fieldtest.NotFound
	forbidden, notSupported := fieldtest.Forbidden, fieldtest.NotSupported
	web := func(change func(*lanes.AppService)) func(*lanes.App) {
		return func(a *lanes.App) { change(&a.Services[0]) }
	}
	deployment := func(d lanes.DeploymentOptions) func(*lanes.App) {
		return web(func(s *lanes.AppService) { s.Deployment = &d })
	}
	for name, test := range map[string]struct {
		spoil func(*lanes.App)
		want  field.ErrorList
	}{
		"namespace": {web(func(s *lanes.AppService) { s.Namespace = "a/b" }),
			field.ErrorList{invalid("services[0].namespace", dnsLabel)}},
		"target name": {web(func(s *lanes.AppService) { s.TargetPort = intstr.FromString("web") }), nil},
		"target names": {web(func(s *lanes.AppService) { s.TargetPort = intstr.FromString("Web") }),
			field.ErrorList{invalid("services[0].targetPort", "format=port-name")}},
		"ports": {web(func(s *lanes.AppService) {
			s.Ports = []corev1.ServicePort{{Name: "grpc", Port: 9090},
				{Name: "tcp-admin", Port: 9091, TargetPort: intstr.FromString("admin")},
				{Name: "dns", Port: 80, Protocol: corev1.ProtocolUDP}}
		}), nil},
		"bad ports": {web(func(s *lanes.AppService) {
			s.Ports = []corev1.ServicePort{{Port: 81}, {Name: "http", Port: 80},
				{Name: "A", Port: 0, Protocol: "HTTP", NodePort: 30000, AppProtocol: new("a b"),
					TargetPort: intstr.FromInt32(-1)}}
		}), field.ErrorList{
			required("services[0].ports[0].name"), duplicate("services[0].ports[1].name"),
			duplicate("services[0].ports[1].port"),
			invalid("services[0].ports[2].name", dnsLabel), invalid("services[0].ports[2].port", "port"),
			notSupported("services[0].ports[2].protocol"),
			forbidden("services[0].ports[2].nodePort"),
			invalid("services[0].ports[2].appProtocol", "format=qualified-name"),
			invalid("services[0].ports[2].targetPort", "port"),
		}},
		"node port": {web(func(s *lanes.AppService) {
			s.Service = &lanes.ServiceOptions{Type: corev1.ServiceTypeNodePort}
			s.Ports = []corev1.ServicePort{{Name: "a", Port: 1, NodePort: 70000}}
		}), field.ErrorList{invalid("services[0].ports[0].nodePort", "port")}},
		"service": {web(func(s *lanes.AppService) {
			s.Service = &lanes.ServiceOptions{
				Labels: map[string]string{"app": "other", "a b": "c"}, Annotations: map[string]string{"a b": ""},
				Type:            corev1.ServiceTypeExternalName,
				SessionAffinity: "Cookie", InternalTrafficPolicy: new(corev1.ServiceInternalTrafficPolicy("Here")),
				TrafficDistribution: new("Far"),
			}
		}), field.ErrorList{
			invalid("services[0].service.labels", "format=label-key"),
			invalid("services[0].service.labels[app]", "version-label"),
			invalid("services[0].service.annotations", "format=annotation-key"),
			notSupported("services[0].service.type"), notSupported("services[0].service.sessionAffinity"),
			notSupported("services[0].service.internalTrafficPolicy"),
			notSupported("services[0].service.trafficDistribution"),
		}},
		"deployment": {deployment(lanes.DeploymentOptions{
			Labels: map[string]string{"app": "web", "version": "v1"}, Annotations: map[string]string{"": "x"},
			Strategy: &appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType,
				RollingUpdate: &appsv1.RollingUpdateDeployment{MaxUnavailable: new(intstr.FromString("101%")),
					MaxSurge: new(intstr.FromString("1"))}},
			MinReadySeconds: -1, RevisionHistoryLimit: new(int32(-1)), ProgressDeadlineSeconds: new(int32(-1)),
		}), field.ErrorList{
			forbidden("services[0].deployment.labels[version]"),
			invalid("services[0].deployment.annotations", "format=annotation-key"),
			forbidden("services[0].deployment.strategy.rollingUpdate"),
			invalid("services[0].deployment.strategy.rollingUpdate.maxUnavailable", ""),
			invalid("services[0].deployment.strategy.rollingUpdate.maxSurge", ""),
			invalid("services[0].deployment.minReadySeconds", ""),
			invalid("services[0].deployment.revisionHistoryLimit", ""),
			invalid("services[0].deployment.progressDeadlineSeconds", ""),
		}},
		"no pod moves": {deployment(lanes.DeploymentOptions{Strategy: &appsv1.DeploymentStrategy{Type: "Blue",
			RollingUpdate: &appsv1.RollingUpdateDeployment{MaxUnavailable: new(intstr.FromString("0%")),
				MaxSurge: new(intstr.FromInt32(0))}}, MinReadySeconds: 600}), field.ErrorList{
			notSupported("services[0].deployment.strategy.type"),
			invalid("services[0].deployment.strategy.rollingUpdate.maxUnavailable", ""),
			invalid("services[0].deployment.progressDeadlineSeconds", ""),
		}},
		"autoscaler": {web(func(s *lanes.AppService) {
			s.Replicas, s.Autoscaler = new(int32(1)), &lanes.Autoscaler{MinReplicas: new(int32(0))}
		}), field.ErrorList{
			forbidden("services[0].replicas"), required("services[0].autoscaler.metrics"),
			invalid("services[0].autoscaler.maxReplicas", ""),
		}},
		"autoscaler to nothing": {web(func(s *lanes.AppService) {
			s.Autoscaler = &lanes.Autoscaler{MinReplicas: new(int32(0)), MaxReplicas: 1,
				Metrics: []autoscalingv2.MetricSpec{{Type: autoscalingv2.ExternalMetricSourceType}}}
		}), nil},
		"autoscaler below nothing": {web(func(s *lanes.AppService) {
			s.Autoscaler = &lanes.Autoscaler{MinReplicas: new(int32(-1)), MaxReplicas: 1}
		}), field.ErrorList{invalid("services[0].autoscaler.minReplicas", "")}},
		"budget of nothing": {web(func(s *lanes.AppService) { s.DisruptionBudget = &lanes.DisruptionBudget{} }),
			field.ErrorList{required("services[0].disruptionBudget.minAvailable")}},
		"budget": {web(func(s *lanes.AppService) {
			s.DisruptionBudget = &lanes.DisruptionBudget{MinAvailable: new(intstr.FromInt32(-1)),
				MaxUnavailable:             new(intstr.FromString("half")),
				UnhealthyPodEvictionPolicy: new(policyv1.UnhealthyPodEvictionPolicyType("Never"))}
		}), field.ErrorList{
			forbidden("services[0].disruptionBudget.maxUnavailable"),
			invalid("services[0].disruptionBudget.minAvailable", ""),
			invalid("services[0].disruptionBudget.maxUnavailable", ""),
			notSupported("services[0].disruptionBudget.unhealthyPodEvictionPolicy"),
		}},
		"version": {func(a *lanes.App) {
			a.Versions[1].Services = []lanes.VersionService{{Name: "web", Replicas: new(int32(1)),
				Autoscaler: &lanes.Autoscaler{},
				Deployment: &lanes.DeploymentOptions{Labels: map[string]string{"version": "v1"}}}}
		}, field.ErrorList{forbidden("versions[1].services[0].replicas"),
			invalid("versions[1].services[0].autoscaler.maxReplicas", ""),
			invalid("versions[1].services[0].deployment.labels[version]", "version-label")}},
		"the same name in two namespaces": {func(a *lanes.App) {
			a.Services[0].Name, a.Services[0].Calls, a.Services[0].Namespace = "cart-x", nil, "other"
			a.Versions[1].Name = "x-v1"
		}, nil},

		"route": {edge(func(*lanes.RouteOptions) {}), nil},
		"with strategy": {func(a *lanes.App) {
			a.Strategy, a.Gateway.Route = lanes.RoutingWeighted,
				&lanes.RouteOptions{}
		}, field.ErrorList{forbidden("gateway.route")}},
		"testers": {edge(func(r *lanes.RouteOptions) {
			r.Testers = append(r.Testers, lanes.Testers{Name: "main"},
				lanes.Testers{Version: "v3", Headers: map[string]lanes.StringMatch{"X": {}}}, r.Testers[0])
		}), field.ErrorList{
			duplicate("gateway.route.testers[1].name"), required("gateway.route.testers[1].version"),
			required("gateway.route.testers[1].headers"),
			notFound("gateway.route.testers[2].version"),
			invalid("gateway.route.testers[2].headers[X]", "format=header"),
			invalid("gateway.route.testers[2].headers[X]", "one-of"),
			duplicate("gateway.route.testers[3].name"),
		}},
		"testers' header": {func(a *lanes.App) {
			edge(func(*lanes.RouteOptions) {})(a)
			a.Gateway.Matches = []lanes.RequestMatch{{},
				{Headers: map[string]lanes.StringMatch{"x-tester": {Exact: "2"}}}}
		}, field.ErrorList{invalid("gateway.route.testers[0].headers[x-tester]", "tester-header")}},
		"durations": {edge(func(r *lanes.RouteOptions) {
			r.Timeout.Duration = time.Microsecond
			r.Retries = &lanes.Retries{PerTryTimeout: metav1.Duration{Duration: -1}}
		}), field.ErrorList{invalid("gateway.route.timeout", ""), invalid("gateway.route.retries.attempts", ""),
			invalid("gateway.route.retries.perTryTimeout", "")}},
		"attempts": {edge(func(r *lanes.RouteOptions) { r.Retries.Attempts = 1001 }),
			field.ErrorList{invalid("gateway.route.retries.attempts", "")}},
		"mirror nowhere": {edge(func(r *lanes.RouteOptions) { r.Mirror = &lanes.Mirror{} }),
			field.ErrorList{required("gateway.route.mirror.version")}},
		"mirror twice": {edge(func(r *lanes.RouteOptions) { r.Mirror.Service = "a" }),
			field.ErrorList{forbidden("gateway.route.mirror.service")}},
		"mirror of a version": {edge(func(r *lanes.RouteOptions) {
			r.Mirror.Version, r.Mirror.Port, r.Mirror.Percent = "v9", 1, new(math.NaN())
		}), field.ErrorList{notFound("gateway.route.mirror.version"), forbidden("gateway.route.mirror"),
			invalid("gateway.route.mirror.percent", "percent")}},
		"mirror outside": {edge(func(r *lanes.RouteOptions) {
			r.Mirror = &lanes.Mirror{Service: "A", Namespace: ".",
				Port: -1}
		}), field.ErrorList{invalid("gateway.route.mirror.service", dns1035),
			invalid("gateway.route.mirror.namespace", dnsLabel), invalid("gateway.route.mirror.port", "port")}},
		"mirror, permissive": {func(a *lanes.App) {
			edge(func(*lanes.RouteOptions) {})(a)
			a.Permissive = &lanes.Permissive{Baseline: "v1", TraceHeader: "x-lane", RouteHeader: "x-lane"}
		}, field.ErrorList{forbidden("gateway.route.mirror.version")}},
	} {
		t.Run(name, func(t *testing.T) {
			a := shop()
			test.spoil(&a)
			fieldtest.Equal(t, test.want, a.Validate())
		})
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
