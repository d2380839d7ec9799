package kube_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	ours "github.com/swimlane-go/swimlane/examples/controller/cluster"
	"github.com/swimlane-go/swimlane/examples/controller/trial"
	"github.com/swimlane-go/swimlane/rollout"
)

var errKilled = errors.New("killed")

// testKilled kills a controller at each tenth call to the API server, and after each tenth
// successful write. The next one ends the release like a controller that was not killed. The test
// drives the clock.
func testKilled(t *testing.T, c cluster) {
	direct := c.admin(t)
	scheme, err := ours.NewScheme()
	require.NoError(t, err)
	for name, bad := range map[string]int64{"good": 0, "bad": 400} {
		t.Run(name, func(t *testing.T) {
			n := 0
			// run makes a release. It kills the controller at a call, or after a write, by their
			// numbers; 0 means never.
			run := func(call, write int64) (r *controlled, calls, writes int64) {
				n++
				r = newControlled(t, direct, trial.Routes, fmt.Sprintf("killed-%s-%d", name, n), trial.Short())
				seen, config := counted(c.asJSON())
				var made, wrote atomic.Int64
				dead := false
				seen.before = func(*http.Request) error {
					if dead = dead || made.Add(1) == call; dead {
						return errKilled
					}
					return nil
				}
				seen.after = func(q *http.Request) error {
					if isWrite(q) && wrote.Add(1) == write {
						dead = true
						return errKilled
					}
					return nil
				}
				killed, err := client.New(config, client.Options{Scheme: scheme})
				require.NoError(t, err)
				p := newReconciler(killed, killed, trial.Counted(bad))
				for range 300 {
					err := p.look(t.Context(), r.key())
					if require.Equal(t, dead, err != nil, "%v", err); dead {
						clock := p.clock.Now()
						dead, call, write = false, 0, 0
						p = newReconciler(killed, killed, trial.Counted(bad))
						p.clock.SetTime(clock)
					} else if r.over() {
						break
					}
				}
				return r, made.Load(), wrote.Load()
			}
			whole, calls, writes := run(0, 0)
			whole.requireSound(map[string]rollout.Phase{"good": rollout.Finished, "bad": rollout.RolledBack}[name])
			moves, kills := whole.requireServed(), 0
			require.Positive(t, moves)
			for at := int64(1); at <= max(calls, writes); at++ {
				for _, kill := range [][2]int64{{at, 0}, {0, at}} {
					if at%10 != 0 || kill[0] > calls || kill[1] > writes {
						continue
					}
					r, _, _ := run(kill[0], kill[1])
					require.Equal(t, whole.final(), r.final(), "killed at call %d, after write %d", kill[0], kill[1])
					require.Equal(t, moves, r.requireServed())
					kills++
				}
			}
			t.Logf("%d calls, %d of them writes, %d of weights: killed %d times", calls, writes, moves, kills)
		})
	}
}

// testKilledManagers kills whole managers, with caches and queues, before and after a write.
func testKilledManagers(t *testing.T, c cluster) {
	direct, kills := c.admin(t), 0
	for _, late := range []bool{false, true} {
		for at, ended := int64(1), false; !ended; at += 4 {
			name := map[bool]string{false: "before", true: "after"}[late]
			r := newControlled(t, direct, trial.Routes, fmt.Sprintf("manager-%s-%d", name, at), trial.Short())
			seen, config := counted(c.asJSON())
			dying, kill := context.WithCancel(t.Context())
			var wrote atomic.Int64
			die := func(q *http.Request) error {
				if isWrite(q) && wrote.Add(1) >= at || dying.Err() != nil {
					kill()
					return errKilled
				}
				return nil
			}
			if seen.before = die; late {
				seen.before, seen.after = nil, die
			}
			run := runController(t, config, trial.Counted(0), ctrl.Options{}, r)
			r.until(dying, "over", r.over)
			ended = dying.Err() == nil
			run.stop()
			if kill(); !ended {
				kills++
				next := runController(t, c.asJSON(), trial.Counted(0), ctrl.Options{}, r)
				next.clock.SetTime(run.clock.Now())
				r.until(t.Context(), "over", r.over)
				next.stop()
			}
			r.requireSound(rollout.Finished)
			r.requireServed()
		}
	}
	require.Greater(t, kills, 4)
	t.Logf("killed %d managers", kills)
}
