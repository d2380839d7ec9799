package gen

import (
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/lanes"
)

// Shop draws an app as App does, with the extras of real shops: further ports and namespaces,
// metadata, autoscalers and disruption budgets; testers, timeouts, retries and a mirror of its
// entry route.
func Shop(t *rapid.T) lanes.App {
	app := App(t)
	for i := range app.Services {
		extras(t, &app.Services[i])
	}
	for i := range app.Versions {
		for j := range app.Versions[i].Services {
			own := &app.Versions[i].Services[j]
			if own.Replicas == nil && rapid.IntRange(0, 3).Draw(t, "own autoscaler") == 3 {
				own.Autoscaler = autoscaler(t)
			}
			if rapid.IntRange(0, 3).Draw(t, "own budget") == 3 {
				own.DisruptionBudget = budget(t)
			}
			if rapid.IntRange(0, 3).Draw(t, "own deployment") == 3 {
				own.Deployment = deployment(t)
			}
		}
	}
	if app.Strategy == "" && rapid.IntRange(0, 3).Draw(t, "route options") > 0 {
		app.Gateway.Route = route(t, app)
	}
	return app
}

// extras draws the settings of a service besides its port and its pods.
func extras(t *rapid.T, s *lanes.AppService) {
	if rapid.IntRange(0, 2).Draw(t, "own namespace") == 2 {
		s.Namespace = rapid.SampledFrom([]string{"default", "shop", "pay"}).Draw(t, "service namespace")
	}
	taken := map[int32]bool{s.Port: true}
	for i := range rapid.IntRange(0, 2).Draw(t, "number of ports") {
		p := corev1.ServicePort{
			Name: fmt.Sprintf("%s-%d", rapid.SampledFrom([]string{"http", "grpc", "tcp", "admin"}).Draw(t, "protocol"),
				i),
			Port: rapid.Int32Range(1, 65535).Filter(func(p int32) bool { return !taken[p] }).Draw(t, "further port"),
		}
		taken[p.Port] = true
		if rapid.Bool().Draw(t, "named target port") {
			p.TargetPort = intstr.FromString("web")
		}
		if rapid.IntRange(0, 3).Draw(t, "udp") == 3 {
			p.Name, p.Protocol = fmt.Sprintf("dns-%d", i), corev1.ProtocolUDP
		}
		s.Ports = append(s.Ports, p)
	}
	if rapid.Bool().Draw(t, "service options") {
		s.Service = &lanes.ServiceOptions{Labels: labels(t, "team", "tier"), Annotations: annotations(t)}
		s.Service.SessionAffinity = rapid.SampledFrom([]corev1.ServiceAffinity{"", corev1.ServiceAffinityNone,
			corev1.ServiceAffinityClientIP}).Draw(t, "affinity")
	}
	if rapid.Bool().Draw(t, "deployment options") {
		s.Deployment = deployment(t)
	}
	if s.Replicas == nil && rapid.Bool().Draw(t, "scaled") {
		s.Autoscaler = autoscaler(t)
	}
	if rapid.Bool().Draw(t, "kept") {
		s.DisruptionBudget = budget(t)
	}
}

func annotations(t *rapid.T) map[string]string {
	if rapid.Bool().Draw(t, "no annotations") {
		return nil
	}
	return map[string]string{"example.com/Owner": text().Draw(t, "annotation")}
}

func deployment(t *rapid.T) *lanes.DeploymentOptions {
	d := &lanes.DeploymentOptions{Labels: labels(t, "team", "tier"), Annotations: annotations(t)}
	switch rapid.SampledFrom([]string{"none", "recreate", "rolling"}).Draw(t, "strategy") {
	case "recreate":
		d.Strategy = &appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType}
	case "rolling":
		d.Strategy = &appsv1.DeploymentStrategy{
			Type: appsv1.RollingUpdateDeploymentStrategyType,
			RollingUpdate: &appsv1.RollingUpdateDeployment{MaxUnavailable: new(intstr.FromInt32(0)),
				MaxSurge: amount(t)},
		}
	}
	d.MinReadySeconds = rapid.Int32Range(0, 599).Draw(t, "min ready")
	d.RevisionHistoryLimit = rapid.Ptr(rapid.Int32Range(0, 5), true).Draw(t, "history")
	if rapid.Bool().Draw(t, "deadline") {
		d.ProgressDeadlineSeconds = new(d.MinReadySeconds + rapid.Int32Range(1, 100).Draw(t, "more"))
	}
	return d
}

func autoscaler(t *rapid.T) *lanes.Autoscaler {
	a := &lanes.Autoscaler{MinReplicas: rapid.Ptr(rapid.Int32Range(1, 3), true).Draw(t, "least"),
		MaxReplicas: rapid.Int32Range(3, 9).Draw(t, "most")}
	return a
}

func budget(t *rapid.T) *lanes.DisruptionBudget {
	if rapid.Bool().Draw(t, "min available") {
		return &lanes.DisruptionBudget{MinAvailable: amount(t)}
	}
	return &lanes.DisruptionBudget{MaxUnavailable: amount(t)}
}

func amount(t *rapid.T) *intstr.IntOrString {
	if rapid.Bool().Draw(t, "share") {
		return new(intstr.FromString(rapid.SampledFrom([]string{"1%", "25%", "100%"}).Draw(t, "percent")))
	}
	return new(intstr.FromInt32(rapid.Int32Range(1, 3).Draw(t, "pods")))
}

// route draws the options of an app's entry route.
func route(t *rapid.T, app lanes.App) *lanes.RouteOptions {
	r := &lanes.RouteOptions{Name: rapid.SampledFrom([]string{"", "main"}).Draw(t, "route name")}
	version := func(what string) string { return rapid.SampledFrom(app.Versions).Draw(t, what).Name }
	for i := range rapid.IntRange(0, 2).Draw(t, "number of testers") {
		r.Testers = append(r.Testers, lanes.Testers{
			Name:    rapid.SampledFrom([]string{"", fmt.Sprintf("testers-%d", i)}).Draw(t, "name of testers"),
			Version: version("version of testers"),
			Headers: map[string]lanes.StringMatch{fmt.Sprintf("x-tester-%d", i): stringMatch(t, "")},
		})
	}
	if rapid.Bool().Draw(t, "timeout") {
		r.Timeout = metav1.Duration{Duration: time.Duration(rapid.IntRange(1, 5000).Draw(t,
			"milliseconds")) * time.Millisecond}
	}
	if rapid.Bool().Draw(t, "retries") {
		r.Retries = &lanes.Retries{Attempts: rapid.IntRange(0, 5).Draw(t, "attempts")}
		if r.Retries.Attempts > 0 {
			r.Retries.On = rapid.SampledFrom([]string{"", "5xx", "connect-failure,refused-stream"}).Draw(t, "retry on")
		}
	}
	switch rapid.SampledFrom([]string{"none", "version", "service"}).Draw(t, "mirror") {
	case "version":
		if app.Permissive == nil {
			r.Mirror = &lanes.Mirror{Version: version("version of the mirror")}
		}
	case "service":
		r.Mirror = &lanes.Mirror{Service: "recorder", Namespace: "edge", Port: 8080}
	}
	if r.Mirror != nil {
		r.Mirror.Percent = rapid.Ptr(rapid.Float64Range(0, 100), true).Draw(t, "mirrored")
	}
	return r
}
