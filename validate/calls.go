package validate

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/internal/releasekeys"
	"github.com/swimlane-go/swimlane/manifest"
)

// findCalls checks the calls that Services declare or the environment of pods names. It
// notes which pods send requests along which routes.
func (c *checker) findCalls() {
	for _, host := range c.Hosts {
		s := c.Services[host]
		c.declared(s)
		for _, w := range s.Pods {
			for _, call := range c.CallsOf(s, w) {
				if callee := c.Services[call.Host]; callee != nil {
					c.call(s, w, callee, call)
				}
			}
		}
	}
}

// declared checks that the services that a Service declares to call exist.
func (c *checker) declared(s *mesh.Service) {
	names, _ := s.Declared()
	for i, call := range c.CallsTo(s, names) {
		if c.Services[call.Host] == nil && !c.External(call.Host, s.Object.Ref.Namespace) &&
			!c.serviceElsewhere(call.Host) {
			path := fieldpath.New("metadata.annotations").Key(releasekeys.Calls)
			c.report(CalleeNotFound, &s.Object, path,
				fmt.Sprintf("must name Services that exist: %s does not", names[i]))
		}
	}
}

// source says where a call is named.
func source(call mesh.Call, from *mesh.Service) string {
	if call.Declared {
		return from.Object.Ref.String() + " declares to call"
	}
	return "the environment of its pods names"
}

// call checks one call of the pods of a workload.
func (c *checker) call(from *mesh.Service, w *mesh.Workload, to *mesh.Service, call mesh.Call) {
	if !to.HasPort(call.Port) {
		c.report(CallPort, &w.Object, nil,
			fmt.Sprintf("must call a port of %s: %s %s", to.Object.Ref, source(call, from), call.Authority))
		return
	}
	if _, found := c.RouteOf(to); found {
		return // it is not read
	}
	if g := to.Group; g != nil {
		c.intoGroup(from, w, g, to, call)
		return
	}
	if from.Group != nil && from.Group.Permissive() == nil {
		c.leave(from.Group, to)
	}
	caller := mesh.Sidecar(w)
	if to.Waypoint != nil {
		caller = *to.Waypoint
	}
	var rules []*mesh.Rule
	if to.IsHTTP(call.Port) {
		rules = c.SidecarRules(caller, call)
	}
	if len(rules) == 0 {
		c.havePods(w, to, to.Pods, source(call, from))
		return
	}
	f := sender{caller, call.Port}
	for _, r := range rules {
		if known := c.senders[r.Object.Ref]; !slices.ContainsFunc(known, func(k sender) bool { return c.same(k, f) }) {
			if c.senders == nil {
				c.senders = map[manifest.Ref][]sender{}
			}
			c.senders[r.Object.Ref] = append(known, f)
		}
	}
	if !slices.ContainsFunc(rules, func(r *mesh.Rule) bool { return takes(r.Match, call) }) {
		path := fieldpath.New("spec.http").Index(rules[len(rules)-1].HTTP).Child("match")
		c.report(CallNotRouted, rules[len(rules)-1].Object, path,
			fmt.Sprintf("must have a route for calls without headers: those of %s to %s%s have none", w.Object.Ref,
				to.Name, call.Path))
	}
}

// same reports whether two senders see the same subsets: labels matter only if some
// DestinationRule is for some pods only.
func (c *checker) same(a, b sender) bool {
	return a.port == b.port && a.Namespace == b.Namespace && a.Waypoint == b.Waypoint && !c.ByClient
}

// takes reports whether a match covers a call without headers.
func takes(m *networking.HTTPMatchRequest, call mesh.Call) bool {
	if m == nil {
		return true
	}
	path, query, _ := strings.Cut(call.Path, "?")
	values, _ := url.ParseQuery(query)
	for name, want := range m.QueryParams {
		if !values.Has(name) || !meets(want, values.Get(name), false) {
			return false
		}
	}
	for _, want := range m.WithoutHeaders {
		if want.GetMatchType() != nil && want.GetRegex() != "*" && meets(want, "", false) {
			return false // a missing header counts as empty
		}
	}
	return len(m.Headers) == 0 && meets(m.Uri, path, m.IgnoreUriCase) && meets(m.Method, "GET", false) &&
		meets(m.Authority, call.Authority, false) && meets(m.Scheme, "http", false)
}

// meets reports whether a value meets a condition; nil is no condition.
func meets(m *networking.StringMatch, value string, ignoreCase bool) bool {
	equal := func(a, b string) bool { return a == b || ignoreCase && strings.EqualFold(a, b) }
	switch m := m.GetMatchType().(type) {
	case *networking.StringMatch_Exact:
		return equal(value, m.Exact)
	case *networking.StringMatch_Prefix:
		return len(value) >= len(m.Prefix) && equal(value[:len(m.Prefix)], m.Prefix)
	case *networking.StringMatch_Regex:
		matched, err := regexp.MatchString(`^(?:`+m.Regex+`)$`, value)
		return matched && err == nil
	}
	return true
}

// havePods checks that a call reaches a pod, when there are pods that make it.
func (c *checker) havePods(w *mesh.Workload, to *mesh.Service, pods []*mesh.Workload, source string) {
	if w.Replicas > 0 && len(to.Spec.Selector) > 0 && replicas(pods) == 0 {
		c.report(NoPods, &w.Object, nil,
			fmt.Sprintf("must call a Service with pods: %s %s, which has none", source, to.Object.Ref))
	}
}

// intoGroup notes the lanes that a call from outside reaches in a lane group. Calls
// within a lane are checked with the lane.
func (c *checker) intoGroup(from *mesh.Service, w *mesh.Workload, g *mesh.Group, to *mesh.Service, call mesh.Call) {
	switch lanes := g.LanesOf(w.Labels); {
	case w.Replicas == 0: // a prepared version calls nothing yet
	case g.Permissive() != nil:
		c.loads.add(g, g.Permissive().FallbackTarget)
	case len(lanes) == 0:
		c.havePods(w, to, to.Pods, source(call, from))
		c.enterPods(to, "")
	case from.Group != g:
		c.loads.add(g, lanes[0])
	}
}
