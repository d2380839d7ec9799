package validate

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/internal/kubespec"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/manifest"
)

// CheckChange returns what the cluster refuses in a change from one set to another,
// though each set is good by itself: a changed field that must not change. Positions are
// those of to; objects that are only in one of the sets are not reported.
func CheckChange(from, to manifest.Set) Findings {
	c := checker{Mesh: &mesh.Mesh{Set: to}, rules: rulesByCode()}
	for _, o := range to.All() {
		if before, there := from.Get(o.Ref); there {
			c.refusedByServer(&o, changeFaults(&before, &o))
		}
	}
	return Merge(c.findings)
}

// changeFaults returns why the API server refuses to change one object into another.
func changeFaults(from, to *manifest.Object) []kubespec.Fault {
	switch to.Ref.Group + "/" + to.Ref.Kind {
	case "apps/Deployment":
		if before, after := from.Deployment(), to.Deployment(); before != nil && after != nil {
			return kubespec.DeploymentChange(before, after)
		}
	case "/Service":
		if before, after := from.Service(), to.Service(); before != nil && after != nil {
			return kubespec.ServiceChange(before, after)
		}
	case "/ConfigMap":
		if before, after := (&corev1.ConfigMap{}), (&corev1.ConfigMap{}); read(from, "v1", before) &&
			read(to, "v1", after) {
			return kubespec.ConfigMapChange(before, after)
		}
	case "apps/StatefulSet":
		if before, after := from.StatefulSet(), to.StatefulSet(); before != nil && after != nil {
			return kubespec.StatefulSetChange(before, after)
		}
	case "apps/DaemonSet":
		if before, after := from.DaemonSet(), to.DaemonSet(); before != nil && after != nil {
			return kubespec.DaemonSetChange(before, after)
		}
	}
	return nil
}
