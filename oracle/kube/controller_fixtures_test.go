package kube_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/rest"
	clocktesting "k8s.io/utils/clock/testing"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	runtimecontroller "sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	ours "github.com/swimlane-go/swimlane/examples/controller/cluster"
	"github.com/swimlane-go/swimlane/examples/controller/facts"
	"github.com/swimlane-go/swimlane/examples/controller/metrics"
	"github.com/swimlane-go/swimlane/examples/controller/reconciler"
	"github.com/swimlane-go/swimlane/examples/controller/source"
	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/examples/controller/trial"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// controllerName is the name of examples/controller.
const controllerName = "swimlane"

// controlled is a release of the mock app in a separate namespace.
type controlled struct {
	t         *testing.T
	direct    client.WithWatch // everybody's but the controller's
	namespace string
	objects   []client.Object
	begin     string // the resourceVersion at the beginning
}

// asJSON returns a config for JSON: lanes have no protobuf.
func (c cluster) asJSON() *rest.Config {
	out := rest.CopyConfig(c.Config)
	out.ContentType, out.AcceptContentTypes = "application/json", "application/json"
	return out
}

// admin returns a client with all permissions.
func (c cluster) admin(t *testing.T) client.WithWatch {
	t.Helper()
	scheme, err := ours.NewScheme()
	require.NoError(t, err)
	out, err := client.NewWithWatch(c.asJSON(), client.Options{Scheme: scheme})
	require.NoError(t, err)
	return out
}

// newControlled creates a release. The pods of all lanes are reported as available.
func newControlled(t *testing.T, direct client.WithWatch, form trial.Form, namespace string, plan rollout.Plan,
	floors ...release.Floor) *controlled {
	t.Helper()
	r := &controlled{t: t, direct: direct, namespace: namespace}
	require.NoError(t, direct.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}))
	var err error
	r.objects, err = trial.Objects(form, namespace, plan, floors...)
	require.NoError(t, err)
	for _, o := range r.objects {
		require.NoError(t, direct.Create(t.Context(), o))
		if d, is := o.(*appsv1.Deployment); is {
			old := d.DeepCopy()
			trial.Ready(d)
			require.NoError(t, direct.Status().Patch(t.Context(), d, client.MergeFrom(old)))
		}
	}
	var all corev1.ConfigMapList
	require.NoError(t, direct.List(t.Context(), &all, client.InNamespace(namespace)))
	r.begin = all.ResourceVersion
	t.Cleanup(func() { r.end() })
	return r
}

// end deletes the cluster-scoped objects and the plan, so that other tests need not read them.
func (r *controlled) end() {
	for _, o := range r.objects {
		if _, is := o.(*corev1.ConfigMap); is || o.GetNamespace() == "" {
			require.NoError(r.t, client.IgnoreNotFound(r.direct.Delete(context.Background(), o)))
		}
	}
}

// plan returns the current ConfigMap of the plan.
func (r *controlled) plan() *corev1.ConfigMap {
	cm := &corev1.ConfigMap{}
	require.NoError(r.t, r.direct.Get(r.t.Context(), client.ObjectKey{Namespace: r.namespace, Name: "mock"}, cm))
	return cm
}

func (r *controlled) key() client.ObjectKey {
	return client.ObjectKey{Namespace: r.namespace, Name: "mock"}
}

// say annotates the plan as a person does.
func (r *controlled) say(key, value string) {
	cm := r.plan()
	old := cm.DeepCopy()
	metav1.SetMetaDataAnnotation(&cm.ObjectMeta, key, value)
	require.NoError(r.t, r.direct.Patch(r.t.Context(), cm, client.MergeFrom(old)))
}

func (r *controlled) condition() status.Condition {
	return status.Condition(r.plan().Annotations[status.AnnotationCondition])
}

// live reads the release.
func (r *controlled) live() release.Live {
	plan := r.plan()
	config, err := release.ConfigOf(plan)
	require.NoError(r.t, err)
	l, _, err := ours.Read(r.t.Context(), r.direct, plan, config)
	require.NoError(r.t, err)
	return l
}

// scale sets the number of pods of a version, and reports all of them as available.
func (r *controlled) scale(version string, replicas int32) {
	var all appsv1.DeploymentList
	require.NoError(r.t, r.direct.List(r.t.Context(), &all, client.InNamespace(r.namespace)))
	for _, d := range all.Items {
		if d.Spec.Template.Labels[lanes.LabelVersion] == version {
			d.Spec.Replicas = &replicas
			require.NoError(r.t, r.direct.Update(r.t.Context(), &d))
			trial.Ready(&d)
			require.NoError(r.t, r.direct.Status().Update(r.t.Context(), &d))
		}
	}
}

