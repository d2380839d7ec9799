// Package gitops moves a release in a Git directory that people wrote, command by
// command, by editing the few lines that a careful person would.
//
// [Update] locks the directory, reads it and writes one [Commit], to be committed as it
// is. A [Tree] is what was read: the objects, the plan from a ConfigMap
// ([release.Config]) and the state. It makes each command, from Prepare to CleanUp, as
// one edit of the text; its [Report] says where the release is and what may come next.
// [Check] finds what is wrong with releases in a set, for reviews.
//
// The state is in an annotation, release.AnnotationState, of one object, the carrier: the
// entry VirtualService, whose weights and state change in one edit; or the lane group,
// where the lanes hold the weights by ASM's weighted strategy. Git changes those in one
// commit too, but a cluster applies one lane object after the other. The other holders of
// weights bear release.AnnotationRevision.
//
// A write that is cut off between two files serves, and the next command completes it. A
// roll back needs no such thing: it gives every holder the weights of the plan's
// rollback, whatever is there, as long as each can be read and edited.
package gitops
