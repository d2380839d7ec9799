package release_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// mockLive is the mock app's release, prepared: the candidate is in no route yet.
func mockLive(t *testing.T) release.Live {
	t.Helper()
	set, err := release.Render(mock.App(), mock.Plan(), drive(t), release.Options{Calls: true})
	require.NoError(t, err)
	return release.ReadSet(mockConfig("mock"), set)
}

// One answer tells what every place loads, also the lanes without requests now.
func TestFlowsTellEveryPlace(t *testing.T) {
	t.Parallel()
	live := mockLive(t)
	flows, notes, err := live.Flows()
	require.NoError(t, err)
	require.Empty(t, notes)
	require.Len(t, flows, 1)
	require.Equal(t, "/mock", flows[0].Request.Path)
	at := func(weights rollout.Weights) string {
		var out []string
		for _, w := range flows[0].Ways {
			var called []string
			for _, l := range w.Loads {
				called = append(called, l.Stop.String())
			}
			out = append(out, fmt.Sprintf("%s %s %s", w.Lane, w.Part(weights).RatString(), strings.Join(called, " ")))
		}
		return strings.Join(out, "\n")
	}
	require.Equal(t,
		"v1 1/2 mocka@v1 mockb@v1 mockc@v1\nv2 1/2 mocka@v2 mockb@v2 mockc@v2\nv3 0 mocka@v3 mockb@v3 mockc@v3",
		at(mock.Plan().Before))
	require.Contains(t, at(mock.Plan().Stages[3].Weights), "v3 1 mocka@v3")

	again, notes, err := live.Flows(flows[0].Request, preview.Request{Path: "/other"})
	require.NoError(t, err)
	require.Empty(t, notes)
	require.Equal(t, flows[0], again[0])
	require.Equal(t, "", again[1].Ways[0].Lane)
	require.Equal(t, big.NewRat(1, 1), again[1].Ways[0].Part(mock.Plan().Before),
		"weights are nothing to what no route takes")
	_, _, err = live.Flows(preview.Request{Path: "no slash"})
	require.ErrorContains(t, err, "requests[0]: request: path must start with /")

	missing := live
	missing.Config.Routes = []release.EntryRoute{{Namespace: "istio-system", Name: "gone"}}
	_, _, err = release.ReadSet(missing.Config, live.Set).Flows()
	require.ErrorIs(t, err, release.ErrMissing)
}

// Flows are followed in the same way if lanes hold the weights.
func TestFlowsOfWeightedLanes(t *testing.T) {
	t.Parallel()
	app := mock.App()
	app.Strategy = lanes.RoutingWeighted
	set, err := release.Render(app, mock.Plan(), drive(t), release.Options{Calls: true})
	require.NoError(t, err)
	config := mockConfig()
	config.LaneGroup = app.Name
	flows, _, err := release.ReadSet(config, set).Flows()
	require.NoError(t, err)
	require.Len(t, flows, 1)
	var lanes []string
	for _, w := range flows[0].Ways {
		lanes = append(lanes, w.Lane)
		require.Equal(t, "mocka", w.Loads[0].Service)
	}
	require.ElementsMatch(t, []string{"v1", "v2", "v3"}, lanes)
}

func documents(t *testing.T, texts ...string) []manifest.Object {
	t.Helper()
	set, err := manifest.Decode(manifest.File{Name: "all.yaml", Data: []byte(strings.Join(texts, "\n---\n"))})
	require.NoError(t, err)
	return set.All()
}

