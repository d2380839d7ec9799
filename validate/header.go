package validate

import (
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/istioname"
)

// headerValue is the value of a header of a request; "" for none. It is unknown for a
// request with a header that a match accepts with more than one value.
type headerValue struct {
	value string
	known bool
}

// headerOfMatches returns the values of a header of the requests that take a route, by
// its matches, each once.
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

// after returns the value of a header of a request when a destination of a route gets it.
// Of several destinations, Envoy applies the headers of the destination first and those
// of the route last. For a single destination, Istio makes one list of both, with the
// destination's last, and removals come first.
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
