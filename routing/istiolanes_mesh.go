package routing

import (
	"cmp"
	"fmt"

	networking "istio.io/api/networking/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/lanes"
)

// mesh is what an IstioLanesBuilder means: who has what, and all that is wrong.
// The objects are made of it when nothing is.
type mesh struct {
	group    *lanes.ASMSwimLaneGroup
	lanes    []*lanes.ASMSwimLane
	services []meshService
	byHost   map[string]int // the services, by host
	laneAt   map[string]int // the lanes, by name
	errs     field.ErrorList

	// Of a permissive group: the route header, and the number of the baseline
	// lane, -1 when there is none.
	permissive  bool
	routeHeader string
	baseline    int
}

// meshService is one service of the group.
type meshService struct {
	name, namespace, host string
	object                *corev1.Service // nil when there is none
	has                   []bool          // by the number of the lane
	fallback              int             // the lane to go to instead, -1 when there is none

	policy *networking.TrafficPolicy // nil for none
	route  *networking.HTTPRoute     // what every route has besides its own; nil for nothing
}

// Where faults stand.

func groupPath() *field.Path     { return field.NewPath("group") }
func servicesPath() *field.Path  { return groupPath().Child("spec", "services") }
func lanePath(i int) *field.Path { return field.NewPath("lanes").Index(i) }

func newMesh(b IstioLanesBuilder) *mesh {
	m := &mesh{group: b.Group, lanes: make([]*lanes.ASMSwimLane, len(b.Lanes)), baseline: -1}
	if b.Group == nil {
		m.group = &lanes.ASMSwimLaneGroup{}
		m.errs = append(m.errs, field.Required(groupPath(), "must be set"))
	} else {
		m.checkGroup()
	}
	m.checkLanes(b.Lanes)
	m.findServices(b)
	m.findPods(b)
	m.readLists()
	m.readMode()
	m.checkComplete()
	m.readPatches()
	m.checkIngress()
	return m
}

func (m *mesh) fault(err *field.Error) { m.errs = append(m.errs, err) }

// under puts faults of an object below the path at which it stands.
func (m *mesh) under(path *field.Path, errs field.ErrorList) {
	for _, err := range errs {
		err.Field = path.String() + "." + err.Field
		m.fault(err)
	}
}

// checkGroup holds the group to what lanes.LaneGroupBuilder builds.
func (m *mesh) checkGroup() {
	spec := m.group.Spec
	base := lanes.LaneGroupBuilder{Name: m.group.Name, Services: spec.Services}
	if spec.Ingress != nil {
		base.Routing = spec.Ingress.IngressRouting
		if spec.Ingress.Gateway != nil {
			base.Gateway = *spec.Ingress.Gateway
		}
	}
	if m.permissive = spec.IsPermissive != nil && *spec.IsPermissive; m.permissive {
		if base.Permissive = spec.PermissiveModeConfiguration; base.Permissive == nil {
			m.fault(field.Required(groupPath().Child("spec", "permissiveModeConfiguration"), "must be set for a permissive group"))
		}
	}
	m.under(groupPath(), base.Validate())
}

// checkLanes holds the lanes to what lanes.LaneBuilder builds, and to the group.
func (m *mesh) checkLanes(all []*lanes.ASMSwimLane) {
	if len(all) == 0 {
		m.fault(field.Required(field.NewPath("lanes"), "must hold at least one lane"))
	}
	m.laneAt = make(map[string]int, len(all))
	for i, lane := range all {
		at := lanePath(i)
		if lane == nil {
			m.fault(field.Required(at, "must be set"))
			m.lanes[i] = &lanes.ASMSwimLane{}
			continue
		}
		m.lanes[i] = lane
		group := lane.Labels[lanes.LabelLaneGroup]
		m.under(at, lanes.LaneBuilder{
			Name: lane.Name, Group: group, Selector: lane.Spec.LabelSelector, Services: lane.Spec.Services,
			Rules: lane.Spec.IngressRules, Weight: lane.Spec.IngressWeight,
		}.Validate())
		if m.group.Name != "" && group != "" && group != m.group.Name {
			m.fault(field.Invalid(at.Child("metadata", "labels").Key(lanes.LabelLaneGroup), group, "must be the group: "+m.group.Name).WithOrigin("group"))
		}
		if _, taken := m.laneAt[lane.Name]; taken && lane.Name != "" {
			m.fault(field.Duplicate(at.Child("metadata", "name"), lane.Name))
		} else {
			m.laneAt[lane.Name] = i
		}
	}
}

