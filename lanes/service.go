package lanes

import (
	"cmp"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// ServiceBuilder builds the Kubernetes Service of one service of an app. It selects the
// pods of all versions; the lanes decide which version answers.
//
// +kubebuilder:object:generate=false
type ServiceBuilder struct {
	// Name of the Service, and the LabelApp of the pods it selects.
	Name string
	// Namespace may be empty: the object then has none.
	Namespace string
	// Port is the Service's port, 1 to 65535.
	Port int32
	// TargetPort is the port that the pods listen on, by number or name. The zero
	// value means Port.
	TargetPort intstr.IntOrString
	// PortName names the port. Istio reads the protocol from it; it must be
	// "http", "http2" or "grpc", or start with one of them and "-". Empty means
	// "http".
	PortName string
	// Ports are further ports, each with a name, of any protocol.
	Ports []corev1.ServicePort
	// Options are further settings of the Service.
	Options ServiceOptions
}

// Validate returns every fault, with paths in the built object's JSON names.
func (b ServiceBuilder) Validate() field.ErrorList {
	errs := fieldcheck.ServiceName(field.NewPath("metadata", "name"), b.Name)
	errs = append(errs, fieldcheck.Namespace(field.NewPath("metadata", "namespace"), b.Namespace)...)
	port := field.NewPath("spec", "ports").Index(0)
	errs = append(errs, fieldcheck.Port(port.Child("port"), int64(b.Port))...)
	errs = append(errs, validateTargetPort(port.Child("targetPort"), b.TargetPort)...)
	errs = append(errs, validatePortName(port.Child("name"), b.PortName)...)
	errs = append(errs, validatePorts(field.NewPath("spec", "ports"), 1, b.Options.Type, b.port(), b.Ports)...)
	return append(errs, b.Options.validate(inObject(), map[string]string{LabelApp: b.Name})...)
}

// port returns the first port.
func (b ServiceBuilder) port() corev1.ServicePort {
	return corev1.ServicePort{Name: cmp.Or(b.PortName, "http"), Port: b.Port, TargetPort: b.TargetPort}
}

// Build returns a new Service, or an error that holds every fault.
func (b ServiceBuilder) Build() (*corev1.Service, error) {
	if err := fielderr.Join("Service "+b.Name, b.Validate()); err != nil {
		return nil, err
	}
	ports := []corev1.ServicePort{b.port()}
	for i := range b.Ports {
		ports = append(ports, *b.Ports[i].DeepCopy())
	}
	own := map[string]string{LabelApp: b.Name}
	options := b.Options.DeepCopy()
	return &corev1.Service{
		TypeMeta: metav1.TypeMeta{APIVersion: corev1.SchemeGroupVersion.String(), Kind: "Service"},
		ObjectMeta: metav1.ObjectMeta{Name: b.Name, Namespace: b.Namespace,
			Labels: merged(options.Labels, own), Annotations: options.Annotations},
		Spec: corev1.ServiceSpec{
			Ports:                    ports,
			Selector:                 own,
			Type:                     options.Type,
			SessionAffinity:          options.SessionAffinity,
			InternalTrafficPolicy:    options.InternalTrafficPolicy,
			TrafficDistribution:      options.TrafficDistribution,
			PublishNotReadyAddresses: options.PublishNotReadyAddresses,
		},
	}, nil
}
