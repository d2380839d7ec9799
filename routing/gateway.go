package routing

import (
	"slices"

	networking "istio.io/api/networking/v1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// GatewayBuilder builds a Gateway.
type GatewayBuilder struct {
	// Name of the object; a DNS-1123 label. Routes cannot refer to a Gateway with a dot
	// in its name: Istio reads the part after the dot as a namespace.
	Name string
	// Namespace of the object; empty leaves it out.
	Namespace string
	// Selector holds the labels of the gateway's pods; at least one.
	Selector map[string]string
	// Servers are the ports that the gateway listens on; at least one.
	Servers []Server
}

// Server is one port of a gateway.
type Server struct {
	// Port number, 1 to 65535.
	Port uint32
	// Name of the port, unique in the gateway.
	Name string
	// Protocol of the port: HTTP, HTTPS, HTTP2, GRPC, GRPC-WEB, TCP or TLS.
	Protocol string
	// Hosts of the server: full names, names with a leading wildcard, or "*". There is at
	// least one, and no host covers another. Istio refuses short names.
	Hosts []string
	// TLS settings; required for HTTPS and TLS. The message is copied.
	TLS *networking.ServerTLSSettings
}

// Validate returns every fault, with paths in the built object's JSON names.
func (b GatewayBuilder) Validate() field.ErrorList {
	errs := append(fieldcheck.Label(field.NewPath("metadata", "name"), b.Name),
		fieldcheck.Namespace(field.NewPath("metadata", "namespace"), b.Namespace)...)
	spec := field.NewPath("spec")
	if len(b.Selector) == 0 {
		errs = append(errs, field.Required(spec.Child("selector"), "must list the labels of the gateway's pods"))
	}
	errs = append(errs, fieldcheck.Labels(spec.Child("selector"), b.Selector)...)
	if len(b.Servers) == 0 {
		errs = append(errs, field.Required(spec.Child("servers"), "must list at least one server"))
	}
	names := make(map[string]bool, len(b.Servers))
	for i, s := range b.Servers {
		at := spec.Child("servers").Index(i)
		errs = append(errs, s.validate(at)...)
		if names[s.Name] {
			errs = append(errs, field.Duplicate(at.Child("port", "name"), s.Name))
		}
		names[s.Name] = true
	}
	return errs
}

func (s Server) validate(path *field.Path) field.ErrorList {
	errs := fieldcheck.Port(path.Child("port", "number"), int64(s.Port))
	if s.Name == "" {
		errs = append(errs, field.Required(path.Child("port", "name"), "must name the port"))
	}
	protocols := []string{"HTTP", "HTTPS", "HTTP2", "GRPC", "GRPC-WEB", "TCP", "TLS"}
	if !slices.Contains(protocols, s.Protocol) {
		errs = append(errs, field.NotSupported(path.Child("port", "protocol"), s.Protocol, protocols))
	}
	if s.TLS == nil && (s.Protocol == "HTTPS" || s.Protocol == "TLS") {
		errs = append(errs, field.Required(path.Child("tls"), "must be set for protocol "+s.Protocol))
	}
	errs = append(errs, validateHosts(path.Child("hosts"), s.Hosts)...)
	return append(errs, fieldcheck.NoShortHosts(path.Child("hosts"), s.Hosts)...)
}

// Build returns a new Gateway, or an error that holds every fault.
func (b GatewayBuilder) Build() (*networkingv1.Gateway, error) {
	if err := fielderr.Join("Gateway "+b.Name, b.Validate()); err != nil {
		return nil, err
	}
	return &networkingv1.Gateway{
		TypeMeta:   typeMeta("Gateway"),
		ObjectMeta: metav1.ObjectMeta{Name: b.Name, Namespace: b.Namespace},
		Spec:       *b.spec(),
	}, nil
}

func (b GatewayBuilder) spec() *networking.Gateway {
	out := &networking.Gateway{Selector: cloneMap(b.Selector)}
	for _, s := range b.Servers {
		out.Servers = append(out.Servers, &networking.Server{
			Port:  &networking.Port{Number: s.Port, Name: s.Name, Protocol: s.Protocol},
			Hosts: cloneSlice(s.Hosts),
			Tls:   s.TLS.DeepCopy(),
		})
	}
	return out
}
