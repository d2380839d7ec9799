// Package istiolanes makes of a lane group and its lanes, which ASM carries out
// itself, the objects by which the same lanes run on Istio without ASM: a
// DestinationRule for each service of the group, with one subset per lane that has
// the service, VirtualServices that keep calls in their lanes, and those by which
// requests enter. What the group and its lanes mean is read by [lanes.ReadGroup].
//
// In a strict group a call goes to the lane whose labels the caller's pod bears,
// in whatever app. A caller outside of every lane, such as a job, reaches all
// pods of the Service, as without lanes: which lane it means is not declared
// anywhere, and without a route of its own it would get a 404.
//
// In a permissive group a call goes to the lane that its route header names; if
// that lane lacks the service, to the lane that serviceLevelFallbackTarget names
// for the service, else to the baseline lane, where calls without the header or
// with another value go too. The app itself has to pass the route header on with
// every call: the trace header is not read, since it is ASM that derives the route
// header from it.
//
// Strict lanes need sidecars. In an ambient mesh the routes are taken by a
// waypoint, which does not know the labels of a caller and drops every match by
// them: all calls would reach all pods. Permissive lanes work there.
// Source: Istio, pilot/pkg/networking/core/listener_waypoint.go; istio/istio
// issues 51565 and 61590.
//
// At the gateway, a group with the weighted strategy gets a VirtualService that
// shares requests by the lanes' weights, and one whose lanes have rules one route
// per rule that is in force, in the order of the lanes and rules, those for every
// request last. As in Istio, the rules for the most specific host that covers a
// request's own judge it. In a permissive group each route sets the route header
// to the name of the lane, and a lane that lacks the entry service is entered by
// way of its fallback. For any other group, requests enter by a VirtualService of
// one's own, which works as it does on ASM; in a permissive group it has to set
// the route header.
//
// Unlike ASM, Istio does not fall back at run time: where a call goes follows
// from what is declared, and a lane whose pods are gone answers with a 503 until
// the objects are built anew. Only HTTP (and gRPC) calls keep to lanes.
//
// The traffic policy patches become the DestinationRules' trafficPolicy, the HTTP
// route patches part of every HTTP route to the service, that of a service merged
// over that of the group (JSON merge patch, RFC 7386). ASM does not document how
// it merges them.
package istiolanes
