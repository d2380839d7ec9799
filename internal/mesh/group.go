package mesh

import (
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// Group is a lane group with its lanes. Package lanes reads what they mean together.
type Group struct {
	lanes.Group
	// Object is the ASMSwimLaneGroup. Lanes are its lanes, in the order in which Istio looks at
	// objects.
	Object manifest.Object
	Lanes  []manifest.Object
	// Hosts are the full hosts of the services that the group lists, in its order, each once.
	Hosts []string

	listed map[string]bool // the Hosts
}

// read reads the group with its lanes.
func (g *Group) read(m *Mesh, all []manifest.Object) {
	g.Lanes = all
	specs := make([]*lanes.ASMSwimLane, len(all))
	for i, o := range all {
		specs[i] = o.Lane()
	}
	refs := g.Object.LaneGroup().Spec.Services
	g.listed = make(map[string]bool, len(refs))
	for _, ref := range refs {
		host := m.Domain.Service(ref.Name, ref.Namespace)
		if g.listed[host] {
			continue
		}
		g.listed[host] = true
		g.Hosts = append(g.Hosts, host)
		if s := m.Services[host]; s != nil && s.Group == nil {
			s.Group = g
		}
	}
	g.Group = lanes.ReadGroup(g.Object.LaneGroup(), specs, m.behind)
}

// behind returns what lanes.ReadGroup must know of a service of the group.
func (m *Mesh) behind(ref lanes.ServiceRef) lanes.Backing {
	host := m.Domain.Service(ref.Name, ref.Namespace)
	s := m.Services[host]
	if s == nil {
		return lanes.Backing{Host: host}
	}
	out := lanes.Backing{Host: host, Found: true, Ports: make([]int32, len(s.Spec.Ports)),
		Pods: make([]lanes.PodSet, len(s.Pods))}
	for i := range s.Spec.Ports {
		out.Ports[i] = s.Spec.Ports[i].Port
	}
	for i, w := range s.Pods {
		out.Pods[i] = lanes.PodSet{Labels: w.Labels, Owner: w.Object.Ref.String()}
	}
	return out
}

// ObjectOf returns the object with a problem of the group: one of its lanes, or the group.
func (g *Group) ObjectOf(p lanes.Problem) manifest.Object {
	if p.Lane < 0 {
		return g.Object
	}
	return g.Lanes[p.Lane]
}

// Lists reports whether the group lists the service of a host.
func (g *Group) Lists(host string) bool { return g.listed[host] }

// RouteHeader returns the header that names the lane of a request, in lower case;
// empty for a strict group.
func (g *Group) RouteHeader() string { return g.Object.LaneGroup().RouteHeader() }

// Permissive returns how calls find their lane in a permissive group; nil for a strict one.
func (g *Group) Permissive() *lanes.PermissiveModeConfiguration {
	return g.Object.LaneGroup().Permissive()
}
