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

// ServiceBuilder builds the Kubernetes Service of one service of an app. It
// selects the pods of all versions: which version answers is the lanes' matter.
//
// +kubebuilder:object:generate=false
type ServiceBuilder struct {
	// Name of the Service, and the LabelApp of the pods it selects.
	Name string
	// Namespace may be empty: the object then names none.
	Namespace string
	// Port is the Service's port, 1 to 65535.
	Port int32
	// TargetPort is the port that the pods listen on. 0 means Port.
	TargetPort int32
	// PortName names the port. Istio reads the protocol from it; it must be
	// "http", "http2" or "grpc", or start with one of them and "-". Empty means
	// "http".
	PortName string
}

// Validate returns every fault, with paths in the built object's JSON names.
func (b ServiceBuilder) Validate() field.ErrorList {
	errs := fieldcheck.ServiceName(field.NewPath("metadata", "name"), b.Name)
	errs = append(errs, fieldcheck.Namespace(field.NewPath("metadata", "namespace"), b.Namespace)...)
	port := field.NewPath("spec", "ports").Index(0)
	errs = append(errs, fieldcheck.Port(port.Child("port"), int64(b.Port))...)
	if b.TargetPort != 0 {
		errs = append(errs, fieldcheck.Port(port.Child("targetPort"), int64(b.TargetPort))...)
	}
	return append(errs, validatePortName(port.Child("name"), b.PortName)...)
}

// Build returns a new Service, or an error that holds every fault.
func (b ServiceBuilder) Build() (*corev1.Service, error) {
	if err := fielderr.Join("Service "+b.Name, b.Validate()); err != nil {
		return nil, err
	}
	port := corev1.ServicePort{Name: cmp.Or(b.PortName, "http"), Port: b.Port}
	if b.TargetPort != 0 {
		port.TargetPort = intstr.FromInt32(b.TargetPort)
	}
	return &corev1.Service{
		TypeMeta:   metav1.TypeMeta{APIVersion: corev1.SchemeGroupVersion.String(), Kind: "Service"},
		ObjectMeta: metav1.ObjectMeta{Name: b.Name, Namespace: b.Namespace, Labels: map[string]string{LabelApp: b.Name}},
		Spec: corev1.ServiceSpec{
			Ports:    []corev1.ServicePort{port},
			Selector: map[string]string{LabelApp: b.Name},
		},
	}, nil
}
