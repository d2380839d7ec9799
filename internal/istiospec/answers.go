package istiospec

import (
	"fmt"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// redirect checks the target of a redirect.
// Source: Istio, pkg/config/validation, validateHTTPRedirect.
func (v *routeFaults) redirect(route *fieldpath.Path, r *networking.HTTPRoute) {
	to := r.Redirect
	if to == nil {
		return
	}
	p := route.Child("redirect")
	rewrite := p.Child("prefixRewrite")
	if to.Uri == "" && to.PrefixRewrite == "" && to.Authority == "" && to.RedirectPort == nil && to.Scheme == "" {
		v.add(Redirect, p, "must have a uri, an authority, a scheme or a port")
	}
	if to.PrefixRewrite != "" {
		if to.Uri != "" {
			v.add(Redirect, rewrite, "must not be set with uri")
		}
		for _, m := range r.Match {
			if _, isPrefix := m.GetUri().GetMatchType().(*networking.StringMatch_Prefix); m.GetUri() != nil &&
				!isPrefix {
				v.add(Redirect, rewrite, "must not be set: not every match of a uri is by prefix")
				break
			}
		}
	}
	if n := to.RedirectCode; n != 0 && (n < 300 || n > 399) {
		v.add(Redirect, p.Child("redirectCode"), fmt.Sprintf("must be between 300 and 399: %d", n))
	}
	if to.Scheme != "" && to.Scheme != "http" && to.Scheme != "https" {
		v.add(Redirect, p.Child("scheme"), fmt.Sprintf("must be http or https: %q", to.Scheme))
	}
	if n := to.GetPort(); n > 0 {
		v.port(RoutePort, p.Child("port"), n)
	}
}

// directResponse checks the answer of a route.
// Source: Istio, pkg/config/validation, validateHTTPDirectResponse.
func (v *routeFaults) directResponse(route *fieldpath.Path, r *networking.HTTPDirectResponse) {
	if r == nil {
		return
	}
	p := route.Child("directResponse")
	body := p.Child("body")
	v.status(DirectResponse, p.Child("status"), int64(r.Status))
	if b, isBytes := r.GetBody().GetSpecifier().(*networking.HTTPBody_Bytes); isBytes && len(b.Bytes) == 0 {
		v.add(DirectResponse, body, "must have bytes or a string: Istio's CRD refuses neither")
	}
	if n := max(len(r.GetBody().GetString_()), len(r.GetBody().GetBytes())); n > 1<<20 {
		v.add(DirectResponse, body, fmt.Sprintf("must not have more than 1 MiB: %d bytes", n))
	}
}

// rewrite checks what a route replaces in a request.
// Source: Istio, pkg/config/validation, validateHTTPRewrite.
func (v *routeFaults) rewrite(route *fieldpath.Path, r *networking.HTTPRewrite) {
	if r == nil {
		return
	}
	p := route.Child("rewrite")
	pattern := p.Child("uriRegexRewrite")
	switch regex := r.UriRegexRewrite; {
	case regex == nil:
		if r.Uri == "" && r.Authority == "" {
			v.add(Rewrite, p, "must have a uri, an authority or a uriRegexRewrite")
		}
	case r.Uri != "":
		v.add(Rewrite, pattern, "must not be set with uri")
	case regex.Match == "" || regex.Rewrite == "":
		v.add(Rewrite, pattern, "must have a match and a rewrite")
	default:
		v.regex(BadRegex, pattern.Child("match"), regex.Match)
	}
}
