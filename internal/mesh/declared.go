package mesh

import (
	"strings"

	"github.com/swimlane-go/swimlane/internal/releasekeys"
)

// Declared returns the services that a Service declares to call, by the annotation
// releasekeys.Calls: "name" or "namespace/name", separated by commas. found is false when it has no
// annotation. An empty annotation declares that it calls nothing.
func (s *Service) Declared() (names []string, found bool) {
	value, found := s.Object.Meta().GetAnnotations()[releasekeys.Calls]
	for name := range strings.SplitSeq(value, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names, found
}

// CallsTo returns the calls of a service to named others: "name" or "namespace/name". Each goes to
// the port that [Service.DefaultPort] returns.
func (m *Mesh) CallsTo(s *Service, names []string) []Call {
	var out []Call
	for _, name := range names {
		namespace, service, found := strings.Cut(name, "/")
		if !found {
			namespace, service = s.Object.Ref.Namespace, name
		}
		c := Call{Host: m.Domain.Service(service, namespace), Path: "/", Declared: true}
		c.Authority = c.Host
		if callee := m.Services[c.Host]; callee != nil {
			c.Port = callee.DefaultPort()
		}
		out = append(out, c)
	}
	return out
}
