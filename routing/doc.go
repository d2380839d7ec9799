// Package routing builds the Istio objects that move requests into lanes:
// VirtualServices with weighted, header-pinned and mirrored routes, Gateways,
// and DestinationRules with one subset per lane. Package istiolanes makes of a
// lane group and its lanes the objects by which the same lanes run on Istio
// without ASM.
//
// What the builders return are Istio's own types of networking.istio.io/v1,
// free to be changed before they are applied; a field that no builder knows is
// set there. [FallbackBuilder] alone returns an unstructured object: it adds a
// field of ASM's. [V1Beta1], [GatewayV1Beta1] and [DestinationRuleV1Beta1] turn them
// into networking.istio.io/v1beta1, which clusters before Istio 1.22 need.
//
// Compare built objects with proto.Equal on their Spec or as YAML: Istio's types
// are protobuf messages, whose Go values differ after they have been printed.
package routing
