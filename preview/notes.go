package preview

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/mesh"
)

// note keeps notes about targets.
func (t *tracer) note(targets []target) {
	for _, to := range targets {
		s := to.service
		if s == nil {
			continue
		}
		ref := s.Object.Ref
		if s.Headless() && to.subset != "" {
			t.notes[fmt.Sprintf("%s is headless: a sidecar sends to the address that the caller looked up, whatever "+
				"the subset", ref)] = true
		}
		if s.Waypoint != nil && (s.Group == nil || s.Group.Permissive() == nil) {
			t.notes[fmt.Sprintf("calls to %s pass a waypoint, where a route never matches by the labels of the caller",
				ref)] = true
		}
		if s.Group == nil {
			continue
		}
		group := s.Group.Object.Ref
		if t.x.HasSidecarRules(s.Host) {
			t.notes[fmt.Sprintf("%s is a service of lane group %s, and its lanes decide: preview ignores "+
				"VirtualServices of the "+
				"sidecars for it", ref, group.Name)] = true
		}
		if to.workload != nil && to.subset == "" && s.Group.Permissive() == nil && s.Waypoint == nil {
			t.notes[fmt.Sprintf(
				"preview assumes that calls of pods in no lane of group %s reach any pod: ASM does not "+
					"document them", group.Name)] = true
		}
	}
}

// known returns the verdict for a request when all known calls are isolated: it depends
// on whether these are all calls.
func (t *tracer) known() Verdict {
	reached := map[string]bool{}
	groups := map[*mesh.Group]bool{}
	for _, s := range t.graph.order {
		reached[s.service.Host] = true
		if s.service.Group != nil {
			groups[s.service.Group] = true
		}
	}
	for _, g := range t.x.Groups {
		if !groups[g] {
			continue
		}
		var missing []string
		for _, host := range g.Hosts {
			if s := t.x.Services[host]; !reached[host] && s != nil {
				missing = append(missing, s.Object.Ref.Namespace+"/"+s.Object.Ref.Name)
			}
		}
		if len(missing) > 0 {
			slices.Sort(missing)
			return Verdict{Kind: Unknown, Reason: fmt.Sprintf("found no call that reaches %s of lane group %s",
				strings.Join(missing, ", "), g.Object.Ref.Name)}
		}
	}
	for _, step := range t.graph.entry {
		if s := step.next; s != nil && len(s.calls) == 0 && s.service.Group == nil && !t.declared(s.service) &&
			t.hasNeighbours(s.service) {
			return Verdict{Kind: Unknown, Path: []Stop{t.graph.stops[step.stop]},
				Reason: "found no call of it, and its namespace has other Services"}
		}
	}
	return Verdict{Kind: Isolated}
}

// declared reports whether the request or the service declares the calls of a service,
// even if there are none.
func (t *tracer) declared(s *mesh.Service) bool {
	_, found := s.Declared()
	return found || t.calls != nil
}

// hasNeighbours reports whether the namespace of a Service has other Services.
func (t *tracer) hasNeighbours(s *mesh.Service) bool {
	for _, other := range t.x.Services {
		if other != s && other.Object.Ref.Namespace == s.Object.Ref.Namespace {
			return true
		}
	}
	return false
}

// problems notes the problems of the lane groups that a request met.
func (t *tracer) problems() {
	for _, s := range t.graph.order {
		for _, problem := range t.x.problems[s.service.Group] {
			t.notes[problem] = true
		}
	}
}

// sorted returns the notes, sorted.
func (t *tracer) sorted() []string {
	out := slices.AppendSeq([]string{}, maps.Keys(t.notes))
	slices.Sort(out)
	return out
}
