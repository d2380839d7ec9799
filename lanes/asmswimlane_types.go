package lanes

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ASMSwimLane is an isolated runtime of one version of the services of its lane
// group. The label LabelLaneGroup names the group. The lane's own name is the
// subset that routes name. Cluster-scoped: lane names are unique in a cluster,
// not only in a group.
//
// Source: ASM, "ASMSwimLaneGroup and ASMSwimLane CRD description". Fields that
// this version of the library does not model are not part of the type yet.
//
// +kubebuilder:object:root=true
type ASMSwimLane struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// Spec is what is wanted.
	Spec ASMSwimLaneSpec `json:"spec,omitempty"`
}

// ASMSwimLaneSpec is the wanted state of a lane.
type ASMSwimLaneSpec struct {
	// LabelSelector holds the pod labels of the lane's version. Among the pods
	// of each of the group's Services it selects those of the lane. ASM does not
	// say what an empty selector does.
	LabelSelector map[string]string `json:"labelSelector,omitempty"`
	// Services are the group's services that the lane holds. ASM's samples set
	// it for permissive groups only; unset in a strict group means all.
	Services []ServiceRef `json:"services,omitempty"`
}

// ASMSwimLaneList is a list of lanes.
//
// +kubebuilder:object:root=true
type ASMSwimLaneList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []ASMSwimLane `json:"items"`
}
