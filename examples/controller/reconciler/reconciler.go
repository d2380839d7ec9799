// Package reconciler is a controller on top of the library. It moves releases by the gates of their
// plans, and survives a kill between any two of its calls.
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

// Reconciler moves releases. It is safe for concurrent use. It keeps nothing in memory that it
// cannot read again.
type Reconciler struct {
	// Client reads and writes. It may read from a cache.
	Client client.Client
	// Direct reads from the API server. The reconciler asks it before it says that somebody changed
	// what the controller wrote.
	Direct client.Reader
	// Clock tells the time.
	Clock clock.PassiveClock
	// Gatherer gathers facts.
	facts.Gatherer
	// Reporter reports to people.
	status.Reporter
	// Propose makes the controller write decisions, but no weights.
	Propose bool
	// Name is the controller's name in histories and as field manager.
	Name string

	apps sync.Map // types.NamespacedName -> app
}

// app is a plan in memory.
type app struct {
	data    map[string]string // the Data of the ConfigMap
	config  release.Config
	checked rollout.Checked
	zones   rollout.Zones
	needs   cluster.Needs
}

// step is the result of one call. The State of its report is the state to move to.
type step struct {
	status.Report
	event rollout.Event // leads to the State
	again time.Time     // time of the next call; the zero time means never
	half  bool          // some holders have the revision before
	drift error         // names the weights that differ from the state
}

// hold makes the release keep its state.
func (s *step) hold(c status.Condition, message string) {
	s.State, s.Condition, s.Message = s.Live.State, c, message
}

// Reconcile makes at most one move of a release, and reports it on the plan.
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
	if apierrors.IsConflict(err) { // another writer was faster, or the cache is late
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

// Dependents returns the plans that may depend on an object.
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

// app returns the contents of a plan. It parses a plan once.
func (r *Reconciler) app(plan *corev1.ConfigMap) (app, error) {
	if a, is := r.apps.Load(client.ObjectKeyFromObject(plan)); is && maps.Equal(a.(app).data, plan.Data) {
		return a.(app), nil
	}
	a := app{data: plan.Data}
	var err error
	if a.config, err = release.ConfigOf(plan); err == nil && a.config.Values != nil {
		err = errors.New("values: gitops must write the weights: they are in a file")
	}
	if err == nil {
		a.checked, err = a.config.Plan.Checked()
	}
	if err == nil {
		a.zones, err = gitops.Zones(a.config.Plan)
	}
	return a, err
}

// move decides and writes. The errors of the release are in the step; other errors are returned.
func (r *Reconciler) move(ctx context.Context, plan *corev1.ConfigMap) (*step, error) {
	s := &step{}
	a, err := r.app(plan)
	if err != nil {
		s.hold(status.Invalid, err.Error())
		return s, nil
	}
	s.Written = status.WrittenOf(plan, a.config.Plan.Digest())
	for _, from := range []client.Reader{r.Client, r.Direct} { // the cache may be late
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

// look sets the state, and what is wrong in the cluster.
func (s *step) look() {
	s.State, s.half, s.drift = s.Live.State, false, nil
	if s.State.Revision == 0 {
		return
	}
	behind, errs := s.Live.Behind()
	if s.half = len(behind) > 0; !s.State.Closed() { // the weights of a release that is over may be edited
		s.drift = errors.Join(errs...)
	}
}

// askedRollBack accepts a roll back that a person asks for, in spite of errors in state and
// evidence.
func (r *Reconciler) askedRollBack(plan *corev1.ConfigMap, s *step) bool {
	e, is, err := status.AskedBy(plan, s.Live.Highest)
	if err != nil || !is || e.Kind != rollout.RollBack {
		return false
	}
	e.At = r.Clock.Now()
	s.State, s.event, s.Condition = s.Live.At(rollout.RolledBack, 0, e.At), e, status.Moving
	return true
}
