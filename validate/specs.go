package validate

import (
	"github.com/swimlane-go/swimlane/internal/istiospec"
	"github.com/swimlane-go/swimlane/manifest"
)

// specCodes are the codes of what Istio refuses.
var specCodes = map[istiospec.Rule]Code{
	istiospec.RouteAction: RouteAction,
}

// checkSpecs checks the objects of Istio by themselves.
func (c *checker) checkSpecs() {
	for _, o := range c.Set.Kind("VirtualService") {
		if vs := o.VirtualService(); vs != nil {
			c.refused(o, istiospec.VirtualService(vs))
		}
	}
	for _, o := range c.Set.Kind("Gateway") {
		if g := o.Gateway(); g != nil {
			c.refused(o, istiospec.Gateway(g))
		}
	}
	for _, o := range c.Set.Kind("DestinationRule") {
		if dr := o.DestinationRule(); dr != nil {
			c.refused(o, istiospec.DestinationRule(dr))
		}
	}
}

// refused reports why Istio refuses an object.
func (c *checker) refused(o manifest.Object, faults []istiospec.Fault) {
	for _, f := range faults {
		code := specCodes[f.Rule]
		c.reportAs(c.rules[code].Severity, code, o, f.Path, f.Message)
	}
}
