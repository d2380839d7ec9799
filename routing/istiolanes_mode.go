package routing

import (
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/lanes"
)

// readMode finds out where a permissive group falls back to.
func (m *mesh) readMode() {
	config := m.group.Spec.PermissiveModeConfiguration
	if !m.permissive || config == nil {
		return
	}
	m.routeHeader = config.RouteHeader
	path := groupPath().Child("spec", "permissiveModeConfiguration")
	m.baseline = m.laneNamed(path.Child("fallbackTarget"), config.FallbackTarget)
	for i := range m.services {
		m.services[i].fallback = m.baseline
	}
	byName := make(map[string][]int, 2*len(m.services))
	for i, s := range m.services {
		byName[s.name] = append(byName[s.name], i)
		byName[s.namespace+"/"+s.name] = []int{i}
	}
	set := make(map[int]string, len(config.ServiceLevelFallbackTarget))
	for _, key := range sortedKeys(config.ServiceLevelFallbackTarget) {
		at := path.Child("serviceLevelFallbackTarget").Key(key)
		lane := m.laneNamed(at, config.ServiceLevelFallbackTarget[key])
		switch found := byName[key]; {
		case len(found) == 0:
			m.fault(field.Invalid(at, key, "must be NAMESPACE/NAME of a service of the group").WithOrigin("service"))
		case len(found) > 1:
			m.fault(field.Invalid(at, key, "must be NAMESPACE/NAME: there are several services of the name").WithOrigin("service"))
		case set[found[0]] != "":
			m.fault(field.Invalid(at, key, "must be set once for a service: "+set[found[0]]+" is the same").WithOrigin("service"))
		default:
			s := &m.services[found[0]]
			s.fallback, set[found[0]] = lane, key
			if lane >= 0 && !s.has[lane] && s.object != nil {
				m.fault(field.Invalid(at, m.lanes[lane].Name, "must be a lane that has the service").WithOrigin("incomplete"))
			}
		}
	}
}

// laneNamed returns the number of the lane, -1 when there is none.
func (m *mesh) laneNamed(path *field.Path, name string) int {
	i, found := m.laneAt[name]
	if name == "" {
		return -1 // reported
	}
	if !found {
		m.fault(field.NotFound(path, name))
		return -1
	}
	return i
}

// checkComplete finds what a lane lacks that must have every service: each of a
// strict group, the baseline of a permissive one.
func (m *mesh) checkComplete() {
	for i, lane := range m.lanes {
		if m.permissive && i != m.baseline || len(lane.Spec.LabelSelector) == 0 {
			continue
		}
		var missing []string
		for _, s := range m.services {
			if s.object != nil && !s.has[i] {
				missing = append(missing, s.namespace+"/"+s.name)
			}
		}
		if len(missing) == 0 {
			continue
		}
		at, message := lanePath(i).Child("spec"), "must have every service of a strict group: "
		if m.permissive {
			message = "must have every service of the group, whose baseline it is: "
		}
		if message += "it lacks " + strings.Join(missing, ", "); len(lane.Spec.Services) > 0 {
			m.fault(field.Invalid(at.Child("services"), lane.Name, message).WithOrigin("incomplete"))
		} else {
			m.fault(field.Invalid(at.Child("labelSelector"), lane.Spec.LabelSelector, message).WithOrigin("incomplete"))
		}
	}
}

// serving returns the lane that serves a call in the lane to a service.
func (m *mesh) serving(lane int, s meshService) *lanes.ASMSwimLane {
	if s.has[lane] {
		return m.lanes[lane]
	}
	return m.lanes[s.fallback]
}
