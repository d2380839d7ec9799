// Package release turns an app, a plan and a state into the whole set of
// objects that Git should hold: Deployments and Services, the lane group and
// the lanes, the gateway and the entry route with its weights.
//
// The state of the release stands in an annotation, lanes.AnnotationState, of
// one object, the carrier: the entry VirtualService. So the weights and the
// state that they belong to change in one commit.
//
// Istio's kinds are written as networking.istio.io/v1beta1: ASM has had lanes
// since 1.18, and Istio serves v1 only since 1.22; v1beta1 is served by all.
package release
