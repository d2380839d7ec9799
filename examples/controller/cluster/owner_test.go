package cluster_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/swimlane-go/swimlane/examples/controller/cluster"
	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/examples/controller/trial"
	"github.com/swimlane-go/swimlane/release"
)

func TestOwner(t *testing.T) {
	manages := func(text string, managers ...string) func(m metav1.Object) {
		return func(m metav1.Object) {
			var all []metav1.ManagedFieldsEntry
			for _, name := range managers {
				all = append(all, metav1.ManagedFieldsEntry{
					Manager: name, Operation: metav1.ManagedFieldsOperationUpdate,
					APIVersion: "networking.istio.io/v1",
					FieldsType: "FieldsV1", FieldsV1: &metav1.FieldsV1{Raw: []byte(text)},
				})
			}
			m.SetManagedFields(all)
		}
	}
	state := `{"f:metadata":{"f:annotations":{"f:` + release.AnnotationState + `":{}}}}`
	argo := func(m metav1.Object) {
		m.SetAnnotations(map[string]string{"argocd.argoproj.io/tracking-id": "shop:x"})
	}
	for name, c := range map[string]struct {
		change func(m metav1.Object)
		says   string
		want   string
	}{
		"nobody":         {func(metav1.Object) {}, "", ""},
		"Argo CD":        {argo, "", "Argo CD writes"},
		"it ignores it":  {argo, "controller", ""},
		"a strange word": {argo, "me", "Argo CD writes"},
		"Flux": {func(m metav1.Object) {
			m.SetLabels(map[string]string{"kustomize.toolkit.fluxcd.io/name": "shop"})
		}, "",
			"Flux writes"},
		"gitops":          {manages(state, "gitops"), "", "gitops wrote the state"},
		"itself":          {manages(state, "swimlane"), "", ""},
		"both":            {manages(state, "gitops", "swimlane"), "", ""},
		"both, Git later": {manages(state, "swimlane", "gitops"), "", ""},
		"other fields":    {manages(`{"f:spec":{}}`, "kubectl"), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			plan, from := newCluster(t, trial.Routes, func(all []metav1.Object) {
				for _, m := range all {
					if m.GetName() == "first" {
						c.change(m)
					}
				}
			})
			plan.Annotations = map[string]string{status.AnnotationOwner: c.says}
			config, err := release.ConfigOf(plan)
			require.NoError(t, err)
			live, _, err := cluster.Read(t.Context(), from, plan, config)
			require.NoError(t, err)
			owner := cluster.Owner(plan, live, "swimlane")
			if c.want == "" {
				require.Empty(t, owner)
				return
			}
			require.Contains(t, owner, c.want)
			require.Contains(t, owner, "first")
		})
	}
	require.Empty(t, cluster.Owner(&corev1.ConfigMap{}, release.Live{}, "swimlane"))
}
