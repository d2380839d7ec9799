package lanes

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Problems returns all faults of the group and its lanes, those of the group first, then
// by lane. An app without problems runs on ASM as it is declared, and its lanes can be
// built for Istio.
func (g Group) Problems() []Problem {
	c := groupCheck{Group: g}
	if g.group != nil {
		c.groupObject()
		c.services()
		c.fallbacks()
	}
	c.laneObjects()
	c.lists()
	c.overlaps()
	c.complete()
	c.entries()
	slices.SortStableFunc(c.found, func(a, b Problem) int { return cmp.Compare(a.Lane, b.Lane) })
	return c.found
}

// groupCheck collects the problems of a group.
type groupCheck struct {
	Group
	found []Problem
}

// theGroup is the number that means the group among its lanes.
const theGroup = -1

func (c *groupCheck) add(kind ProblemKind, lane int, path *field.Path, of field.ErrorType, origin, format string,
	args ...any) {
	err := &field.Error{Type: of, Field: path.String(), BadValue: field.OmitValueType{},
		Detail: fmt.Sprintf(format, args...), Origin: origin}
	c.found = append(c.found, Problem{kind, lane, err})
}

func permissivePath() *field.Path { return field.NewPath("spec", "permissiveModeConfiguration") }

func strategyPath() *field.Path {
	return field.NewPath("spec", "ingress", "ingressRouting", "ingressRoutingStrategy")
}

// groupObject checks the group against LaneGroupBuilder.
func (c *groupCheck) groupObject() {
	spec := c.group.Spec
	b := LaneGroupBuilder{Name: c.group.Name, Services: spec.Services}
	if spec.Ingress != nil && spec.Ingress.Gateway != nil {
		b.Gateway = *spec.Ingress.Gateway
	}
	if r := c.group.Routing(); r != nil && *r != (IngressRouting{}) { // an empty one is the same as none
		b.Routing = r
	}
	if c.group.Permissive() != nil {
		if config := spec.PermissiveModeConfiguration; config != nil {
			b.Permissive = config.DeepCopy() // letter case does not matter in headers
			b.Permissive.TraceHeader, b.Permissive.RouteHeader = strings.ToLower(config.TraceHeader),
				strings.ToLower(config.RouteHeader)
		} else {
			c.add(ProblemPermissiveIncomplete, theGroup, permissivePath(), field.ErrorTypeRequired, "",
				"must be set for a permissive group")
		}
	}
	c.malformed(theGroup, b.Validate())
}

// laneObjects checks the lanes against LaneBuilder, and against the group.
func (c *groupCheck) laneObjects() {
	for i, lane := range c.lanes {
		if lane == nil {
			continue
		}
		b := LaneBuilder{Name: lane.Name, Group: lane.GroupName(), Selector: lane.Spec.LabelSelector,
			Services: lane.Spec.Services}
		if c.group.Strategy() == RoutingWeighted {
			b.Weight = lane.Spec.IngressWeight
		} else {
			b.Rules = lane.Spec.IngressRules
		}
		c.malformed(i, slices.DeleteFunc(b.Validate(), func(err *field.Error) bool { return idleRule(lane, err) }))
		if name := lane.GroupName(); c.group != nil && c.group.Name != "" && name != "" && name != c.group.Name {
			c.add(ProblemForeignLane, i, field.NewPath("metadata", "labels").Key(LabelLaneGroup),
				field.ErrorTypeInvalid, "group",
				"must be the group %s, not %q", c.group.Name, name)
		}
		if c.laneAt[lane.Name] != i && lane.Name != "" {
			c.add(ProblemMalformed, i, field.NewPath("metadata", "name"), field.ErrorTypeDuplicate, "",
				"must be a name that no other lane has: %q", lane.Name)
		}
	}
	if c.group != nil && len(c.laneAt) == 0 {
		c.add(ProblemNoLane, theGroup, field.NewPath("metadata", "name"), field.ErrorTypeRequired, "",
			"must be the group of at least one lane: no lane names it in the label %s", LabelLaneGroup)
	}
}

// idleRule reports whether a fault is in a rule that is not in force. Such a rule need
// not be complete.
func idleRule(lane *ASMSwimLane, err *field.Error) bool {
	number, _, found := strings.Cut(strings.TrimPrefix(err.Field, "spec.ingressRules["), "]")
	i, no := strconv.Atoi(number)
	return found && no == nil && i < len(lane.Spec.IngressRules) && !lane.Spec.IngressRules[i].InForce() &&
		kindOf(err) == ProblemMalformed
}

