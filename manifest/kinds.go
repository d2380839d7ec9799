package manifest

import (
	"reflect"

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

// knownKinds are the kinds that the library knows, each with its Go type.
var knownKinds = [...]struct {
	gvk  schema.GroupVersionKind
	make func() runtime.Object
}{
	{appsv1.SchemeGroupVersion.WithKind("Deployment"), func() runtime.Object { return &appsv1.Deployment{} }},
	{appsv1.SchemeGroupVersion.WithKind("StatefulSet"), func() runtime.Object { return &appsv1.StatefulSet{} }},
	{appsv1.SchemeGroupVersion.WithKind("DaemonSet"), func() runtime.Object { return &appsv1.DaemonSet{} }},
	{corev1.SchemeGroupVersion.WithKind("Service"), func() runtime.Object { return &corev1.Service{} }},
	{autoscalingv2.SchemeGroupVersion.WithKind("HorizontalPodAutoscaler"),
		func() runtime.Object { return &autoscalingv2.HorizontalPodAutoscaler{} }},
	{policyv1.SchemeGroupVersion.WithKind("PodDisruptionBudget"),
		func() runtime.Object { return &policyv1.PodDisruptionBudget{} }},
	{lanes.GroupVersion().WithKind(lanes.KindLaneGroup), func() runtime.Object { return &lanes.ASMSwimLaneGroup{} }},
	{lanes.GroupVersion().WithKind(lanes.KindLane), func() runtime.Object { return &lanes.ASMSwimLane{} }},
	{networkingv1.SchemeGroupVersion.WithKind("VirtualService"),
		func() runtime.Object { return &networkingv1.VirtualService{} }},
	{networkingv1.SchemeGroupVersion.WithKind("Gateway"), func() runtime.Object { return &networkingv1.Gateway{} }},
	{networkingv1.SchemeGroupVersion.WithKind("DestinationRule"),
		func() runtime.Object { return &networkingv1.DestinationRule{} }},
	{networkingv1.SchemeGroupVersion.WithKind("ServiceEntry"),
		func() runtime.Object { return &networkingv1.ServiceEntry{} }},
	{networkingv1beta1.SchemeGroupVersion.WithKind("VirtualService"),
		func() runtime.Object { return &networkingv1beta1.VirtualService{} }},
	{networkingv1beta1.SchemeGroupVersion.WithKind("Gateway"),
		func() runtime.Object { return &networkingv1beta1.Gateway{} }},
	{networkingv1beta1.SchemeGroupVersion.WithKind("DestinationRule"),
		func() runtime.Object { return &networkingv1beta1.DestinationRule{} }},
	{networkingv1beta1.SchemeGroupVersion.WithKind("ServiceEntry"),
		func() runtime.Object { return &networkingv1beta1.ServiceEntry{} }},
	{networkingv1alpha3.SchemeGroupVersion.WithKind("VirtualService"),
		func() runtime.Object { return &networkingv1alpha3.VirtualService{} }},
	{networkingv1alpha3.SchemeGroupVersion.WithKind("Gateway"),
		func() runtime.Object { return &networkingv1alpha3.Gateway{} }},
	{networkingv1alpha3.SchemeGroupVersion.WithKind("DestinationRule"),
		func() runtime.Object { return &networkingv1alpha3.DestinationRule{} }},
	{networkingv1alpha3.SchemeGroupVersion.WithKind("ServiceEntry"),
		func() runtime.Object { return &networkingv1alpha3.ServiceEntry{} }},
}

// strictKinds are further kinds for which keys and types are checked. Their objects stay
// unstructured: nothing here reads them as more than text.
var strictKinds = [...]struct {
	gvk  schema.GroupVersionKind
	make func() runtime.Object
}{
	{corev1.SchemeGroupVersion.WithKind("ConfigMap"), func() runtime.Object { return &corev1.ConfigMap{} }},
	{corev1.SchemeGroupVersion.WithKind("ServiceAccount"), func() runtime.Object { return &corev1.ServiceAccount{} }},
}

// strict returns a new value of the Go type that an object of a strict kind must have,
// nil for any other.
func strict(gvk schema.GroupVersionKind) runtime.Object {
	for i := range strictKinds {
		if strictKinds[i].gvk == gvk {
			return strictKinds[i].make()
		}
	}
	return nil
}

// typed returns a new value of the Go type of a kind that the library knows,
// nil for any other.
func typed(gvk schema.GroupVersionKind) runtime.Object {
	for i := range knownKinds {
		if knownKinds[i].gvk == gvk {
			return knownKinds[i].make()
		}
	}
	return nil
}

// goKind returns the kind of an object by its Go type: an object from a client may not name its
// kind. It is empty for an unknown type.
func goKind(value runtime.Object) schema.GroupVersionKind {
	for i := range knownKinds {
		if reflect.TypeOf(knownKinds[i].make()) == reflect.TypeOf(value) {
			return knownKinds[i].gvk
		}
	}
	return schema.GroupVersionKind{}
}

// The methods below return an object by its kind. Istio's kinds have one spec type in all their
// versions.

// VirtualService returns the spec of a VirtualService of any version, nil for any other object.
// Read-only.
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

// Gateway returns the spec of an Istio Gateway of any version, nil for any other object. Read-only.
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

// DestinationRule returns the spec of a DestinationRule of any version, nil for any other object.
// Read-only.
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

// ServiceEntry returns the spec of a ServiceEntry of any version, nil for any other object.
// Read-only.
func (o Object) ServiceEntry() *networking.ServiceEntry {
	switch v := o.Value.(type) {
	case *networkingv1.ServiceEntry:
		return &v.Spec
	case *networkingv1beta1.ServiceEntry:
		return &v.Spec
	case *networkingv1alpha3.ServiceEntry:
		return &v.Spec
	}
	return nil
}

// Deployment returns the Deployment, nil for any other object. Read-only.
func (o Object) Deployment() *appsv1.Deployment {
	v, _ := o.Value.(*appsv1.Deployment)
	return v
}

// StatefulSet returns the StatefulSet, nil for any other object. Read-only.
func (o Object) StatefulSet() *appsv1.StatefulSet {
	v, _ := o.Value.(*appsv1.StatefulSet)
	return v
}

// DaemonSet returns the DaemonSet, nil for any other object. Read-only.
func (o Object) DaemonSet() *appsv1.DaemonSet {
	v, _ := o.Value.(*appsv1.DaemonSet)
	return v
}

// Service returns the Kubernetes Service, nil for any other object. Read-only.
func (o Object) Service() *corev1.Service {
	v, _ := o.Value.(*corev1.Service)
	return v
}

// Autoscaler returns the HorizontalPodAutoscaler of autoscaling/v2, nil for any other object.
// Read-only.
func (o Object) Autoscaler() *autoscalingv2.HorizontalPodAutoscaler {
	v, _ := o.Value.(*autoscalingv2.HorizontalPodAutoscaler)
	return v
}

// Budget returns the PodDisruptionBudget of policy/v1, nil for any other object. Read-only.
func (o Object) Budget() *policyv1.PodDisruptionBudget {
	v, _ := o.Value.(*policyv1.PodDisruptionBudget)
	return v
}

// LaneGroup returns the ASMSwimLaneGroup, nil for any other object. Read-only.
func (o Object) LaneGroup() *lanes.ASMSwimLaneGroup {
	v, _ := o.Value.(*lanes.ASMSwimLaneGroup)
	return v
}

// Lane returns the ASMSwimLane, nil for any other object. Read-only.
func (o Object) Lane() *lanes.ASMSwimLane {
	v, _ := o.Value.(*lanes.ASMSwimLane)
	return v
}
