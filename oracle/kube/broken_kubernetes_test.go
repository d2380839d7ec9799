package kube_test

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/swimlane-go/swimlane/lanes"
)

// The broken objects differ from these good ones in one place.
const (
	deploymentText = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: cart-v1, labels: {app: cart, version: v1}}, spec: {
  replicas: 1, selector: {matchLabels: {app: cart}}, template: {metadata: {labels: {app: cart, version: v1}},
    spec: {containers: [{name: default, image: cart, env: [{name: A, value: a}]}]}}}}`
	serviceText = `{apiVersion: v1, kind: Service, metadata: {name: cart}, spec: {selector: {app: cart},
  ports: [{name: http, port: 80, targetPort: 8080}]}}`
	scalerText = `{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: cart-v2}, spec: {
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart-v2}, minReplicas: 2, maxReplicas: 5}}`
	budgetText = `{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: cart-v2}, spec: {
  minAvailable: 1, selector: {matchLabels: {app: cart, version: v2}}}}`
	strategyText = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: cart-v1}, spec: {
  minReadySeconds: 5, progressDeadlineSeconds: 60, revisionHistoryLimit: 2,
  strategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 25%, maxSurge: 1}},
  selector: {matchLabels: {app: cart}}, template: {metadata: {labels: {app: cart}}, spec: {containers: [{name: a, image: a}]}}}}`
	portsText = `{apiVersion: v1, kind: Service, metadata: {name: cart}, spec: {selector: {app: cart}, type: ClusterIP, sessionAffinity: None,
  ports: [{name: http, port: 80}, {name: grpc, port: 81, protocol: TCP, targetPort: web, appProtocol: grpc}]}}`
)

