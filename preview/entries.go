package preview

import (
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"
)

// Entries returns a request to each route at a gateway that a request can reach by host
// and path alone. Routes with several destinations come first. They are what to ask about
// an unknown set. Routes that ASM makes of a lane group's weights are included. A host
// with a wildcard gets "any" in its place; routes by headers, methods, ports or regular
// expressions, and redirects, are left out.
func (m Mesh) Entries() []Request {
	var out, single []Request
	known := map[[3]string]bool{}
	x := m.index()
	for _, d := range x.doors() {
		served := map[string]bool{} // at the port that a request goes to first
		for _, port := range d.ports() {
			vhosts := x.virtualHosts(d, port)
			for _, host := range vhosts.Hosts() {
				vh, _ := vhosts.Get(host)
				if served[host] || vh.toHTTPS {
					continue
				}
				served[host] = true
				for _, rule := range vh.rules {
					path, plain := plainPath(rule.Match)
					q := Request{Host: anyHost(host), Path: path, Gateway: vh.from.Gateway}
					key := [3]string{q.Gateway, q.Host, q.Path}
					if !plain || known[key] || len(rule.Route.GetRoute()) == 0 {
						continue
					}
					known[key] = true
					if len(rule.Route.GetRoute()) > 1 {
						out = append(out, q)
					} else {
						single = append(single, q)
					}
				}
			}
		}
	}
	return slices.Concat(out, single)
}

// plainPath returns a path that a match accepts, and whether it has no other condition.
func plainPath(m *networking.HTTPMatchRequest) (path string, plain bool) {
	uri := m.GetUri()
	if uri == nil {
		path = "/"
	} else if path = uri.GetExact() + uri.GetPrefix(); !strings.HasPrefix(path, "/") {
		return "", false
	}
	other := len(m.GetHeaders())+len(m.GetQueryParams()) > 0 || m.GetMethod() != nil || m.GetScheme() != nil ||
		m.GetAuthority() != nil || m.GetPort() != 0
	return path, !other
}

// anyHost returns a host that one with a wildcard covers; empty for any.
func anyHost(host string) string {
	if host == "*" {
		return ""
	}
	return strings.Replace(host, "*", "any", 1)
}
