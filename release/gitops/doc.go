// Package gitops moves a release in a Git directory that people wrote, command by
// command, by editing the few lines that a careful person would.
//
// [Open] reads the plan from a ConfigMap ([release.Config]) and the state from the
// object that carries it. Its [Tree] makes each command, from Prepare to CleanUp,
// as one edit of the text ([Commit]), to be committed as it is. An edit that is
// cut off between two files serves, and the next command completes it.
//
// The state stands in an annotation, release.AnnotationState, of one object, the
// carrier: the entry VirtualService, whose weights and state change in one edit; or
// the lane group, where the lanes hold the weights by ASM's weighted strategy. Git
// changes those in one commit too, but a cluster applies one lane object after the
// other. The other holders of weights bear release.AnnotationRevision.
package gitops