// final returns the place, the weights and the marks of the objects, without times and names.
func (r *controlled) final() string {
	l := r.live()
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d %d %s\n", l.State.Phase, l.State.Stage, l.State.Revision, r.condition())
	for _, h := range l.Holders {
		fmt.Fprintf(&b, "%s %s %d %v\n", h.Ref.Name, h.Weights.ByLane(), h.Mark.Revision,
			slices.Sorted(maps.Keys(h.Object.Meta().GetAnnotations())))
	}
	known, err := l.Known()
	require.NoError(r.t, err)
	for _, m := range known.History.Moves {
		fmt.Fprintf(&b, "%s %s %d\n", m.Kind, m.To, m.Revision)
	}
	return strings.ReplaceAll(b.String(), r.namespace+"-", "")
}

// requireSound checks that the release is in a phase, and every holder has its weights.
func (r *controlled) requireSound(phase rollout.Phase) {
	r.t.Helper()
	l := r.live()
	require.Equal(r.t, phase, l.State.Phase)
	behind, errs := l.Behind()
	require.Empty(r.t, behind)
	require.Empty(r.t, errs)
}

// until waits until a condition holds.
func (r *controlled) until(ctx context.Context, what string, is func() bool) {
	r.t.Helper()
	err := wait.PollUntilContextTimeout(ctx, 5*time.Millisecond, time.Minute, true,
		func(context.Context) (bool, error) { return is(), nil })
	if err != nil && ctx.Err() == nil {
		require.Fail(r.t, "it never was so: "+what, "%s: %s\n%s", r.condition(),
			r.plan().Annotations[status.AnnotationMessage], r.final())
	}
}

// over reports whether the release is over, and the plan says so.
func (r *controlled) over() bool { return r.condition() == status.Over }

// pair is a reconciler with its clock.
type pair struct {
	*reconciler.Reconciler
	clock *clocktesting.FakePassiveClock
}

// newReconciler returns a reconciler with an empty memory.
func newReconciler(c client.Client, direct client.Reader, s source.Source) pair {
	clock := clocktesting.NewFakePassiveClock(trial.Begins())
	return pair{&reconciler.Reconciler{
		Client: c, Direct: direct, Clock: clock, Name: controllerName,
		Gatherer: facts.Gatherer{Source: s, Interval: time.Minute},
		Reporter: status.Reporter{Events: noEvents{}, Metrics: &metrics.Releases{}},
	}, clock}
}

type noEvents struct{}

func (noEvents) Eventf(_, _ runtime.Object, _, _, _, _ string, _ ...any) {}

// look reconciles once, and advances the clock as the reconciler asks.
func (p pair) look(ctx context.Context, plan client.ObjectKey) error {
	result, err := p.Reconcile(ctx, reconcile.Request{NamespacedName: plan})
	p.clock.SetTime(p.clock.Now().Add(max(result.RequeueAfter, time.Second)))
	return err
}

// running is a manager with the controller of some releases.
type running struct {
	pair
	stop func() // kills it, and waits for its end
}

// runController runs a manager as examples/controller does, with another clock: it jumps to the
// time of the controller's next look. It ignores releases of other tests.
func runController(t *testing.T, config *rest.Config, s source.Source, o ctrl.Options, of ...*controlled) running {
	t.Helper()
	o.Metrics = server.Options{BindAddress: "0"}
	m, err := ours.NewManager(config, controllerName, o)
	require.NoError(t, err)
	p := newReconciler(m.GetClient(), m.GetAPIReader(), s)
	p.Events = m.GetEventRecorder(controllerName)
	looks := reconcile.Func(func(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
		if !slices.ContainsFunc(of, func(r *controlled) bool { return r.key() == request.NamespacedName }) {
			return reconcile.Result{}, nil
		}
		result, err := p.Reconcile(ctx, request)
		if result.RequeueAfter > 0 {
			p.clock.SetTime(p.clock.Now().Add(result.RequeueAfter))
			result.RequeueAfter = time.Millisecond
		}
		return result, err
	})
	options := runtimecontroller.Options{SkipNameValidation: new(true), MaxConcurrentReconciles: 4}
	require.NoError(t, ours.Watch(m, looks, p.Dependents, options))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- m.Start(ctx) }()
	stopped := false
	out := running{p, func() {
		if cancel(); !stopped {
			stopped = true
			<-ended
		}
	}}
	t.Cleanup(out.stop)
	return out
}

// scaleByKubernetes sets the number of pods of a version. Kubernetes' controllers create them.
func (r *controlled) scaleByKubernetes(version string, replicas int32) {
	var all appsv1.DeploymentList
	require.NoError(r.t, r.direct.List(r.t.Context(), &all, client.InNamespace(r.namespace)))
	for _, d := range all.Items {
		if d.Spec.Template.Labels[lanes.LabelVersion] == version {
			patch := client.RawPatch(types.MergePatchType, fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, replicas))
			require.NoError(r.t, r.direct.Patch(r.t.Context(), &d, patch))
		}
	}
}
