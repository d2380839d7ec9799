package kubespec_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/swimlane-go/swimlane/internal/kubespec"
)

func TestKnownNamesWhatAGroupHas(t *testing.T) {
	for _, test := range []struct{ apiVersion, kind, want string }{
		{"v1", "Service", ""},
		{"v1", "Servise",
			"kind must be one of Binding, ComponentStatus, ConfigMap, Endpoints, Event, LimitRange, Namespace, Node, PersistentVolume, PersistentVolumeClaim, Pod, PodTemplate, ReplicationController, ResourceQuota, Secret, Service, ServiceAccount: \"Servise\""},
		{"v2", "Service", `apiVersion must be v1: "v2"`},
		{"apps/v1", "DeploymentList", ""},
		{"apps/v1beta1", "Deployment", `apiVersion must be apps/v1: "apps/v1beta1"`},
		{"autoscaling/v2beta2", "HorizontalPodAutoscaler",
			`apiVersion must be a version that clusters have since Kubernetes 1.26: "autoscaling/v2beta2"`},
		{"autoscaling/v3", "HorizontalPodAutoscaler",
			`apiVersion must be autoscaling/v1 or autoscaling/v2: "autoscaling/v3"`},
		{"networking.istio.io/v1", "Virtualservice", `kind must be VirtualService: "Virtualservice"`},
		{"networking.istio.io/v1alpha3", "EnvoyFilter", ""},
		{"istio.alibabacloud.com/v1", "ASMSwimlaneGroup", `kind must be ASMSwimLaneGroup: "ASMSwimlaneGroup"`},
		{"istio.alibabacloud.com/v1", "ASMNewKind", ""},
		{"apps.kruise.io/v1alpha1", "CloneSet", ""},
	} {
		got := ""
		gv, err := schema.ParseGroupVersion(test.apiVersion)
		require.NoError(t, err)
		for _, f := range kubespec.Known(gv, test.kind) {
			got += f.Path + " " + f.Message
		}
		require.Equal(t, test.want, got, test)
	}
}
