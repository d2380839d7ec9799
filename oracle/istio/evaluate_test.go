package istio_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	matcher "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
)

// request is a request that a proxy routes.
type request struct {
	host    string // in the form of the call, without the port
	path    string
	headers map[string]string // by lower-case name, with ":method"
}

// routeFor returns the route that Envoy chooses for a request, nil if none matches. It knows the
// conditions that istiod makes from VirtualServices; any other condition is an error.
func routeFor(rc *route.RouteConfiguration, port int32, r request) (*route.Route, error) {
	host := virtualHost(rc, port, r.host)
	for _, candidate := range host.GetRoutes() {
		matched, err := matches(candidate.Match, r)
		if err != nil {
			return nil, fmt.Errorf("route %s: %w", candidate.Name, err)
		}
		if matched {
			return candidate, nil
		}
	}
	return nil, nil
}

// virtualHost returns the virtual host with the most specific domain: a name, else the longest
// wildcard, else "*". Envoy ignores letter case.
func virtualHost(rc *route.RouteConfiguration, port int32, host string) *route.VirtualHost {
	var best *route.VirtualHost
	length := -1
	host = strings.ToLower(host)
	for _, vh := range rc.VirtualHosts {
		for _, domain := range vh.Domains {
			domain = strings.TrimSuffix(strings.ToLower(domain), fmt.Sprintf(":%d", port))
			suffix, wild := strings.CutPrefix(domain, "*")
			switch {
			case !wild && domain == host:
				return vh
			case wild && strings.HasSuffix(host, suffix) && len(suffix) > length:
				best, length = vh, len(suffix)
			}
		}
	}
	return best
}

func matches(m *route.RouteMatch, r request) (bool, error) {
	ok := false
	switch p := m.PathSpecifier.(type) {
	case *route.RouteMatch_Path:
		ok = p.Path == r.path
	case *route.RouteMatch_Prefix:
		ok = strings.HasPrefix(r.path, p.Prefix)
	case *route.RouteMatch_PathSeparatedPrefix:
		ok = r.path == p.PathSeparatedPrefix || strings.HasPrefix(r.path, p.PathSeparatedPrefix+"/")
	case *route.RouteMatch_SafeRegex:
		ok = whole(p.SafeRegex.Regex, r.path)
	default:
		return false, fmt.Errorf("path condition %T", p)
	}
	if len(m.QueryParameters) > 0 || len(m.DynamicMetadata) > 0 || m.RuntimeFraction != nil {
		return false, fmt.Errorf("condition other than path and headers: %v", m)
	}
	for _, h := range m.Headers {
		met, err := headerMatches(h, r.headers)
		if err != nil {
			return false, err
		}
		ok = ok && met
	}
	return ok, nil
}

func headerMatches(h *route.HeaderMatcher, headers map[string]string) (bool, error) {
	value, present := headers[strings.ToLower(h.Name)]
	met := present
	switch c := h.HeaderMatchSpecifier.(type) {
	case *route.HeaderMatcher_PresentMatch:
		met = present == c.PresentMatch
	case *route.HeaderMatcher_StringMatch:
		switch s := c.StringMatch.MatchPattern.(type) {
		case *matcher.StringMatcher_Exact:
			met = present && value == s.Exact
		case *matcher.StringMatcher_Prefix:
			met = present && strings.HasPrefix(value, s.Prefix)
		case *matcher.StringMatcher_SafeRegex:
			met = present && whole(s.SafeRegex.Regex, value)
		default:
			return false, fmt.Errorf("condition %T on header %s", s, h.Name)
		}
	default:
		return false, fmt.Errorf("condition %T on header %s", c, h.Name)
	}
	return met != h.InvertMatch, nil
}

// whole reports whether an RE2 expression matches all of s.
func whole(expr, s string) bool {
	return regexp.MustCompile(`^(?:` + expr + `)$`).MatchString(s)
}

// routeConfiguration returns the configuration of a name.
func routeConfiguration(all []*route.RouteConfiguration, name string) *route.RouteConfiguration {
	i := slices.IndexFunc(all, func(rc *route.RouteConfiguration) bool { return rc.Name == name })
	if i < 0 {
		return nil
	}
	return all[i]
}
