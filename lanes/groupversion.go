// +kubebuilder:object:generate=true
// +versionName=v1
// +groupName=istio.alibabacloud.com

package lanes

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

//go:generate go tool -modfile=../tools/go.mod controller-gen object crd:crdVersions=v1 paths=. output:crd:dir=crds

// GroupVersion returns istio.alibabacloud.com/v1, of both lane kinds.
func GroupVersion() schema.GroupVersion {
	return schema.GroupVersion{Group: "istio.alibabacloud.com", Version: "v1"}
}

// The kinds of ASM's lane API. Both are cluster-scoped.
const (
	KindLaneGroup = "ASMSwimLaneGroup"
	KindLane      = "ASMSwimLane"
)

// AddToScheme registers both lane kinds and their lists.
func AddToScheme(s *runtime.Scheme) error {
	s.AddKnownTypes(GroupVersion(), &ASMSwimLaneGroup{}, &ASMSwimLaneGroupList{}, &ASMSwimLane{}, &ASMSwimLaneList{})
	metav1.AddToGroupVersion(s, GroupVersion())
	return nil
}

func typeMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: GroupVersion().String(), Kind: kind}
}
