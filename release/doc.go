// Package release puts the other packages together: [Render] turns an app, a plan and a
// state into the whole set of objects that Git should hold: Deployments and Services, the
// lane group and the lanes, the gateway and the entry route with its weights. [Steps]
// says in which commits one set becomes another, so that traffic is served at every
// moment. [Config] is what a Git directory says of its release, and [PlanError] what is
// wrong with that, at which lines; package gitops moves one there, command by command.
//
// A controller holds the release as objects instead: [ConfigOf] reads the plan, [Read]
// where the release is, [Live.Available] whether its pods are there, and [Live.With] or
// [Live.Apply] says what to write.
//
// The state of the release is in an annotation, [AnnotationState], of the entry
// VirtualService, or of the lane group where the lanes have the weights.
//
// Rendered objects of Istio's kinds are networking.istio.io/v1beta1: ASM has had lanes
// since 1.18, and Istio serves v1 only since 1.22; v1beta1 is served by all.
package release
