package preview

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/mesh"
)

// changed returns headers after the operations, in order. Each removes headers first,
// then sets, then adds. It does not change the input; a result without changes may share
// it.
func changed(headers map[string]string, operations ...*networking.Headers_HeaderOperations) map[string]string {
	out := headers
	own := false
	write := func(name, value string, add bool) {
		name = strings.ToLower(name)
		if strings.HasPrefix(name, ":") || name == "host" {
			return // the authority is no header
		}
		if !own {
			out, own = maps.Clone(out), true
		}
		if out == nil {
			out = map[string]string{}
		}
		if old, found := out[name]; add && found {
			value = old + "," + value
		}
		out[name] = value
	}
	for _, o := range operations {
		for _, name := range o.GetRemove() {
			if _, found := out[strings.ToLower(name)]; found {
				if !own {
					out, own = maps.Clone(out), true
				}
				delete(out, strings.ToLower(name))
			}
		}
		for _, name := range slices.Sorted(maps.Keys(o.GetSet())) {
			write(name, o.GetSet()[name], false)
		}
		for _, name := range slices.Sorted(maps.Keys(o.GetAdd())) {
			write(name, o.GetAdd()[name], true)
		}
	}
	return out
}

// sent returns the message that a destination of a route gets. Of several destinations,
// Envoy applies the headers of the destination first and those of the route last. For a
// single one, Istio makes one list of both, the destination's last.
func (x *index) sent(r *mesh.Rule, m message, d *networking.HTTPRouteDestination) message {
	route, own := r.Route.GetHeaders().GetRequest(), d.GetHeaders().GetRequest()
	switch {
	case route == nil && own == nil:
	case len(r.Route.GetRoute()) == 1:
		removed := &networking.Headers_HeaderOperations{Remove: slices.Concat(route.GetRemove(), own.GetRemove())}
		m.headers = changed(m.headers, removed,
			&networking.Headers_HeaderOperations{Set: route.GetSet(), Add: route.GetAdd()},
			&networking.Headers_HeaderOperations{Set: own.GetSet(), Add: own.GetAdd()})
	default:
		m.headers = changed(m.headers, own, route)
	}
	if rewrite := r.Route.GetRewrite(); rewrite != nil {
		m.path = x.rewritten(r, m.path, rewrite)
		if rewrite.Authority != "" {
			m.host = rewrite.Authority
		}
	}
	return m
}

// rewritten returns a path after a rewrite, which keeps the query. It replaces the prefix
// that was matched, else the whole path.
func (x *index) rewritten(r *mesh.Rule, path string, rewrite *networking.HTTPRewrite) string {
	path, query, hasQuery := strings.Cut(path, "?")
	switch {
	case rewrite.UriRegexRewrite != nil:
		// RE2 writes \1 where Go writes ${1}.
		by := strings.ReplaceAll(rewrite.UriRegexRewrite.Rewrite, "$", "$$")
		path = x.regex(unanchored+rewrite.UriRegexRewrite.Match).ReplaceAllString(path,
			groupRef.ReplaceAllString(by, "$${$1}"))
	case rewrite.Uri == "":
	default:
		path = replaced(r.Match.GetUri(), path, rewrite.Uri)
	}
	if hasQuery {
		path += "?" + query
	}
	return path
}

// groupRef is how RE2's substitutions name a group.
var groupRef = regexp.MustCompile(`\\(\d)`)

// replaced replaces the part of the path that a match matched.
func replaced(m *networking.StringMatch, path, by string) string {
	switch m := m.GetMatchType().(type) {
	case nil: // the prefix /
		return by + strings.TrimPrefix(path, "/")
	case *networking.StringMatch_Prefix:
		return by + path[min(len(m.Prefix), len(path)):]
	}
	return by
}
