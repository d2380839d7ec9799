package validate

import (
	"fmt"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/manifest"
)

// claims holds the first VirtualService with a host at a gateway, or at the sidecars of a
// namespace. "*" means the sidecars of all namespaces.
type claims struct {
	// first is by gateway, host and namespace; the namespace "" means any.
	first map[claim]*mesh.VirtualService
	// taken holds the requests that the routes of a VirtualService take.
	taken    map[manifest.Ref]*taken
	reported map[manifest.Ref]bool
}

type claim struct{ gateway, host, namespace string }

// checkClaims checks that no two VirtualServices are for the same requests.
func (c *checker) checkClaims() {
	if len(c.VirtualServices) < 2 {
		return
	}
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

// add notes the hosts that a VirtualService claims, and where. It returns an earlier
// VirtualService that claims one of them, and the claim.
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
					with[1].namespace = "" // any namespace
				}
				for _, key := range with {
					if by := all.first[key]; by != nil && by != vs && first == nil {
						first, at = by, key
					}
				}
			}
			all.note(claim{gateway, host, ""}, vs)
			for _, namespace := range namespaces {
				all.note(claim{gateway, host, namespace}, vs)
			}
		}
	}
	return first, at
}

// note notes the first VirtualService with a claim.
func (all *claims) note(at claim, vs *mesh.VirtualService) {
	if all.first[at] == nil {
		all.first[at] = vs
	}
}

// sameSidecars reports a VirtualService with a host of the sidecars that another one has:
// sidecars use only one of them.
func (c *checker) sameSidecars(all *claims, vs, other *mesh.VirtualService, host string) {
	if all.reported[vs.Ref] {
		return
	}
	all.reported[vs.Ref] = true
	c.report(HostTwice, &vs.Object, fieldpath.New("spec.hosts"),
		fmt.Sprintf("must not have a host that %s has for the same sidecars: %s", other.Ref, host))
}

// sameRequests reports a VirtualService with requests that another one takes. A gateway
// has the routes of both one after the other, so only routes for the same requests
// conflict.
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
			c.report(HostTwice, &vs.Object, fieldpath.New("spec.http").Index(r.HTTP),
				fmt.Sprintf("must match other requests than %s, which takes them first at gateway %s: host %s", by,
					at.gateway, at.host))
			return
		}
	}
}
