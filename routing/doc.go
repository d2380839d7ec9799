// Package routing builds the Istio objects that move requests into lanes: VirtualServices
// with weighted, header-pinned and mirrored routes, Gateways, and DestinationRules with
// one subset per lane. Package istiolanes builds, from a lane group and its lanes, the
// objects that run the same lanes on Istio without ASM.
//
// The builders return Istio's types of networking.istio.io/v1, which callers may change
// before they apply them; set fields that no builder has there. Only [FallbackBuilder]
// returns an unstructured object: it adds a field of ASM's. [V1Beta1], [GatewayV1Beta1]
// and [DestinationRuleV1Beta1] turn them into networking.istio.io/v1beta1, which clusters
// before Istio 1.22 need.
//
// Compare built objects with proto.Equal on their Spec or as YAML: Istio's types are
// protobuf messages, and their Go values change when they are printed.
package routing
