package validate

import (
	"fmt"
	"strings"

	"google.golang.org/protobuf/proto"
	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
	"github.com/swimlane-go/swimlane/manifest"
)

// taken holds what the routes before a match take: paths, by the other conditions of
// their matches. A match with fewer conditions takes the requests of a later one with
// more. It is recognized only if it has just a path, or the same other conditions.
type taken struct {
	prefix, exact, regex map[condition]string // the route that takes it
}

// condition is a path, and the other conditions of a match as bytes.
type condition struct{ rest, path string }

// add notes that a route takes the requests of a match; nil means all requests.
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

// by returns the earlier route that takes all requests of a match.
func (t *taken) by(m *networking.HTTPMatchRequest) (at string, found bool) {
	rest, kind, path := parts(m)
	switch kind {
	case byRegex:
		if at, found = t.regex[condition{rest, path}]; found {
			return at, true
		}
		path = "/" // nothing else is known of it
	case byExact:
		for _, also := range [...]string{rest, ""} {
			if at, found = t.exact[condition{also, path}]; found && (also != "" || !m.GetIgnoreUriCase()) {
				return at, true
			}
		}
	case byPrefix:
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

// parts returns the path of a match, and its other conditions, "" for none. The name of a
// match is no condition.
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
	if err != nil { // text that is not UTF-8 is reported elsewhere, and equals nothing
		return fmt.Sprintf("%p", m), kind, path
	}
	return string(b), kind, path
}

// checkShadows checks that each route takes some requests: earlier routes may take them
// all. Source: Istio, pilot/pkg/networking/core/route, BuildHTTPRoutesForVirtualService.
func (c *checker) checkShadows() {
	for _, o := range c.routes {
		vs := o.VirtualService()
		if len(vs.Http) > 1 || len(vs.Http) == 1 && len(vs.Http[0].GetMatch()) > 1 {
			c.shadows(o, vs.Http)
		}
		plain := plainShadows{seen: map[string]string{}}
		for i, r := range vs.Tls {
			c.plainShadows(o, &plain, fieldpath.New("spec.tls").Index(i), messages(r.GetMatch()))
		}
		plain = plainShadows{seen: map[string]string{}}
		for i, r := range vs.Tcp {
			c.plainShadows(o, &plain, fieldpath.New("spec.tcp").Index(i), messages(r.GetMatch()))
		}
	}
}

// shadows checks the HTTP routes of one VirtualService.
func (c *checker) shadows(o *manifest.Object, routes []*networking.HTTPRoute) {
	var before taken
	for i, r := range routes {
		at := fieldpath.New("spec.http").Index(i)
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
				c.shadow(o, at, place, by)
				continue
			}
			before.add(m, place.String())
		}
	}
}

// shadow reports a route, or a match of it, with requests that another one takes. A match
// of the same route takes them to the same place.
func (c *checker) shadow(o *manifest.Object, route, place *fieldpath.Path, by string) {
	severity := Warning
	if strings.HasPrefix(by, route.String()) {
		severity = Info
	}
	c.reportAs(severity, Unreachable, o, place.String(), "must match requests that no earlier route takes: "+by+
		" takes them all")
}

// plainShadows are the earlier matches of connections, and the route that takes all the
// rest.
type plainShadows struct {
	seen map[string]string
	all  string
}

// plainShadows checks a route of connections.
func (c *checker) plainShadows(o *manifest.Object, before *plainShadows, at *fieldpath.Path, matches []proto.Message) {
	if before.all != "" {
		c.shadow(o, at, at, before.all)
		return
	}
	if len(matches) == 0 {
		before.all = at.String()
	}
	for j, m := range matches {
		key, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
		place := at
		if len(matches) > 1 {
			place = at.Child("match").Index(j)
		}
		if by, found := before.seen[string(key)]; found && err == nil {
			c.shadow(o, at, place, by)
			continue
		}
		before.seen[string(key)] = place.String()
	}
}

func messages[T proto.Message](all []T) []proto.Message {
	out := make([]proto.Message, len(all))
	for i, m := range all {
		out[i] = m
	}
	return out
}
