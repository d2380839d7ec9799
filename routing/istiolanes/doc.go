// Package istiolanes builds, from a lane group and its lanes, the objects that run the
// same lanes on Istio without ASM: a DestinationRule for each service of the group, with
// one subset per lane that has the service, VirtualServices that keep calls in their
// lanes, and VirtualServices at the gateway. [lanes.ReadGroup] reads the group and its
// lanes.
//
// In a strict group a call goes to the lane that the labels of the caller's pod belong
// to, in whatever app. A caller outside of every lane, such as a job, reaches all pods of
// the Service, as without lanes: nothing declares its lane, and without such a route it
// would get a 404.
//
// In a permissive group a call goes to the lane that its route header names. If that lane
// lacks the service, it goes to the lane that serviceLevelFallbackTarget names for the
// service, else to the baseline lane. Calls without the header or with another value go
// there too. The app itself has to pass the route header on with every call: only ASM
// derives the route header from the trace header.
//
// Strict lanes need sidecars. In an ambient mesh a waypoint applies the routes. It does
// not know the labels of a caller and drops every match by them: all calls would reach
// all pods. Permissive lanes work there. Source: Istio,
// pilot/pkg/networking/core/listener_waypoint.go; istio/istio issues 51565 and 61590.
//
// At the gateway, a group with the weighted strategy gets a VirtualService that shares
// requests by the lanes' weights. A group with rules gets one route per rule in force, in
// the order of the lanes and rules, those for every request last. As in Istio, the rules
// for the most specific host that covers a request's host apply to it. In a permissive
// group each route sets the route header to the name of the lane; requests for a lane
// that lacks the entry service go to its fallback. For any other group, requests enter by
// a VirtualService that you write, which works as it does on ASM; in a permissive group
// it has to set the route header.
//
// Unlike ASM, Istio does not fall back at run time: the declaration decides where a call
// goes, and a lane without pods answers with a 503 until the objects are built again.
// Only HTTP (and gRPC) calls keep to lanes.
//
// The traffic policy patches become the DestinationRules' trafficPolicy, and the HTTP
// route patches become part of every HTTP route to the service. The patch of a service is
// merged over that of the group (JSON merge patch, RFC 7386). ASM does not document how
// it merges them.
package istiolanes
