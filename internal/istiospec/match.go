package istiospec

import (
	"fmt"
	"strings"

	networking "istio.io/api/networking/v1"
)

// matches checks the matches of an HTTP route.
// Source: Istio, pkg/config/validation, validateHTTPRouteMatchRequest.
func (v *routeFaults) matches(route *at, matches []*networking.HTTPMatchRequest) {
	list := route.child("match")
	for i, m := range matches {
		if m == nil {
			continue // a match without conditions: Istio ignores it
		}
		p := list.item(i)
		v.texts(&p, m)
		v.matchedHeaders(&p, m)
		v.source(&p, m.Port, m.SourceLabels, m.Gateways)
		if m.SourceNamespace != "" && !isLabel(m.SourceNamespace) {
			at := p.child("sourceNamespace")
			v.add(MatchSource, &at, fmt.Sprintf("must be the name of a namespace: %q", m.SourceNamespace))
		}
	}
}

// source checks the conditions for the source of requests or connections.
func (v *routeFaults) source(p *at, port uint32, labels map[string]string, gateways []string) {
	if port != 0 {
		at := p.child("port")
		v.port(RoutePort, &at, port)
	}
	if len(labels) > 0 {
		at := p.child("sourceLabels")
		v.labels(MatchSource, &at, labels)
	}
	v.gateways(p, gateways)
}

// texts checks the conditions of a match for everything but headers.
func (v *routeFaults) texts(p *at, m *networking.HTTPMatchRequest) {
	uri, scheme, method, authority := p.child("uri"), p.child("scheme"), p.child("method"), p.child("authority")
	v.pattern(&uri, m.Uri) // an empty prefix is valid
	v.text(&scheme, m.Scheme)
	v.text(&method, m.Method)
	v.text(&authority, m.Authority)
	params := p.child("queryParams")
	for name, match := range m.QueryParams {
		at := params.value(name)
		v.text(&at, match)
	}
}

// matchedHeaders checks the headers of a match. An empty match means that the header must exist; in
// withoutHeaders, the regular expression "*" means it.
func (v *routeFaults) matchedHeaders(p *at, m *networking.HTTPMatchRequest) {
	with, without := p.child("headers"), p.child("withoutHeaders")
	for name, match := range m.Headers {
		at := with.value(name)
		v.matchedHeader(&at, name)
		if match == nil {
			v.add(StringMatch, &at, "must not be null: {} matches a header with any value")
		}
		v.text(&at, match)
	}
	for name, match := range m.WithoutHeaders {
		at := without.value(name)
		v.matchedHeader(&at, name)
		if match.GetRegex() != "*" {
			v.text(&at, match)
		}
	}
}

// matchedHeader checks the name of a header in a match. The name may mean a claim of a token, which
// only gateways know.
// Source: Istio, pkg/config/validation, ValidateHTTPHeaderNameOrJwtClaimRoute.
func (v *routeFaults) matchedHeader(p *at, name string) {
	switch name {
	case ":method", ":scheme", ":authority", ":path", ":status":
		return
	}
	if isClaim(name) {
		if !v.atGateway {
			v.add(ClaimMatch, p, "must be a header: sidecars do not know the claims of a token")
		}
		return
	}
	if !isHeaderName(name) {
		v.add(HeaderName, p, fmt.Sprintf("must be the name of a header: %q", name))
	}
}

// isClaim reports whether the name of a header means a claim of a token.
// Source: Istio, pkg/jwt, ToRoutingClaim.
func isClaim(name string) bool {
	const prefix = "@request.auth.claims"
	if len(name) < len(prefix)+2 || !strings.EqualFold(name[:len(prefix)], prefix) {
		return false
	}
	claim := name[len(prefix):]
	return claim[0] == '.' || len(claim) > 2 && claim[0] == '[' && claim[len(claim)-1] == ']'
}

// text checks a match of a text, if it is set.
// Source: Istio, pkg/config/validation, validateStringMatch.
func (v *routeFaults) text(p *at, m *networking.StringMatch) {
	if t, is := m.GetMatchType().(*networking.StringMatch_Prefix); is && t.Prefix == "" {
		at := p.child("prefix")
		v.add(StringMatch, &at, "must not be empty")
	}
	v.pattern(p, m)
}

// pattern checks the regular expression of a match, if it has one.
func (v *routeFaults) pattern(p *at, m *networking.StringMatch) {
	t, is := m.GetMatchType().(*networking.StringMatch_Regex)
	if !is {
		return
	}
	at := p.child("regex")
	if t.Regex == "" {
		v.add(StringMatch, &at, "must not be empty")
		return
	}
	v.regex(BadRegex, &at, t.Regex)
}
