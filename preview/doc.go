// Package preview says where requests go in a set of objects, before any cluster has
// them: for one request every outcome with its exact probability, and whether all of them
// stay in their lane. It calculates, with rational numbers, and never samples;
// [Result.Sample] only prints what a loop of requests would show.
//
// [New] indexes a set once. [Mesh.Trace] follows a [Request] from the gateway along the
// calls of the app; [Mesh.Hop] answers for one [Call].
//
// # At the gateway
//
// Routes are tried as Istio tries them. Of the hosts that a Gateway's servers and the
// VirtualServices bound to it have in common the most specific one decides: an exact
// name, then the longest wildcard, then "*". All VirtualServices for that host take part,
// the older first, then by name and namespace: a set that was never applied knows no age,
// and a note says when that could matter. Their routes are tried in order, those that
// match everything last. A delegate is followed, and its route is dropped when Istio
// would drop it. A lane group with ingress rules or weights in its lanes gets the routes
// that ASM makes of them, after all others. A rule that does not set online is taken as
// offline, since ASM documents no default.
//
// Redirects and direct responses end a request. Mirrors change no outcome. Faults,
// retries, timeouts and Sidecar resources are ignored. A workload has as many pods as
// replicas; without a number, as with an autoscaler, it counts as one.
//
// # Calls in ASM's lanes
//
// A call to a service of a lane group follows the group. Strict: it reaches the lane that
// selects the caller's pod. Permissive: the route header names the lane. The lane serves
// the services that it has: it lists them (if it lists any) and has a workload for them.
// Otherwise the fallback of the service serves, else the baseline; the next service is
// served in the lane again. A request without a route header, or one that names no lane
// of the group, goes to the baseline.
//
// # Calls on plain Istio
//
// A call follows the VirtualService of the sidecars for its host: the oldest one with a
// route that the caller's labels and namespace allow. Without any, it reaches all pods of
// the Service equally. Subsets come from the DestinationRules of the caller's namespace,
// else of the Service's, else of istio-system, the assumed root namespace of the mesh. A
// lane is a subset there: the lane of a pod is the subset that selects it, else its
// version label.
//
// A Service with a waypoint (istio.io/use-waypoint on it or on its Namespace) gets its
// requests by the routes of the waypoint: those of the VirtualServices of the waypoint's
// namespace and of the Service's, without any match by sourceLabels, which a waypoint
// drops. So strict lanes are not isolated there.
//
// The preview assumes that the app or the sidecars pass request headers on with every
// call. Without that it is wrong.
//
// # Isolation
//
// A request is in the lane that its route header names, else in the one that it entered
// first. It is isolated when that lane serves every call to a service that it has; in a
// permissive group the fallback of the service serves the others. On plain Istio nothing
// declares a fallback: a lane has a service when a subset of the service has its name, or
// a pod does if there are no subsets, and any lane may serve a service that the lane
// lacks.
//
// # What is not read
//
// Routes of the Gateway API, TCP and TLS routes, and subsets that ASM chooses at run time
// ($label) are not read. Where one of them decides, the verdict is unknown, unless
// something else is broken or leaves its lane. It is also unknown when calls are unknown:
// when the declared or found calls do not reach every service of the lane group. Without
// a group, calls are unknown when the entered service neither declares nor makes any, and
// its namespace has other Services.
package preview
