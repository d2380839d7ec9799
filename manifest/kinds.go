package manifest

import (
	networking "istio.io/api/networking/v1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	networkingv1alpha3 "istio.io/client-go/pkg/apis/networking/v1alpha3"
	networkingv1beta1 "istio.io/client-go/pkg/apis/networking/v1beta1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/swimlane-go/swimlane/lanes"
)

const istioGroup = "networking.istio.io"

// typed returns a new value of the Go type of a kind that the library knows,
// nil for any other.
func typed(gvk schema.GroupVersionKind) runtime.Object {
	switch gvk {
	case appsv1.SchemeGroupVersion.WithKind("Deployment"):
		return &appsv1.Deployment{}
	case corev1.SchemeGroupVersion.WithKind("Service"):
		return &corev1.Service{}
	case autoscalingv2.SchemeGroupVersion.WithKind("HorizontalPodAutoscaler"):
		return &autoscalingv2.HorizontalPodAutoscaler{}
	case policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget"):
		return &policyv1.PodDisruptionBudget{}
	case lanes.GroupVersion().WithKind(lanes.KindLaneGroup):
		return &lanes.ASMSwimLaneGroup{}
	case lanes.GroupVersion().WithKind(lanes.KindLane):
		return &lanes.ASMSwimLane{}
	case networkingv1.SchemeGroupVersion.WithKind("VirtualService"):
		return &networkingv1.VirtualService{}
	case networkingv1.SchemeGroupVersion.WithKind("Gateway"):
		return &networkingv1.Gateway{}
	case networkingv1.SchemeGroupVersion.WithKind("DestinationRule"):
		return &networkingv1.DestinationRule{}
	case networkingv1beta1.SchemeGroupVersion.WithKind("VirtualService"):
		return &networkingv1beta1.VirtualService{}
	case networkingv1beta1.SchemeGroupVersion.WithKind("Gateway"):
		return &networkingv1beta1.Gateway{}
	case networkingv1beta1.SchemeGroupVersion.WithKind("DestinationRule"):
		return &networkingv1beta1.DestinationRule{}
	case networkingv1alpha3.SchemeGroupVersion.WithKind("VirtualService"):
		return &networkingv1alpha3.VirtualService{}
	case networkingv1alpha3.SchemeGroupVersion.WithKind("Gateway"):
		return &networkingv1alpha3.Gateway{}
	case networkingv1alpha3.SchemeGroupVersion.WithKind("DestinationRule"):
		return &networkingv1alpha3.DestinationRule{}
	}
	return nil
}

// goKind returns the kind of an object: that of its Go type, since
// what a client returns may not name it. It is empty for an unknown type.
func goKind(value runtime.Object) schema.GroupVersionKind {
	switch value.(type) {
	case *appsv1.Deployment:
		return appsv1.SchemeGroupVersion.WithKind("Deployment")
	case *corev1.Service:
		return corev1.SchemeGroupVersion.WithKind("Service")
	case *autoscalingv2.HorizontalPodAutoscaler:
		return autoscalingv2.SchemeGroupVersion.WithKind("HorizontalPodAutoscaler")
	case *policyv1.PodDisruptionBudget:
		return policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget")
	case *lanes.ASMSwimLaneGroup:
		return lanes.GroupVersion().WithKind(lanes.KindLaneGroup)
	case *lanes.ASMSwimLane:
		return lanes.GroupVersion().WithKind(lanes.KindLane)
	case *networkingv1.VirtualService:
		return networkingv1.SchemeGroupVersion.WithKind("VirtualService")
	case *networkingv1.Gateway:
		return networkingv1.SchemeGroupVersion.WithKind("Gateway")
	case *networkingv1.DestinationRule:
		return networkingv1.SchemeGroupVersion.WithKind("DestinationRule")
	case *networkingv1beta1.VirtualService:
		return networkingv1beta1.SchemeGroupVersion.WithKind("VirtualService")
	case *networkingv1beta1.Gateway:
		return networkingv1beta1.SchemeGroupVersion.WithKind("Gateway")
	case *networkingv1beta1.DestinationRule:
		return networkingv1beta1.SchemeGroupVersion.WithKind("DestinationRule")
	case *networkingv1alpha3.VirtualService:
		return networkingv1alpha3.SchemeGroupVersion.WithKind("VirtualService")
	case *networkingv1alpha3.Gateway:
		return networkingv1alpha3.SchemeGroupVersion.WithKind("Gateway")
	case *networkingv1alpha3.DestinationRule:
		return networkingv1alpha3.SchemeGroupVersion.WithKind("DestinationRule")
	}
	return schema.GroupVersionKind{}
}

// The methods below return the object as what it is, nil when it is something
// else. Istio's kinds have one spec type in all their versions. Read-only.

// VirtualService returns the spec of a VirtualService of any version.
func (o Object) VirtualService() *networking.VirtualService {
	switch v := o.Value.(type) {
	case *networkingv1.VirtualService:
		return &v.Spec
	case *networkingv1beta1.VirtualService:
		return &v.Spec
	case *networkingv1alpha3.VirtualService:
		return &v.Spec
	}
	return nil
}

// Gateway returns the spec of an Istio Gateway of any version.
func (o Object) Gateway() *networking.Gateway {
	switch v := o.Value.(type) {
	case *networkingv1.Gateway:
		return &v.Spec
	case *networkingv1beta1.Gateway:
		return &v.Spec
	case *networkingv1alpha3.Gateway:
		return &v.Spec
	}
	return nil
}

// DestinationRule returns the spec of a DestinationRule of any version.
func (o Object) DestinationRule() *networking.DestinationRule {
	switch v := o.Value.(type) {
	case *networkingv1.DestinationRule:
		return &v.Spec
	case *networkingv1beta1.DestinationRule:
		return &v.Spec
	case *networkingv1alpha3.DestinationRule:
		return &v.Spec
	}
	return nil
}

// Deployment returns the Deployment.
func (o Object) Deployment() *appsv1.Deployment {
	v, _ := o.Value.(*appsv1.Deployment)
	return v
}

// Service returns the Kubernetes Service.
func (o Object) Service() *corev1.Service {
	v, _ := o.Value.(*corev1.Service)
	return v
}

// Autoscaler returns the HorizontalPodAutoscaler of autoscaling/v2.
func (o Object) Autoscaler() *autoscalingv2.HorizontalPodAutoscaler {
	v, _ := o.Value.(*autoscalingv2.HorizontalPodAutoscaler)
	return v
}

// Budget returns the PodDisruptionBudget of policy/v1.
func (o Object) Budget() *policyv1.PodDisruptionBudget {
	v, _ := o.Value.(*policyv1.PodDisruptionBudget)
	return v
}

// LaneGroup returns the ASMSwimLaneGroup.
func (o Object) LaneGroup() *lanes.ASMSwimLaneGroup {
	v, _ := o.Value.(*lanes.ASMSwimLaneGroup)
	return v
}

// Lane returns the ASMSwimLane.
func (o Object) Lane() *lanes.ASMSwimLane {
	v, _ := o.Value.(*lanes.ASMSwimLane)
	return v
}
