package lanes

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ASMSwimLane is an isolated runtime of one version of the services of its lane
// group. The label LabelLaneGroup names the group. The lane's own name is the
// subset that routes name. Cluster-scoped: lane names are unique in a cluster,
// not only in a group.
//
// Source: ASM, "ASMSwimLaneGroup and ASMSwimLane CRD description", and ASM's
// public Go types.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:scope=Cluster,path=asmswimlanes,singular=asmswimlane
// +kubebuilder:subresource:status
type ASMSwimLane struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is what is wanted.
	Spec ASMSwimLaneSpec `json:"spec,omitempty"`
	// Status is what ASM says of the lane.
	Status *ASMSwimLaneStatus `json:"status,omitempty"`
}

// ASMSwimLaneSpec is the wanted state of a lane.
//
// +kubebuilder:pruning:PreserveUnknownFields
type ASMSwimLaneSpec struct {
	// LabelSelector holds the pod labels of the lane's version. Among the pods
	// of each of the group's Services it selects those of the lane. ASM does not
	// say what an empty selector does.
	LabelSelector map[string]string `json:"labelSelector,omitempty"`
	// Services are the group's services that the lane holds. ASM's samples set
	// it for permissive groups only; unset in a strict group means all.
	Services []ServiceRef `json:"services,omitempty"`
	// IngressRules send requests into the lane by what they are. They are for a
	// group with RoutingRuleBased.
	IngressRules []IngressRule `json:"ingressRules,omitempty"`
	// IngressWeight is the lane's share of the requests. It is for a group with
	// RoutingWeighted.
	IngressWeight *IngressWeight `json:"ingressWeight,omitempty"`
}

// IngressRule sends requests into a lane.
type IngressRule struct {
	// Name of the rule.
	Name string `json:"name,omitempty"`
	// Online says whether the rule is in force. Unset: ASM does not document a
	// default; its samples set it to true.
	Online *bool `json:"online,omitempty"`
	// Hosts that the requests are for.
	Hosts []string `json:"hosts,omitempty"`
	// Match says which requests are meant. Unset: ASM does not document it.
	Match *RequestMatch `json:"match,omitempty"`
	// Route says where they go.
	Route *IngressRoute `json:"route,omitempty"`
}

// IngressRoute is where an IngressRule sends requests.
type IngressRoute struct {
	// Destination is the service. Its subset is the lane.
	Destination *RouteDestination `json:"destination,omitempty"`
}

// RouteDestination is a service. It names no subset: that is the lane.
type RouteDestination struct {
	// Host is the Service's full name: see Host.
	Host string `json:"host,omitempty"`
	// PortNum is the Service's port. Unset: ASM does not document it; as in Istio
	// a Service of one port needs none.
	PortNum *uint32 `json:"portNum,omitempty"`
}

// IngressWeight is a lane's share of the requests of its group.
type IngressWeight struct {
	// Destination is the service.
	Destination *RouteDestination `json:"destination,omitempty"`
	// Weight is the share. ASM does not document its range; the samples of its
	// API are percentages.
	Weight *int32 `json:"weight,omitempty"`
}

// ASMSwimLaneStatus is what ASM says of a lane.
//
// +kubebuilder:pruning:PreserveUnknownFields
type ASMSwimLaneStatus struct {
	// Error says what is wrong; empty when nothing is.
	Error string `json:"error,omitempty"`
	// ValidationMessages are what ASM found. The JSON name is singular.
	ValidationMessages []ValidationMessage `json:"validationMessage,omitempty"`
}

// ValidationMessage is one thing that ASM found in a lane.
type ValidationMessage struct {
	// Code of the finding. ASM does not list them.
	Code string `json:"code,omitempty"`
	// Level is "info", "warning" or "error".
	Level string `json:"level,omitempty"`
	// Message says what was found.
	Message string `json:"message,omitempty"`
}

// ASMSwimLaneList is a list of lanes.
//
// +kubebuilder:object:root=true
type ASMSwimLaneList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []ASMSwimLane `json:"items"`
}
