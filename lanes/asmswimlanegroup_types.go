package lanes

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ASMSwimLaneGroup ties the lanes of one app together: it names the services
// that need lanes and the gateway they are entered by. Cluster-scoped.
//
// Source: ASM, "ASMSwimLaneGroup and ASMSwimLane CRD description". Fields that
// this version of the library does not model are not part of the type yet.
//
// +kubebuilder:object:root=true
type ASMSwimLaneGroup struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is what is wanted.
	Spec ASMSwimLaneGroupSpec `json:"spec,omitempty"`
}

// ASMSwimLaneGroupSpec is the wanted state of a lane group.
type ASMSwimLaneGroupSpec struct {
	// Ingress is the gateway by which requests enter the lanes. ASM requires it.
	Ingress *GroupIngress `json:"ingress,omitempty"`
	// Services are the Kubernetes Services that lanes are made for. ASM
	// requires at least one.
	Services []ServiceRef `json:"services,omitempty"`
	// IsPermissive is true for a permissive group, in which a lane may lack
	// services; unset and false mean strict: every lane holds every service.
	IsPermissive bool `json:"isPermissive,omitempty"`
}

// ServiceRef names a Kubernetes Service.
type ServiceRef struct {
	// Name is the Service's name. ASM requires it.
	Name string `json:"name"`
	// Namespace is the Service's namespace. ASM requires it.
	Namespace string `json:"namespace"`
}

// GroupIngress says how requests reach the lanes of a group.
type GroupIngress struct {
	// Gateway names the Istio Gateway. ASM requires it.
	Gateway *GatewayRef `json:"gateway,omitempty"`
}

// GatewayRef names an Istio Gateway resource (not the gateway's workload).
type GatewayRef struct {
	// Name is the Gateway's name.
	Name string `json:"name"`
	// Namespace is the Gateway's namespace. Before ASM 1.17.2.28 it had to be
	// that of the ASM gateway of the same name.
	Namespace string `json:"namespace"`
	// Type is the kind of ingress. Unset: ASM does not document a default.
	Type IngressType `json:"type,omitempty"`
}

// IngressType is the kind of ingress of a lane group.
type IngressType string

const (
	// IngressASM is an ASM gateway, the only type that ASM documents as
	// supported.
	IngressASM IngressType = "ASM"
)

// ASMSwimLaneGroupList is a list of lane groups.
//
// +kubebuilder:object:root=true
type ASMSwimLaneGroupList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []ASMSwimLaneGroup `json:"items"`
}
