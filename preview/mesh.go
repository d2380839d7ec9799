package preview

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// Mesh is a set, indexed for questions about where requests go. It is immutable
// and may be used by several goroutines. The zero Mesh is that of an empty set.
type Mesh struct{ x *index }

// New indexes a set. It does not change the set, and nothing that it returns is
// shared with it. Of two objects of one Ref it takes the first.
func New(set manifest.Set) Mesh { return Mesh{newIndex(set)} }

func (m Mesh) index() *index {
	if m.x == nil {
		return newIndex(manifest.Set{})
	}
	return m.x
}

// index is what a set says about routes.
type index struct {
	services map[string]*service // by host
	external hostIndex[bool]     // hosts of ServiceEntries
	pods     map[string]pods     // by namespace
	groups   map[string]*group   // by name
	laneOf   map[string]*group   // by the name of a lane
	gateways []*gateway          // in order
	rules    map[string]*hostIndex[[]*destinationRule]
	// mesh holds the VirtualServices of the sidecars by host, atGateway the others
	// by "namespace/name" of a Gateway.
	mesh      hostIndex[[]*virtualService]
	atGateway map[string][]*virtualService
	// routeHeaders are the headers whose value names the lane of a request on plain
	// Istio, relevant all headers that decide where it goes.
	routeHeaders []string
	relevant     map[string]bool
	isSubset     map[string]bool // names of subsets of DestinationRules
	regexes      map[string]*regexp.Regexp
	notes        []string // what the objects themselves give cause to say
}

func newIndex(set manifest.Set) *index {
	x := &index{
		services:  map[string]*service{},
		pods:      map[string]pods{},
		groups:    map[string]*group{},
		laneOf:    map[string]*group{},
		rules:     map[string]*hostIndex[[]*destinationRule]{},
		atGateway: map[string][]*virtualService{},
		relevant:  map[string]bool{},
		isSubset:  map[string]bool{},
		regexes:   map[string]*regexp.Regexp{},
	}
	workloads := map[string][]*workload{}
	subsets := map[string][]subset{}     // of DestinationRules, by host
	laneList := map[string][]laneEntry{} // by group
	var routes []manifest.Object
	seen := make(map[manifest.Ref]bool, set.Len())
	for _, o := range byAge(set.All()) {
		if seen[o.Ref] {
			continue
		}
		seen[o.Ref] = true
		switch {
		case o.Service() != nil:
			s := &service{ref: o.Ref, host: lanes.Host(o.Ref.Name, o.Ref.Namespace), name: o.Ref.Name, spec: &o.Service().Spec}
			x.services[s.host] = s
		case o.LaneGroup() != nil:
			x.groups[o.Ref.Name] = newGroup(o)
		case o.Lane() != nil:
			name := o.Meta().GetLabels()[lanes.LabelLaneGroup]
			laneList[name] = append(laneList[name], laneEntry{o.Ref.Name, &o.Lane().Spec})
		case o.Gateway() != nil:
			x.gateways = append(x.gateways, newGateway(o))
		case o.VirtualService() != nil:
			routes = append(routes, o)
		case o.DestinationRule() != nil:
			host, found := x.addDestinationRule(o)
			subsets[host] = append(subsets[host], found...)
		case o.Ref.Kind == "ServiceEntry":
			if u, ok := o.Value.(*unstructured.Unstructured); ok {
				hosts, _, _ := unstructured.NestedStringSlice(u.Object, "spec", "hosts")
				for _, host := range hosts {
					x.external.update(host, func(bool) bool { return true })
				}
			}
		}
		if w := newWorkload(o); w != nil {
			namespace := cmp.Or(o.Ref.Namespace, lanes.DefaultNamespace)
			workloads[namespace] = append(workloads[namespace], w)
		}
	}
	for namespace, all := range workloads {
		x.pods[namespace] = newPods(all)
	}
	for name, g := range x.groups {
		g.addLanes(laneList[name])
		for lane := range g.lanes.byName {
			x.laneOf[lane] = g
		}
	}
	x.addServices(subsets)
	x.addVirtualServices(routes, subsets)
	return x
}

// byAge returns objects in the order in which Istio looks at them: the older
// first, then by name and namespace. Objects of one Ref keep their order.
func byAge(objects []manifest.Object) []manifest.Object {
	slices.SortStableFunc(objects, func(a, b manifest.Object) int {
		age, other := a.Meta().GetCreationTimestamp(), b.Meta().GetCreationTimestamp()
		return cmp.Or(age.Compare(other.Time), cmp.Compare(a.Ref.Name, b.Ref.Name), cmp.Compare(a.Ref.Namespace, b.Ref.Namespace))
	})
	return objects
}

// addVirtualServices indexes the VirtualServices, and the routes that lane groups
// ask for.
func (x *index) addVirtualServices(routes []manifest.Object, subsets map[string][]subset) {
	all := newVirtualServices(routes)
	for _, name := range slices.Sorted(maps.Keys(x.groups)) {
		all = append(all, x.groups[name].ingress(x.services)...)
		if header := x.groups[name].routeHeader(); header != "" {
			x.relevant[header] = true
		}
	}
	for _, of := range subsets {
		for _, s := range of {
			x.isSubset[s.name] = true
		}
	}
	for _, vs := range all {
		mesh := slices.Contains(vs.gateways, meshGateway)
		if mesh {
			for _, host := range vs.hosts {
				x.mesh.update(host, func(old []*virtualService) []*virtualService { return append(old, vs) })
			}
		}
		for _, gateway := range slices.Compact(slices.Sorted(slices.Values(vs.gateways))) {
			x.atGateway[gateway] = append(x.atGateway[gateway], vs)
		}
		for i := range vs.rules {
			x.learn(&vs.rules[i], mesh)
		}
	}
	slices.Sort(x.routeHeaders)
	x.routeHeaders = slices.Compact(x.routeHeaders)
	x.inventGateways()
}

// learn keeps what a route needs to be matched: its expressions, and the headers
// that decide. A header that a route of the sidecars matches with the name of a
// subset is a route header.
func (x *index) learn(r *rule, mesh bool) {
	bad := x.compile(r.match)
	if rewrite := r.route.GetRewrite().GetUriRegexRewrite(); rewrite != nil && !x.expression(unanchored+rewrite.Match, rewrite.Match) {
		bad = append(bad, rewrite.Match)
	}
	for _, expr := range bad {
		x.notes = append(x.notes, fmt.Sprintf("%s: %q is no regular expression, and Istio refuses such an object: it is taken to match nothing", r.at, expr))
	}
	for name, m := range r.match.GetHeaders() {
		name = strings.ToLower(name)
		x.relevant[name] = true
		if mesh && x.isSubset[m.GetExact()] {
			x.routeHeaders = append(x.routeHeaders, name)
		}
	}
	for name := range r.match.GetWithoutHeaders() {
		x.relevant[strings.ToLower(name)] = true
	}
}
