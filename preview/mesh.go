package preview

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/manifest"
)

// Mesh is an index of a set for questions about where requests go. It is immutable and
// may be used by several goroutines. The zero Mesh is that of an empty set.
type Mesh struct{ x *index }

// New indexes a set, read with the defaults of a [Reading]. It does not change the set,
// and its results share nothing with the set. Of two objects of one Ref it takes the
// first.
func New(set manifest.Set) Mesh { return Reading{}.New(set) }

// Reading says how a set is read.
type Reading struct {
	// ClusterDomain is the DNS domain of the cluster. Empty means "cluster.local".
	ClusterDomain string
}

// New indexes a set, like the function New.
func (r Reading) New(set manifest.Set) Mesh {
	return Mesh{newIndex(set, istioname.Domain(r.ClusterDomain))}
}

func (m Mesh) index() *index {
	if m.x == nil {
		return newIndex(manifest.Set{}, "")
	}
	return m.x
}

// index is a mesh, with what routing requests needs besides.
type index struct {
	*mesh.Mesh
	// gateways are those of the set, or the ones invented for it.
	gateways []*mesh.Gateway
	invented bool
	// made are the routes that ASM makes of lane groups, by "namespace/name" of the
	// Gateway.
	made map[string][]*mesh.VirtualService
	// routeHeaders are the headers that name the lane of a request on plain Istio,
	// relevant all headers that decide where it goes.
	routeHeaders []string
	relevant     map[string]bool
	regexes      map[string]*regexp.Regexp
	notes        []string // about the objects themselves
	// problems are the problems of each lane group.
	problems map[*mesh.Group][]string
}

func newIndex(set manifest.Set, domain istioname.Domain) *index {
	x := &index{
		Mesh:     mesh.New(set, domain),
		made:     map[string][]*mesh.VirtualService{},
		relevant: map[string]bool{},
		regexes:  map[string]*regexp.Regexp{},
		problems: map[*mesh.Group][]string{},
	}
	for _, g := range x.Groups {
		for _, vs := range x.ingress(g) {
			gateway := vs.Gateways[0]
			x.made[gateway] = append(x.made[gateway], vs)
			x.learn(vs)
		}
		if header := g.RouteHeader(); header != "" {
			x.relevant[header] = true
		}
		for _, p := range g.Problems() {
			x.problems[g] = append(x.problems[g],
				fmt.Sprintf("%s %s: %s", g.ObjectOf(p).Ref, p.Err.Field, p.Err.Detail))
		}
	}
	for _, vs := range x.VirtualServices {
		x.learn(vs)
	}
	slices.Sort(x.routeHeaders)
	x.routeHeaders = slices.Compact(x.routeHeaders)
	if x.gateways = x.Gateways; len(x.gateways) == 0 {
		x.inventGateways()
	}
	return x
}

// inventGateways makes Gateways for a set without any: each Gateway that is named serves
// any host on port 80.
func (x *index) inventGateways() {
	x.invented = true
	for _, ref := range slices.Compact(slices.Sorted(slices.Values(slices.AppendSeq(x.Bound(), maps.Keys(x.made))))) {
		if namespace, _, found := strings.Cut(ref, "/"); found && ref != istioname.Mesh {
			x.gateways = append(x.gateways, mesh.AnyHost(ref, namespace))
		}
	}
}

// learn keeps what is needed to match the routes of vs: their expressions, and the
// headers that decide. A header that a route of the sidecars matches with the name of a
// subset is a route header.
func (x *index) learn(vs *mesh.VirtualService) {
	sidecars := vs.AtMesh()
	for i := range vs.Rules {
		r := &vs.Rules[i]
		bad := x.compile(r.Match)
		if rewrite := r.Route.GetRewrite().GetUriRegexRewrite(); rewrite != nil &&
			!x.expression(unanchored+rewrite.Match, rewrite.Match) {
			bad = append(bad, rewrite.Match)
		}
		for _, expr := range bad {
			x.notes = append(x.notes, fmt.Sprintf("%s: %q is no regular expression, and Istio refuses such an "+
				"object: preview assumes that it matches nothing", r.At(), expr))
		}
		for name, m := range r.Match.GetHeaders() {
			name = strings.ToLower(name)
			x.relevant[name] = true
			if sidecars && x.IsSubset(m.GetExact()) {
				x.routeHeaders = append(x.routeHeaders, name)
			}
		}
		for name := range r.Match.GetWithoutHeaders() {
			x.relevant[strings.ToLower(name)] = true
		}
	}
}
