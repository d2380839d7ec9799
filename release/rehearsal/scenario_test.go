package rehearsal_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/rehearsal"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

func TestScenarioNamesEveryFault(t *testing.T) {
	s := scenario(t, valued())
	s.Start = time.Time{}
	s.Config.Values = &release.Values{File: "values.yaml"}
	s.Traffic = rehearsal.Traffic{Rate: math.NaN(), Errors: 1, PerPod: map[string]float64{"mocka": 0}}
	s.Every, s.Sync, s.Spread, s.People, s.Longest = 1, -1, -1, -1, -1
	s.Faults = []rehearsal.Fault{
		{Kind: "Worse"},
		{Kind: rehearsal.Bad, At: -1},
		{Kind: rehearsal.Bad, Metric: "memory"},
		{Kind: rehearsal.Bad, Metric: "none", Rate: 2, Stage: "none", Lane: "v3", Delay: 1, Pods: 1,
			Weights: rollout.Weights{rollout.W("v1", 100)}},
		{Kind: rehearsal.LateMetrics, Service: "mocka", Rate: 1, Value: new(1.0)},
		{Kind: rehearsal.PodsLost, Metric: "errors", Pods: -1},
		{Kind: rehearsal.HandEdit, For: 1, Weights: rollout.Weights{rollout.W("v9", 99)}},
		{Kind: rehearsal.Crash, For: 1, Stage: "1"},
	}
	var got []string
	for _, err := range s.Validate() {
		got = append(got, err.Field+": "+string(err.Type))
	}
	require.Equal(t, []string{
		"traffic.rate: FieldValueInvalid",
		"traffic.errors: FieldValueInvalid",
		"traffic.perPod[mocka]: FieldValueInvalid",
		"start: FieldValueRequired",
		"config.values: FieldValueForbidden",
		"every: FieldValueInvalid",
		"sync: FieldValueInvalid",
		"spread: FieldValueInvalid",
		"people: FieldValueInvalid",
		"longest: FieldValueInvalid",
		"faults[0].kind: FieldValueNotSupported",
		"faults[1].service: FieldValueRequired",
		"faults[1].rate: FieldValueInvalid",
		"faults[1]: FieldValueInvalid",
		"faults[2].value: FieldValueRequired",
		"faults[3].rate: FieldValueInvalid",
		"faults[3].lane: FieldValueForbidden",
		"faults[3].delay: FieldValueForbidden",
		"faults[3].pods: FieldValueForbidden",
		"faults[3].weights: FieldValueForbidden",
		"faults[3].metric: FieldValueNotFound",
		"faults[3].stage: FieldValueNotFound",
		"faults[4].delay: FieldValueRequired",
		"faults[4].service: FieldValueForbidden",
		"faults[4].rate: FieldValueForbidden",
		"faults[4].value: FieldValueForbidden",
		"faults[5].service: FieldValueRequired",
		"faults[5].lane: FieldValueRequired",
		"faults[5].metric: FieldValueForbidden",
		"faults[5]: FieldValueInvalid",
		"faults[6].weights: FieldValueInvalid",
		"faults[6].weights[0].lane: FieldValueNotFound",
		"faults[6].for: FieldValueForbidden",
		"faults[7].for: FieldValueForbidden",
		"faults[7].stage: FieldValueNotFound",
	}, got)
	line, err := rehearsal.Rehearse(s)
	require.Error(t, err)
	require.Zero(t, line)
}

func TestRehearsalIsBounded(t *testing.T) {
	s := scenario(t, gated())
	s.Every, s.Longest = rollout.Duration(time.Second), 48*60*minute
	errs := s.Validate()
	require.Len(t, errs, 1)
	require.Equal(t, "longest", errs[0].Field)
}

// What is wrong with the objects is said, all at once.
func TestRehearsalNeedsAPreparedRelease(t *testing.T) {
	s := scenario(t, gated())
	s.Set = release.WithoutState(s.Set)
	_, err := rehearsal.Rehearse(s)
	require.ErrorIs(t, err, rollout.ErrNoState)

	s = scenario(t, gated())
	s.Config.Routes = append(s.Config.Routes, release.EntryRoute{Name: "other"}, release.EntryRoute{Name: "third"})
	_, err = rehearsal.Rehearse(s)
	require.ErrorContains(t, err, "default/other")
	require.ErrorContains(t, err, "default/third")

	s = scenario(t, gated())
	s.Config.Plan.Stages[0].Name = "changed"
	_, err = rehearsal.Rehearse(s)
	require.ErrorIs(t, err, rollout.ErrForeign)
}

// What is rehearsed is a request to a route of the plan, as in package capacity, whatever other
// routes share requests before it.
func TestRehearsalAsksARouteOfThePlan(t *testing.T) {
	s := scenario(t, gated())
	to := func(subset string) routing.Destination {
		return routing.Destination{Host: "mocka.default.svc.cluster.local", Subset: subset, Weight: 50}
	}
	other, err := routing.VirtualServiceBuilder{
		Name: "another", Namespace: "istio-system", Hosts: []string{"*"}, Gateways: []string{"ingressgateway"},
		Routes: []routing.Route{{Matches: []routing.Match{{Path: routing.Exact("/another")}},
			Destinations: []routing.Destination{to("v1"), to("v2")}}},
	}.Build()
	require.NoError(t, err)
	object, err := manifest.NewObject(other, "")
	require.NoError(t, err)
	s.Set = manifest.NewSet(append([]manifest.Object{object}, s.Set.All()...)...)
	require.Equal(t, "/another", preview.New(s.Set).Entries()[0].Path, "it comes first")
	exposed := 0.0
	for _, m := range rehearse(t, s).Moments {
		exposed = max(exposed, m.Exposed)
	}
	require.Equal(t, 1.0, exposed)
}
