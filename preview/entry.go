package preview

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
)

// arrival is the result of a request at a gateway.
type arrival struct {
	gateway string
	targets []target
	notes   []string
}

// enter returns where a request goes first.
func (x *index) enter(r Request) (arrival, error) {
	doors := x.doors()
	if r.Gateway != "" {
		doors = slices.DeleteFunc(doors, func(d door) bool { return !d.has(r.Gateway) })
	}
	m := message{method: cmp.Or(r.Method, "GET"), path: cmp.Or(r.Path, "/"), host: strings.ToLower(r.Host),
		headers: lowered(r.Headers)}
	if !strings.HasPrefix(m.path, "/") {
		return arrival{}, fmt.Errorf("path must start with /: %q", r.Path)
	}
	var open []arrival
	closed := arrival{targets: []target{{weight: one, message: m, fault: NoRoute, detail: "no gateway" +
		named(r.Gateway) + " has a route for it"}}}
	for i, d := range doors {
		a, err := x.knock(d, r.Port, m)
		if err != nil {
			return arrival{}, err
		}
		if a.targets[0].fault == NoRoute {
			if i == 0 {
				closed = a
			}
			continue
		}
		open = append(open, a)
	}
	switch len(open) {
	case 0:
		return x.doubted(closed, doors), nil
	case 1:
		return open[0], nil
	}
	var names []string
	for _, a := range open {
		names = append(names, a.gateway)
	}
	return arrival{}, fmt.Errorf("gateway must be named, since several have a route for the request: %s",
		strings.Join(names, ", "))
}

// doubted returns the result of a request that no route takes: it is unknown when there
// are routes that preview does not read.
func (x *index) doubted(a arrival, doors []door) arrival {
	t := a.targets[0]
	if all := x.RoutesAtGateways(); len(all) > 0 {
		t = t.unknown(fmt.Sprintf("no route takes it, and preview does not read %s", all[0].Ref))
	}
	for _, d := range doors {
		for _, g := range d.gateways {
			if plain := x.PlainFor(g.Ref, ""); len(plain) > 0 && t.doubt == "" {
				t = t.unknown(fmt.Sprintf("no HTTP route takes it, and preview does not read the TCP and TLS routes "+
					"of %s",
					plain[0].Ref))
			}
		}
	}
	if t.doubt != "" {
		t.fault, t.detail = "", ""
	}
	a.targets = []target{t}
	return a
}

func named(gateway string) string {
	if gateway == "" {
		return ""
	}
	return " " + gateway
}

// knock returns what a door does with a message. It follows redirects that lead back to
// the door as far as they go.
func (x *index) knock(d door, port uint32, m message) (arrival, error) {
	a := arrival{gateway: d.gateways[0].Ref}
	if x.invented {
		a.notes = append(a.notes, "Gateway "+a.gateway+
			" is not in the set: preview assumes that it serves any host on port 80")
	}
	ports := d.ports()
	if port != 0 {
		ports = []uint32{port}
	}
	for _, p := range ports {
		vhosts := x.virtualHosts(d, p)
		host, err := choose(vhosts, m.host)
		if err != nil {
			return arrival{}, err
		}
		vh, found := vhosts.Find(withoutPort(host), nil)
		if !found {
			continue
		}
		m.host, m.port = host, p
		a.notes = append(a.notes, vh.ambiguity()...)
		a.targets = x.answer(vh, m)
		if to := a.targets[0].location; to != nil && x.loops(d, m, *to) {
			a.targets[0].end, a.targets[0].fault = "", RedirectLoop
			a.targets[0].detail = "redirects of " + m.path + " never end: the first is a " + to.String()
		}
		return a, nil
	}
	a.targets = []target{{weight: one, message: m, fault: NoRoute,
		detail: fmt.Sprintf("gateway %s has no route for %s", a.gateway, cmp.Or(m.host, "any host"))}}
	return a, nil
}

