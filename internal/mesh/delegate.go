package mesh

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/manifest"
)

// delegate adds the routes of a delegate, narrowed by the route that delegates. As in Istio, it
// drops a route of the delegate that matches requests outside of the delegating route. Fields that
// the delegate's route leaves unset come from the delegating route.
func (vs *VirtualService) delegate(root string, from *networking.HTTPRoute, o manifest.Object) {
	spec := o.VirtualService()
	if to := exported(spec.ExportTo, o.Ref.Namespace); !visible(to, vs.Ref.Namespace) {
		return
	}
	for i, sub := range spec.Http {
		matches, ok := narrowed(from.GetMatch(), sub.GetMatch())
		if !ok || sub.GetDelegate() != nil {
			continue
		}
		vs.Add(Rule{
			Namespace: o.Ref.Namespace,
			Object:    &o,
			HTTP:      i,
			Root:      root,
			Route: &networking.HTTPRoute{
				Route:          sub.GetRoute(),
				Redirect:       sub.GetRedirect(),
				DirectResponse: cmp.Or(sub.GetDirectResponse(), from.GetDirectResponse()),
				Rewrite:        cmp.Or(sub.GetRewrite(), from.GetRewrite()),
				Headers:        cmp.Or(sub.GetHeaders(), from.GetHeaders()),
				Mirror:         sub.GetMirror(),
				Mirrors:        sub.GetMirrors(),
			},
		}, matches)
	}
}

// narrowed returns the matches of a delegate's route, restricted to the matches of the route that
// delegates. ok is false when a match of the delegate is not within any match of that route.
func narrowed(roots, subs []*networking.HTTPMatchRequest) (out []*networking.HTTPMatchRequest, ok bool) {
	switch {
	case len(roots) == 0:
		return subs, true
	case len(subs) == 0:
		return roots, true
	}
	for _, sub := range subs {
		found := false
		for _, root := range roots {
			if root != nil && sub != nil && within(root, sub) {
				out, found = append(out, merged(root, sub)), true
			}
		}
		if !found {
			return nil, false
		}
	}
	return out, true
}

// within reports whether Istio accepts sub as a part of root.
func within(root, sub *networking.HTTPMatchRequest) bool {
	if !stringWithin(root.Uri, sub.Uri) || !stringWithin(root.Scheme, sub.Scheme) ||
		!stringWithin(root.Method, sub.Method) || !stringWithin(root.Authority, sub.Authority) {
		return false
	}
	for _, pair := range [...][2]map[string]*networking.StringMatch{
		{root.Headers, sub.Headers}, {root.WithoutHeaders, sub.WithoutHeaders}, {root.QueryParams, sub.QueryParams},
	} {
		for name, m := range pair[1] {
			if !stringWithin(pair[0][name], m) {
				return false
			}
		}
	}
	for key, value := range sub.SourceLabels {
		if v, found := root.SourceLabels[key]; found && v != value {
			return false
		}
	}
	for _, gateway := range sub.Gateways {
		if len(root.Gateways) > 0 && !slices.Contains(root.Gateways, gateway) {
			return false
		}
	}
	return root.IgnoreUriCase == sub.IgnoreUriCase &&
		(root.Port == 0 || sub.Port == 0 || root.Port == sub.Port) &&
		(root.SourceNamespace == "" || root.SourceNamespace == sub.SourceNamespace)
}

// stringWithin reports whether sub can be a part of root. If one is a regular expression, the other
// must be unset.
func stringWithin(root, sub *networking.StringMatch) bool {
	switch {
	case root == nil || sub == nil:
		return true
	case root.GetRegex() != "" || sub.GetRegex() != "":
		return false
	case root.GetExact() != "":
		return sub.GetExact() == root.GetExact()
	case root.GetPrefix() != "":
		return sub.GetPrefix()+sub.GetExact() != "" &&
			strings.HasPrefix(sub.GetPrefix()+sub.GetExact(), root.GetPrefix())
	}
	return false
}

// merged returns a match for the requests that meet both.
func merged(root, sub *networking.HTTPMatchRequest) *networking.HTTPMatchRequest {
	out := &networking.HTTPMatchRequest{
		Uri:             cmp.Or(sub.Uri, root.Uri),
		Scheme:          cmp.Or(sub.Scheme, root.Scheme),
		Method:          cmp.Or(sub.Method, root.Method),
		Authority:       cmp.Or(sub.Authority, root.Authority),
		Headers:         overlay(root.Headers, sub.Headers),
		WithoutHeaders:  overlay(root.WithoutHeaders, sub.WithoutHeaders),
		QueryParams:     overlay(root.QueryParams, sub.QueryParams),
		SourceLabels:    overlay(root.SourceLabels, sub.SourceLabels),
		SourceNamespace: cmp.Or(sub.SourceNamespace, root.SourceNamespace),
		Port:            cmp.Or(sub.Port, root.Port),
		IgnoreUriCase:   sub.IgnoreUriCase,
		Gateways:        sub.Gateways,
	}
	if len(out.Gateways) == 0 {
		out.Gateways = root.Gateways
	}
	return out
}

func overlay[V any](base, over map[string]V) map[string]V {
	out := maps.Clone(base)
	if out == nil {
		return over
	}
	maps.Copy(out, over)
	return out
}
