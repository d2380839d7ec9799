package lanes

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// ASMSwimLaneGroup ties the lanes of one app together: it names the services
// that need lanes and the gateway they are entered by. Cluster-scoped.
//
// Source: ASM, "ASMSwimLaneGroup and ASMSwimLane CRD description", and ASM's
// public Go types. ASM's documents require spec.services and spec.ingress.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:scope=Cluster,path=asmswimlanegroups,singular=asmswimlanegroup
// +kubebuilder:subresource:status
type ASMSwimLaneGroup struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is what is wanted.
	Spec ASMSwimLaneGroupSpec `json:"spec,omitempty"`
	// Status is what ASM says of the group.
	Status *ASMSwimLaneGroupStatus `json:"status,omitempty"`
}

// ASMSwimLaneGroupSpec is the wanted state of a lane group.
//
// +kubebuilder:pruning:PreserveUnknownFields
// +kubebuilder:validation:XValidation:rule="!has(self.isPermissive) || !self.isPermissive || has(self.permissiveModeConfiguration)",message="must be set when isPermissive is true",fieldPath=".permissiveModeConfiguration",reason=FieldValueRequired
type ASMSwimLaneGroupSpec struct {
	// Ingress is the gateway by which requests enter the lanes.
	Ingress *GroupIngress `json:"ingress,omitempty"`
	// Services are the Kubernetes Services that lanes are made for.
	Services []ServiceRef `json:"services,omitempty"`
	// IsPermissive is true for a permissive group, in which a lane may lack
	// services; unset and false mean strict: every lane holds every service.
	IsPermissive *bool `json:"isPermissive,omitempty"`
	// PermissiveModeConfiguration says where calls go that a lane cannot serve.
	// ASM requires it for a permissive group.
	PermissiveModeConfiguration *PermissiveModeConfiguration `json:"permissiveModeConfiguration,omitempty"`
	// DefaultTrafficPolicyPatch is merged into the traffic policy of every
	// DestinationRule that ASM makes. ASM has it in its types only and does not
	// document its form.
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:pruning:PreserveUnknownFields
	DefaultTrafficPolicyPatch *runtime.RawExtension `json:"defaultTrafficPolicyPatch,omitempty"`
	// DefaultHTTPRoutePatch is merged into every HTTP route that ASM makes. As
	// DefaultTrafficPolicyPatch, it is not documented.
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:pruning:PreserveUnknownFields
	DefaultHTTPRoutePatch *runtime.RawExtension `json:"defaultHttpRoutePatch,omitempty"`
	// AutoUpdate is in ASM's types only: neither its meaning nor what unset
	// means is documented.
	AutoUpdate *bool `json:"autoUpdate,omitempty"`
}

// ServiceRef names a Kubernetes Service.
type ServiceRef struct {
	// Name is the Service's name. ASM requires it.
	Name string `json:"name,omitempty"`
	// Namespace is the Service's namespace. ASM requires it.
	Namespace string `json:"namespace,omitempty"`
	// Cluster is the cluster that the Service lives in. Unset: ASM does not
	// document which.
	Cluster *ClusterRef `json:"cluster,omitempty"`
	// TrafficPolicyPatch is DefaultTrafficPolicyPatch of this service. Not
	// documented by ASM.
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:pruning:PreserveUnknownFields
	TrafficPolicyPatch *runtime.RawExtension `json:"trafficPolicyPatch,omitempty"`
	// HTTPRoutePatch is DefaultHTTPRoutePatch of this service. Not documented by
	// ASM.
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:pruning:PreserveUnknownFields
	HTTPRoutePatch *runtime.RawExtension `json:"httpRoutePatch,omitempty"`
}

// ClusterRef names a cluster of the mesh.
type ClusterRef struct {
	// Name is the name that is shown.
	Name string `json:"name,omitempty"`
	// ID is the cluster's ID.
	ID string `json:"id,omitempty"`
	// Region is in ASM's types only, not in its documents.
	Region string `json:"region,omitempty"`
}

// GroupIngress says how requests reach the lanes of a group.
type GroupIngress struct {
	// Gateway names the Istio Gateway. ASM requires it.
	Gateway *GatewayRef `json:"gateway,omitempty"`
	// IngressRouting says how requests are shared among the lanes. Unset: ASM
	// does not document a default; its samples without it use the lanes'
	// IngressRules.
	IngressRouting *IngressRouting `json:"ingressRouting,omitempty"`
}

