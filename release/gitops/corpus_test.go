package gitops_test

// These are bugs of other tools of this kind, each as the property that rules it out. The
// threads are named for those who want to read them.

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
	"github.com/swimlane-go/swimlane/validate"
)

var mockRef = manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "istio-system",
	Name: "mock"}

// rich is a directory with a route that holds what other tools have lost.
func rich(t *testing.T) directory {
	d := sampleTree(t, false)
	d.replace(t, "mock-route.yaml", "        exact: /mock\n    route:\n", `        exact: /mock
      withoutHeaders: {x-internal: {exact: "1"}}   # kept
    retries: {attempts: 3, perTryTimeout: 2s}
    rewrite: {uri: /}
    timeout: 1m
    headers: {request: {set: {x-a: b}}}
    mirror: {host: mockb.default.svc.cluster.local}
    mirrorPercentage: {}
    route:
`)
	return d
}

// argo-rollouts 3125, 1364: other destinations were deleted on a weight change.
// argo-rollouts 2266, 3088, 3879, 2767: retries, rewrite, path and withoutHeaders
// were lost.
func TestOnlyTheNamedWeightsChange(t *testing.T) {
	t.Parallel()
	d := rich(t)
	d.do(t, "Prepare", "Start")
	before := d["mock-route.yaml"]
	d.do(t, "Promote")
	want := strings.NewReplacer("weight: 60", "weight: 40", "weight: 10", "weight: 30", `"revision":2`, `"revision":3`,
		`"stage":1`, `"stage":2`).Replace(before)
	require.Equal(t, want, d["mock-route.yaml"], "every other byte stays")
}

// argo-rollouts 3884, 4741: a weight write did nothing, silently.
func TestNothingEditedIsAnError(t *testing.T) {
	t.Parallel()
	set := rich(t).set(t)
	_, err := set.Edit(manifest.SetWeights{Object: mockRef, Route: "renamed",
		Weights: rollout.Weights{rollout.W("v1", 100)}})
	require.Error(t, err)
	_, err = set.Edit(manifest.SetWeights{Object: mockRef, Weights: rollout.Weights{rollout.W("v7", 100)}})
	require.Error(t, err)
	_, err = routing.SetWeights[*networkingv1.VirtualService](nil, rollout.Weights{rollout.W("v1", 100)},
		routing.RouteRef{Name: "mock"})
	require.Error(t, err)
}

// flagger 930, kgateway 6424, pipecd 1492: weight 0 was dropped from the YAML (see release too).
func TestWeight0SurvivesEdit(t *testing.T) {
	t.Parallel()
	d := rich(t)
	d.do(t, "Prepare", "Start", "RollBack")
	require.Regexp(t, `subset: v3\n      weight: 0\n`, d["mock-route.yaml"])
}

// istio 15157: an only destination with an explicit weight 0 gets everything.
func TestOnlyDestinationNeverHasWeight0(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	route := d["mock-route.yaml"]
	at := strings.Index(route, "    - destination:\n        host: mocka.default.svc.cluster.local\n        subset: v2")
	d["mock-route.yaml"] = strings.Replace(route[:at], "weight: 50 ", "weight: 100 ", 1)
	_, err := d.set(t).Edit(manifest.SetWeights{Object: mockRef, Weights: rollout.Weights{rollout.W("v1", 0)}})
	require.ErrorContains(t, err, "sum to 100, not 0")
	_, err = routing.VirtualServiceBuilder{Name: "a", Hosts: []string{"a"},
		Routes: []routing.Route{{Destinations: []routing.Destination{{Host: "a", Subset: "v1"}}}}}.Build()
	require.Error(t, err)
	d["mock-route.yaml"] = strings.Replace(d["mock-route.yaml"], "weight: 100 ", "weight: 0 ", 1)
	findings := validate.Check(d.set(t))
	require.Len(t, findings, 1)
	require.Equal(t, validate.SingleZero, findings[0].Code)
}

