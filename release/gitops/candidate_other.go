package gitops

import (
	"fmt"

	"github.com/swimlane-go/swimlane/manifest"
)

// otherWorkloads returns an error for every workload of the version From that is no Deployment,
// StatefulSet or DaemonSet, unless the candidate has one of its kind.
func (d *derivation) otherWorkloads(from, candidate []manifest.Object) []error {
	has := map[string]int{}
	for _, o := range candidate {
		has[o.Ref.Kind]++
	}
	var errs []error
	for _, o := range from {
		if has[o.Ref.Kind]--; has[o.Ref.Kind] < 0 {
			errs = append(errs, fmt.Errorf("%s: must be a Deployment, StatefulSet or DaemonSet to be copied for "+
				"version %s: %s; %s", where(o), d.Version, notCopied(o), d.byHand(o)))
		}
	}
	return errs
}

// notCopied says why a workload of another kind is not copied. The controller of a Rollout
// writes what the release writes: weights, selectors of Services, and the replicas of a
// Deployment that it refers to.
// Source: Argo Rollouts, "Istio" and "Migrating a Deployment to Rollout".
func notCopied(o manifest.Object) string {
	if o.Ref.Kind == "Rollout" {
		return "the controller of a Rollout moves pods and weights by itself"
	}
	return "it is a " + o.Ref.Kind
}
