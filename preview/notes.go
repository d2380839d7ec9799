package preview

import (
	"fmt"
	"slices"
	"strings"
)

// note keeps what is worth knowing about targets.
func (t *tracer) note(from caller, targets []target) {
	for _, to := range targets {
		s := to.service
		if s == nil {
			continue
		}
		if s.headless() && to.subset != "" {
			t.notes[fmt.Sprintf("%s is headless: a sidecar sends to the address that the caller looked up, whatever the subset", s.ref)] = true
		}
		if s.group == nil {
			continue
		}
		if _, found := t.x.mesh.find(s.host, func([]*virtualService) bool { return true }); found {
			t.notes[fmt.Sprintf("%s is a service of lane group %s, whose lanes decide: VirtualServices of the sidecars for it are not looked at", s.ref, s.group.ref.Name)] = true
		}
		if to.workload != nil && to.subset == "" && s.group.permissive() == nil {
			t.notes[fmt.Sprintf("calls of pods in no lane of group %s are taken to reach any pod: ASM does not document them", s.group.ref.Name)] = true
		}
	}
}

// unreached notes the services of a group that no call was found to: nothing is
// proved about them.
func (t *tracer) unreached() {
	reached := map[string]bool{}
	groups := map[*group]bool{}
	for _, s := range t.graph.order {
		reached[s.service.host] = true
		if s.service.group != nil {
			groups[s.service.group] = true
		}
	}
	for g := range groups {
		var missing []string
		for host, name := range g.services {
			if !reached[host] {
				missing = append(missing, name)
			}
		}
		if len(missing) > 0 && t.calls == nil {
			slices.Sort(missing)
			t.notes[fmt.Sprintf("no call was found that reaches %s of lane group %s", strings.Join(missing, ", "), g.ref.Name)] = true
		}
	}
}
