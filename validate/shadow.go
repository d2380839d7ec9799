package validate

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"
	networking "istio.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/manifest"
)

// taken is what the routes before a match take: paths by what else the matches ask
// for. A match that asks for less than a later one takes what is for that too; it is
// known to when it asks for a path alone, or for the same besides.
type taken struct {
	prefix, exact, regex map[condition]string // the route that takes it
}

// condition is a path and what a match asks for besides, as bytes.
type condition struct{ rest, path string }

// add notes that a route takes the requests of a match; nil is for all.
func (t *taken) add(m *networking.HTTPMatchRequest, at string) {
	rest, kind, path := parts(m)
	into := map[pathKind]*map[condition]string{byPrefix: &t.prefix, byExact: &t.exact, byRegex: &t.regex}[kind]
	if *into == nil {
		*into = map[condition]string{}
	}
	if _, found := (*into)[condition{rest, path}]; !found {
		(*into)[condition{rest, path}] = at
	}
}

// by returns the route that takes all requests of a match before.
func (t *taken) by(m *networking.HTTPMatchRequest) (at string, found bool) {
	rest, kind, path := parts(m)
	switch kind {
	case byRegex:
		if at, found = t.regex[condition{rest, path}]; found {
			return at, true
		}
		path = "/" // of which no more is known
	case byExact:
		for _, also := range [...]string{rest, ""} {
			if at, found = t.exact[condition{also, path}]; found && (also != "" || !m.GetIgnoreUriCase()) {
				return at, true
			}
		}
	}
	for n := range len(path) + 1 {
		if at, found = t.prefix[condition{rest, path[:n]}]; found {
			return at, true
		}
		if m.GetIgnoreUriCase() && n > 1 {
			continue
		}
		if at, found = t.prefix[condition{"", path[:n]}]; found {
			return at, true
		}
	}
	return "", false
}

type pathKind int

const (
	byPrefix pathKind = iota
	byExact
	byRegex
)

// parts returns the path that a match asks for, and what else, which is "" for
// nothing. Names of matches ask for nothing.
func parts(m *networking.HTTPMatchRequest) (rest string, kind pathKind, path string) {
	if m == nil {
		return "", byPrefix, "/"
	}
	switch uri := m.Uri.GetMatchType().(type) {
	case *networking.StringMatch_Exact:
		kind, path = byExact, uri.Exact
	case *networking.StringMatch_Regex:
		if kind, path = byRegex, uri.Regex; path == ".*" {
			kind, path = byPrefix, "/"
		}
	case *networking.StringMatch_Prefix:
		path = uri.Prefix
	default:
		path = "/"
	}
	if m.IgnoreUriCase {
		path = strings.ToLower(path)
	}
	other := proto.Clone(m).(*networking.HTTPMatchRequest)
	other.Name, other.StatPrefix, other.Uri = "", "", nil
	b, err := proto.MarshalOptions{Deterministic: true}.Marshal(other)
	if err != nil { // text that is no UTF-8: it is reported, and equals nothing
		return fmt.Sprintf("%p", m), kind, path
	}
	return string(b), kind, path
}

// checkShadows checks that each route takes some requests: those before it may take
// them all.
// Source: Istio, pilot/pkg/networking/core/route, BuildHTTPRoutesForVirtualService.
func (c *checker) checkShadows() {
	claims := map[claim]*mesh.VirtualService{}
	tables := map[manifest.Ref]*taken{}
	for _, o := range c.Set.Kind("VirtualService") {
		if vs := o.VirtualService(); vs != nil && len(vs.Http) > 1 || vs != nil && len(vs.Http) == 1 && len(vs.Http[0].GetMatch()) > 1 {
			c.shadows(o, vs.Http)
		}
	}
	for _, vs := range c.VirtualServices {
		if first, at := firstClaim(claims, vs); first != nil {
			c.conflict(vs, first, at, tables)
		}
	}
}

// shadows checks the routes of one VirtualService.
func (c *checker) shadows(o manifest.Object, routes []*networking.HTTPRoute) {
	var before taken
	for i, r := range routes {
		at := field.NewPath("spec", "http").Index(i)
		matches := r.GetMatch()
		if len(matches) == 0 {
			matches = []*networking.HTTPMatchRequest{nil}
		}
		for j, m := range matches {
			place := at
			if len(matches) > 1 {
				place = at.Child("match").Index(j)
			}
			if by, found := before.by(m); found {
				severity := Warning
				if strings.HasPrefix(by, at.String()) { // the route takes them after all
					severity = Info
				}
				c.reportAs(severity, Unreachable, o, place.String(), "must be for requests that no route takes before: "+by+" takes them all")
				continue
			}
			before.add(m, place.String())
		}
	}
}

// claim is a host at a gateway, or in a namespace that a mesh-wide one is exported to.
type claim struct{ gateway, host, namespace string }

// firstClaim notes which hosts a VirtualService claims, where. It returns another
// one that claims one of them too, and where that is.
func firstClaim(claims map[claim]*mesh.VirtualService, vs *mesh.VirtualService) (first *mesh.VirtualService, at claim) {
	for _, gateway := range vs.Gateways {
		for _, host := range vs.Hosts {
			namespaces := []string{""}
			if gateway == istioname.Mesh {
				namespaces = vs.ExportedTo()
			}
			for _, namespace := range namespaces {
				key := claim{gateway, host, namespace}
				for _, also := range [...]claim{key, {gateway, host, "*"}} {
					if by := claims[also]; by != nil && by != vs && first == nil {
						first, at = by, key
					}
				}
				if claims[key] == nil {
					claims[key] = vs
				}
			}
		}
	}
	return first, at
}

// conflict reports a VirtualService of which another one takes requests. Sidecars
// have one VirtualService for a host alone; at a gateway the routes of all stand one
// after the other, so that only those for the same requests conflict.
func (c *checker) conflict(vs, first *mesh.VirtualService, at claim, tables map[manifest.Ref]*taken) {
	if vs.Object.VirtualService() == nil {
		return
	}
	if at.gateway == istioname.Mesh {
		c.report(HostTwice, vs.Object, field.NewPath("spec", "hosts"),
			fmt.Sprintf("must not have a host that %s has for the same sidecars: %s", first.Ref, at.host))
		return
	}
	table := tables[first.Ref]
	if table == nil {
		table = &taken{}
		for i := range first.Rules {
			table.add(first.Rules[i].Match, first.Rules[i].At())
		}
		tables[first.Ref] = table
	}
	for i := range vs.Rules {
		r := &vs.Rules[i]
		if by, found := table.by(r.Match); found && r.Object != nil && r.Object.Ref == vs.Ref {
			c.report(HostTwice, vs.Object, field.NewPath("spec", "http").Index(r.HTTP),
				fmt.Sprintf("must be for other requests than %s, which takes them before at gateway %s: host %s", by, at.gateway, at.host))
			return
		}
	}
}
