package lanes

import (
	"cmp"

	"github.com/swimlane-go/swimlane/internal/labelindex"
)

// Backing is what is behind a service of a lane group.
//
// +kubebuilder:object:generate=false
type Backing struct {
	// Host is the full name of the service in the mesh. Empty means that of [Host]; a
	// cluster with another DNS domain has another name.
	Host string
	// Found says that the Kubernetes Service is known. Without it the fields below are
	// ignored.
	Found bool
	// Ports are those of the Service.
	Ports []int32
	// Pods are the workloads with pods that the Service selects, in order.
	Pods []PodSet
}

// PodSet is a workload as a lane sees it: pods with the same labels. A workload of 0
// replicas counts.
//
// +kubebuilder:object:generate=false
type PodSet struct {
	// Labels of the pods.
	Labels map[string]string
	// Owner is the workload in messages: "Deployment default/mocka-v1".
	Owner string
}

// Group is the reading of a lane group and its lanes by [ReadGroup]. Each method says
// what it returns for an unknown lane, or for a host that is no service of the group. The
// zero value is a strict group without services and lanes.
//
// +kubebuilder:object:generate=false
type Group struct {
	group    *ASMSwimLaneGroup
	lanes    []*ASMSwimLane // as they were given; laneAt leaves out nil and repeated names
	names    []string       // of the lanes
	laneAt   map[string]int
	services []groupService // as the group lists them; the maps leave out repeated names
	keyAt    map[string]int // by NAMESPACE/NAME
	hostAt   map[string]int

	selectors labelindex.Selectors
	// shared says, by lane, which pods an earlier lane selects too; "" for none.
	shared []string
	// baseline is the fallbackTarget of a permissive group.
	baseline string
}

// groupService is one service of a group.
type groupService struct {
	ref      ServiceRef
	host     string
	found    bool
	ports    []int32
	has      []bool // by lane
	fallback string
}

// ReadGroup reads a lane group and its lanes. It asks behind once for each service of the
// group. It skips nil lanes, and the first of two lanes or services of one name counts.
// It keeps group and lanes, which must not be changed while the Group is in use.
//
// A lane has a service when it lists the service, if it lists any, and when the Service
// selects pods with the labels that the lane selects by. A lane without labels has no
// service.
func ReadGroup(group *ASMSwimLaneGroup, all []*ASMSwimLane, behind func(ServiceRef) Backing) Group {
	g := Group{group: group, lanes: all, names: make([]string, len(all)), laneAt: make(map[string]int, len(all)),
		shared: make([]string, len(all))}
	for i, lane := range all {
		if lane == nil {
			g.selectors.Add(nil)
			continue
		}
		if _, taken := g.laneAt[lane.Name]; taken {
			g.selectors.Add(nil)
			continue
		}
		g.laneAt[lane.Name], g.names[i] = i, lane.Name
		g.selectors.Add(lane.Spec.LabelSelector)
	}
	if group == nil {
		return g
	}
	refs := group.Spec.Services
	g.services, g.keyAt, g.hostAt = make([]groupService, len(refs)), make(map[string]int, len(refs)),
		make(map[string]int, len(refs))
	has := make([]bool, len(refs)*len(all))
	for i, ref := range refs {
		s := &g.services[i]
		s.ref, s.has = ref, has[i*len(all):(i+1)*len(all)]
		key := serviceKey(ref)
		if _, taken := g.keyAt[key]; taken {
			continue
		}
		backing := behind(ref)
		s.host = cmp.Or(backing.Host, Host(ref.Name, ref.Namespace))
		g.keyAt[key], g.hostAt[s.host] = i, i
		if backing.Found {
			s.found, s.ports = true, backing.Ports
			g.readPods(s, backing.Pods)
		}
	}
	g.readLists()
	g.readFallbacks()
	return g
}

// readPods finds out which lanes have pods of a service, and which lanes share them. It
// looks at every pod once.
func (g *Group) readPods(s *groupService, pods []PodSet) {
	var room [8]int
	for _, p := range pods {
		in := g.selectors.Selecting(p.Labels, room[:0])
		for n, lane := range in {
			s.has[lane] = true
			if n > 0 {
				g.share(lane, in[0], "those of "+p.Owner)
			}
		}
	}
}

