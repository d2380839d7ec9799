package kube_test

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/swimlane-go/swimlane/lanes"
)

// Good objects, which the broken ones differ from in one place.
const (
	deploymentText = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: cart-v1, labels: {app: cart, version: v1}}, spec: {
  replicas: 1, selector: {matchLabels: {app: cart}}, template: {metadata: {labels: {app: cart, version: v1}},
    spec: {containers: [{name: default, image: cart, env: [{name: A, value: a}]}]}}}}`
	serviceText = `{apiVersion: v1, kind: Service, metadata: {name: cart}, spec: {selector: {app: cart},
  ports: [{name: http, port: 80, targetPort: 8080}]}}`
	scalerText = `{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: cart-v2}, spec: {
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart-v2}, minReplicas: 2, maxReplicas: 5}}`
)

// brokenKubernetes returns Deployments, Services and an autoscaler.
func brokenKubernetes() []broken {
	deployment := func(containers ...corev1.Container) lanes.DeploymentBuilder {
		return lanes.DeploymentBuilder{Service: "cart", Version: "v1", Template: &corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: containers}}}
	}
	container := func(name, image string) corev1.Container { return corev1.Container{Name: name, Image: image} }
	otherApp, negative, badVersion := deployment(container("a", "a")), deployment(container("a", "a")), deployment(container("a", "a"))
	otherApp.Template.Labels = map[string]string{"app": "pay"}
	negative.Replicas = new(int32(-1))
	badVersion.Version = "v1-"
	const containers = "[{name: default, image: cart, env: [{name: A, value: a}]}]"
	const pod, port = "spec.template.spec", "spec.ports[0]"
	return []broken{
		{"Deployment selects other pods", deploymentText, "matchLabels: {app: cart}", "matchLabels: {app: cart, version: v2}", "spec.template.metadata.labels", nil},
		{"Deployment template of another", deploymentText, "template: {metadata: {labels: {app: cart, ", "template: {metadata: {labels: {app: pay, ", "spec.template.metadata.labels[app]", otherApp},
		{"Deployment without selector", deploymentText, "selector: {matchLabels: {app: cart}},", "", "spec.selector", nil},
		{"Deployment of a negative number", deploymentText, "replicas: 1", "replicas: -1", "spec.replicas", negative},
		{"Deployment of a number in words", deploymentText, "replicas: 1", "replicas: one", "spec.replicas", nil},
		{"Deployment of a bad version", deploymentText, "labels: {app: cart, version: v1}}, spec: {\n", "labels: {app: cart, version: v1-}}, spec: {\n", "metadata.labels[version]", badVersion},
		{"Deployment with a typo", deploymentText, "replicas: 1", "replica: 1", "spec.replica", nil},
		{"Deployment without containers", deploymentText, containers, "[]", pod + ".containers", deployment()},
		{"container without image", deploymentText, "image: cart, ", "", pod + ".containers[0].image", deployment(container("default", ""))},
		{"container without name", deploymentText, "name: default", "name: ''", pod + ".containers[0].name", deployment(container("", "cart"))},
		{"container of a bad name", deploymentText, "name: default", "name: Default", pod + ".containers[0].name", deployment(container("Default", "cart"))},
		{"container twice", deploymentText, containers, "[{name: a, image: a}, {name: a, image: b}]", pod + ".containers[1].name", deployment(container("a", "a"), container("a", "b"))},
		{"container variable of a number", deploymentText, "value: a", "value: 1", pod + ".containers[0].env[0].value", nil},
		{"container with a typo", deploymentText, "image: cart", "image: cart, imagepullPolicy: Always", pod + ".containers[0].imagepullPolicy", nil},
		{"Service of a bad name", serviceText, "{name: cart}", "{name: Cart}", "metadata.name", lanes.ServiceBuilder{Name: "Cart", Port: 80}},
		{"Service without port", serviceText, "port: 80, ", "port: 0, ", port + ".port", lanes.ServiceBuilder{Name: "cart"}},
		{"Service port too high", serviceText, "port: 80, ", "port: 70000, ", port + ".port", lanes.ServiceBuilder{Name: "cart", Port: 70000}},
		{"Service target port too high", serviceText, "targetPort: 8080", "targetPort: 70000", port + ".targetPort", lanes.ServiceBuilder{Name: "cart", Port: 80, TargetPort: intstr.FromInt32(70000)}},
		{"Service port of a bad name", serviceText, "name: http", "name: http_web", port + ".name", lanes.ServiceBuilder{Name: "cart", Port: 80, PortName: "http_web"}},
		{"Service port in words", serviceText, "port: 80, ", "port: http, ", port + ".port", nil},
		{"autoscaler of nothing", scalerText, "kind: Deployment, name: cart-v2", "kind: Deployment, name: ''", "spec.scaleTargetRef.name", lanes.DerivedAutoscaler{From: autoscaler("cart", "v1"), OldVersion: "v1", Version: "v2"}},
	}
}
