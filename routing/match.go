package routing

import (
	"regexp"

	networking "istio.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/lanes"
)

// Condition is a condition on a string: [Exact], [Prefix] or [Regex]. The zero value is
// no condition.
type Condition struct {
	kind  matchKind
	value string
}

type matchKind int

const (
	matchExact matchKind = iota + 1
	matchPrefix
	matchRegex
)

// Exact matches the whole string.
func Exact(s string) Condition { return Condition{matchExact, s} }

// Prefix matches the start of the string.
func Prefix(s string) Condition { return Condition{matchPrefix, s} }

// Regex matches the whole string with an RE2 expression.
func Regex(s string) Condition { return Condition{matchRegex, s} }

func (m Condition) isSet() bool { return m.kind != 0 }

func (m Condition) validate(path *field.Path) field.ErrorList {
	if m.value == "" && m.isSet() {
		return field.ErrorList{field.Required(path, "must not be empty")}
	}
	if m.kind == matchRegex {
		if _, err := regexp.Compile(m.value); err != nil {
			return field.ErrorList{field.Invalid(path.Child("regex"), m.value, err.Error()).WithOrigin("format=re2")}
		}
	}
	return nil
}

func (m Condition) build() *networking.StringMatch {
	switch m.kind {
	case matchExact:
		return &networking.StringMatch{MatchType: &networking.StringMatch_Exact{Exact: m.value}}
	case matchPrefix:
		return &networking.StringMatch{MatchType: &networking.StringMatch_Prefix{Prefix: m.value}}
	case matchRegex:
		return &networking.StringMatch{MatchType: &networking.StringMatch_Regex{Regex: m.value}}
	}
	return nil
}

// Match says which requests a route is for: those that meet all conditions that are set.
// The zero value matches every request.
type Match struct {
	// Path is a condition on the request's path, without its query.
	Path Condition
	// Headers are conditions on headers, by lower-case name. A header with the
	// zero Condition must be present, with any value.
	Headers map[string]Condition
	// Method is a condition on the HTTP method.
	Method Condition
	// Authority is a condition on the Host header.
	Authority Condition
	// SourceLabels are labels of the caller's pod. Only sidecars know them: the
	// VirtualService must be for the mesh.
	SourceLabels map[string]string
}

// PathExact matches requests for one path.
func PathExact(path string) Match { return Match{Path: Exact(path)} }

// PathPrefix matches requests for paths with that prefix.
func PathPrefix(prefix string) Match { return Match{Path: Prefix(prefix)} }

// PathRegex matches requests for paths that an RE2 expression matches whole.
func PathRegex(expr string) Match { return Match{Path: Regex(expr)} }

// HeaderExact matches requests that have a header with one value.
func HeaderExact(name, value string) Match {
	return Match{Headers: map[string]Condition{name: Exact(value)}}
}

// LaneMatch matches the requests of a lane's rule or of a group's weighted routing rule.
func LaneMatch(m lanes.RequestMatch) Match {
	var out Match
	if m.URI != nil {
		out.Path = laneStringMatch(*m.URI)
	}
	for name, match := range m.Headers {
		if out.Headers == nil {
			out.Headers = make(map[string]Condition, len(m.Headers))
		}
		out.Headers[name] = laneStringMatch(match)
	}
	return out
}

func laneStringMatch(m lanes.StringMatch) Condition {
	switch {
	case m.Exact != "":
		return Exact(m.Exact)
	case m.Prefix != "":
		return Prefix(m.Prefix)
	default:
		return Regex(m.Regex)
	}
}

// matchesAny reports whether every request meets the conditions. Istio has two paths that
// match any, and makes no route after one of them. Source: Istio,
// pilot/pkg/networking/core/route, IsCatchAllRoute.
func (m Match) matchesAny() bool {
	anyPath := !m.Path.isSet() || m.Path == Prefix("/") || m.Path == Regex(".*")
	return anyPath && !m.Method.isSet() && !m.Authority.isSet() && len(m.Headers) == 0 && len(m.SourceLabels) == 0
}

func (m Match) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if m.Path.isSet() {
		errs = m.Path.validate(path.Child("uri"))
	}
	if len(m.Headers) > 0 {
		errs = append(errs, validateHeaderNames(path.Child("headers"), m.Headers)...)
	}
	for _, name := range sortedKeys(m.Headers) {
		errs = append(errs, m.Headers[name].validate(path.Child("headers").Key(name))...)
	}
	if m.Method.isSet() {
		errs = append(errs, m.Method.validate(path.Child("method"))...)
	}
	if m.Authority.isSet() {
		errs = append(errs, m.Authority.validate(path.Child("authority"))...)
	}
	if len(m.SourceLabels) > 0 {
		errs = append(errs, fieldcheck.Labels(path.Child("sourceLabels"), m.SourceLabels)...)
	}
	return errs
}

func (m Match) build() *networking.HTTPMatchRequest {
	out := &networking.HTTPMatchRequest{
		Uri:       m.Path.build(),
		Method:    m.Method.build(),
		Authority: m.Authority.build(),

		SourceLabels: cloneMap(m.SourceLabels),
	}
	for name, match := range m.Headers {
		if out.Headers == nil {
			out.Headers = make(map[string]*networking.StringMatch, len(m.Headers))
		}
		if out.Headers[name] = match.build(); out.Headers[name] == nil {
			out.Headers[name] = &networking.StringMatch{} // present
		}
	}
	return out
}
