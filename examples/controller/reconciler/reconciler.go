// Package reconciler is a controller that embeds the library: it moves releases by the gates
// of their plans, and survives being killed between any two calls that it makes.
package reconciler

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/swimlane-go/swimlane/examples/controller/cluster"
	"github.com/swimlane-go/swimlane/examples/controller/facts"
	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
)

// Reconciler moves releases. It is safe for use by several goroutines, and keeps nothing that
// it could not read again.
type Reconciler struct {
	// Client reads, from a cache perhaps, and writes.
	Client client.Client
	// Direct reads from the API server. It is asked before somebody is said to have changed
	// what this controller wrote.
	Direct client.Reader
	// Clock tells the time.
	Clock clock.PassiveClock
	// Gatherer finds facts.
	facts.Gatherer
	// Reporter tells people.
	status.Reporter
	// Propose writes decisions, and never weights.
	Propose bool
	// Name is that of the controller, in histories and as field manager.
	Name string

	apps sync.Map // types.NamespacedName -> app
}

// app is what is remembered of a plan.
type app struct {
	data    map[string]string // of the ConfigMap
	config  release.Config
	checked rollout.Checked
	zones   rollout.Zones
	needs   cluster.Needs
}

// step is what one call comes to. The State of its report is where the release is to be.
type step struct {
	status.Report
	event rollout.Event // that leads there
	again time.Time     // when to look again; the zero time is never
	half  bool          // some holders are at the revision before
	drift error         // which weights are not those of the state
}

// hold makes it the step that stays.
func (s *step) hold(c status.Condition, message string) {
	s.State, s.Condition, s.Message = s.Live.State, c, message
}

// Reconcile makes at most one move of a release, and says so on its plan.
func (r *Reconciler) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	plan := &corev1.ConfigMap{}
	err := r.Client.Get(ctx, request.NamespacedName, plan)
	if apierrors.IsNotFound(err) || err == nil && plan.Labels[release.LabelPlan] == "" {
		r.apps.Delete(request.NamespacedName)
		r.Metrics.Forget(request.NamespacedName)
		return reconcile.Result{}, nil
	} else if err != nil {
		return reconcile.Result{}, err
	}
	s, err := r.move(ctx, plan)
	if err == nil {
		err = r.Tell(ctx, r.Client, r.Name, plan, s.Report)
	}
	if apierrors.IsConflict(err) { // somebody was faster, or the cache is late
		return reconcile.Result{RequeueAfter: time.Second}, nil
	} else if err != nil {
		return reconcile.Result{}, err
	}
	log.FromContext(ctx).V(1).Info(string(s.Condition), "revision", s.State.Revision, "message", s.Message)
	result := reconcile.Result{}
	if !s.again.IsZero() {
		result.RequeueAfter = max(s.again.Sub(r.Clock.Now()), time.Second)
	}
	return result, nil
}

// Dependents returns the plans that an object may matter to.
func (r *Reconciler) Dependents(_ context.Context, o client.Object) []reconcile.Request {
	var out []reconcile.Request
	r.apps.Range(func(key, value any) bool {
		if value.(app).needs.Of(o) {
			out = append(out, reconcile.Request{NamespacedName: key.(types.NamespacedName)})
		}
		return true
	})
	return out
}

// app returns what a plan says, read and checked once.
func (r *Reconciler) app(plan *corev1.ConfigMap) (app, error) {
	if a, is := r.apps.Load(client.ObjectKeyFromObject(plan)); is && maps.Equal(a.(app).data, plan.Data) {
		return a.(app), nil
	}
	a := app{data: plan.Data}
	var err error
	if a.config, err = release.ConfigOf(plan); err == nil && a.config.Values != nil {
		err = errors.New("values: the weights stand in a file, which is for gitops to write")
	}
	if err == nil {
		a.checked, err = a.config.Plan.Checked()
	}
	if err == nil {
		a.zones, err = gitops.Zones(a.config.Plan)
	}
	return a, err
}

// move decides and writes. An error is one of the API server.
func (r *Reconciler) move(ctx context.Context, plan *corev1.ConfigMap) (*step, error) {
	s := &step{}
	a, err := r.app(plan)
	if err != nil {
		s.hold(status.Invalid, err.Error())
		return s, nil
	}
	s.Written = status.WrittenOf(plan, a.config.Plan.Digest())
	for _, from := range []client.Reader{r.Client, r.Direct} { // a cache may be late
		if s.Live, a.needs, err = cluster.Read(ctx, from, plan, a.config); err != nil {
			return s, err
		}
		s.look()
		if s.drift == nil && s.State.Revision >= s.Written.Revision {
			break
		}
	}
	r.apps.Store(client.ObjectKeyFromObject(plan), a)
	known, err := s.Live.Known()
	err = errors.Join(err, s.Live.Err())
	owner := cluster.Owner(plan, s.Live, r.Name)
	if r.Propose {
		owner = "this controller proposes only"
	}
	if owner != "" {
		known.Evidence = status.EvidenceOf(plan, known.Evidence)
		if err == nil {
			r.decide(ctx, plan, a, known, s)
			err = errors.New(s.Message)
		}
		s.hold(status.GitOwns, owner+": "+err.Error())
		return s, nil
	}
	switch {
	case err != nil && r.askedRollBack(plan, s):
	case err != nil:
		s.hold(status.Broken, err.Error())
		return s, nil
	default:
		r.decide(ctx, plan, a, known, s)
	}
	return s, r.write(ctx, plan, known, s)
}

// look says how the release is.
func (s *step) look() {
	s.State, s.half, s.drift = s.Live.State, false, nil
	if s.State.Revision == 0 {
		return
	}
	behind, errs := s.Live.Behind()
	if s.half = len(behind) > 0; !s.State.Closed() { // what is over may be edited
		s.drift = errors.Join(errs...)
	}
}

// askedRollBack takes the roll back that a person asks for, which goes through whatever is
// wrong with state and evidence.
func (r *Reconciler) askedRollBack(plan *corev1.ConfigMap, s *step) bool {
	e, is, err := status.AskedBy(plan, s.Live.Highest)
	if err != nil || !is || e.Kind != rollout.RollBack {
		return false
	}
	e.At = r.Clock.Now()
	s.State, s.event, s.Condition = s.Live.At(rollout.RolledBack, 0, e.At), e, status.Moving
	return true
}
