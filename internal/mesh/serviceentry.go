package mesh

import (
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/manifest"
)

// entry is what a ServiceEntry says of a host.
type entry struct{ exportTo []string }

func (m *Mesh) addServiceEntry(o manifest.Object, u *unstructured.Unstructured) {
	hosts, _, _ := unstructured.NestedStringSlice(u.Object, "spec", "hosts")
	to, _, _ := unstructured.NestedStringSlice(u.Object, "spec", "exportTo")
	e := &entry{exported(to, namespaceOf(o))}
	for _, host := range hosts {
		m.external.Update(host, func(old []*entry) []*entry { return append(old, e) })
	}
}

// External reports whether a ServiceEntry that a namespace sees has a host.
func (m *Mesh) External(host, namespace string) bool {
	_, found := m.external.Find(host, func(all []*entry) bool {
		return slices.ContainsFunc(all, func(e *entry) bool { return visible(e.exportTo, namespace) })
	})
	return found
}
