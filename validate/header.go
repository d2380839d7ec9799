package validate

import (
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/istioname"
)

// headerValue is what a request has under a header; "" for none. It is not known
// for one that brings a value of which a match does not say what it is.
type headerValue struct {
	value string
	known bool
}

// headerOfMatches returns what requests have under a header that take a route, by
// its matches, each value once.
func headerOfMatches(matches []*networking.HTTPMatchRequest, header string) []headerValue {
	if len(matches) == 0 {
		return []headerValue{{"", true}}
	}
	var out []headerValue
	for _, m := range matches {
		h := headerValue{"", true}
		if want, found := istioname.Header(m.GetHeaders(), header); found {
			h.value = want.GetExact()
			h.known = h.value != ""
		}
		if !slices.Contains(out, h) {
			out = append(out, h)
		}
	}
	return out
}

// after returns what a request has under a header when a destination of a route
// gets it. Of several destinations Envoy applies the headers of the destination
// first and those of the route last; for a single one Istio makes one list of both,
// the destination's last, in which what is removed goes first.
func (h headerValue) after(r *networking.HTTPRoute, d *networking.HTTPRouteDestination, header string) (value string,
	known bool) {
	route, own := r.GetHeaders().GetRequest(), d.GetHeaders().GetRequest()
	if len(r.GetRoute()) > 1 {
		route, own = own, route
		h = h.without(route, header).with(route, header).without(own, header).with(own, header)
		return h.value, h.known
	}
	h = h.without(route, header).without(own, header).with(route, header).with(own, header)
	return h.value, h.known
}

func (h headerValue) without(o *networking.Headers_HeaderOperations, header string) headerValue {
	if slices.ContainsFunc(o.GetRemove(), func(name string) bool { return strings.EqualFold(name, header) }) {
		return headerValue{"", true}
	}
	return h
}

func (h headerValue) with(o *networking.Headers_HeaderOperations, header string) headerValue {
	if value, set := istioname.Header(o.GetSet(), header); set {
		h = headerValue{value, true}
	}
	if value, added := istioname.Header(o.GetAdd(), header); added {
		h = headerValue{strings.TrimPrefix(h.value+","+value, ","), h.known}
	}
	return h
}
