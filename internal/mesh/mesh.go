package mesh

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/manifest"
)

// RootNamespace is where Istio looks for DestinationRules last. A mesh may name
// another one; no object of a set says so.
const RootNamespace = "istio-system"

// Mesh is a set, indexed. It is immutable. Of two objects of one Ref the first
// counts.
type Mesh struct {
	// Set is what was read, and Domain the DNS domain of its cluster.
	Set    manifest.Set
	Domain istioname.Domain

	// Services are the Services by their full host, and Hosts those hosts, sorted.
	Services map[string]*Service
	Hosts    []string
	// Workloads are what runs pods, in the order in which Istio looks at objects.
	Workloads []*Workload
	// Groups are the lane groups, in the order of their names.
	Groups []*Group
	// Orphans are the lanes of no group of the set, in the order of the set.
	Orphans []manifest.Object
	// Gateways are Istio's Gateways, in the order in which Istio looks at them.
	Gateways []*Gateway
	// VirtualServices are those that have hosts, in the order in which Istio tries
	// them.
	VirtualServices []*VirtualService
	// ByClient says that a DestinationRule is for some pods only, so that the labels
	// of a caller decide which subsets it sees.
	ByClient bool

	groups   map[string]*Group // by name
	gateways map[string]*Gateway
	laneOf   map[string]*Group // by the name of a lane
	isSubset map[string]bool   // names of subsets of DestinationRules
	pods     labelindex.Bearers[*Workload]
	// everywhere are the pods of all namespaces in one.
	everywhere labelindex.Bearers[*Workload]
	rules      map[string]*destinationRules // by namespace
	sidecars   istioname.Index[[]*VirtualService]
	atGateway  map[string][]*VirtualService
	delegates  map[manifest.Ref]manifest.Object // VirtualServices without hosts
	roots      map[manifest.Ref][]*VirtualService
	external   istioname.Index[[]*entry]    // hosts of ServiceEntries
	spaces     map[string]map[string]string // labels of the Namespaces of the set
	unread     unread
}

// New indexes a set of a cluster with that DNS domain.
func New(set manifest.Set, domain istioname.Domain) *Mesh {
	m := &Mesh{
		Set:       set,
		Domain:    domain,
		Services:  map[string]*Service{},
		groups:    map[string]*Group{},
		gateways:  map[string]*Gateway{},
		laneOf:    map[string]*Group{},
		isSubset:  map[string]bool{},
		rules:     map[string]*destinationRules{},
		atGateway: map[string][]*VirtualService{},
		spaces:    map[string]map[string]string{},
	}
	lanesOf := map[string][]manifest.Object{}
	var routes, rules []manifest.Object
	var workloads []*Workload
	seen := make(map[manifest.Ref]bool, set.Len())
	for _, at := range byAge(set.All()) {
		o := *at
		if seen[o.Ref] && o.Ref.Name != "" {
			continue
		}
		seen[o.Ref] = true
		switch {
		case o.Service() != nil:
			s := &Service{Object: o, Host: domain.Service(o.Ref.Name, o.Ref.Namespace), Name: o.Ref.Name,
				Spec: &o.Service().Spec}
			m.Services[s.Host] = s
		case o.LaneGroup() != nil:
			g := &Group{Object: o}
			m.Groups, m.groups[o.Ref.Name] = append(m.Groups, g), g
		case o.Lane() != nil:
			lanesOf[o.Lane().GroupName()] = append(lanesOf[o.Lane().GroupName()], o)
		case o.Gateway() != nil:
			g := newGateway(o)
			m.Gateways, m.gateways[g.Ref] = append(m.Gateways, g), g
		case o.VirtualService() != nil:
			routes = append(routes, o)
		case o.DestinationRule() != nil:
			rules = append(rules, o)
		case o.ServiceEntry() != nil:
			m.addServiceEntry(o)
		default:
			m.addOther(o)
		}
		if w := newWorkload(o, set.NamespaceOf(o)); w != nil {
			workloads = append(workloads, w)
		}
	}
	m.addWorkloads(workloads)
	m.addServices()
	m.addGroups(lanesOf)
	m.addLanes(m.addDestinationRules(rules))
	m.addVirtualServices(routes)
	return m
}

// addOther takes in what the library has no Go type for.
func (m *Mesh) addOther(o manifest.Object) {
	u, ok := o.Value.(*unstructured.Unstructured)
	if !ok {
		return
	}
	switch group := o.Ref.Group; {
	case group == "" && o.Ref.Kind == "Namespace":
		m.spaces[o.Ref.Name] = u.GetLabels()
	case group == "gateway.networking.k8s.io":
		m.unread.add(o, u, m.Set.NamespaceOf(o))
	}
}

// byAge returns objects in the order in which Istio looks at them: the older
// first, then by name and namespace. Objects of one Ref keep their order.
func byAge(objects []manifest.Object) []*manifest.Object {
	type aged struct {
		o       *manifest.Object // which is large to move about
		created time.Time
	}
	all := make([]aged, len(objects))
	for i := range objects {
		all[i] = aged{&objects[i], objects[i].Meta().GetCreationTimestamp().Time}
	}
	slices.SortStableFunc(all, func(a, b aged) int {
		return cmp.Or(a.created.Compare(b.created), cmp.Compare(a.o.Ref.Name, b.o.Ref.Name),
			cmp.Compare(a.o.Ref.Namespace, b.o.Ref.Namespace))
	})
	out := make([]*manifest.Object, len(all))
	for i := range all {
		out[i] = all[i].o
	}
	return out
}

// IsSubset reports whether a DestinationRule has a subset of that name.
func (m *Mesh) IsSubset(name string) bool { return m.isSubset[name] }

// Gateway returns the Gateway "namespace/name", nil when there is none.
func (m *Mesh) Gateway(ref string) *Gateway { return m.gateways[ref] }

// Group returns the lane group of that name, nil when there is none.
func (m *Mesh) Group(name string) *Group { return m.groups[name] }

// GroupOf returns the group of the lane of that name, nil when there is none.
func (m *Mesh) GroupOf(lane string) *Group { return m.laneOf[lane] }

// addGroups reads the lane groups with their lanes.
func (m *Mesh) addGroups(lanesOf map[string][]manifest.Object) {
	slices.SortStableFunc(m.Groups, func(a, b *Group) int { return cmp.Compare(a.Object.Ref.Name, b.Object.Ref.Name) })
	for _, g := range m.Groups {
		name := g.Object.Ref.Name
		g.read(m, lanesOf[name])
		delete(lanesOf, name)
		for _, o := range g.Lanes {
			m.laneOf[o.Ref.Name] = g
		}
	}
	for _, name := range slices.Sorted(maps.Keys(lanesOf)) {
		m.Orphans = append(m.Orphans, lanesOf[name]...)
	}
}