// brokenOptions returns objects with faults in options, autoscalers, budgets and ports.
func brokenOptions() []broken {
	deployment := func(o lanes.DeploymentOptions) lanes.DeploymentBuilder {
		return lanes.DeploymentBuilder{Service: "cart", Version: "v1", Options: o}
	}
	rolling := func(kind appsv1.DeploymentStrategyType, unavailable, surge intstr.IntOrString) lanes.DeploymentBuilder {
		return deployment(lanes.DeploymentOptions{Strategy: &appsv1.DeploymentStrategy{Type: kind,
			RollingUpdate: &appsv1.RollingUpdateDeployment{MaxUnavailable: &unavailable, MaxSurge: &surge}}})
	}
	one, share := intstr.FromInt32(1), intstr.FromString("25%")
	scaler := func(least, most int32) lanes.AutoscalerBuilder {
		return lanes.AutoscalerBuilder{Service: "cart", Version: "v2",
			Autoscaler: lanes.Autoscaler{MinReplicas: &least, MaxReplicas: most}}
	}
	guard := func(b lanes.DisruptionBudget) lanes.DisruptionBudgetBuilder {
		return lanes.DisruptionBudgetBuilder{Service: "cart", Version: "v2", DisruptionBudget: b}
	}
	ports := func(p corev1.ServicePort, o lanes.ServiceOptions) lanes.ServiceBuilder {
		return lanes.ServiceBuilder{Name: "cart", Port: 80, Ports: []corev1.ServicePort{p}, Options: o}
	}
	none := lanes.ServiceOptions{}
	const unavailable, more = "spec.strategy.rollingUpdate.maxUnavailable", "spec.ports[1]"
	return []broken{
		{"Deployment of two strategies", strategyText, "type: RollingUpdate", "type: Recreate",
			"spec.strategy.rollingUpdate", rolling(appsv1.RecreateDeploymentStrategyType, share, one)},
		{"Deployment of an unknown strategy", strategyText, "type: RollingUpdate", "type: Blue", "spec.strategy.type",
			rolling("Blue", share, one)},
		{"Deployment of more than all", strategyText, "25%", "101%", unavailable,
			rolling("", intstr.FromString("101%"), one)},
		{"Deployment of no share", strategyText, "25%", "most", unavailable,
			rolling("", intstr.FromString("most"), one)},
		{"Deployment that moves no pod", strategyText, "maxUnavailable: 25%, maxSurge: 1",
			"maxUnavailable: 0%, maxSurge: 0", unavailable, rolling("", intstr.FromString("0%"), intstr.FromInt32(0))},
		{"Deployment that is never ready", strategyText, "progressDeadlineSeconds: 60", "progressDeadlineSeconds: 5",
			"spec.progressDeadlineSeconds",
			deployment(lanes.DeploymentOptions{MinReadySeconds: 5, ProgressDeadlineSeconds: new(int32(5))})},
		{"Deployment ready before it is", strategyText, "minReadySeconds: 5", "minReadySeconds: -1",
			"spec.minReadySeconds", deployment(lanes.DeploymentOptions{MinReadySeconds: -1})},
		{"Deployment of no history", strategyText, "revisionHistoryLimit: 2", "revisionHistoryLimit: -1",
			"spec.revisionHistoryLimit", deployment(lanes.DeploymentOptions{RevisionHistoryLimit: new(int32(-1))})},
		{"autoscaler of less than nothing", scalerText, "minReplicas: 2", "minReplicas: -1", "spec.minReplicas",
			scaler(-1, 5)},
		{"autoscaler to nothing by the CPU", scalerText, "minReplicas: 2", "minReplicas: 0", "spec.metrics",
			scaler(0, 5)},
		{"autoscaler of a most below its least", scalerText, "maxReplicas: 5", "maxReplicas: 1", "spec.maxReplicas",
			scaler(2, 1)},
		{"autoscaler without a most", scalerText, "maxReplicas: 5", "maxReplicas: 0", "spec.maxReplicas", scaler(2, 0)},
		{"budget of less than nothing", budgetText, "minAvailable: 1", "minAvailable: -1", "spec.minAvailable",
			guard(lanes.DisruptionBudget{MinAvailable: new(intstr.FromInt32(-1))})},
		{"budget of more than all", budgetText, "minAvailable: 1", "maxUnavailable: 101%", "spec.maxUnavailable",
			guard(lanes.DisruptionBudget{MaxUnavailable: new(intstr.FromString("101%"))})},
		{"budget of an unknown policy", budgetText, "minAvailable: 1",
			"minAvailable: 1, unhealthyPodEvictionPolicy: Never", "spec.unhealthyPodEvictionPolicy",
			guard(lanes.DisruptionBudget{MinAvailable: &one,
				UnhealthyPodEvictionPolicy: new(policyv1.UnhealthyPodEvictionPolicyType("Never"))})},
		{"port twice", portsText, "port: 81", "port: 80", more + ".port",
			ports(corev1.ServicePort{Name: "grpc", Port: 80}, none)},
		{"port without a name", portsText, "name: grpc, ", "", more + ".name",
			ports(corev1.ServicePort{Port: 81}, none)},
		{"port of a name twice", portsText, "name: grpc", "name: http", more + ".name",
			ports(corev1.ServicePort{Name: "http", Port: 81}, none)},
		{"port of a bad name", portsText, "name: grpc", "name: g_rpc", more + ".name",
			ports(corev1.ServicePort{Name: "g_rpc", Port: 81}, none)},
		{"port of an unknown protocol", portsText, "protocol: TCP", "protocol: HTTP", more + ".protocol",
			ports(corev1.ServicePort{Name: "grpc", Port: 81, Protocol: "HTTP"}, none)},
		{"port of a bad application protocol", portsText, "appProtocol: grpc", "appProtocol: g rpc", more +
			".appProtocol", ports(corev1.ServicePort{Name: "grpc", Port: 81, AppProtocol: new("g rpc")}, none)},
		{"target port of a bad name", portsText, "targetPort: web", "targetPort: w_eb", more + ".targetPort",
			ports(corev1.ServicePort{Name: "grpc", Port: 81, TargetPort: intstr.FromString("w_eb")}, none)},
		{"node port of an inner Service", portsText, "port: 81", "port: 81, nodePort: 30000", more + ".nodePort",
			ports(corev1.ServicePort{Name: "grpc", Port: 81, NodePort: 30000}, none)},
		{"Service of an unknown type", portsText, "type: ClusterIP", "type: Cluster", "spec.type",
			ports(corev1.ServicePort{Name: "grpc", Port: 81}, lanes.ServiceOptions{Type: "Cluster"})},
		{"Service of an unknown affinity", portsText, "sessionAffinity: None", "sessionAffinity: Cookie",
			"spec.sessionAffinity", ports(corev1.ServicePort{Name: "grpc", Port: 81},
				lanes.ServiceOptions{SessionAffinity: "Cookie"})},
		{"Service that sends elsewhere", portsText, "sessionAffinity: None", "internalTrafficPolicy: Here",
			"spec.internalTrafficPolicy", ports(corev1.ServicePort{Name: "grpc", Port: 81},
				lanes.ServiceOptions{InternalTrafficPolicy: new(corev1.ServiceInternalTrafficPolicy("Here"))})},
		{"Service that prefers elsewhere", portsText, "sessionAffinity: None", "trafficDistribution: Far",
			"spec.trafficDistribution", ports(corev1.ServicePort{Name: "grpc", Port: 81},
				lanes.ServiceOptions{TrafficDistribution: new("Far")})},
	}
}

