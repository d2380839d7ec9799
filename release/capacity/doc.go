// Package capacity says before a release whether every place of its plan can carry its
// load, the roll back included: how many requests each service gets in each lane, by the
// exact arithmetic of package preview, beside how many pods there are or an autoscaler
// may leave.
//
// A release.Demand states what there is to carry. Without one it is measured: the pods
// that carry all requests before the release show what one of them carries, and no pod
// may get more than twice that (Demand.Spare).
//
// A place is safe when the fewest pods that there may be carry it, and scaled when the
// most carry it and the fewest do not. Scaled is fine while weights rise in stages: an
// autoscaler follows. It is a risk where weights fall onto a lane at once: on a roll
// back, or a step back, the autoscaler has taken pods away from the lane that now gets
// all requests ([Load.Shrinks]).
package capacity
