// Package mock declares the app that the example programs release. It has three services in a
// chain, mocka, mockb and mockc, in versions v1, v2 and v3. The candidate is v3.
//
// A user of the library writes such a package for their app.
package mock

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/rollout"
)

// App returns the declaration of the app.
func App() lanes.App {
	services := []lanes.AppService{
		{Name: "mocka", Port: 8000, Replicas: new(int32(1)), Calls: []string{"mockb"}},
		{Name: "mockb", Port: 8000, Replicas: new(int32(1)), Calls: []string{"mockc"}},
		{Name: "mockc", Port: 8000, Replicas: new(int32(1))},
	}
	app := lanes.App{
		Name: "mock",
		Gateway: lanes.Gateway{
			Name:      "ingressgateway",
			Namespace: "istio-system",
			Matches:   []lanes.RequestMatch{{URI: &lanes.StringMatch{Exact: "/mock"}}},
		},
		Services: services,
	}
	for _, name := range []string{"v1", "v2", "v3"} {
		v := lanes.Version{Name: name}
		for _, s := range services {
			v.Services = append(v.Services, lanes.VersionService{Name: s.Name, Template: template(s, name)})
		}
		app.Versions = append(app.Versions, v)
	}
	return app
}

// template returns the pod of a service in a version. Its program learns its name and the service
// to call from the environment.
func template(s lanes.AppService, version string) *corev1.PodTemplateSpec {
	env := []corev1.EnvVar{{Name: "version", Value: version}, {Name: "app", Value: s.Name}}
	for _, callee := range s.Calls {
		env = append(env, corev1.EnvVar{Name: "upstream_url", Value: "http://" + callee + ":8000/"})
	}
	return &corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{
		Name:            "default",
		Image:           "registry.cn-beijing.aliyuncs.com/aliacs-app-catalog/go-http-sample:1.0",
		ImagePullPolicy: corev1.PullIfNotPresent,
		Env:             env,
		Ports:           []corev1.ContainerPort{{ContainerPort: s.Port}},
	}}}}
}

// Plan returns the plan of the release of v3.
func Plan() rollout.Plan {
	weights := func(v1, v2, v3 int) rollout.Weights {
		return rollout.Weights{rollout.W("v1", v1), rollout.W("v2", v2), rollout.W("v3", v3)}
	}
	return rollout.Plan{
		Candidate: "v3",
		Before:    weights(50, 50, 0),
		Stages: []rollout.Stage{
			{Name: "initial-canary", Weights: weights(60, 30, 10), Criteria: "After deploying v3"},
			{Name: "increase-v3-share", Weights: weights(40, 30, 30),
				Criteria: "After verifying v3 is healthy under 10% load"},
			{Name: "shift-majority-to-v3", Weights: weights(10, 10, 80), Criteria: "After verifying v3 under 30% load"},
			{Name: "full-promotion", Weights: weights(0, 0, 100), Criteria: "After confirming v3 is production-ready"},
		},
		Rollback: weights(50, 50, 0),
	}
}
