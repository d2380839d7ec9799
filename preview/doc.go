// Package preview says where requests go in a set of objects, before any cluster
// has them: for one request every outcome with its exact probability, and whether
// all of them stay in their lane. It calculates, with rational numbers, and never
// samples; [Result.Sample] only prints what a loop of requests would have shown.
//
// [New] indexes a set once. [Mesh.Trace] follows a [Request] from the gateway
// along the calls of the app; [Mesh.Hop] answers for one [Call].
//
// # At the gateway
//
// Routes are tried as Istio tries them. Of the hosts that a Gateway's servers and
// the VirtualServices bound to it have in common the most specific one decides: an
// exact name, then the longest wildcard, then "*". All VirtualServices for that
// host take part, the older first, then by name and namespace: a set that was
// never applied knows no age, and a note says when that could matter. Their
// routes are tried in order, those that match everything last. A delegate is
// followed, its route dropped when Istio would drop it. A lane group whose lanes
// have ingress rules or weights gets the routes that ASM makes of them, after all
// others; a rule of a lane that does not say whether it is online is taken as not,
// since ASM does not document it.
//
// Redirects and direct responses are ends. Mirrors change no outcome. Faults,
// retries, timeouts and Sidecar resources are not looked at. A workload is as
// many pods as it has replicas; where that is left open, as for an autoscaler, it
// counts as one.
//
// # Calls in ASM's lanes
//
// A call to a service of a lane group follows the group. Strict: it reaches the
// lane whose selector the caller's pod meets. Permissive: the route header names
// the lane; the lane serves what it has, that is listed in its services (when it
// lists any) and has a workload; else the service's own fallback serves, else the
// baseline; and the next service is served in the lane again. A request without
// a route header, or one that names no lane of the group, goes to the baseline.
//
// # Calls on plain Istio
//
// A call follows the VirtualService of the sidecars for its host: the oldest one
// with a route that the caller's labels and namespace allow. Without any, it
// reaches all pods of the Service alike. Subsets come from the DestinationRules
// of the caller's namespace, else of the Service's, else of istio-system, which
// is taken for the mesh's root namespace. A lane is a subset there: pods are named
// by the subset that selects them, else by their version label.
//
// A Service that a waypoint is for (istio.io/use-waypoint on it or on its Namespace)
// gets its requests by the routes of the waypoint: those of the VirtualServices of
// the waypoint's namespace and of the Service's, without any match by sourceLabels,
// which a waypoint drops. So strict lanes are not isolated there.
//
// Request headers are assumed to be passed on with every call, by the app or by
// the sidecars. That is what must be propagated for the preview to come true.
//
// # Isolation
//
// A request is in the lane that its route header names, else in the one that it
// entered first. It is isolated when every call is served by that lane, wherever
// the lane has the service, and else, in a permissive group, by the fallback of
// the service. On plain Istio nothing says which fallback was meant: a lane has a
// service when a subset of the service bears its name, or where it has no subsets a
// pod does, and a service that the lane lacks may be served by any.
//
// # What is not read
//
// Routes of the Gateway API, TCP and TLS routes, and subsets that ASM chooses at run
// time ($label) are not read. Where one of them decides, the verdict is unknown,
// unless something else is broken or leaves its lane. So it is when calls are not
// known: when those that are declared, or were found, do not reach every service of the
// lane group, or, without a group, when the service that is entered neither declares
// calls nor makes any, and its namespace has other Services.
package preview
