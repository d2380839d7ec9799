// Package release puts the other packages together, in two ways.
//
// [Render] turns an app, a plan and a state into the whole set of objects that
// Git should hold: Deployments and Services, the lane group and the lanes, the
// gateway and the entry route with its weights. [Steps] says in which commits one
// set becomes another, so that traffic is served at every moment.
//
// [Open] takes a Git directory that people wrote instead. It reads the plan from a
// ConfigMap ([Config]) and the state from the route that carries it, and its
// [Tree] makes each command of a release, from Prepare to CleanUp, as one edit of
// the text ([Outcome]), to be committed as it is. An edit that is cut off between
// two files serves, and the next command completes it.
//
// The state of the release stands in an annotation, lanes.AnnotationState, of
// one object, the carrier: the entry VirtualService, whose weights and state change
// in one edit; or the lane group, where the lanes bear the weights by ASM's weighted
// strategy. Git changes those in one commit too, but a cluster applies one lane
// object after the other.
//
// Rendered objects of Istio's kinds are networking.istio.io/v1beta1: ASM has had
// lanes since 1.18, and Istio serves v1 only since 1.22; v1beta1 is served by all.
package release
