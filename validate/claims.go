package validate

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/manifest"
)

// claims are who has a host at a gateway first, or at the sidecars of a namespace,
// "*" being all of them.
type claims struct {
	// first is by gateway, host and namespace; the namespace "" is whatever one.
	first map[claim]*mesh.VirtualService
	// taken is what the routes of a VirtualService take.
	taken    map[manifest.Ref]*taken
	reported map[manifest.Ref]bool
}

type claim struct{ gateway, host, namespace string }

// checkClaims checks that no two VirtualServices are for the same requests.
func (c *checker) checkClaims() {
	all := claims{map[claim]*mesh.VirtualService{}, map[manifest.Ref]*taken{}, map[manifest.Ref]bool{}}
	for _, vs := range c.VirtualServices {
		if vs.Object.VirtualService() == nil {
			continue
		}
		first, at := all.add(vs)
		switch {
		case first == nil:
		case at.gateway == istioname.Mesh:
			c.sameSidecars(&all, vs, first, at.host)
			c.sameSidecars(&all, first, vs, at.host)
		default:
			c.sameRequests(&all, vs, first, at)
		}
	}
}

// add notes which hosts a VirtualService claims, where. It returns another one that
// claims one of them too, and which that is.
func (all *claims) add(vs *mesh.VirtualService) (first *mesh.VirtualService, at claim) {
	for _, gateway := range vs.Gateways {
		namespaces := []string{"*"}
		if gateway == istioname.Mesh {
			namespaces = vs.ExportedTo()
		}
		for _, host := range vs.Hosts {
			for _, namespace := range namespaces {
				with := [...]claim{{gateway, host, namespace}, {gateway, host, "*"}}
				if namespace == "*" {
					with[1].namespace = "" // any
				}
				for _, key := range with {
					if by := all.first[key]; by != nil && by != vs && first == nil {
						first, at = by, key
					}
				}
			}
			for _, namespace := range append(namespaces, "") {
				if key := (claim{gateway, host, namespace}); all.first[key] == nil {
					all.first[key] = vs
				}
			}
		}
	}
	return first, at
}

// sameSidecars reports a VirtualService for a host of the sidecars that another one
// is for too: they have one of them alone.
func (c *checker) sameSidecars(all *claims, vs, other *mesh.VirtualService, host string) {
	if all.reported[vs.Ref] {
		return
	}
	all.reported[vs.Ref] = true
	c.report(HostTwice, vs.Object, field.NewPath("spec", "hosts"),
		fmt.Sprintf("must not have a host that %s has for the same sidecars: %s", other.Ref, host))
}

// sameRequests reports a VirtualService of which another one takes the requests. At a
// gateway the routes of all stand one after the other, so that only those for the
// same requests are in the way.
func (c *checker) sameRequests(all *claims, vs, first *mesh.VirtualService, at claim) {
	table := all.taken[first.Ref]
	if table == nil {
		table = &taken{}
		for i := range first.Rules {
			table.add(first.Rules[i].Match, first.Rules[i].At())
		}
		all.taken[first.Ref] = table
	}
	for i := range vs.Rules {
		r := &vs.Rules[i]
		if by, found := table.by(r.Match); found && r.Object != nil && r.Object.Ref == vs.Ref {
			c.report(HostTwice, vs.Object, field.NewPath("spec", "http").Index(r.HTTP),
				fmt.Sprintf("must be for other requests than %s, which takes them before at gateway %s: host %s", by,
					at.gateway, at.host))
			return
		}
	}
}
