package istiospec

import (
	"fmt"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// matches checks the matches of an HTTP route.
// Source: Istio, pkg/config/validation, validateHTTPRouteMatchRequest.
func (v *routeFaults) matches(route *fieldpath.Path, matches []*networking.HTTPMatchRequest) {
	for i, m := range matches {
		if m == nil {
			continue // a match without conditions: Istio ignores it
		}
		p := route.Child("match").Index(i)
		v.texts(p, m)
		v.matchedHeaders(p, m)
		v.source(p, m.Port, m.SourceLabels, m.Gateways)
		if m.SourceNamespace != "" && !isLabel(m.SourceNamespace) {
			v.add(MatchSource, p.Child("sourceNamespace"),
				fmt.Sprintf("must be the name of a namespace: %q", m.SourceNamespace))
		}
	}
}

// source checks the conditions for the source of requests or connections.
func (v *routeFaults) source(p *fieldpath.Path, port uint32, labels map[string]string, gateways []string) {
	if port != 0 {
		v.port(RoutePort, p.Child("port"), port)
	}
	if len(labels) > 0 {
		v.labels(MatchSource, p.Child("sourceLabels"), labels)
	}
	v.gateways(p, gateways)
}

// texts checks the conditions of a match for everything but headers.
func (v *routeFaults) texts(p *fieldpath.Path, m *networking.HTTPMatchRequest) {
	v.pattern(p.Child("uri"), m.Uri) // an empty prefix is valid
	v.text(p.Child("scheme"), m.Scheme)
	v.text(p.Child("method"), m.Method)
	v.text(p.Child("authority"), m.Authority)
	for name, match := range m.QueryParams {
		v.text(p.Child("queryParams").Key(name), match)
	}
}

// matchedHeaders checks the headers of a match. An empty match means that the header must exist; in
// withoutHeaders, the regular expression "*" means it.
func (v *routeFaults) matchedHeaders(p *fieldpath.Path, m *networking.HTTPMatchRequest) {
	for name, match := range m.Headers {
		at := p.Child("headers").Key(name)
		v.matchedHeader(at, name)
		if match == nil {
			v.add(StringMatch, at, "must not be null: {} matches a header with any value")
		}
		v.text(at, match)
	}
	for name, match := range m.WithoutHeaders {
		at := p.Child("withoutHeaders").Key(name)
		v.matchedHeader(at, name)
		if match.GetRegex() != "*" {
			v.text(at, match)
		}
	}
}

// matchedHeader checks the name of a header in a match. The name may mean a claim of a token, which
// only gateways know.
// Source: Istio, pkg/config/validation, ValidateHTTPHeaderNameOrJwtClaimRoute.
func (v *routeFaults) matchedHeader(p *fieldpath.Path, name string) {
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
func (v *routeFaults) text(p *fieldpath.Path, m *networking.StringMatch) {
	if t, is := m.GetMatchType().(*networking.StringMatch_Prefix); is && t.Prefix == "" {
		v.add(StringMatch, p.Child("prefix"), "must not be empty")
	}
	v.pattern(p, m)
}

// pattern checks the regular expression of a match, if it has one.
func (v *routeFaults) pattern(p *fieldpath.Path, m *networking.StringMatch) {
	t, is := m.GetMatchType().(*networking.StringMatch_Regex)
	if !is {
		return
	}
	at := p.Child("regex")
	if t.Regex == "" {
		v.add(StringMatch, at, "must not be empty")
		return
	}
	v.regex(BadRegex, at, t.Regex)
}
