package routing

import (
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	networkingv1beta1 "istio.io/client-go/pkg/apis/networking/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// V1Beta1 returns a copy of vs in networking.istio.io/v1beta1; nil for nil. The spec is
// the same in both; a client's scheme ties the version to the Go type.
func V1Beta1(vs *networkingv1.VirtualService) *networkingv1beta1.VirtualService {
	if vs == nil {
		return nil
	}
	c := vs.DeepCopy()
	return &networkingv1beta1.VirtualService{TypeMeta: v1beta1("VirtualService"), ObjectMeta: c.ObjectMeta,
		Spec: *c.Spec.DeepCopy(), Status: *c.Status.DeepCopy()}
}

// V1 returns a copy of vs in networking.istio.io/v1: the inverse of [V1Beta1].
func V1(vs *networkingv1beta1.VirtualService) *networkingv1.VirtualService {
	if vs == nil {
		return nil
	}
	c := vs.DeepCopy()
	return &networkingv1.VirtualService{TypeMeta: v1("VirtualService"), ObjectMeta: c.ObjectMeta,
		Spec: *c.Spec.DeepCopy(), Status: *c.Status.DeepCopy()}
}

// GatewayV1Beta1 returns a copy of gw in networking.istio.io/v1beta1.
func GatewayV1Beta1(gw *networkingv1.Gateway) *networkingv1beta1.Gateway {
	if gw == nil {
		return nil
	}
	c := gw.DeepCopy()
	return &networkingv1beta1.Gateway{TypeMeta: v1beta1("Gateway"), ObjectMeta: c.ObjectMeta, Spec: *c.Spec.DeepCopy(),
		Status: *c.Status.DeepCopy()}
}

// GatewayV1 returns a copy of gw in networking.istio.io/v1.
func GatewayV1(gw *networkingv1beta1.Gateway) *networkingv1.Gateway {
	if gw == nil {
		return nil
	}
	c := gw.DeepCopy()
	return &networkingv1.Gateway{TypeMeta: v1("Gateway"), ObjectMeta: c.ObjectMeta, Spec: *c.Spec.DeepCopy(),
		Status: *c.Status.DeepCopy()}
}

// DestinationRuleV1Beta1 returns a copy of dr in networking.istio.io/v1beta1.
func DestinationRuleV1Beta1(dr *networkingv1.DestinationRule) *networkingv1beta1.DestinationRule {
	if dr == nil {
		return nil
	}
	c := dr.DeepCopy()
	return &networkingv1beta1.DestinationRule{TypeMeta: v1beta1("DestinationRule"), ObjectMeta: c.ObjectMeta,
		Spec: *c.Spec.DeepCopy(), Status: *c.Status.DeepCopy()}
}

// DestinationRuleV1 returns a copy of dr in networking.istio.io/v1.
func DestinationRuleV1(dr *networkingv1beta1.DestinationRule) *networkingv1.DestinationRule {
	if dr == nil {
		return nil
	}
	c := dr.DeepCopy()
	return &networkingv1.DestinationRule{TypeMeta: v1("DestinationRule"), ObjectMeta: c.ObjectMeta,
		Spec: *c.Spec.DeepCopy(), Status: *c.Status.DeepCopy()}
}

func v1beta1(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: networkingv1beta1.SchemeGroupVersion.String(), Kind: kind}
}

func v1(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: networkingv1.SchemeGroupVersion.String(), Kind: kind}
}
