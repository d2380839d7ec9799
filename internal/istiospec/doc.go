// Package istiospec says why Istio refuses a VirtualService, a DestinationRule, a Gateway or a
// ServiceEntry. It finds the faults that the spec has by itself, whatever else the cluster holds.
// Istio's own validation is the authority: oracle/istio compares the two.
package istiospec
