package kube_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/stretchr/testify/require"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/oracle/kube/reconciler"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

func reconcilerScheme(t *testing.T) *runtime.Scheme {
	t.Helper()
	s := runtime.NewScheme()
	require.NoError(t, clientgoscheme.AddToScheme(s))
	require.NoError(t, networkingv1.AddToScheme(s))
	require.NoError(t, lanes.AddToScheme(s))
	return s
}

// The reconciler is as short as the library promises.
func TestReconcilerIsShort(t *testing.T) {
	text, err := os.ReadFile("reconciler/reconciler.go")
	require.NoError(t, err)
	lines := 0
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			lines++
		}
	}
	require.LessOrEqual(t, lines, 180)
}

// testReconcile releases with a controller, to the end and back, killed after any number
// of calls that it makes to the API server: the next one that is started ends the
// release, and at every write the weights are those of a place of the plan.
func testReconcile(t *testing.T, c cluster) {
	scheme := reconcilerScheme(t)
	c.config = rest.CopyConfig(c.config)
	c.config.ContentType, c.config.AcceptContentTypes = "application/json", "application/json" // lanes have no protobuf
	direct, err := client.New(c.config, client.Options{Scheme: scheme})
	require.NoError(t, err)
	for goal, phase := range map[string]rollout.Phase{"finished": rollout.Finished, "rolledback": rollout.RolledBack} {
		kills := 0
		for ended := false; !ended; kills++ {
			r := newRelease(t, direct, fmt.Sprintf("reconcile-%s-%d", goal, kills))
			if goal == "rolledback" { // from the middle of the release
				r.moveTo(t, direct, 2)
			}
			r.ask(t, direct, goal)
			ended = r.run(t, c, scheme, kills, phase)
			if !ended {
				require.True(t, r.run(t, c, scheme, 1<<30, phase))
			}
			r.requireSound(t, direct, phase)
			r.end(t, direct)
		}
		require.Greater(t, kills, 4, "a release takes more calls than that")
		t.Logf("%s: killed after each of %d calls", goal, kills-1)
	}
}

// ofRelease is a release of the mock app with two routes, in a namespace of its own.
type ofRelease struct {
	config  release.Config
	objects []client.Object
}

func newRelease(t *testing.T, c client.Client, namespace string) ofRelease {
	t.Helper()
	app := mock.App()
	app.Namespace, app.Gateway.Namespace = namespace, namespace
	state, err := mock.Plan().Prepare(time.Now())
	require.NoError(t, err)
	set, err := release.Render(app, mock.Plan(), state, release.Options{})
	require.NoError(t, err)
	r := ofRelease{config: release.Config{Name: "mock", Plan: mock.Plan(),
		Candidate: release.Candidate{Version: "v3", From: "v2"}}}
	require.NoError(t, c.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace}}))
	for _, o := range release.WithoutState(set).All() {
		switch {
		case o.Gateway() != nil:
		case o.VirtualService() != nil:
			for _, name := range []string{"first", "second"} {
				vs := &networkingv1.VirtualService{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
				o.VirtualService().DeepCopyInto(&vs.Spec)
				vs.Spec.Hosts = []string{name + ".example.com"}
				r.objects = append(r.objects, vs)
				r.config.Routes = append(r.config.Routes, release.EntryRoute{Namespace: namespace, Name: name})
			}
		default:
			r.objects = append(r.objects, o.Value.DeepCopyObject().(client.Object))
		}
	}
	cm, err := r.config.ConfigMap()
	require.NoError(t, err)
	cm.Namespace = namespace
	r.objects = append(r.objects, cm)
	for _, o := range r.objects {
		require.NoError(t, c.Create(t.Context(), o))
		if d, is := o.(*appsv1.Deployment); is { // nobody runs its pods here
			d.Status = appsv1.DeploymentStatus{ObservedGeneration: d.Generation, Replicas: 1, UpdatedReplicas: 1,
				AvailableReplicas: 1, ReadyReplicas: 1}
			require.NoError(t, c.Status().Update(t.Context(), d))
		}
	}
	return r
}

func (r ofRelease) ask(t *testing.T, c client.Client, goal string) {
	t.Helper()
	cm := r.objects[len(r.objects)-1].(*corev1.ConfigMap)
	require.NoError(t, c.Get(t.Context(), client.ObjectKeyFromObject(cm), cm))
	cm.Annotations = map[string]string{reconciler.AnnotationGoal: goal}
	require.NoError(t, c.Update(t.Context(), cm))
}

// live reads the release.
func (r ofRelease) live(t *testing.T, c client.Client) release.Live {
	t.Helper()
	var all []runtime.Object
	for _, o := range r.objects[:len(r.objects)-1] { // the last is the plan
		fresh := o.DeepCopyObject().(client.Object)
		require.NoError(t, c.Get(t.Context(), client.ObjectKeyFromObject(o), fresh))
		all = append(all, fresh)
	}
	live, err := release.Read(r.config, all...)
	require.NoError(t, err)
	return live
}