// The pods are as many as written, or as their autoscaler leaves.
func TestPodsOfLanes(t *testing.T) {
	t.Parallel()
	scaler := func(kind, name, target, spec string) string {
		return fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: %s}\n"+
			"spec: {scaleTargetRef: {kind: Deployment, name: %s}, %s}",
			map[string]string{"HorizontalPodAutoscaler": "autoscaling/v2", "ScaledObject": "keda.sh/v1alpha1"}[kind],
			kind, name, target, spec)
	}
	const hpa, keda = "HorizontalPodAutoscaler", "ScaledObject"
	live := mockLive(t)
	more := documents(t,
		scaler(hpa, "a", "mocka-v1", "maxReplicas: 9"),
		scaler(hpa, "b1", "mockb-v1", "minReplicas: 3, maxReplicas: 9"),
		scaler(keda, "b2", "mockb-v1", "minReplicaCount: 2"),
		scaler(keda, "c", "mockc-v1", "maxReplicaCount: 5"))
	live = release.ReadSet(live.Config, manifest.NewSet(append(live.Set.All(), more...)...))
	var got []string
	for _, p := range live.Pods() {
		if p.Lane == "v3" {
			continue
		}
		by, err := p.SetBy()
		line := fmt.Sprintf("%s %s %d-%d %v", p.Host[:5], p.Lane, p.Min, p.Max, p.Scaled())
		if err != nil {
			line += " " + err.Error()
		} else {
			line += fmt.Sprintf(" %s %s %d", by.Object.Ref.Name, by.Path, by.Max)
		}
		got = append(got, line)
	}
	require.Equal(t, []string{
		"mocka v1 1-9 true a spec.minReplicas 9",
		"mockb v1 2-9 true must be scaled by one autoscaler: there are 2",
		"mockc v1 0-5 true c spec.minReplicaCount 5",
		"mocka v2 1-1 false mocka-v2 spec.replicas 10000",
		"mockb v2 1-1 false mockb-v2 spec.replicas 10000",
		"mockc v2 1-1 false mockc-v2 spec.replicas 10000",
	}, got)

	ref := manifest.Ref{Group: "apps", Kind: "Deployment", Namespace: "default", Name: "mocka-v1"}
	of := live.PodsOf(map[manifest.Ref]bool{ref: true, {Kind: "Deployment", Name: "gone"}: true})
	require.Len(t, of, 1)
	require.EqualValues(t, 9, of[ref].Max)
	require.Empty(t, live.PodsOf(nil))
	set := manifest.NewSet(documents(t,
		"apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\n"+
			"spec: {replicas: 2, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: i}]}}}",
		strings.Replace(scaler(keda, "db", "db", "maxReplicaCount: 7"), "kind: Deployment", "kind: StatefulSet", 1))...)
	ref = set.Kind("StatefulSet")[0].Ref
	require.EqualValues(t, 7, release.ReadSet(live.Config, set).PodsOf(map[manifest.Ref]bool{ref: true})[ref].Max)
	_, err := release.LanePods{}.SetBy()
	require.ErrorContains(t, err, "must be run by one workload: there are 0")
	node := documents(t,
		"apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: x}\nspec: {template: {metadata: {labels: {app: x}}}}")
	_, err = release.LanePods{Open: true, Workloads: node}.SetBy()
	require.ErrorContains(t, err, "must be run by what has replicas: DaemonSet default/x has none")
}

// The floors of a stage are the highest up to that stage.
func TestFloorsAt(t *testing.T) {
	t.Parallel()
	config := mockConfig("mock")
	floor := func(stage int, lane string, n int64) release.Floor {
		return release.Floor{Stage: mock.Plan().Stages[stage-1].Name, Lane: lane,
			Service: release.ServiceName{Name: "mocka"}, Replicas: n}
	}
	config.Floors = []release.Floor{floor(2, "v3", 4), floor(1, "v3", 2), floor(3, "v3", 3), floor(3, "v1", 5),
		{Stage: "none", Replicas: 9}}
	of := func(stage int) (out []int64) {
		for _, f := range config.FloorsAt(stage) {
			out = append(out, f.Replicas)
		}
		return out
	}
	require.Nil(t, of(0))
	require.Equal(t, []int64{2}, of(1))
	require.Equal(t, []int64{4}, of(2))
	require.Equal(t, []int64{4, 5}, of(4))
	require.True(t, floor(1, "v3", 1).Is(mockLive(t).Pods()[6]))
	require.False(t, floor(1, "v1", 1).Is(mockLive(t).Pods()[6]))

	config.Floors = append(make([]release.Floor, 1001), floor(1, "v1", 1))
	_, err := config.ConfigMap()
	require.ErrorContains(t, err, "replicas: Too many")
	config.Floors = []release.Floor{floor(1, "v1", 1)}
	config.Routes, config.Values = nil, &release.Values{File: "values.yaml", Path: "weights"}
	_, err = config.ConfigMap()
	require.ErrorContains(t, err, "replicas: Forbidden: may not be set with values")
}

// All faults of a demand are reported at once.
func TestDemandIsValidated(t *testing.T) {
	t.Parallel()
	config := mockConfig("mock")
	config.Demand = &release.Demand{Requests: []release.Requests{{Path: "/a", Rate: 2.5}, {Rate: 0.5}},
		PerPod: map[string]float64{"mocka": 1}, Spare: new(0.5), Errors: 0.1}
	require.InDelta(t, 3, config.Demand.Rate(), 0)
	_, err := config.ConfigMap()
	require.NoError(t, err)
	config.Demand = &release.Demand{Requests: []release.Requests{{Path: "a"}, {Rate: 1e7}},
		PerPod: map[string]float64{"mocka": -1}, Spare: new(-0.5), Errors: 1}
	_, err = config.ConfigMap()
	for _, path := range []string{"demand.requests[0].rate", "demand.requests[0].path", "demand.requests[1].rate",
		"demand.perPod.mocka", "demand.spare", "demand.errors"} {
		require.ErrorContains(t, err, path)
	}
	config.Demand = &release.Demand{Requests: make([]release.Requests, 21)}
	_, err = config.ConfigMap()
	require.ErrorContains(t, err, "demand.requests: Too many")
	config.Demand = &release.Demand{PerPod: map[string]float64{"mocka": 1}}
	_, err = config.ConfigMap()
	require.ErrorContains(t, err, "demand.requests: Required value")
}
