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

// RootNamespace is the last namespace in which Istio looks for DestinationRules. A mesh may
// configure another one, but no object of a set names it.
const RootNamespace = "istio-system"

// Mesh is the index of a set. It is immutable. Of several objects with one Ref the oldest counts;
// of equally old ones, the first.
type Mesh struct {
	// Set is the set that was read, Domain the DNS domain of its cluster.
	Set    manifest.Set
	Domain istioname.Domain
	// Objects are the objects of the set, in its order. Doubled says that several have the same Ref.
	Objects []manifest.Object
	Doubled bool

	// Services are the Services by full host. Hosts are those hosts, sorted.
	Services map[string]*Service
	Hosts    []string
	// Workloads are the objects that run pods, in the order in which Istio looks at objects.
	Workloads []*Workload
	// Groups are the lane groups, in the order of their names.
	Groups []*Group
	// Orphans are the lanes of groups that the set lacks, by group, then in the order in which
	// Istio looks at objects.
	Orphans []manifest.Object
	// Gateways are Istio's Gateways, in the order in which Istio looks at objects.
	Gateways []*Gateway
	// VirtualServices are the VirtualServices with hosts, in the order in which Istio tries them.
	VirtualServices []*VirtualService
	// ByClient says that some DestinationRule is for some pods only. The labels of a caller then
	// decide which subsets it sees.
	ByClient bool

	services        slab[Service]
	workloads       slab[Workload]
	virtualServices slab[VirtualService]

	groups   map[string]*Group // by name
	gateways map[string]*Gateway
	laneOf   map[string]*Group // by the name of a lane
	isSubset map[string]bool   // names of subsets of DestinationRules
	// pods are the workloads by namespace, and all under the namespace "" if Gateways look there.
	pods      labelindex.Bearers[*Workload]
	rules     map[string]*istioname.Index[destinationRules] // by namespace
	sidecars  istioname.Index[[]*VirtualService]
	atGateway map[string][]*VirtualService
	delegates map[manifest.Ref]manifest.Object // VirtualServices without hosts
	roots     map[manifest.Ref][]*VirtualService
	external  istioname.Index[[]*entry]    // hosts of ServiceEntries
	spaces    map[string]map[string]string // labels of the Namespaces of the set
	unread    unread
}

// New indexes the set of a cluster with that DNS domain.
func New(set manifest.Set, domain istioname.Domain) *Mesh {
	m := &Mesh{Set: set, Domain: domain, Objects: set.All()}
	var lanesOf map[string][]manifest.Object
	var routes, rules []*manifest.Object
	workloads := make([]*Workload, 0, set.Len())
	seen := make(map[manifest.Ref]bool, set.Len())
	for _, at := range byAge(m.Objects) {
		o := at.Object
		if seen[o.Ref] {
			m.Doubled = true
			if o.Ref.Name != "" {
				continue
			}
		}
		seen[o.Ref] = true
		switch {
		case o.Service() != nil:
			s := m.services.add(Service{Object: *o, Host: domain.Service(o.Ref.Name, o.Ref.Namespace), Name: o.Ref.Name,
				Spec: &o.Service().Spec})
			put(&m.Services, s.Host, s)
		case o.LaneGroup() != nil:
			g := &Group{Object: *o}
			m.Groups = append(m.Groups, g)
			put(&m.groups, o.Ref.Name, g)
		case o.Lane() != nil:
			group := o.Lane().GroupName()
			put(&lanesOf, group, append(lanesOf[group], *o))
		case o.Gateway() != nil:
			g := newGateway(o)
			m.Gateways = append(m.Gateways, g)
			put(&m.gateways, g.Ref, g)
		case o.VirtualService() != nil:
			routes = append(routes, o)
		case o.DestinationRule() != nil:
			rules = append(rules, o)
		case o.ServiceEntry() != nil:
			m.addServiceEntry(o)
		default:
			m.addOther(o)
		}
		if w, runs := newWorkload(o, set.NamespaceOf(*o)); runs {
			workloads = append(workloads, m.workloads.add(w))
		}
	}
	m.addWorkloads(workloads)
	m.addServices()
	m.addGroups(lanesOf)
	m.addDestinationRules(rules)
	m.addLanes()
	m.addVirtualServices(routes)
	return m
}

// put puts a value into a map. It makes the map for its first value: most sets lack most kinds.
func put[K comparable, V any](m *map[K]V, key K, value V) {
	if *m == nil {
		*m = map[K]V{}
	}
	(*m)[key] = value
}

// addOther indexes an object that has no Go type in the library.
func (m *Mesh) addOther(o *manifest.Object) {
	u, ok := o.Value.(*unstructured.Unstructured)
	if !ok {
		return
	}
	switch group := o.Ref.Group; {
	case group == "" && o.Ref.Kind == "Namespace":
		put(&m.spaces, o.Ref.Name, u.GetLabels())
	case group == "gateway.networking.k8s.io":
		m.unread.add(*o, u, m.Set.NamespaceOf(*o))
	}
}

// aged is an object with its age. It is a pointer, since an Object is large to sort.
type aged struct {
	*manifest.Object
	created time.Time
}

// byAge returns objects in the order in which Istio looks at them: by age, the oldest first, then
// by name and namespace. Equal ones keep their order.
func byAge(objects []manifest.Object) []aged {
	all := make([]aged, len(objects))
	for i := range objects {
		all[i] = aged{&objects[i], objects[i].Meta().GetCreationTimestamp().Time}
	}
	slices.SortStableFunc(all, func(a, b aged) int {
		return cmp.Or(a.created.Compare(b.created), cmp.Compare(a.Ref.Name, b.Ref.Name),
			cmp.Compare(a.Ref.Namespace, b.Ref.Namespace))
	})
	return all
}

// IsSubset reports whether a DestinationRule has a subset of that name.
func (m *Mesh) IsSubset(name string) bool { return m.isSubset[name] }

// Gateway returns the Gateway "namespace/name", nil if the set has none.
func (m *Mesh) Gateway(ref string) *Gateway { return m.gateways[ref] }

// Group returns the lane group of that name, nil if the set has none.
func (m *Mesh) Group(name string) *Group { return m.groups[name] }

// GroupOf returns the group of the lane of that name, nil if no group has such a lane.
func (m *Mesh) GroupOf(lane string) *Group { return m.laneOf[lane] }

// addGroups reads the lane groups with their lanes.
func (m *Mesh) addGroups(lanesOf map[string][]manifest.Object) {
	slices.SortStableFunc(m.Groups, func(a, b *Group) int { return cmp.Compare(a.Object.Ref.Name, b.Object.Ref.Name) })
	for _, g := range m.Groups {
		name := g.Object.Ref.Name
		g.read(m, lanesOf[name])
		delete(lanesOf, name)
		for _, o := range g.Lanes {
			put(&m.laneOf, o.Ref.Name, g)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(lanesOf)) {
		m.Orphans = append(m.Orphans, lanesOf[name]...)
	}
}
