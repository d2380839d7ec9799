package istiospec

import (
	"fmt"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
)

// headers checks the changes of the headers of requests and responses.
// Source: Istio, pkg/config/validation, validateHTTPRoute.
func (v *routeFaults) headers(p *fieldpath.Path, h *networking.Headers) {
	if h == nil {
		return
	}
	headers := p.Child("headers")
	v.operations(headers.Child("request"), h.Request, true)
	v.operations(headers.Child("response"), h.Response, false)
}

// operations checks the changes of some headers. Authority says that they may set the authority of
// a request.
func (v *routeFaults) operations(p *fieldpath.Path, o *networking.Headers_HeaderOperations, authority bool) {
	if o == nil {
		return
	}
	v.values(p.Child("set"), o.Set, authority)
	v.values(p.Child("add"), o.Add, authority)
	for i, name := range o.Remove {
		v.changed(p.Child("remove").Index(i), name, false)
	}
}

// values checks the headers that are set or added.
func (v *routeFaults) values(p *fieldpath.Path, headers map[string]string, authority bool) {
	for name, value := range headers {
		at := p.Key(name)
		v.changed(at, name, authority)
		if !isHeaderValue(value) {
			v.add(HeaderValue, at, fmt.Sprintf("must be text, in which %%NAME%% or %%NAME(ARGUMENT)%% is a variable "+
				"and %%%% is a %%: %q", value))
		}
	}
}

// changed checks the name of a changed header.
// Source: Istio, pkg/config/validation, ValidateHTTPHeaderOperationName and
// ValidateHTTPHeaderWithAuthorityOperationName.
func (v *routeFaults) changed(p *fieldpath.Path, name string, authority bool) {
	switch {
	case name == "":
		v.add(HeaderName, p, "must be the name of a header: it is empty")
	case authority && isAuthority(name):
	case name[0] == ':' || strings.EqualFold(name, "host"):
		v.add(HeaderName, p, fmt.Sprintf("must be a header that can be changed: %q", name))
	}
}

func isAuthority(name string) bool {
	return strings.EqualFold(name, "host") || strings.EqualFold(name, ":authority")
}

// authority checks that a route sets the authority of requests at most once.
// Source: Istio, pkg/config/validation, validateAuthorityRewrite.
func (v *routeFaults) authority(p *fieldpath.Path, r *networking.HTTPRoute) {
	request := r.GetHeaders().GetRequest()
	if len(request.GetSet())+len(request.GetAdd()) == 0 {
		return
	}
	said := r.GetRewrite().GetAuthority()
	operations := p.Child("headers.request")
	said = v.authorityIn(operations.Child("set"), request.GetSet(), said)
	v.authorityIn(operations.Child("add"), request.GetAdd(), said)
}

// authorityIn returns the authority after the headers are set. Said is the authority before, "" if
// nothing has set it.
func (v *routeFaults) authorityIn(p *fieldpath.Path, headers map[string]string, said string) string {
	var names []string // the spellings of the header, sorted
	for name := range headers {
		if isAuthority(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if said != "" {
			v.add(AuthorityTwice, p.Key(name), fmt.Sprintf("must be set once: it is %q already", said))
		}
		said = headers[name]
	}
	return said
}

// isHeaderName reports whether a name is valid for a header. Istio allows a comma too.
// Source: Istio, pkg/config/validation, validHeaderNameRegex; RFC 9110, 5.6.2.
func isHeaderName(name string) bool {
	for i := range len(name) {
		if c := name[i]; !isAlphanumeric(c) && strings.IndexByte("!#$%&'*+,-.^_`|~", c) < 0 {
			return false
		}
	}
	return name != ""
}

// isHeaderValue reports whether a text is the value of a header: without control
// characters, and with variables of Envoy that have an end.
// Source: Istio, pkg/config/validation, ValidateHTTPHeaderValue; Envoy's docs,
// "Custom request/response headers".
func isHeaderValue(value string) bool {
	for i := range len(value) {
		if c := value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	for {
		_, rest, found := strings.Cut(value, "%")
		switch {
		case !found:
			return true
		case rest == "":
			return false
		case rest[0] == '%':
			value = rest[1:]
			continue
		}
		if value, found = afterVariable(rest); !found {
			return false
		}
	}
}

// afterVariable returns what follows the variable that a text begins with: NAME%,
// NAME(ARGUMENT)% or NAME(["ARGUMENT", "ARGUMENT"])%.
func afterVariable(text string) (rest string, found bool) {
	i := strings.IndexAny(text, "%(")
	if i < 0 {
		return "", false
	}
	if text[i] == '%' {
		return text[i+1:], true
	}
	if text = strings.TrimLeft(text[i+1:], " "); text == "" {
		return "", false
	}
	if text, found = after(text, '['); found {
		text, found = after(text, '"')
	} else {
		text, found = text[1:], true // whatever an argument begins with is part of it
	}
	for found {
		if i = strings.IndexAny(text, `\)"`); i < 0 {
			return "", false
		}
		end := text[i]
		switch text = text[i+1:]; {
		case end == ')':
			return after(text, '%')
		case end == '"':
			var more bool
			if text, more = after(text, ','); more {
				text, found = after(text, '"')
			} else if text, found = after(text, ']'); found {
				if text, found = after(text, ')'); found {
					return after(text, '%')
				}
			}
		case text == "":
			return "", false
		default:
			text = text[1:] // what a backslash escapes
		}
	}
	return "", false
}

// after returns what follows a character that a text begins with, after spaces.
// Without it the text stays as it is.
func after(text string, c byte) (rest string, found bool) {
	rest, found = strings.CutPrefix(strings.TrimLeft(text, " "), string(c))
	if !found {
		return text, false
	}
	return rest, true
}