// GatewayRef names an Istio Gateway resource (not the gateway's workload).
type GatewayRef struct {
	// Name is the Gateway's name.
	Name string `json:"name,omitempty"`
	// Namespace is the Gateway's namespace. Before ASM 1.17.2.28 it had to be
	// that of the ASM gateway of the same name.
	Namespace string `json:"namespace,omitempty"`
	// Type is the kind of ingress. Unset: ASM does not document a default.
	Type IngressType `json:"type,omitempty"`
}

// IngressType is the kind of ingress of a lane group.
type IngressType string

const (
	// IngressASM is an ASM gateway, the only type that ASM documents as
	// supported.
	IngressASM IngressType = "ASM"
	// IngressKubernetes is in ASM's types; its documents do not support it.
	IngressKubernetes IngressType = "ingress"
)

// IngressRouting says how requests are shared among the lanes of a group.
type IngressRouting struct {
	// Strategy is RoutingRuleBased or RoutingWeighted. Unset: see GroupIngress.
	Strategy RoutingStrategy `json:"ingressRoutingStrategy,omitempty"`
	// WeightedRoutingRule says which requests are shared by the lanes'
	// IngressWeight. It is for RoutingWeighted.
	WeightedRoutingRule *WeightedRoutingRule `json:"weightedRoutingRule,omitempty"`
}

// RoutingStrategy is how requests are shared among the lanes of a group.
type RoutingStrategy string

const (
	// RoutingRuleBased sends requests by each lane's IngressRules. ASM's OpenAPI
	// spells it "rule-based"; the objects have an underscore.
	RoutingRuleBased RoutingStrategy = "rule_based"
	// RoutingWeighted shares requests by each lane's IngressWeight.
	RoutingWeighted RoutingStrategy = "weighted"
)

// WeightedRoutingRule says which requests are shared by weight.
type WeightedRoutingRule struct {
	// Hosts that the requests are for.
	Hosts []string `json:"hosts,omitempty"`
	// RequestMatches: a request is meant when it meets one of them. Empty: ASM
	// does not document what it means.
	RequestMatches []RequestMatch `json:"requestMatches,omitempty"`
}

// PermissiveModeConfiguration says how the calls of a permissive group find their
// lane.
type PermissiveModeConfiguration struct {
	// FallbackTarget names the baseline lane: calls go there when their lane
	// lacks the service. In ASM's console it is the first lane by default.
	FallbackTarget string `json:"fallbackTarget,omitempty"`
	// ServiceLevelFallbackTarget overrides FallbackTarget for services, by
	// namespace and name; the lane named must have the service. Since ASM 1.21.
	// ASM does not document how the two are joined in the key.
	ServiceLevelFallbackTarget map[string]string `json:"serviceLevelFallbackTarget,omitempty"`
	// TraceHeader is a header that the app passes on with every call: a trace id,
	// "baggage", or the RouteHeader itself.
	TraceHeader string `json:"traceHeader,omitempty"`
	// RouteHeader is the header that names the lane of a request. ASM: neither a
	// trace id nor "baggage".
	RouteHeader string `json:"routeHeader,omitempty"`
}

// ASMSwimLaneGroupStatus is what ASM says of a lane group.
//
// +kubebuilder:pruning:PreserveUnknownFields
type ASMSwimLaneGroupStatus struct {
	// Status is the state of the configuration. ASM publishes no values.
	Status string `json:"status,omitempty"`
	// Error says what is wrong; empty when nothing is.
	Error string `json:"error,omitempty"`
	// ServicesInSwimLaneGroup says what ASM found behind the group's services.
	ServicesInSwimLaneGroup *GroupServices `json:"servicesInSwimLaneGroup,omitempty"`
}

// GroupServices is what ASM found behind the services of a group.
type GroupServices struct {
	// ServiceSummaries by service.
	ServiceSummaries map[string]ServiceSummary `json:"serviceSummaries,omitempty"`
	// CommonLabels are the label keys that the pods of all services bear, with
	// the values seen: those that may tell lanes apart.
	CommonLabels map[string][]string `json:"commonLabels,omitempty"`
}

// ServiceSummary is what ASM found behind one service.
type ServiceSummary struct {
	// ServiceSelector is the Service's selector.
	ServiceSelector map[string]string `json:"serviceSelector,omitempty"`
	// PodLabels are the labels of the pods, by pod.
	PodLabels map[string]map[string]string `json:"podLabels,omitempty"`
}

// ASMSwimLaneGroupList is a list of lane groups.
//
// +kubebuilder:object:root=true
type ASMSwimLaneGroupList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []ASMSwimLaneGroup `json:"items"`
}
