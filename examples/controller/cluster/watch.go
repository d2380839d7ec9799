package cluster

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/release"
)

// Watch adds a reconciler of plans to a manager. It does not watch kinds that the cluster lacks.
// dependents returns the plans that may depend on an object.
func Watch(m ctrl.Manager, r reconcile.Reconciler, dependents handler.MapFunc, options controller.Options) error {
	plans := predicate.NewPredicateFuncs(func(o client.Object) bool { return o.GetLabels()[release.LabelPlan] != "" })
	b := ctrl.NewControllerManagedBy(m).Named("swimlane").WithOptions(options).
		For(&corev1.ConfigMap{}, builder.WithPredicates(plans)).
		Watches(&appsv1.Deployment{}, handler.EnqueueRequestsFromMapFunc(dependents))
	for _, kind := range []schema.GroupVersionKind{
		VirtualService(), lanes.GroupVersion().WithKind(lanes.KindLane),
		lanes.GroupVersion().WithKind(lanes.KindLaneGroup),
	} {
		_, err := m.GetRESTMapper().RESTMapping(kind.GroupKind(), kind.Version)
		if meta.IsNoMatchError(err) {
			continue
		} else if err != nil {
			return err
		}
		o := &unstructured.Unstructured{}
		o.SetGroupVersionKind(kind)
		b = b.Watches(o, handler.EnqueueRequestsFromMapFunc(dependents))
	}
	return b.Complete(r)
}
