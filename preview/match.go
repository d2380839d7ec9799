package preview

import (
	"net/url"
	"regexp"
	"strings"

	networking "istio.io/api/networking/v1"
)

// message is a request on its way.
type message struct {
	scheme, method, host, path string
	port                       uint32
	headers                    map[string]string // by lower-case name, several values joined by commas
}

// matches reports whether a message meets a match; every message meets a nil match.
func (x *index) matches(match *networking.HTTPMatchRequest, m message) bool {
	if match == nil {
		return true
	}
	path, query, _ := strings.Cut(m.path, "?")
	if !x.pathMatches(match.Uri, path, match.IgnoreUriCase) ||
		match.Method != nil && !x.stringMatches(match.Method, m.method, true) ||
		match.Authority != nil && !x.stringMatches(match.Authority, m.host, true) ||
		match.Scheme != nil && !x.stringMatches(match.Scheme, m.scheme, true) {
		return false
	}
	for name, want := range match.Headers {
		if value, found := m.headers[strings.ToLower(name)]; !x.stringMatches(want, value, found) {
			return false
		}
	}
	for name, want := range match.WithoutHeaders {
		value, found := m.headers[strings.ToLower(name)]
		// Istio reads it in this way here, and refuses it elsewhere
		switch asks := asksForPresence(want) || want.GetRegex() == "*"; {
		case asks && found, !asks && x.stringMatches(want, value, true): // a missing one counts as empty
			return false
		}
	}
	if len(match.QueryParams) == 0 {
		return true
	}
	values, _ := url.ParseQuery(query) // the unreadable rest is left out
	for name, want := range match.QueryParams {
		if !x.stringMatches(want, values.Get(name), values.Has(name)) {
			return false
		}
	}
	return true
}

// asksForPresence reports whether a match only asks for a value to exist.
func asksForPresence(m *networking.StringMatch) bool { return m == nil || m.MatchType == nil }

func (x *index) stringMatches(m *networking.StringMatch, value string, found bool) bool {
	if !found || asksForPresence(m) {
		return found
	}
	switch m := m.MatchType.(type) {
	case *networking.StringMatch_Exact:
		return value == m.Exact
	case *networking.StringMatch_Prefix:
		return strings.HasPrefix(value, m.Prefix)
	case *networking.StringMatch_Regex:
		return x.regex(m.Regex).MatchString(value)
	}
	return false
}

// pathMatches matches a path without its query. Only exact paths and prefixes can ignore
// letter case.
func (x *index) pathMatches(m *networking.StringMatch, path string, ignoreCase bool) bool {
	if m == nil || m.MatchType == nil {
		return true
	}
	switch m := m.MatchType.(type) {
	case *networking.StringMatch_Exact:
		return path == m.Exact || ignoreCase && strings.EqualFold(path, m.Exact)
	case *networking.StringMatch_Prefix:
		return strings.HasPrefix(path, m.Prefix) ||
			ignoreCase && len(path) >= len(m.Prefix) && strings.EqualFold(path[:len(m.Prefix)], m.Prefix)
	case *networking.StringMatch_Regex:
		return x.regex(m.Regex).MatchString(path)
	}
	return false
}

// never matches nothing: it replaces an invalid expression, which Istio refuses.
var never = regexp.MustCompile(`[^\s\S]`)

// compile keeps the expressions of a match, anchored at both ends as Envoy does, and
// returns the invalid ones.
func (x *index) compile(m *networking.HTTPMatchRequest) (bad []string) {
	all := []*networking.StringMatch{m.GetUri(), m.GetMethod(), m.GetAuthority(), m.GetScheme()}
	for _, of := range [...]map[string]*networking.StringMatch{m.GetHeaders(), m.GetQueryParams()} {
		for _, want := range of {
			all = append(all, want)
		}
	}
	for _, want := range m.GetWithoutHeaders() {
		if want.GetRegex() != "*" {
			all = append(all, want)
		}
	}
	for _, want := range all {
		if expr := want.GetRegex(); expr != "" && !x.expression(expr, `^(?:`+expr+`)$`) {
			bad = append(bad, expr)
		}
	}
	return bad
}

// unanchored begins the name of an expression that may match a part of a string.
const unanchored = "part:"

// expression keeps a regular expression under a name, and reports whether it is valid.
func (x *index) expression(name, expr string) bool {
	if x.regexes[name] == nil {
		re, err := regexp.Compile(expr)
		if err != nil {
			re = never
		}
		x.regexes[name] = re
	}
	return x.regexes[name] != never
}

func (x *index) regex(name string) *regexp.Regexp {
	if re := x.regexes[name]; re != nil {
		return re
	}
	return never // empty
}