// argo-rollouts 3141: the total destination weight was 0. argo-rollouts 3467,
// 4424: a weight was negative, or the sum not 100.
func TestNoEditLeavesAnotherSumThan100(t *testing.T) {
	t.Parallel()
	set := sampleTree(t, false).set(t)
	for _, weights := range []rollout.Weights{
		{rollout.W("v1", 0), rollout.W("v2", 0)},
		{rollout.W("v1", -10), rollout.W("v2", 110)},
		{rollout.W("v1", 60)},
	} {
		_, err := set.Edit(manifest.SetWeights{Object: mockRef, Weights: weights})
		require.Error(t, err, weights)
	}
}

// argo-rollouts 4841, 1838, 1292, 4461, flagger 1931: an abort left weight, was
// ignored, or sent traffic to the broken version.
func TestRollBackFromEveryUnfinishedStateEndsAtTheRecordedWeights(t *testing.T) {
	t.Parallel()
	for _, words := range [][]string{
		{"Prepare"}, {"Prepare", "Start"}, {"Prepare", "Start", "Pause"}, {"Prepare", "Start", "Promote", "StepBack"},
		{"Prepare", "Start", "Promote", "Promote", "Promote"},
	} {
		d := rich(t)
		d.do(t, words...)
		d.do(t, "RollBack")
		require.Contains(t, d.open(t).Found()[0].String(), ": v1=50 v2=50", words)
		o, err := command(d.open(t), "RollBack")
		require.NoError(t, err)
		require.True(t, o.Nothing(), "rolled back already")
	}
	d := rich(t)
	d.do(t, "Prepare", "Start", "Promote", "Promote", "Promote", "Finish")
	_, err := command(d.open(t), "RollBack")
	require.ErrorIs(t, err, rollout.ErrFinished)
}

// flagger's stepWeights: traffic jumped to 100 on drift.
func TestDriftNeverMovesWeights(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	d.do(t, "Prepare", "Start")
	d.replace(t, "mock-route.yaml", "weight: 60", "weight: 61")
	d.replace(t, "mock-route.yaml", "weight: 30", "weight: 29")
	for _, word := range []string{"Start", "Promote", "StepBack", "Pause", "Finish"} {
		_, err := command(d.open(t), word)
		var drift *release.DriftError
		require.ErrorAs(t, err, &drift, word)
	}
}

// argo-rollouts 2906, kruise 120, flagger 1577: progress was lost on a rebuild.
func TestStateLivesInGitAndResumes(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	for _, word := range []string{"Prepare", "Start", "Promote", "Pause", "Resume", "Promote"} {
		d.do(t, word) // each time everything is read again
	}
	require.Equal(t, "stage 3 of 4, shift-majority-to-v3", d.open(t).Place())
}

// argo-rollouts 2507, 4775, istio 8420, helm 4560: a route came before its subset
// or pods, or what it named went first: 503.
func TestMakeBeforeBreak(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	o, err := command(d.open(t), "Prepare")
	require.NoError(t, err)
	for _, diff := range o.Differences {
		require.NotEqual(t, "VirtualService", diff.Object.Kind, "no route names the new lane before it is there")
	}
	d.do(t, "Prepare", "Start", "RollBack")
	o, err = command(d.open(t), "CleanUp")
	require.NoError(t, err)
	for _, diff := range o.Differences {
		require.Equal(t, "VirtualService", diff.Object.Kind, "nothing goes while a route names it")
	}
}

// argo-rollouts 4778, 2088, flagger 631, 1700, kruise 147: several services could
// not be released together.
func TestOneDecisionMovesEveryRoute(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, true)
	d.do(t, "Prepare", "Start")
	o, err := command(d.open(t), "Promote")
	require.NoError(t, err)
	moved := map[string]bool{}
	for _, diff := range o.Differences {
		moved[diff.Object.Name] = true
	}
	require.Equal(t, map[string]bool{"mock": true, "z-second": true}, moved)
}
