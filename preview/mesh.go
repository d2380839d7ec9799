package preview

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
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
}

// service is a Kubernetes Service.
type service struct {
	ref     manifest.Ref
	host    string
	name    string // as it is shown
	spec    *corev1.ServiceSpec
	pods    pods
	group   *group
	lanes   map[*workload][]string // the lanes, or subsets, of its pods
	hasLane map[string]bool        // those that it has by a subset or by its pods
}

// destinationRule is what a DestinationRule says about subsets.
type destinationRule struct {
	object   manifest.Object
	exportTo []string
	clients  map[string]string // labels of the pods that it is for; empty means all
	subsets  selectors
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
	x.addVirtualServices(set, subsets)
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

// addServices finds out what pods every Service has, and in what lanes they are.
func (x *index) addServices(subsets map[string][]subset) {
	named := map[string]int{}
	for _, s := range x.services {
		named[s.ref.Name]++
	}
	for _, g := range x.groups {
		for host := range g.services {
			if s := x.services[host]; s != nil {
				s.group = g
			}
		}
	}
	for host, s := range x.services {
		if named[s.ref.Name] > 1 {
			s.name = s.ref.Name + "." + s.ref.Namespace
		}
		if len(s.spec.Selector) > 0 {
			s.pods = newPods(x.pods[s.ref.Namespace].selected(s.spec.Selector))
		}
		known := newSelectors(subsets[host])
		if s.group != nil {
			known = s.group.lanes
		}
		s.lanes = make(map[*workload][]string, len(s.pods.all))
		s.hasLane = map[string]bool{}
		for _, w := range s.pods.all {
			names := known.matching(w.labels)
			if version := w.labels[lanes.LabelVersion]; len(names) == 0 && version != "" && s.group == nil {
				names = []string{version}
			}
			s.lanes[w] = names
			for _, name := range names {
				s.hasLane[name] = true
			}
		}
		if s.group == nil {
			for name := range known.byName {
				s.hasLane[name] = true
			}
		}
	}
}

// addDestinationRule returns the host and the subsets of a DestinationRule.
func (x *index) addDestinationRule(o manifest.Object) (string, []subset) {
	spec := o.DestinationRule()
	host := fullHost(spec.Host, o.Ref.Namespace)
	var all []subset
	for _, s := range spec.Subsets {
		all = append(all, subset{s.GetName(), s.GetLabels()})
	}
	in := x.rules[o.Ref.Namespace]
	if in == nil {
		in = &hostIndex[[]*destinationRule]{}
		x.rules[o.Ref.Namespace] = in
	}
	in.update(host, func(old []*destinationRule) []*destinationRule {
		return append(old, &destinationRule{o, exported(spec.ExportTo, o.Ref.Namespace), spec.GetWorkloadSelector().GetMatchLabels(), newSelectors(all)})
	})
	return host, all
}

// selector returns the selector of a subset of a service, as a caller sees it.
func (x *index) selector(c caller, s *service, name string) (selector map[string]string, found bool) {
	if s.group != nil {
		if lane, found := s.group.lanes.byName[name]; found {
			return lane.selector, true
		}
	}
	for _, rule := range x.destinationRules(c, s) {
		if sub, found := rule.subsets.byName[name]; found {
			return sub.selector, true
		}
	}
	return nil, false
}

// destinationRules returns those that Istio merges for a caller and a service: of
// the first namespace that has any.
func (x *index) destinationRules(c caller, s *service) []*destinationRule {
	for i, namespace := range [...]string{c.namespace, s.ref.Namespace, rootNamespace} {
		in := x.rules[namespace]
		if in == nil || i == 0 && namespace == rootNamespace {
			continue // comes last
		}
		var found []*destinationRule
		in.find(s.host, func(all []*destinationRule) bool {
			for _, rule := range all {
				if (i == 0 || visible(rule.exportTo, c.namespace)) && covers(c.labels, rule.clients) {
					found = append(found, rule)
				}
			}
			return len(found) > 0
		})
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

// addVirtualServices indexes the VirtualServices, and the routes that lane groups
// ask for.
func (x *index) addVirtualServices(set manifest.Set, subsets map[string][]subset) {
	all := newVirtualServices(set)
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
	x.compile(r.match)
	if rewrite := r.route.GetRewrite().GetUriRegexRewrite(); rewrite != nil {
		x.expression(unanchored+rewrite.Match, rewrite.Match)
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
