package gitops_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

func TestDrift(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	d.do(t, "Prepare", "Start")
	d.replace(t, "mock-route.yaml", "weight: 60", "weight: 55")
	d.replace(t, "mock-route.yaml", "weight: 30", "weight: 35")
	for _, word := range []string{"Prepare", "Promote", "Finish"} {
		_, err := command(d.open(t), word)
		var drift *release.DriftError
		require.ErrorAs(t, err, &drift, word)
		require.Equal(t, "stage 1 of 4, initial-canary", drift.Place)
		require.Equal(t, "60/30/10", drift.Expected.String())
		require.Equal(t, "55/35/10", drift.Found.String())
		require.Equal(t, "mock", drift.Object.Name)
	}

	d = sampleTree(t, false)
	d.replace(t, "mock-route.yaml", "weight: 50 ", "weight: 40 ")
	_, err := command(d.open(t), "Prepare")
	var drift *release.DriftError
	require.ErrorAs(t, err, &drift, "the routes must have the weights that the plan begins with")
	require.Equal(t, "the plan's before", drift.Place)
}

// A lane at 0 may be missing from the route: that is no drift.
func TestLaneAt0MayBeMissing(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	d.do(t, "Prepare", "Start", "Promote", "Promote", "Promote")
	with := d["mock-route.yaml"]
	at := strings.Index(with, "    - destination:\n        host: mocka.default.svc.cluster.local\n        subset: v1")
	end := strings.Index(with, "    - destination:\n        host: mocka.default.svc.cluster.local\n        subset: v2")
	d["mock-route.yaml"] = with[:at] + with[end:]
	d.do(t, "StepBack")
	require.Equal(t, mockRef.String()+": v2=10 v3=80 v1=10", d.open(t).Found()[0].String(),
		"it comes back when it gets weight")
}

func TestAdopt(t *testing.T) {
	t.Parallel()
	at := func(weights ...int) directory {
		d := sampleTree(t, false)
		d.do(t, "Prepare", "Start")
		for i, old := range []string{"weight: 60", "weight: 30", "weight: 10\n"} {
			d.replace(t, "mock-route.yaml", old,
				fmt.Sprintf("weight:  %d%s", weights[i], strings.TrimLeft(old, "weight: 0136")))
		}
		return d
	}
	later := t0.Add(time.Hour)
	o, err := at(10, 10, 80).open(t).Adopt("", later.Add(time.Second/2).In(time.FixedZone("", 3600)))
	require.NoError(t, err)
	require.Equal(t, 3, o.State.Stage)
	require.Equal(t, int64(3), o.State.Revision)
	require.Equal(t, later, o.State.Since, "in UTC and whole seconds")
	require.Empty(t, o.Differences)

	_, err = at(50, 50, 0).open(t).Adopt("", later)
	require.ErrorContains(t, err, "several places: say with -as which is meant, prepared, rolledback")
	o, err = at(50, 50, 0).open(t).Adopt("rolledback", later)
	require.NoError(t, err)
	require.Equal(t, rollout.RolledBack, o.State.Phase)
	require.Equal(t, 1, o.State.Stage, "where it stood before")
	o, err = at(50, 50, 0).open(t).Adopt("prepared", later)
	require.NoError(t, err)
	require.Equal(t, rollout.Prepared, o.State.Phase)
	_, err = at(20, 20, 60).open(t).Adopt("", later)
	require.ErrorContains(t, err, "no place of the plan")
	o, err = at(20, 20, 60).open(t).Adopt("2", later)
	require.NoError(t, err)
	require.Len(t, o.Differences, 3, "a place that is named has its weights set")
	o, err = at(60, 30, 10).open(t).Adopt("", later)
	require.NoError(t, err)
	require.True(t, o.Nothing())
}