// share notes what a lane shares with an earlier one: the least of several things, so
// that the order of the pods does not matter.
func (g *Group) share(lane, earlier int, what string) {
	what += " as lane " + g.lanes[earlier].Name + " does"
	if g.shared[lane] == "" || what < g.shared[lane] {
		g.shared[lane] = what
	}
}

// readLists removes services from the lanes that list others.
func (g *Group) readLists() {
	for _, i := range g.laneAt {
		if len(g.lanes[i].Spec.Services) == 0 {
			continue
		}
		listed := make([]bool, len(g.services))
		for _, ref := range g.lanes[i].Spec.Services {
			if s, found := g.keyAt[serviceKey(ref)]; found {
				listed[s] = true
			}
		}
		for s := range g.services {
			g.services[s].has[i] = g.services[s].has[i] && listed[s]
		}
	}
}

// readFallbacks finds the lane that calls to each service fall back to.
func (g *Group) readFallbacks() {
	config := g.group.Permissive()
	if config == nil {
		return
	}
	g.baseline = config.FallbackTarget
	targets := config.ServiceLevelFallbackTarget
	for i := range g.services {
		g.services[i].fallback = g.baseline
	}
	if len(targets) == 0 {
		return
	}
	byName := g.byName()
	for _, i := range g.hostAt {
		s := &g.services[i]
		target := targets[serviceKey(s.ref)]
		if target == "" && len(byName[s.ref.Name]) == 1 {
			target = targets[s.ref.Name]
		}
		s.fallback = cmp.Or(target, g.baseline)
	}
}

// byName returns the services of the group by their names alone.
func (g *Group) byName() map[string][]int {
	out := make(map[string][]int, len(g.services))
	for i, s := range g.services {
		if g.keyAt[serviceKey(s.ref)] == i {
			out[s.ref.Name] = append(out[s.ref.Name], i)
		}
	}
	return out
}

// serviceKey returns the NAMESPACE/NAME of a service.
func serviceKey(ref ServiceRef) string {
	return cmp.Or(ref.Namespace, DefaultNamespace) + "/" + ref.Name
}

// Lane returns the lane of that name, or nil.
func (g Group) Lane(name string) *ASMSwimLane {
	if i, found := g.laneAt[name]; found {
		return g.lanes[i]
	}
	return nil
}

// LanesOf returns the names of the lanes that select a pod with these labels, in the
// order of the lanes. There are several only where lanes overlap. The result is
// read-only.
func (g Group) LanesOf(labels map[string]string) []string {
	var room [8]int
	in := g.selectors.Selecting(labels, room[:0])
	if len(in) == 1 { // the common case, without a copy
		return g.names[in[0] : in[0]+1 : in[0]+1]
	}
	var out []string
	for _, i := range in {
		out = append(out, g.names[i])
	}
	return out
}

// Has reports whether a lane has the service of a host, given by its full name: see
// [Host]. No lane has a host that is no service of the group, or a service that is not
// known as a Service.
func (g Group) Has(lane, host string) bool {
	i, found := g.laneAt[lane]
	if !found {
		return false
	}
	s, found := g.hostAt[host]
	return found && g.services[s].has[i]
}

// Serving returns the lane that serves a call to a host from a lane: that lane when it
// has the service, or when the group is strict, else the Fallback.
func (g Group) Serving(lane, host string) string {
	if g.group.Permissive() == nil || g.Has(lane, host) {
		return lane
	}
	return g.Fallback(host)
}

// Fallback returns the lane that calls to a host go to when their lane lacks it: that of
// serviceLevelFallbackTarget, else the fallbackTarget. A key of the former is
// NAMESPACE/NAME, or a NAME that only one service of the group has. The lane may not
// exist or may lack the service: see [Group.Problems]. Fallback is empty for a strict
// group.
func (g Group) Fallback(host string) string {
	if s, found := g.hostAt[host]; found {
		return g.services[s].fallback
	}
	return g.baseline
}

// Lacking returns the services of the group that a lane lacks, in the order of the group.
// It leaves out those that are not known as a Service.
func (g Group) Lacking(lane string) []ServiceRef {
	var out []ServiceRef
	for i, s := range g.services {
		if s.found && g.keyAt[serviceKey(s.ref)] == i && !g.Has(lane, s.host) {
			out = append(out, s.ref)
		}
	}
	return out
}
