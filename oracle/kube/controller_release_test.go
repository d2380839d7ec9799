package kube_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	eventsv1 "k8s.io/api/events/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/examples/controller/trial"
	"github.com/swimlane-go/swimlane/rollout"
)

// testReleases releases with a manager, its caches, watches and events, while Kubernetes'
// controllers run the pods. One release finishes; another one is rolled back after bad
// measurements.
func testReleases(t *testing.T, c cluster) {
	c.RunControllers(t)
	direct := c.admin(t)
	for name, phase := range map[string]rollout.Phase{"good": rollout.Finished, "bad": rollout.RolledBack} {
		t.Run(name, func(t *testing.T) {
			r := newControlled(t, direct, trial.Routes, "whole-"+name, trial.Plan())
			r.scaleByKubernetes("v3", 0)
			calls, config := counted(c.asJSON())
			run := runController(t, config, trial.Counted(map[string]int64{"bad": 400}[name]), ctrl.Options{}, r)
			r.until(t.Context(), "the candidate has no pods",
				func() bool { return r.condition() == status.Unavailable })
			require.Equal(t, rollout.Prepared, r.live().State.Phase)
			r.scaleByKubernetes("v3", 2)
			r.until(t.Context(), "over", r.over)
			r.until(t.Context(), "told", func() bool { return r.told("Unavailable", "Moving", "Waiting", "Over") })
			run.stop()
			r.requireSound(phase)
			t.Logf("%d writes of weights; the controller called the API server: %s", r.requireServed(), calls)
		})
	}
}

// told reports whether events of the plan have reported the conditions.
func (r *controlled) told(conditions ...string) bool {
	r.t.Helper()
	said := map[string]bool{}
	var all eventsv1.EventList
	require.NoError(r.t, r.direct.List(r.t.Context(), &all, client.InNamespace(r.namespace)))
	for _, e := range all.Items {
		if e.Regarding.Kind == "ConfigMap" && e.ReportingController == controllerName {
			said[e.Reason] = true
		}
	}
	return !slices.ContainsFunc(conditions, func(reason string) bool { return !said[reason] })
}
