// Package release puts the other packages together. [Render] turns an app, a plan and a state
// into all objects that Git should hold: Deployments and Services, the lane group and the
// lanes, the gateway and the entry route with its weights. [Steps] returns the commits by which
// one set becomes another while traffic is served at every moment. [Config] is the release of a
// Git directory, and [PlanError] has the faults of its ConfigMap with their lines. Package
// gitops moves a release in Git, command by command.
//
// A controller holds the release as objects instead. [ConfigOf] reads the plan, and [Read]
// reads where the release is. [Live.Available] checks that its pods are available. [Live.With]
// and [Live.Apply] return what to write.
//
// The state of the release is in an annotation, [AnnotationState], of the entry VirtualService,
// or of the lane group if the lanes have the weights. [Values] keeps it in a file of values.
//
// Rendered objects of Istio's kinds are networking.istio.io/v1beta1, which every version with
// lanes serves: ASM has had lanes since 1.18, and Istio serves v1 only since 1.22.
package release
