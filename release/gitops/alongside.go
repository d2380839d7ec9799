package gitops

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// alongside is what comes and goes with Deployments.
type alongside struct {
	// scalers are the autoscalers, of whatever version of their API, by the
	// Deployment that they scale.
	scalers map[manifest.Ref][]manifest.Object
	// budgets are the disruption budgets by the service that they select; empty
	// for those that select by version alone.
	budgets map[string][]manifest.Object
}

func (t Tree) alongside() alongside {
	out := alongside{scalers: map[manifest.Ref][]manifest.Object{}, budgets: map[string][]manifest.Object{}}
	for _, o := range t.Set.Kind("HorizontalPodAutoscaler") {
		kind, name := "", ""
		if s := o.Autoscaler(); s != nil {
			kind, name = s.Spec.ScaleTargetRef.Kind, s.Spec.ScaleTargetRef.Name
		} else if u, ok := o.Value.(*unstructured.Unstructured); ok {
			kind, _, _ = unstructured.NestedString(u.Object, "spec", "scaleTargetRef", "kind")
			name, _, _ = unstructured.NestedString(u.Object, "spec", "scaleTargetRef", "name")
		}
		target := manifest.Ref{Group: "apps", Kind: kind, Namespace: cmp.Or(o.Ref.Namespace, lanes.DefaultNamespace), Name: name}
		out.scalers[target] = append(out.scalers[target], o)
	}
	for _, o := range t.Set.Kind("PodDisruptionBudget") {
		if b := o.Budget(); b != nil && b.Spec.Selector != nil {
			service := b.Spec.Selector.MatchLabels[lanes.LabelApp]
			out.budgets[service] = append(out.budgets[service], o)
		}
	}
	return out
}

// of returns what comes and goes with a Deployment of a version.
func (a alongside) of(deployment manifest.Object, version string) []manifest.Object {
	return slices.Concat(a.scalers[deployment.Ref], a.budgetsOf(deployment, version))
}

// budgetsOf returns the budgets of a Deployment's pods that are for its version
// alone.
func (a alongside) budgetsOf(deployment manifest.Object, version string) []manifest.Object {
	var out []manifest.Object
	for _, service := range []string{deployment.PodLabels()[lanes.LabelApp], ""} {
		for _, o := range a.budgets[service] {
			selector := o.Budget().Spec.Selector
			if o.Ref.Namespace == deployment.Ref.Namespace && lanes.NamesVersion(selector, version) && labelindex.Selects(selector.MatchLabels, deployment.PodLabels()) {
				out = append(out, o)
			}
		}
	}
	return out
}
