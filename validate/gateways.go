package validate

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/manifest"
)

// checkGateways checks that the gateways that VirtualServices name exist.
func (c *checker) checkGateways() {
	for _, o := range c.set.Kind("VirtualService") {
		vs := o.VirtualService()
		if vs == nil {
			continue
		}
		for i, gateway := range vs.Gateways {
			if gateway == "mesh" {
				continue
			}
			namespace, name, found := strings.Cut(gateway, "/")
			if !found {
				namespace, name = o.Ref.Namespace, gateway
			}
			c.gateway(o, field.NewPath("spec", "gateways").Index(i), namespace, name)
		}
	}
}

func (c *checker) gateway(o manifest.Object, path *field.Path, namespace, name string) {
	ref := manifest.Ref{Group: "networking.istio.io", Kind: "Gateway", Namespace: namespace, Name: name}
	if _, found := c.set.Get(ref); !found {
		c.report(GatewayNotFound, o, path, fmt.Sprintf("must be a Gateway that exists: %s/%s", namespace, name))
	}
}
