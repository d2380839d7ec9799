package gitops

import (
	"slices"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// alongside is what comes and goes with workloads: autoscalers and disruption budgets.
type alongside struct {
	set manifest.Set
	// scalers are the autoscalers by the workload that they scale.
	scalers map[manifest.Ref][]manifest.Object
	// budgets are the disruption budgets by the service that they select. The key is empty for
	// budgets that select by version alone.
	budgets map[string][]manifest.Object
}

func (t Tree) alongside() alongside {
	out := alongside{set: t.Set, scalers: mesh.Scalers(t.Set), budgets: map[string][]manifest.Object{}}
	for _, o := range t.Set.Kind("PodDisruptionBudget") {
		if b := o.Budget(); b != nil && b.Spec.Selector != nil {
			service := b.Spec.Selector.MatchLabels[lanes.LabelApp]
			out.budgets[service] = append(out.budgets[service], o)
		}
	}
	return out
}

// of returns what comes and goes with a workload of a version.
func (a alongside) of(workload manifest.Object, version string) []manifest.Object {
	target := workload.Ref
	target.Namespace = a.set.NamespaceOf(workload) // the Ref of a Rollout may lack it
	return slices.Concat(a.scalers[target], a.budgetsOf(workload, version))
}

// budgetsOf returns the budgets of a workload's pods that are for its version alone.
func (a alongside) budgetsOf(workload manifest.Object, version string) []manifest.Object {
	var out []manifest.Object
	for _, service := range []string{workload.PodLabels()[lanes.LabelApp], ""} {
		for _, o := range a.budgets[service] {
			selector := o.Budget().Spec.Selector
			if o.Ref.Namespace == workload.Ref.Namespace && lanes.NamesVersion(selector, version) &&
				labelindex.Selects(selector.MatchLabels, workload.PodLabels()) {
				out = append(out, o)
			}
		}
	}
	return out
}