// brokenKubernetes returns Deployments, Services and an autoscaler.
func brokenKubernetes() []broken {
	deployment := func(containers ...corev1.Container) lanes.DeploymentBuilder {
		return lanes.DeploymentBuilder{Service: "cart", Version: "v1",
			Template: &corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: containers}}}
	}
	container := func(name, image string) corev1.Container { return corev1.Container{Name: name, Image: image} }
	otherApp, negative, badVersion := deployment(container("a", "a")), deployment(container("a", "a")),
		deployment(container("a", "a"))
	otherApp.Template.Labels = map[string]string{"app": "pay"}
	negative.Replicas = new(int32(-1))
	badVersion.Version = "v1-"
	const containers = "[{name: default, image: cart, env: [{name: A, value: a}]}]"
	const pod, port = "spec.template.spec", "spec.ports[0]"
	return []broken{
		{"Deployment selects other pods", deploymentText, "matchLabels: {app: cart}",
			"matchLabels: {app: cart, version: v2}", "spec.template.metadata.labels", nil},
		{"Deployment template of another", deploymentText, "template: {metadata: {labels: {app: cart, ",
			"template: {metadata: {labels: {app: pay, ", "spec.template.metadata.labels[app]", otherApp},
		{"Deployment without selector", deploymentText, "selector: {matchLabels: {app: cart}},", "", "spec.selector",
			nil},
		{"Deployment of a negative number", deploymentText, "replicas: 1", "replicas: -1", "spec.replicas", negative},
		{"Deployment of a number in words", deploymentText, "replicas: 1", "replicas: one", "spec.replicas", nil},
		{"Deployment of a bad version", deploymentText, "labels: {app: cart, version: v1}}, spec: {\n",
			"labels: {app: cart, version: v1-}}, spec: {\n", "metadata.labels[version]", badVersion},
		{"Deployment with a typo", deploymentText, "replicas: 1", "replica: 1", "spec.replica", nil},
		{"Deployment without containers", deploymentText, containers, "[]", pod + ".containers", deployment()},
		{"container without image", deploymentText, "image: cart, ", "", pod + ".containers[0].image",
			deployment(container("default", ""))},
		{"container without name", deploymentText, "name: default", "name: ''", pod + ".containers[0].name",
			deployment(container("", "cart"))},
		{"container of a bad name", deploymentText, "name: default", "name: Default", pod + ".containers[0].name",
			deployment(container("Default", "cart"))},
		{"container twice", deploymentText, containers, "[{name: a, image: a}, {name: a, image: b}]", pod +
			".containers[1].name", deployment(container("a", "a"), container("a", "b"))},
		{"container variable of a number", deploymentText, "value: a", "value: 1", pod + ".containers[0].env[0].value",
			nil},
		{"container with a typo", deploymentText, "image: cart", "image: cart, imagepullPolicy: Always", pod +
			".containers[0].imagepullPolicy", nil},
		{"Service of a bad name", serviceText, "{name: cart}", "{name: Cart}", "metadata.name",
			lanes.ServiceBuilder{Name: "Cart", Port: 80}},
		{"Service without port", serviceText, "port: 80, ", "port: 0, ", port + ".port",
			lanes.ServiceBuilder{Name: "cart"}},
		{"Service port too high", serviceText, "port: 80, ", "port: 70000, ", port + ".port",
			lanes.ServiceBuilder{Name: "cart", Port: 70000}},
		{"Service target port too high", serviceText, "targetPort: 8080", "targetPort: 70000", port + ".targetPort",
			lanes.ServiceBuilder{Name: "cart", Port: 80, TargetPort: intstr.FromInt32(70000)}},
		{"Service port of a bad name", serviceText, "name: http", "name: http_web", port + ".name",
			lanes.ServiceBuilder{Name: "cart", Port: 80, PortName: "http_web"}},
		{"Service port in words", serviceText, "port: 80, ", "port: http, ", port + ".port", nil},
		{"autoscaler of nothing", scalerText, "kind: Deployment, name: cart-v2", "kind: Deployment, name: ''",
			"spec.scaleTargetRef.name", lanes.DerivedAutoscaler{From: autoscaler("cart", "v1"), OldVersion: "v1",
				Version: "v2"}},
	}
}