// answer returns where a virtual host sends a message.
func (x *index) answer(vh *virtualHost, m message) []target {
	m.scheme = "http"
	if vh.tls {
		m.scheme = "https"
	}
	if vh.toHTTPS {
		to := location{scheme: "https", host: cmp.Or(withoutPort(m.host), "*"), port: 443, path: m.path, code: 301}
		return []target{{weight: one, message: m, end: to.String(), location: &to}}
	}
	return x.take(vh.from, vh.rules, m)
}

// choose returns the host of a request that sets none.
func choose(x *istioname.Index[*virtualHost], host string) (string, error) {
	names := x.Hosts()
	if _, any := x.Get("*"); any || host != "" || len(names) == 0 {
		return host, nil
	}
	if len(names) == 1 && !strings.HasPrefix(names[0], "*") {
		return names[0], nil
	}
	return "", fmt.Errorf("host must be given: the gateway has routes for %s", strings.Join(names, ", "))
}

// withoutPort returns the host of an authority.
func withoutPort(authority string) string {
	if host, _, err := net.SplitHostPort(authority); err == nil {
		return host
	}
	return authority
}

// ambiguity returns a note when the order of VirtualServices is unknown.
func (vh *virtualHost) ambiguity() []string {
	var same []string
	for _, vs := range vh.services {
		if name := vs.Ref.String(); !slices.Contains(same, name) {
			same = append(same, name)
		}
	}
	if len(same) < 2 || !slices.ContainsFunc(vh.services,
		func(vs *mesh.VirtualService) bool { return vs.Created.IsZero() }) {
		return nil
	}
	return []string{"several objects route host " + vh.host +
		", and Istio tries the oldest first, which the set does not show; preview takes them in the order " +
		strings.Join(same, ", ")}
}

// location is the target of a redirect.
type location struct {
	scheme, host, path string
	port               uint32 // 0 is the scheme's own
	code               uint32
}

func (l location) String() string {
	host := l.host
	if l.port != 0 && l.port != schemePorts[l.scheme] {
		host = net.JoinHostPort(host, strconv.FormatUint(uint64(l.port), 10))
	}
	return fmt.Sprintf("redirect %d to %s://%s%s", l.code, l.scheme, host, l.path)
}

// redirect returns the target of a redirect.
func redirect(r *mesh.Rule, m message) location {
	to := r.Route.GetRedirect()
	path, query, hasQuery := strings.Cut(m.path, "?")
	switch {
	case to.PrefixRewrite != "":
		path = replaced(r.Match.GetUri(), path, to.PrefixRewrite)
	case to.Uri != "":
		path = to.Uri
	}
	if hasQuery && !strings.Contains(path, "?") {
		path += "?" + query
	}
	l := location{scheme: cmp.Or(to.Scheme, m.scheme), host: cmp.Or(to.Authority, withoutPort(m.host), "*"), path: path,
		code: cmp.Or(to.RedirectCode, 301)}
	switch port := to.RedirectPort.(type) {
	case *networking.HTTPRedirect_Port:
		l.port = port.Port
	case *networking.HTTPRedirect_DerivePort:
		if port.DerivePort == networking.HTTPRedirect_FROM_REQUEST_PORT {
			l.port = m.port
		}
	default:
		if to.Scheme == "" || to.Scheme == m.scheme {
			l.port = m.port
		}
	}
	return l
}

// maxRedirects bounds how many redirects are followed; browsers give up at about that
// many too.
const maxRedirects = 20

// loops reports whether a redirect leads back to where the door redirects again, for
// ever. A host that the door does not name may be elsewhere.
func (x *index) loops(d door, m message, to location) bool {
	for range maxRedirects {
		host := to.host
		if host == "*" {
			host = ""
		}
		port := cmp.Or(to.port, schemePorts[to.scheme])
		next, found := x.virtualHosts(d, port).Find(host, func(vh *virtualHost) bool {
			return vh.host != "*" || host == withoutPort(m.host)
		})
		if !found {
			return false
		}
		m.host, m.path, m.port = host, to.path, port
		location := x.answer(next, m)[0].location
		if location == nil {
			return false
		}
		to = *location
	}
	return true
}

var schemePorts = map[string]uint32{"http": 80, "https": 443}
