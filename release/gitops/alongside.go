package gitops

import (
	"slices"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// alongside is what comes and goes with Deployments.
type alongside struct {
	// scalers are the autoscalers by the Deployment that they scale.
	scalers map[manifest.Ref][]manifest.Object
	// budgets are the disruption budgets by the service that they select; empty
	// for those that select by version alone.
	budgets map[string][]manifest.Object
}

func (t Tree) alongside() alongside {
	out := alongside{scalers: mesh.Scalers(t.Set), budgets: map[string][]manifest.Object{}}
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
