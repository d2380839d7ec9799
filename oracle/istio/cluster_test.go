package istio_test

import (
	"cmp"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/utils/ptr"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/oracle/istio/mesh"
)

// cluster has the Services and Deployments of a set as a Kubernetes cluster runs them: Services
// with addresses, and a pod for each Deployment.
type cluster struct {
	services []*corev1.Service
	pods     []*corev1.Pod
	replicas map[*corev1.Pod]int64 // of the Deployment of the pod
}

// clusterOf returns the cluster that runs a set. Pods have no address yet.
func clusterOf(set manifest.Set) cluster {
	c := cluster{replicas: map[*corev1.Pod]int64{}}
	for i, o := range set.Kind("Service") {
		service := o.Value.(*corev1.Service).DeepCopy()
		service.Namespace = o.Ref.Namespace
		service.Spec.ClusterIP = address(10, i)
		service.Spec.ClusterIPs = []string{service.Spec.ClusterIP}
		c.services = append(c.services, service)
	}
	for _, o := range set.Kind("Deployment") {
		d := o.Value.(*appsv1.Deployment)
		if d.Spec.Replicas == nil || *d.Spec.Replicas > 0 {
			pod := mesh.PodOf(o.Ref.Name, o.Ref.Namespace, d.Spec.Template.Labels)
			c.pods = append(c.pods, pod)
			c.replicas[pod] = int64(ptr.Deref(d.Spec.Replicas, 1))
		}
	}
	return c
}

// address returns the ith address of a network of class A.
func address(network, i int) string {
	return fmt.Sprintf("%d.%d.%d.%d", network, i/(250*250), i/250%250, i%250+1)
}

// objects returns the objects of the cluster. A pod serves on the port of ports for its address,
// else on the port of its Service.
func (c cluster) objects(ports map[string]int32) []runtime.Object {
	var out []runtime.Object
	for _, pod := range c.pods {
		out = append(out, pod)
	}
	for _, service := range c.services {
		out = append(out, service)
		selector := labels.SelectorFromSet(service.Spec.Selector)
		for i, pod := range c.pods {
			if pod.Namespace != service.Namespace || !selector.Matches(labels.Set(pod.Labels)) {
				continue
			}
			out = append(out, endpointSlice(service, pod, i, cmp.Or(ports[pod.Status.PodIP], targetPort(service))))
		}
	}
	return out
}

// takeLabels gives the Services their labels of a set.
func (c cluster) takeLabels(set manifest.Set) {
	for _, service := range c.services {
		o, _ := set.Get(manifest.Ref{Kind: "Service", Namespace: service.Namespace, Name: service.Name})
		service.Labels = o.Meta().GetLabels()
	}
}

func targetPort(service *corev1.Service) int32 {
	port := service.Spec.Ports[0]
	return cmp.Or(int32(port.TargetPort.IntValue()), port.Port)
}

func endpointSlice(service *corev1.Service, pod *corev1.Pod, i int, port int32) *discoveryv1.EndpointSlice {
	var ports []discoveryv1.EndpointPort
	for _, p := range service.Spec.Ports {
		ports = append(ports, discoveryv1.EndpointPort{Name: ptr.To(p.Name), Port: ptr.To(port),
			Protocol: ptr.To(corev1.ProtocolTCP)})
	}
	return &discoveryv1.EndpointSlice{
		TypeMeta: metav1.TypeMeta{APIVersion: "discovery.k8s.io/v1", Kind: "EndpointSlice"},
		ObjectMeta: metav1.ObjectMeta{
			Name:      fmt.Sprintf("%s-%d", service.Name, i),
			Namespace: service.Namespace,
			Labels:    map[string]string{discoveryv1.LabelServiceName: service.Name},
		},
		AddressType: discoveryv1.AddressTypeIPv4,
		Ports:       ports,
		Endpoints: []discoveryv1.Endpoint{{
			Addresses:  []string{pod.Status.PodIP},
			Conditions: discoveryv1.EndpointConditions{Ready: ptr.To(true)},
			TargetRef:  &corev1.ObjectReference{Kind: "Pod", Name: pod.Name, Namespace: pod.Namespace},
		}},
	}
}

// laneOf returns the lane of a pod, by the lanes' selectors.
func laneOf(t testing.TB, all []*lanes.ASMSwimLane, pod *corev1.Pod) string {
	t.Helper()
	var found []string
	for _, lane := range all {
		if labels.SelectorFromSet(lane.Spec.LabelSelector).Matches(labels.Set(pod.Labels)) {
			found = append(found, lane.Name)
		}
	}
	require.Len(t, found, 1, "lanes of pod %s", pod.Name)
	return found[0]
}
