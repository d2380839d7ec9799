package istiospec

import networking "istio.io/api/networking/v1"

// VirtualService returns why Istio refuses a VirtualService.
func VirtualService(vs *networking.VirtualService) []Fault {
	var f faults
	spec := at{key: "spec"}
	http := spec.child("http")
	for i, r := range vs.GetHttp() {
		p := http.item(i)
		if len(r.GetRoute()) == 0 && r.GetRedirect() == nil && r.GetDirectResponse() == nil && r.GetDelegate() == nil {
			f.add(RouteAction, &p, "must have a route, a redirect, a direct response or a delegate")
		}
	}
	return f.list
}
