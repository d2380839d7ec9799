package mesh

import (
	"maps"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/swimlane-go/swimlane/lanes"
)

// PodOf returns a ready pod without an address.
func PodOf(name, namespace string, labels map[string]string) *corev1.Pod {
	return &corev1.Pod{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace, Labels: maps.Clone(labels)},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "default", Image: "app"}}},
		Status: corev1.PodStatus{
			Phase:      corev1.PodRunning,
			Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}},
		},
	}
}

// Place gives a pod an address.
func Place(pod *corev1.Pod, ip string) {
	pod.Status.PodIP = ip
	pod.Status.PodIPs = []corev1.PodIP{{IP: ip}}
}

// GatewayPod returns a pod of the app's gateway.
func GatewayPod(app lanes.App) *corev1.Pod {
	selector := app.Gateway.Selector
	if len(selector) == 0 {
		selector = map[string]string{"istio": "ingressgateway"}
	}
	pod := PodOf("gateway-of-"+app.Name, app.Gateway.Namespace, selector)
	Place(pod, "10.99.0.1")
	return pod
}
