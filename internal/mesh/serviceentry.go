package mesh

import (
	"slices"

	"github.com/swimlane-go/swimlane/manifest"
)

// entry is what a ServiceEntry says about a host.
type entry struct{ exportTo []string }

func (m *Mesh) addServiceEntry(o *manifest.Object) {
	spec := o.ServiceEntry()
	e := &entry{exported(spec.ExportTo, o.Ref.Namespace)}
	for _, host := range spec.Hosts {
		m.external.Update(host, func(old []*entry) []*entry { return append(old, e) })
	}
}

// External reports whether a namespace sees a ServiceEntry for a host.
func (m *Mesh) External(host, namespace string) bool {
	_, found := m.external.Find(host, func(all []*entry) bool {
		return slices.ContainsFunc(all, func(e *entry) bool { return visible(e.exportTo, namespace) })
	})
	return found
}
