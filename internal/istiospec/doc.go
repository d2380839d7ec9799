// Package istiospec says why Istio refuses an object: the faults that the spec of a
// VirtualService, a DestinationRule, a Gateway or a ServiceEntry has by itself,
// whatever else there is in the cluster. The truth is Istio's own validation, which
// oracle/istio holds it against.
package istiospec
