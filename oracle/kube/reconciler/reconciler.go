// Package reconciler is a controller that embeds the library, as short as one can be:
// it moves a release to the place that an annotation of its plan asks for, one stage
// after the other, and survives being killed between any two calls.
package reconciler

import (
	"context"
	"errors"
	"time"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// AnnotationGoal on the plan's ConfigMap asks for a place: "finished" or "rolledback".
const AnnotationGoal = "example.com/goal"

// Reconciler moves releases.
type Reconciler struct {
	Client client.Client
	Now    func() time.Time
}

// Register adds the reconciler to a manager.
func (r Reconciler) Register(m ctrl.Manager) error {
	plans := predicate.NewPredicateFuncs(func(o client.Object) bool { return o.GetLabels()[release.LabelPlan] != "" })
	all := handler.EnqueueRequestsFromMapFunc(r.plans)
	return ctrl.NewControllerManagedBy(m).Named("swimlane").
		WithOptions(controller.Options{SkipNameValidation: new(true)}).
		For(&corev1.ConfigMap{}, builder.WithPredicates(plans)).
		Watches(&networkingv1.VirtualService{}, all).
		Watches(&lanes.ASMSwimLane{}, all).
		Watches(&appsv1.Deployment{}, all).
		Complete(r)
}

// plans returns the plans that may mean an object.
func (r Reconciler) plans(ctx context.Context, _ client.Object) []reconcile.Request {
	var plans corev1.ConfigMapList
	if err := r.Client.List(ctx, &plans, client.HasLabels{release.LabelPlan}); err != nil {
		return nil
	}
	var out []reconcile.Request
	for _, p := range plans.Items {
		out = append(out, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(&p)})
	}
	return out
}

// Reconcile makes one change of a release.
func (r Reconciler) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	var plan corev1.ConfigMap
	if err := r.Client.Get(ctx, request.NamespacedName, &plan); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	config, err := release.ConfigOf(&plan)
	if err != nil {
		return reconcile.Result{}, reconcile.TerminalError(err)
	}
	live, err := r.read(ctx, config)
	if err != nil {
		return reconcile.Result{}, err
	}
	next, err := r.decide(live, plan.Annotations[AnnotationGoal])
	if err != nil {
		return reconcile.Result{}, err
	}
	written, err := live.With(next)
	if err != nil {
		return reconcile.Result{}, err
	}
	for _, o := range written {
		if err := r.Client.Update(ctx, o); apierrors.IsConflict(err) {
			return reconcile.Result{RequeueAfter: time.Millisecond}, nil // somebody was faster
		} else if err != nil {
			return reconcile.Result{}, err
		}
	}
	return reconcile.Result{}, nil
}

// read returns the release as it is in the cluster.
func (r Reconciler) read(ctx context.Context, config release.Config) (release.Live, error) {
	var found []runtime.Object
	for _, route := range config.Routes {
		vs := &networkingv1.VirtualService{}
		err := r.Client.Get(ctx, types.NamespacedName{Namespace: route.Ref().Namespace, Name: route.Name}, vs)
		if client.IgnoreNotFound(err) != nil {
			return release.Live{}, err
		} else if err == nil {
			found = append(found, vs)
		}
	}
	var all lanes.ASMSwimLaneList
	var groups lanes.ASMSwimLaneGroupList
	var services corev1.ServiceList
	var deployments appsv1.DeploymentList
	for _, list := range []client.ObjectList{&all, &groups, &services, &deployments} {
		if err := r.Client.List(ctx, list); err != nil {
			return release.Live{}, err
		}
	}
	for i := range all.Items {
		found = append(found, &all.Items[i])
	}
	for i := range groups.Items {
		found = append(found, &groups.Items[i])
	}
	for i := range services.Items {
		found = append(found, &services.Items[i])
	}
	for i := range deployments.Items {
		found = append(found, &deployments.Items[i])
	}
	return release.Read(config, found...)
}

// decide returns the state that the release shall be at: its own when it stays.
func (r Reconciler) decide(live release.Live, goal string) (rollout.State, error) {
	plan, now := live.Config.Plan, r.Now()
	behind, drift := live.Behind()
	switch {
	case goal == "rolledback" && live.State == (rollout.State{}):
		return live.At(rollout.RolledBack, 0, now), nil
	case goal == "rolledback" && !live.State.Closed():
		return plan.RollBack(live.State, now)
	case live.State == (rollout.State{}):
		return plan.Prepare(now)
	case len(behind)+len(drift) > 0:
		return live.State, nil // completed, or restored
	}
	if goal != "finished" {
		return live.State, nil
	}
	for _, kind := range []rollout.EventKind{rollout.Start, rollout.Promote, rollout.Finish} {
		next, err := plan.Apply(live.State, rollout.Event{Kind: kind, Revision: live.State.Revision, At: now})
		if err == nil {
			if err := live.Available(plan.Weights(next)); err != nil {
				return rollout.State{}, err
			}
			return next, nil
		}
		if errors.Is(err, rollout.ErrForeign) {
			return rollout.State{}, err
		}
	}
	return live.State, nil
}
