package istiospec

import networking "istio.io/api/networking/v1"

// ServiceEntry returns why Istio refuses a ServiceEntry.
func ServiceEntry(*networking.ServiceEntry) []Fault { return nil }