// moveTo takes a new release to a stage by server-side apply.
func (r ofRelease) moveTo(t *testing.T, c client.Client, stage int) {
	t.Helper()
	state, err := r.config.Plan.Prepare(time.Now())
	for n := 0; ; n++ {
		require.NoError(t, err)
		applied, applyErr := r.live(t, c).Apply(state)
		require.NoError(t, applyErr)
		for _, o := range applied {
			require.NoError(t, c.Apply(t.Context(), client.ApplyConfigurationFromUnstructured(o),
				client.FieldOwner("release"), client.ForceOwnership))
		}
		require.Equal(t, state, r.live(t, c).State)
		r.requireSound(t, c, state.Phase)
		if n == stage {
			return
		}
		if n == 0 {
			state, err = r.config.Plan.Start(state, time.Now())
		} else {
			state, err = r.config.Plan.Promote(state, time.Now())
		}
	}
}

// run runs a manager with the reconciler until the release is over, or until it has made
// so many calls and is killed. It reports whether the release is over.
func (r ofRelease) run(t *testing.T, c cluster, scheme *runtime.Scheme, calls int, over rollout.Phase) bool {
	t.Helper()
	ctx, kill := context.WithCancel(t.Context())
	defer kill()
	var made, unplanned atomic.Int64
	count := func() error {
		if made.Add(1) > int64(calls) {
			kill()
			return errors.New("killed")
		}
		return nil
	}
	m, err := ctrl.NewManager(c.config, ctrl.Options{
		Scheme: scheme, Logger: logr.Discard(), Metrics: server.Options{BindAddress: "0"},
		NewClient: func(config *rest.Config, o client.Options) (client.Client, error) {
			o.Cache = nil // every read is of the server: a call
			plain, err := client.NewWithWatch(config, o)
			if err != nil {
				return nil, err
			}
			return interceptor.NewClient(plain, interceptor.Funcs{
				Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, o client.Object,
					opts ...client.GetOption) error {
					if err := count(); err != nil {
						return err
					}
					return c.Get(ctx, key, o, opts...)
				},
				Update: func(ctx context.Context, c client.WithWatch, o client.Object,
					opts ...client.UpdateOption) error {
					if err := count(); err != nil {
						return err
					}
					err := c.Update(ctx, o, opts...)
					if vs, is := o.(*networkingv1.VirtualService); is && err == nil &&
						!r.isPlanned(routing.WeightsOf(vs.Spec.Http[0], "")) {
						unplanned.Add(1)
					}
					return err
				},
			}), nil
		},
	})
	require.NoError(t, err)
	require.NoError(t, reconciler.Reconciler{Client: m.GetClient(), Now: time.Now}.Register(m))
	stopped := make(chan error, 1)
	go func() { stopped <- m.Start(ctx) }()
	direct, err := client.New(c.config, client.Options{Scheme: scheme})
	require.NoError(t, err)
	ended := false
	err = wait.PollUntilContextTimeout(ctx, 2*time.Millisecond, time.Minute, true, func(context.Context) (bool, error) {
		ended = r.live(t, direct).State.Phase == over
		behind, errs := r.live(t, direct).Behind()
		ended = ended && len(behind)+len(errs) == 0
		return ended, nil
	})
	if !ended {
		require.ErrorIs(t, err, context.Canceled)
	}
	kill()
	require.NoError(t, <-stopped)
	require.Zero(t, unplanned.Load(), "writes of weights that are of no place of the plan")
	return ended
}

// isPlanned reports whether weights are those of a place of the plan.
func (r ofRelease) isPlanned(weights rollout.Weights) bool {
	plan := r.config.Plan
	places := []rollout.Weights{plan.Before, plan.Rollback}
	for _, s := range plan.Stages {
		places = append(places, s.Weights)
	}
	return slices.ContainsFunc(places, weights.Equivalent)
}

// requireSound holds that the release is in a phase, and every route has the weights of
// the state.
func (r ofRelease) requireSound(t *testing.T, c client.Client, phase rollout.Phase) {
	t.Helper()
	live := r.live(t, c)
	require.Equal(t, phase, live.State.Phase)
	for _, h := range live.Holders {
		require.NoError(t, h.Drift(string(phase), r.config.Plan.Weights(live.State)))
	}
}

// end removes the release, since lanes are of the whole cluster.
func (r ofRelease) end(t *testing.T, c client.Client) {
	t.Helper()
	for _, o := range r.objects {
		require.NoError(t, client.IgnoreNotFound(c.Delete(t.Context(), o)))
		err := wait.PollUntilContextTimeout(t.Context(), time.Millisecond, time.Minute, true,
			func(ctx context.Context) (bool, error) {
				return apierrors.IsNotFound(c.Get(ctx, client.ObjectKeyFromObject(o), o)), nil
			})
		require.NoError(t, err, "%T", o)
	}
}
