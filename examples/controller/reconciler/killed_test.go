package reconciler_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/swimlane-go/swimlane/examples/controller/reconciler"
	"github.com/swimlane-go/swimlane/examples/controller/source"
	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/examples/controller/trial"
	"github.com/swimlane-go/swimlane/rollout"
)

// end calls the controller, in spite of errors, until nothing changes any more.
func (w *world) end() {
	w.t.Helper()
	for range 300 {
		if err := w.reconcile(); err == nil && w.condition() == status.Over {
			return
		}
		w.clock.SetTime(w.clock.Now().Add(time.Second)) // the queue waits after an error
	}
	require.Fail(w.t, "it never ended", "%s %s", w.condition(), w.told(status.AnnotationMessage))
}

// moves returns the history as text.
func (w *world) moves() string {
	known, err := w.live().Known()
	require.NoError(w.t, err)
	out := ""
	for _, m := range known.History.Moves {
		out += fmt.Sprintf("%s %s %d\n", m.Kind, m.To, m.Revision)
	}
	return out
}

// ofKind are releases to kill: a good one, and one that is rolled back at stage 1.
var ofKind = map[string]source.Source{
	"good": trial.Counted(0),
	"bad":  trial.Counted(400),
}

// A controller may be killed at any call, before or after the call takes effect. Started again, it
// ends the release like a controller that was not killed.
func TestKilledAtEveryCall(t *testing.T) {
	for name, numbers := range ofKind {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var writes []bool
			run := func(before func(int, bool) error, after func(int, bool) error) *world {
				w := newWorld(t, trial.Short())
				w.source, w.before, w.after = numbers, before, after
				w.start()
				return w
			}
			whole := run(func(_ int, write bool) error { writes = append(writes, write); return nil }, nil)
			whole.end()
			final, moves := whole.final(), whole.moves()
			require.Equal(t, map[string]rollout.Phase{"good": rollout.Finished, "bad": rollout.RolledBack}[name],
				whole.live().State.Phase)
			n := 0
			for _, write := range writes {
				if write {
					n++
				}
			}
			t.Logf("%d calls, %d of them writes", len(writes), n)
			for i, write := range writes {
				for _, late := range []bool{false, true} {
					if late && !write {
						continue // the same as before the next call
					}
					dead := false
					kill := func(call int, _ bool) error {
						if dead = dead || call == i+1; dead {
							return errKilled
						}
						return nil
					}
					before, after := kill, (func(int, bool) error)(nil)
					if late {
						before, after = nil, kill
					}
					w := run(before, after)
					for !dead && w.condition() != status.Over {
						err := w.reconcile()
						require.Equal(t, dead, err != nil, err)
					}
					w.before, w.after = nil, nil
					w.start()
					w.end()
					require.Equal(t, final, w.final(), "killed at call %d, after: %v", i+1, late)
					require.Equal(t, moves, w.moves(), "killed at call %d, after: %v", i+1, late)
				}
			}
		})
	}
}

// If the API server is busy, broken or slow, the controller tries again.
func TestErrorsOfTheServer(t *testing.T) {
	resource := schema.GroupResource{Resource: "virtualservices"}
	whole := newWorld(t, trial.Short())
	whole.end()
	for name, err := range map[string]error{
		"429":      apierrors.NewTooManyRequests("later", 1),
		"500":      apierrors.NewInternalError(errors.New("broken")),
		"timeout":  apierrors.NewServerTimeout(resource, "update", 1),
		"conflict": apierrors.NewConflict(resource, "first", errors.New("changed")),
	} {
		t.Run(name, func(t *testing.T) {
			fail := func() func(int, bool) error {
				writes := 0
				return func(call int, write bool) error {
					if write {
						writes++
					}
					if write && writes%3 == 0 || call%37 == 0 {
						return err
					}
					return nil
				}
			}
			before := newWorld(t, trial.Short())
			before.before = fail()
			before.end()
			require.Equal(t, whole.final(), before.final())
			after := newWorld(t, trial.Short()) // the call took effect, but returned an error
			after.after = fail()
			after.end()
			require.Equal(t, whole.final(), after.final())
			require.Equal(t, whole.moves(), after.moves())
		})
	}
}

// Another writer changes the carrier between each read and write.
func TestConflicts(t *testing.T) {
	w := newWorld(t, trial.Short())
	met := 0
	w.before = func(call int, write bool) error {
		if write && call%2 == 0 {
			met++
			vs := w.route("first")
			vs.Labels = map[string]string{"call": fmt.Sprint(call)}
			return w.plain.Update(t.Context(), vs)
		}
		return nil
	}
	w.end()
	require.Greater(t, met, 5)
	w.requireSound(rollout.Finished)
}

