package preview

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
)

// door is a set of Gateways with the same pods.
type door struct {
	gateways []*mesh.Gateway
}

// doors returns the gateways, those with the same pods together, in their order.
func (x *index) doors() []door {
	byPods := map[string]int{}
	var out []door
	for _, g := range x.gateways {
		key := fmt.Sprint(g.Selector) // prints maps in the order of their keys
		i, found := byPods[key]
		if !found {
			i = len(out)
			byPods[key] = i
			out = append(out, door{})
		}
		out[i].gateways = append(out[i].gateways, g)
	}
	return out
}

func (d door) has(ref string) bool {
	return slices.ContainsFunc(d.gateways, func(g *mesh.Gateway) bool { return g.Ref == ref })
}

// ports returns the ports of a door, those first that do not redirect to HTTPS.
func (d door) ports() []uint32 {
	var plain, toHTTPS []uint32
	for _, g := range d.gateways {
		for _, s := range g.Servers {
			if s.ToHTTPS {
				toHTTPS = append(toHTTPS, s.Port)
			} else {
				plain = append(plain, s.Port)
			}
		}
	}
	var out []uint32
	for _, port := range append(plain, toHTTPS...) {
		if !slices.Contains(out, port) {
			out = append(out, port)
		}
	}
	return out
}

// virtualHost holds the routes of a gateway for one host at one port.
type virtualHost struct {
	host     string
	rules    []*mesh.Rule
	services []*mesh.VirtualService // that the rules come from
	tls      bool
	toHTTPS  bool
	from     mesh.Caller
}

// virtualHosts returns the virtual hosts of a door at a port, by host. Their routes that
// match everything come last.
func (x *index) virtualHosts(d door, port uint32) *istioname.Index[*virtualHost] {
	out := &istioname.Index[*virtualHost]{}
	for _, g := range d.gateways {
		for _, s := range g.Servers {
			if s.Port == port {
				x.addServer(out, d, s)
			}
		}
	}
	for _, host := range out.Hosts() {
		vh, _ := out.Get(host)
		slices.SortStableFunc(vh.rules, func(a, b *mesh.Rule) int { return cmp.Compare(rank(a), rank(b)) })
	}
	return out
}

func rank(r *mesh.Rule) int {
	if r.CatchAll() {
		return 1
	}
	return 0
}

func (x *index) addServer(to *istioname.Index[*virtualHost], d door, s mesh.Server) {
	from := d.gateways[0].Caller()
	from.Gateway = s.Gateway.Ref
	at := func(host string, change func(*virtualHost)) {
		to.Update(host, func(vh *virtualHost) *virtualHost {
			if vh == nil {
				vh = &virtualHost{host: host, tls: s.TLS, from: from}
			}
			vh.toHTTPS = vh.toHTTPS || s.ToHTTPS
			change(vh)
			return vh
		})
	}
	for _, vs := range slices.Concat(x.AtGateway(s.Gateway.Ref, from.Namespace), x.made[s.Gateway.Ref]) {
		hosts := s.HostsFor(cmp.Or(vs.Ref.Namespace, from.Namespace), vs.Hosts) // a lane group has no namespace
		rules := vs.RulesFor(from, s.Port)
		if len(rules) == 0 {
			continue
		}
		for _, host := range hosts {
			at(host, func(vh *virtualHost) {
				vh.rules = append(vh.rules, rules...)
				vh.services = append(vh.services, vs)
			})
		}
	}
	if s.ToHTTPS {
		for _, host := range s.Hosts() {
			at(host, func(*virtualHost) {})
		}
	}
}
