package lanes

import (
	"encoding/json"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// counts reports whether the lane of that number counts, and selects pods: faults of
// others are reported elsewhere.
func (c *groupCheck) counts(lane int) bool {
	l := c.lanes[lane]
	return l != nil && c.laneAt[l.Name] == lane && len(l.Spec.LabelSelector) > 0
}

// lists checks the services that lanes list.
func (c *groupCheck) lists() {
	for i, lane := range c.lanes {
		if !c.counts(i) || c.group == nil {
			continue
		}
		for j, ref := range lane.Spec.Services {
			at := field.NewPath("spec", "services").Index(j)
			s, found := c.keyAt[serviceKey(ref)]
			switch {
			case !found:
				c.add(ProblemListedNotInGroup, i, at, field.ErrorTypeNotFound, "", "must be a service of group %s: %s",
					c.group.Name, serviceKey(ref))
			case c.Group.services[s].found && !c.Group.services[s].has[i]:
				c.add(ProblemListedWithoutPods, i, at, field.ErrorTypeInvalid, "pods",
					"must be a service with pods in the lane: %s has no pods with the labels of lane %s",
					serviceKey(ref), lane.Name)
			}
		}
	}
}

// overlaps finds lanes that share pods. It also finds lanes with all labels that an
// earlier lane selects by, or the other way round.
func (c *groupCheck) overlaps() {
	c.shared = slices.Clone(c.shared)
	for i, lane := range c.lanes {
		if !c.counts(i) {
			continue
		}
		in := c.selectors.Selecting(lane.Spec.LabelSelector, nil)
		for _, later := range in[1:] { // every lane selects its own pods
			c.share(later, in[0], "all pods of lane "+lane.Name)
		}
	}
	for i, what := range c.shared {
		if what != "" {
			c.add(ProblemOverlap, i, field.NewPath("spec", "labelSelector"), field.ErrorTypeInvalid, "overlap",
				"must select no pod of another lane: it selects %s", what)
		}
	}
}

// complete finds services that a lane lacks although it must have every service: each
// lane of a strict group, and the baseline of a permissive one.
func (c *groupCheck) complete() {
	kind, must := ProblemStrictIncomplete, "must have every service of a strict group"
	if c.group.Permissive() != nil {
		kind, must = ProblemBaselineIncomplete, "must have every service of the group, since it is the baseline lane"
	}
	for i, lane := range c.lanes {
		if !c.counts(i) || kind == ProblemBaselineIncomplete && lane.Name != c.baseline {
			continue
		}
		var missing []string
		for _, ref := range c.Lacking(lane.Name) {
			// reported elsewhere
			if !slices.ContainsFunc(lane.Spec.Services,
				func(listed ServiceRef) bool { return serviceKey(listed) == serviceKey(ref) }) {
				missing = append(missing, serviceKey(ref))
			}
		}
		if len(missing) == 0 {
			continue
		}
		at := field.NewPath("spec", "labelSelector")
		if len(lane.Spec.Services) > 0 {
			at = field.NewPath("spec", "services")
		}
		c.add(kind, i, at, field.ErrorTypeInvalid, "incomplete", "%s: it lacks %s", must, strings.Join(missing, ", "))
	}
}

// entries checks how requests enter the lanes.
func (c *groupCheck) entries() {
	if c.group.Strategy() == RoutingWeighted {
		c.weights()
	} else {
		c.rules()
	}
}

func (c *groupCheck) weights() {
	var sum int64
	entry := ""
	for i, lane := range c.lanes {
		if lane == nil || c.laneAt[lane.Name] != i || lane.Spec.IngressWeight == nil {
			continue
		}
		w := lane.Spec.IngressWeight
		if w.Weight != nil {
			sum += int64(*w.Weight)
		}
		at := field.NewPath("spec", "ingressWeight", "destination")
		if !c.destination(i, at, w.Destination) {
			continue
		}
		if entry == "" {
			entry = w.Destination.Host
		}
		if w.Destination.Host != entry {
			c.add(ProblemEntriesDiffer, i, at.Child("host"), field.ErrorTypeInvalid, "entry",
				"must be the same for all lanes, %s: %q", entry, w.Destination.Host)
		}
	}
	if sum != 100 {
		c.add(ProblemWeightsSum, theGroup, strategyPath(), field.ErrorTypeInvalid, "sum",
			"must have lanes with weights that sum to 100, not %d", sum)
	}
}

// rules checks the rules in force, and that no two of them match the same requests.
func (c *groupCheck) rules() {
	type request struct{ host, match string }
	seen := map[request]string{}
	for i, lane := range c.lanes {
		if lane == nil || c.laneAt[lane.Name] != i {
			continue
		}
		for j, rule := range lane.Spec.IngressRules {
			if !rule.InForce() {
				continue
			}
			at := field.NewPath("spec", "ingressRules").Index(j)
			if rule.Route != nil {
				c.destination(i, at.Child("route", "destination"), rule.Route.Destination)
			}
			var match RequestMatch
			if rule.Match != nil && !rule.Match.matchesAny() {
				match = *rule.Match
			}
			text, err := json.Marshal(match) // JSON writes maps in order
			if err != nil {
				continue
			}
			for _, host := range rule.Hosts {
				if first := seen[request{host, string(text)}]; first != "" {
					c.add(ProblemSameRequests, i, at.Child("match"), field.ErrorTypeInvalid, "overlap",
						"must match other requests than %s", first)
					break
				}
			}
			for _, host := range rule.Hosts {
				seen[request{host, string(text)}] = "rule " + rule.Name + " of lane " + lane.Name
			}
		}
	}
}

// destination checks that requests can go to a service of the group, and reports whether
// the destination is one.
func (c *groupCheck) destination(lane int, path *field.Path, to *RouteDestination) bool {
	if c.group == nil || to == nil || to.Host == "" { // reported elsewhere
		return false
	}
	i, found := c.hostAt[to.Host]
	if !found {
		c.add(ProblemEntryHost, lane, path.Child("host"), field.ErrorTypeInvalid, "service",
			"must be the full name of a service of the group, such as %s: %q", c.example(), to.Host)
		return false
	}
	s := c.Group.services[i]
	at := path.Child("portNum")
	switch {
	case !s.found:
	case to.PortNum == nil && len(s.ports) > 1:
		c.add(ProblemEntryPort, lane, at, field.ErrorTypeRequired, "", "must be set: %s has %d ports",
			serviceKey(s.ref), len(s.ports))
	case to.PortNum != nil && !slices.ContainsFunc(s.ports,
		func(port int32) bool { return int64(port) == int64(*to.PortNum) }):
		c.add(ProblemEntryPort, lane, at, field.ErrorTypeNotFound, "", "must be a port of %s: %d", serviceKey(s.ref),
			*to.PortNum)
	}
	return true
}

// example returns the host of a service of the group.
func (c *groupCheck) example() string {
	if len(c.Group.services) == 0 {
		return Host("mocka", "")
	}
	return c.Group.services[0].host
}
