package main

import (
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/swimlane-go/swimlane/lanes"
)

// app returns the declaration of the shop. web calls three services. pay and the service that it
// calls belong to another team and have another namespace.
func app() lanes.App {
	return lanes.App{
		Name:      "shop",
		Namespace: "shop",
		Gateway: lanes.Gateway{
			Name: "public", Namespace: "istio-ingress", Shared: true,
			Hosts: []string{"shop.example.com"},
			Route: &lanes.RouteOptions{
				Name: "main",
				Testers: []lanes.Testers{{Name: "testers", Version: "v2",
					Headers: map[string]lanes.StringMatch{"x-tester": {Exact: "yes"}}}},
				Timeout: metav1.Duration{Duration: 5 * time.Second},
				Retries: &lanes.Retries{Attempts: 2, PerTryTimeout: metav1.Duration{Duration: 2 * time.Second},
					On: "connect-failure,refused-stream"},
				Mirror: &lanes.Mirror{Version: "v2", Percent: new(10.0)},
			},
		},
		Services: []lanes.AppService{
			web(),
			{Name: "cart", Port: 8080, TargetPort: intstr.FromString("http"), Template: pod("cart:1"),
				Replicas: new(int32(2))},
			catalog(),
			{
				Name: "pay", Namespace: "pay", Port: 8080, Template: pod("pay:1"), Replicas: new(int32(2)),
				Calls:      []string{"ledger"},
				Deployment: &lanes.DeploymentOptions{Annotations: map[string]string{"example.com/owner": "payments"}},
			},
			{
				Name: "ledger", Namespace: "pay", Port: 8080, Template: pod("ledger:1"), Replicas: new(int32(1)),
				Deployment: &lanes.DeploymentOptions{
					Strategy: &appsv1.DeploymentStrategy{Type: appsv1.RecreateDeploymentStrategyType}},
			},
		},
		Versions: []lanes.Version{
			{Name: "v1"},
			{Name: "v2", Services: []lanes.VersionService{{Name: "web", Template: pod("web:2")},
				{Name: "catalog", Template: pod("catalog:2")}}},
		},
	}
}

// web receives the requests. An autoscaler scales it, and half of its pods keep running when nodes
// are drained.
func web() lanes.AppService {
	return lanes.AppService{
		Name: "web", Port: 80, TargetPort: intstr.FromString("http"),
		Template: pod("web:1"),
		Calls:    []string{"cart", "catalog", "pay"},
		Service:  &lanes.ServiceOptions{TrafficDistribution: new(corev1.ServiceTrafficDistributionPreferClose)},
		Deployment: &lanes.DeploymentOptions{
			Labels:          map[string]string{"example.com/tier": "front"},
			MinReadySeconds: 10,
			Strategy: &appsv1.DeploymentStrategy{Type: appsv1.RollingUpdateDeploymentStrategyType,
				RollingUpdate: &appsv1.RollingUpdateDeployment{
					MaxUnavailable: new(intstr.FromInt32(0)), MaxSurge: new(intstr.FromString("25%")),
				}},
		},
		Autoscaler: &lanes.Autoscaler{MinReplicas: new(int32(2)), MaxReplicas: 10, Metrics: []autoscalingv2.MetricSpec{{
			Type: autoscalingv2.ResourceMetricSourceType,
			Resource: &autoscalingv2.ResourceMetricSource{Name: corev1.ResourceCPU, Target: autoscalingv2.MetricTarget{
				Type: autoscalingv2.UtilizationMetricType, AverageUtilization: new(int32(70)),
			}},
		}}},
		DisruptionBudget: &lanes.DisruptionBudget{MinAvailable: new(intstr.FromString("50%"))},
	}
}

// catalog serves HTTP and gRPC. It has a port for its operators too; lanes do not route it.
func catalog() lanes.AppService {
	return lanes.AppService{
		Name: "catalog", Port: 8080, TargetPort: intstr.FromString("http"),
		Ports: []corev1.ServicePort{
			{Name: "grpc", Port: 9090, TargetPort: intstr.FromString("grpc")},
			{Name: "tcp-admin", Port: 9901},
		},
		Template: pod("catalog:1"),
		Replicas: new(int32(2)),
	}
}

func pod(image string) *corev1.PodTemplateSpec {
	return &corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{
		Name:  "default",
		Image: "registry.example.com/" + image,
		Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 8080}, {Name: "grpc", ContainerPort: 9090}},
		Resources: corev1.ResourceRequirements{Requests: corev1.ResourceList{
			corev1.ResourceCPU: resource.MustParse("100m"),
		}},
	}}}}
}
