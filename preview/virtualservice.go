package preview

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	networking "istio.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/manifest"
)

// virtualService is a VirtualService with its names resolved and its delegates
// put in.
type virtualService struct {
	ref      manifest.Ref
	created  metav1.Time
	hosts    []string
	gateways []string // "namespace/name" or "mesh"
	exportTo []string // namespaces, or "*"; empty means every one
	rules    []rule
}

// rule is one match of one HTTP route: what Istio makes a route of.
type rule struct {
	namespace string // that the names in it are read in
	at        string // where it stands, for messages
	match     *networking.HTTPMatchRequest
	route     *networking.HTTPRoute
}

// newVirtualServices returns VirtualServices, in their order, with the routes of
// those that are delegates, which have no hosts, put in.
func newVirtualServices(objects []manifest.Object) []*virtualService {
	delegates := map[manifest.Ref]manifest.Object{}
	for _, o := range objects {
		if len(o.VirtualService().Hosts) == 0 {
			delegates[o.Ref] = o
		}
	}
	var out []*virtualService
	for _, o := range objects {
		spec := o.VirtualService()
		if len(spec.Hosts) == 0 {
			continue
		}
		vs := &virtualService{ref: o.Ref, created: o.Meta().GetCreationTimestamp(), exportTo: exported(spec.ExportTo, o.Ref.Namespace)}
		out = append(out, vs)
		for _, host := range spec.Hosts {
			vs.hosts = append(vs.hosts, strings.ToLower(istioname.Domain("").Full(host, vs.ref.Namespace)))
		}
		vs.hosts = slices.Compact(slices.Sorted(slices.Values(vs.hosts)))
		for _, gateway := range spec.Gateways {
			vs.gateways = append(vs.gateways, gatewayRef(gateway, vs.ref.Namespace))
		}
		if len(spec.Gateways) == 0 {
			vs.gateways = []string{meshGateway}
		}
		name := vs.ref.String()
		for i, route := range spec.Http {
			at := name + " http[" + strconv.Itoa(i) + "]"
			if d := route.GetDelegate(); d != nil {
				ref := vs.ref
				ref.Namespace, ref.Name = cmp.Or(d.Namespace, ref.Namespace), d.Name
				if delegate, found := delegates[ref]; found {
					vs.delegate(at, route, delegate)
				}
				continue
			}
			vs.add(rule{namespace: vs.ref.Namespace, at: at, route: route}, route.GetMatch())
		}
	}
	return out
}

// add adds a rule for each match of a route, or one for every request.
func (vs *virtualService) add(r rule, matches []*networking.HTTPMatchRequest) {
	if len(matches) == 0 {
		vs.rules = append(vs.rules, r)
	}
	for _, m := range matches {
		r.match = m
		vs.rules = append(vs.rules, r)
	}
}

// delegate adds the routes of a delegate, narrowed by the route that delegates.
// As in Istio a delegate's route is dropped when it is not for a part of those
// requests, and what it leaves unset it takes from the route.
func (vs *virtualService) delegate(at string, root *networking.HTTPRoute, o manifest.Object) {
	spec := o.VirtualService()
	if to := exported(spec.ExportTo, o.Ref.Namespace); !visible(to, vs.ref.Namespace) {
		return
	}
	for i, sub := range spec.Http {
		matches, ok := narrowed(root.GetMatch(), sub.GetMatch())
		if !ok || sub.GetDelegate() != nil {
			continue
		}
		vs.add(rule{
			namespace: o.Ref.Namespace,
			at:        fmt.Sprintf("%s to %s http[%d]", at, o.Ref, i),
			route: &networking.HTTPRoute{
				Route:          sub.GetRoute(),
				Redirect:       sub.GetRedirect(),
				DirectResponse: cmp.Or(sub.GetDirectResponse(), root.GetDirectResponse()),
				Rewrite:        cmp.Or(sub.GetRewrite(), root.GetRewrite()),
				Headers:        cmp.Or(sub.GetHeaders(), root.GetHeaders()),
				Mirror:         sub.GetMirror(),
				Mirrors:        sub.GetMirrors(),
			},
		}, matches)
	}
}

// narrowed returns the matches of a delegate's route within those of the route
// that delegates; ok is false when one of them is no part of those.
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

// within reports whether Istio takes sub for a part of root.
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

// stringWithin reports whether sub can be a part of root. Beside a regular
// expression nothing else may be asked for.
func stringWithin(root, sub *networking.StringMatch) bool {
	switch {
	case root == nil || sub == nil:
		return true
	case root.GetRegex() != "" || sub.GetRegex() != "":
		return false
	case root.GetExact() != "":
		return sub.GetExact() == root.GetExact()
	case root.GetPrefix() != "":
		return sub.GetPrefix()+sub.GetExact() != "" && strings.HasPrefix(sub.GetPrefix()+sub.GetExact(), root.GetPrefix())
	}
	return false
}

// merged returns a match for what meets both.
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

// gatewayRef returns a gateway as "namespace/name", or "mesh".
func gatewayRef(name, namespace string) string {
	switch at, rest, found := strings.Cut(name, "/"); {
	case name == meshGateway:
		return name
	case !found:
		return namespace + "/" + name
	case at == ".":
		return namespace + "/" + rest
	}
	return name
}

// exported returns the namespaces that an object is for.
func exported(to []string, namespace string) []string {
	out := slices.Clone(to)
	for i := range out {
		if out[i] == "." {
			out[i] = namespace
		}
	}
	return out
}

// visible reports whether what is exported to some namespaces is for one of them.
func visible(exportTo []string, namespace string) bool {
	return len(exportTo) == 0 || slices.Contains(exportTo, "*") || slices.Contains(exportTo, namespace)
}
