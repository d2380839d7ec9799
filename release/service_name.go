package release

import (
	"cmp"
	"strings"

	"github.com/swimlane-go/swimlane/internal/istioname"
	"github.com/swimlane-go/swimlane/lanes"
)

// ServiceName names a Kubernetes Service of the app.
type ServiceName struct {
	// Namespace of the Service. Empty means lanes.DefaultNamespace. For [DecodeConfigIn] it
	// means the namespace of the set for the plan's file.
	Namespace string `json:"namespace,omitempty"`
	// Name of the Service.
	Name string `json:"name"`
}

// full returns the name with its namespace.
func (s ServiceName) full() ServiceName {
	s.Namespace = cmp.Or(s.Namespace, lanes.DefaultNamespace)
	return s
}

// host returns the name of the Service in the mesh.
func (s ServiceName) host() string { return istioname.Domain("").Service(s.Name, s.full().Namespace) }

func (s ServiceName) compare(other ServiceName) int {
	return cmp.Or(strings.Compare(s.Namespace, other.Namespace), strings.Compare(s.Name, other.Name))
}

// serviceOf returns the Service of a host in an object of a namespace, and whether it is one.
func serviceOf(host, namespace string) (out ServiceName, is bool) {
	full := istioname.Domain("").Full(host, namespace)
	name, rest, found := strings.Cut(full, ".")
	of, _, suffixed := strings.Cut(rest, ".")
	out = ServiceName{Namespace: of, Name: name}
	return out, found && suffixed && out.host() == full
}
