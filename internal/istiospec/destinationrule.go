package istiospec

import networking "istio.io/api/networking/v1"

// DestinationRule returns why Istio refuses a DestinationRule.
func DestinationRule(*networking.DestinationRule) []Fault { return nil }
