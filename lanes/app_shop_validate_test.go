package lanes_test

import (
	"math"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/lanes"
)

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
