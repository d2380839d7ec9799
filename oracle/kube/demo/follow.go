package main

import (
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// ending is the end of a release.
type ending struct {
	state     rollout.State
	candidate string
	took      time.Duration
	seen      counts // from the first stage to the end
}

// follow creates the plan of a release, and prints its moves. It returns when the release is over
// and requests go to the final lanes only.
func (d *demo) follow(ctx context.Context, t *testing.T, r aRelease, begun time.Time, out io.Writer) ending {
	t.Helper()
	require.NoError(t, d.client.Create(ctx, d.plans[len(d.plans)-1]))
	route := r.config.Routes[0]
	changes, err := d.client.Watch(ctx, &networkingv1.VirtualServiceList{}, client.InNamespace(route.Namespace))
	require.NoError(t, err)
	defer changes.Stop()
	var at stay
	var started time.Time
	for change := range changes.ResultChan() {
		vs, is := change.Object.(*networkingv1.VirtualService)
		if !is || vs.Name != route.Name {
			continue
		}
		live, err := release.Read(r.config, vs)
		require.NoError(t, err)
		if live.State.Revision <= at.revision {
			continue // the release did not move
		}
		now := time.Now()
		if at.revision > 0 {
			known, err := live.Known()
			require.NoError(t, err)
			if n := len(known.History.Moves); n > 0 {
				at.move = known.History.Moves[n-1]
			}
			if now.After(at.settled()) {
				at.seen, err = d.counted(ctx, at.settled(), now)
				require.NoError(t, err)
			}
			fmt.Fprint(out, at.end())
		}
		at = stay{plan: r.config.Plan, revision: live.State.Revision, state: live.State, entered: now}
		fmt.Fprint(out, at.begin(begun))
		switch {
		case live.State.Closed():
			e := ending{state: live.State, candidate: r.config.Plan.Candidate, took: now.Sub(started)}
			at.seen = d.settle(ctx, t, at)
			fmt.Fprint(out, at.end())
			e.seen, err = d.counted(ctx, started, now.Add(time.Second))
			require.NoError(t, err)
			return e
		case live.State.Stage == 1 && started.IsZero():
			started = now
		}
	}
	require.NoError(t, context.Cause(ctx), "the release must end")
	require.FailNow(t, "the API server ended the watch")
	return ending{}
}

// settle waits for a second in which no lane without weight gets a request, and returns the counts
// of that second.
func (d *demo) settle(ctx context.Context, t *testing.T, at stay) counts {
	t.Helper()
	var seen counts
	err := wait.PollUntilContextCancel(ctx, 200*time.Millisecond, false, func(ctx context.Context) (bool, error) {
		now := time.Now()
		if now.Sub(at.entered) < time.Second {
			return false, nil
		}
		var err error
		if seen, err = d.counted(ctx, now.Add(-time.Second), now); err != nil || seen.total() == 0 {
			return false, err
		}
		for lane, c := range seen {
			if percent, _ := at.weights().Percent(lane); percent == 0 && c.total > 0 {
				return false, nil
			}
		}
		return true, nil
	})
	require.NoError(t, err, "the requests must go to the lanes with weight, and go to %v", seen)
	return seen
}
