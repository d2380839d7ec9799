// Package gitops moves a release in a Git directory that people wrote, command by command. It
// edits the few lines that a careful person would.
//
// [Update] locks the directory, reads it and writes one [Commit], which you commit as it is. A
// [Tree] is what was read: the objects, the plan from a ConfigMap ([release.Config]), and the
// state. It makes each command, from Prepare to CleanUp, as one edit of the text. Its [Report]
// says where the release is and what may come next. [Check] finds the faults of releases in a
// set, for reviews.
//
// The state is in an annotation, release.AnnotationState, of one object, the carrier. The
// carrier is the entry VirtualService: its weights and the state change in one edit. With ASM's
// weighted strategy the lanes hold the weights, and the carrier is the lane group. Git changes
// the lanes in one commit too, but a cluster applies one lane after the other. The other
// holders of weights bear release.AnnotationRevision.
//
// If a write is cut off between two files, the directory serves, and the next command completes
// it. A roll back does not need that: it gives every holder the weights of the plan's rollback,
// whatever is there, as long as each can be read and edited.
package gitops