// malformed adds the fault of a builder, in words that need no value beside them.
func (c *groupCheck) malformed(lane int, faults field.ErrorList) {
	for _, err := range faults {
		kind, value := kindOf(err), fmt.Sprintf("%q", fmt.Sprint(err.BadValue))
		switch n := err.BadValue.(type) {
		case int, int32, int64:
			value = fmt.Sprint(n)
		}
		switch err.Type {
		case field.ErrorTypeDuplicate:
			err.Detail = "must appear once: " + value
		case field.ErrorTypeNotSupported:
			supported := strings.TrimPrefix(err.Detail, "supported values: ")
			err.Detail = "must be " + strings.ReplaceAll(supported, `", "`, `" or "`) + ", not " + value
		case field.ErrorTypeInvalid:
			if err.Origin != "format=re2" && err.Origin != "one-of" { // these messages contain the value already
				err.Detail += ": " + value
			}
		}
		err.BadValue = field.OmitValueType{}
		c.found = append(c.found, Problem{kind, lane, err})
	}
}

// kindOf returns the kind of problem of a builder's fault.
func kindOf(err *field.Error) ProblemKind {
	switch {
	case err.Origin == "trace-header":
		return ProblemRouteHeaderTaken
	case err.Origin == "format=re2":
		return ProblemBadRegex
	case err.Type == field.ErrorTypeNotSupported && err.Field == strategyPath().String():
		return ProblemUnknownStrategy
	case strings.HasPrefix(err.Field, permissivePath().String()+".") &&
		(err.Type == field.ErrorTypeRequired || err.BadValue == ""):
		return ProblemPermissiveIncomplete
	}
	switch value := err.BadValue.(type) {
	case StringMatch:
		if value.ways() > 1 {
			return ProblemAmbiguousMatch
		}
	case int32:
		if err.Origin == "percent" && value < 0 {
			return ProblemNegativeWeight
		}
	}
	return ProblemMalformed
}

// services finds the services of the group that are not known.
func (c *groupCheck) services() {
	for i, s := range c.Group.services {
		if !s.found && c.keyAt[serviceKey(s.ref)] == i {
			c.add(ProblemServiceNotFound, theGroup, field.NewPath("spec", "services").Index(i), field.ErrorTypeNotFound,
				"", "must exist as a Service: %s", serviceKey(s.ref))
		}
	}
}

// fallbacks checks the lanes that a permissive group falls back to.
func (c *groupCheck) fallbacks() {
	config := c.group.Permissive()
	if config == nil {
		return
	}
	c.fallbackLane(permissivePath().Child("fallbackTarget"), config.FallbackTarget)
	if len(config.ServiceLevelFallbackTarget) == 0 {
		return
	}
	byName := c.byName()
	set := map[int]string{} // the key, by service
	for key, lane := range sorted(config.ServiceLevelFallbackTarget) {
		at := permissivePath().Child("serviceLevelFallbackTarget").Key(key)
		known := c.fallbackLane(at, lane)
		of := byName[key]
		if i, found := c.keyAt[key]; found {
			of = []int{i}
		}
		switch {
		case len(of) == 0:
			c.add(ProblemFallbackKey, theGroup, at, field.ErrorTypeInvalid, "service",
				"must be NAMESPACE/NAME of a service of the group: %q", key)
			continue
		case len(of) > 1:
			c.add(ProblemFallbackKey, theGroup, at, field.ErrorTypeInvalid, "service",
				"must be NAMESPACE/NAME: %d services of the group are called %q", len(of), key)
			continue
		case set[of[0]] != "":
			c.add(ProblemFallbackTwice, theGroup, at, field.ErrorTypeInvalid, "service",
				"must be set once for a service: %q is the same as %q", key, set[of[0]])
			continue
		}
		set[of[0]] = key
		if s := c.Group.services[of[0]]; known && s.found && !s.has[c.laneAt[lane]] {
			c.add(ProblemFallbackLacks, theGroup, at, field.ErrorTypeInvalid, "incomplete",
				"must be a lane that has the service: %q lacks %s", lane, serviceKey(s.ref))
		}
	}
}

// fallbackLane checks that a fallback lane is a lane of the group.
func (c *groupCheck) fallbackLane(path *field.Path, lane string) (known bool) {
	_, known = c.laneAt[lane]
	if !known && lane != "" { // an empty one is reported elsewhere
		c.add(ProblemFallbackNotFound, theGroup, path, field.ErrorTypeNotFound, "", "must be a lane of the group: %q",
			lane)
	}
	return known
}