// findServices finds the objects of the group's services.
func (m *mesh) findServices(b IstioLanesBuilder) {
	objects := make(map[string]*corev1.Service, len(b.Services))
	for i, s := range b.Services {
		at := field.NewPath("services").Index(i)
		if s == nil {
			m.fault(field.Required(at, "must be set"))
			continue
		}
		host := lanes.Host(s.Name, s.Namespace)
		if objects[host] != nil {
			m.fault(field.Duplicate(at, host))
		}
		objects[host] = s
	}
	m.byHost = make(map[string]int, len(m.group.Spec.Services))
	m.services = make([]meshService, len(m.group.Spec.Services))
	for i, ref := range m.group.Spec.Services {
		host := lanes.Host(ref.Name, ref.Namespace)
		m.services[i] = meshService{name: ref.Name, namespace: ref.Namespace, host: host, object: objects[host], has: make([]bool, len(m.lanes)), fallback: -1}
		m.byHost[host] = i
		if objects[host] == nil {
			m.fault(field.NotFound(servicesPath().Index(i), ref.Namespace+"/"+ref.Name))
		}
	}
}

// findPods says which lanes have pods of which services, and finds lanes that
// share pods. It looks at every pod of a service once.
func (m *mesh) findPods(b IstioLanesBuilder) {
	type pod struct {
		labels map[string]string
		of     string
	}
	var pods labelindex.Bearers[pod]
	for i, d := range b.Deployments {
		if d == nil {
			m.fault(field.Required(field.NewPath("deployments").Index(i), "must be set"))
			continue
		}
		namespace := cmp.Or(d.Namespace, lanes.DefaultNamespace)
		pods.Add(namespace, d.Spec.Template.Labels, pod{d.Spec.Template.Labels, namespace + "/" + d.Name})
	}
	var selectors labelindex.Selectors
	for _, lane := range m.lanes {
		selectors.Add(lane.Spec.LabelSelector)
	}
	overlaps := make([]string, len(m.lanes)) // by the later lane, what it shares
	overlap := func(sharing []int, what string) {
		for _, later := range sharing[min(1, len(sharing)):] {
			if overlaps[later] == "" || what < overlaps[later] { // the least, whatever the order of the Deployments
				overlaps[later] = fmt.Sprintf("%s as lane %s does", what, m.lanes[sharing[0]].Name)
			}
		}
	}
	for i := range m.services {
		s := &m.services[i]
		if s.object == nil {
			continue
		}
		for _, p := range pods.Selected(s.namespace, s.object.Spec.Selector) {
			in := selectors.Selecting(p.labels)
			for _, lane := range in {
				s.has[lane] = true
			}
			overlap(in, "those of Deployment "+p.of)
		}
	}
	for _, lane := range m.lanes {
		overlap(selectors.Selecting(lane.Spec.LabelSelector), "all of those with the labels of lane "+lane.Name)
	}
	for i, what := range overlaps {
		if what != "" {
			m.fault(field.Invalid(lanePath(i).Child("spec", "labelSelector"), m.lanes[i].Spec.LabelSelector,
				"must select no pod of another lane: it selects "+what).WithOrigin("overlap"))
		}
	}
}

// readLists lets the lanes that list their services have those.
func (m *mesh) readLists() {
	for i, lane := range m.lanes {
		if len(lane.Spec.Services) == 0 {
			continue
		}
		for s := range m.services {
			m.services[s].has[i] = false
		}
		for j, ref := range lane.Spec.Services {
			if s, found := m.byHost[lanes.Host(ref.Name, ref.Namespace)]; found {
				m.services[s].has[i] = true
			} else {
				m.fault(field.NotFound(lanePath(i).Child("spec", "services").Index(j), ref.Namespace+"/"+ref.Name))
			}
		}
	}
}