// A late cache causes neither a second move nor a dispute.
func TestStaleCaches(t *testing.T) {
	w := newWorld(t, trial.Short())
	age := 0
	w.stale = map[client.ObjectKey]client.Object{}
	read := func(name string) client.Object {
		u := &unstructured.Unstructured{}
		u.SetGroupVersionKind(schema.GroupVersionKind{Group: "networking.istio.io", Version: "v1",
			Kind: "VirtualService"})
		require.NoError(t, w.plain.Get(t.Context(), client.ObjectKey{Namespace: w.app, Name: name}, u))
		return u
	}
	for range 300 {
		if age++; age%4 == 1 { // the cache is four calls late
			for _, name := range []string{"first", "second"} {
				w.stale[client.ObjectKey{Namespace: w.app, Name: name}] = read(name)
			}
		}
		require.NoError(t, w.reconcile())
		require.NotContains(t, []status.Condition{status.Contested, status.Broken}, w.condition())
	}
	w.stale = nil
	w.requireSound(rollout.Finished)
	require.Contains(t, w.told(status.AnnotationWritten), "/4/0")
}

// Two controllers at once: between any two calls of one, the other makes all of its calls.
func TestTwoReplicas(t *testing.T) {
	w := newWorld(t, trial.Short())
	one := w.r
	w.start()
	two := w.r
	busy := false
	w.before = func(int, bool) error {
		if busy {
			return nil
		}
		busy = true
		defer func() { busy = false }()
		w.r = two
		err := w.reconcile()
		w.r = one
		return err
	}
	w.r = one
	w.end()
	w.before = nil
	w.requireSound(rollout.Finished)
	whole := newWorld(t, trial.Short())
	whole.end()
	require.Equal(t, whole.moves(), w.moves())
}

// The controller gives up against a writer that reverts the weights.
func TestAWriterThatReverts(t *testing.T) {
	conditions := map[string]status.Condition{"weights": status.Contested, "everything": status.GitOwns}
	for name, reverts := range map[string]func(was, is client.Object){
		"weights": func(was, is client.Object) {
			_ = unstructured.SetNestedSlice(is.(*unstructured.Unstructured).Object, field(was, "spec", "http"),
				"spec",
				"http")
		},
		"everything": func(was, is client.Object) {
			is.SetAnnotations(was.GetAnnotations())
			_ = unstructured.SetNestedSlice(is.(*unstructured.Unstructured).Object, field(was, "spec", "http"),
				"spec",
				"http")
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, trial.Plan())
			git := map[string]client.Object{}
			w.wrote = func(o client.Object) {
				u := &unstructured.Unstructured{}
				u.SetGroupVersionKind(o.GetObjectKind().GroupVersionKind())
				require.NoError(t, w.plain.Get(t.Context(), client.ObjectKeyFromObject(o), u))
				if git[o.GetName()] == nil {
					git[o.GetName()] = u // the object when it is prepared
				}
				reverts(git[o.GetName()], u)
				require.NoError(t, w.plain.Update(t.Context(), u, client.FieldOwner("argocd")))
			}
			for range 100 {
				require.NoError(t, w.reconcile())
			}
			require.Equal(t, conditions[name], w.condition())
			require.LessOrEqual(t, w.writes, 2*(reconciler.MaxRestores+2))
			writes := w.writes
			for range 30 {
				require.NoError(t, w.reconcile())
			}
			require.Equal(t, writes, w.writes, "it has given up")
			t.Logf("%d writes", writes)
		})
	}
}

// If somebody deletes the state, the release does not begin again by itself.
func TestAStateThatIsTakenAway(t *testing.T) {
	w := newWorld(t, trial.Plan())
	w.until(rollout.Running, 2)
	bare := newWorld(t, trial.Plan())
	for _, name := range []string{"first", "second"} {
		vs := w.route(name)
		vs.Annotations, vs.Spec.Http = nil, bare.route(name).Spec.Http
		require.NoError(t, w.plain.Update(t.Context(), vs))
	}
	writes := w.writes
	for range 20 {
		require.NoError(t, w.reconcile())
	}
	require.Equal(t, status.Contested, w.condition())
	require.Equal(t, writes, w.writes)
	w.say(status.AnnotationWritten, "")
	w.until(rollout.Finished, -1)
}

// Weights that somebody edited once are restored.
func TestRestoresWeights(t *testing.T) {
	w := newWorld(t, trial.Plan())
	w.until(rollout.Running, 2)
	vs := w.route("second")
	vs.Spec.Http[0].Route[0].Weight, vs.Spec.Http[0].Route[2].Weight = 10, 60
	require.NoError(t, w.plain.Update(t.Context(), vs))
	require.NoError(t, w.reconcile())
	require.Contains(t, w.told(status.AnnotationWritten), "/1")
	w.until(rollout.Finished, -1)
	w.requireSound(rollout.Finished)
}

func field(o client.Object, path ...string) []any {
	out, _, _ := unstructured.NestedSlice(o.(*unstructured.Unstructured).Object, path...)
	return out
}
