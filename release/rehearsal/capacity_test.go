package rehearsal_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/capacity"
	"github.com/swimlane-go/swimlane/release/rehearsal"
	"github.com/swimlane-go/swimlane/rollout"
)

// pods are the replicas of each Deployment, or with a maximum the range of its autoscaler.
type pods struct{ min, max int32 }

// sized is a rehearsal of a slow candidate that is rolled back from the last stage: no request
// fails but by what pods do not carry. Deployments of mocka have the pods of their version,
// each of which carries 10 requests a second.
func sized(t require.TestingT, replicas map[string]pods) rehearsal.Scenario {
	plan := gated()
	plan.Metrics[0].Over = new(0.5)
	s := scenario(t, plan, rehearsal.Fault{Kind: rehearsal.Bad, Metric: "errors", Rate: 0.3, Stage: "full-promotion"})
	s.Traffic.Errors, s.Traffic.PerPod = 0, map[string]float64{"mocka": 10}
	var all []manifest.Object
	add := func(o release.Object) {
		object, err := manifest.NewObject(o, "")
		require.NoError(t, err)
		all = append(all, object)
	}
	for _, o := range s.Set.All() {
		d, is := o.Value.(*appsv1.Deployment)
		if !is || d.Labels["app"] != "mocka" && d.Spec.Template.Labels["app"] != "mocka" {
			all = append(all, o)
			continue
		}
		p := replicas[d.Spec.Template.Labels["version"]]
		d = d.DeepCopy()
		d.Spec.Replicas = new(p.min)
		if p.max > 0 {
			d.Spec.Replicas = nil
			add(&autoscalingv2.HorizontalPodAutoscaler{
				TypeMeta:   metav1.TypeMeta{APIVersion: "autoscaling/v2", Kind: "HorizontalPodAutoscaler"},
				ObjectMeta: metav1.ObjectMeta{Name: d.Name},
				Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
					ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment",
						Name: d.Name},
					MinReplicas: new(p.min), MaxReplicas: p.max,
				},
			})
		}
		add(d)
	}
	s.Set = manifest.NewSet(all...)
	return s
}

// The outage that others had: while the candidate carries everything, the autoscaler takes the
// stable lanes' pods away, and the roll back meets those that are left.
func TestRollBackMeetsPodsThatWereScaledDown(t *testing.T) {
	line := rehearse(t, sized(t, map[string]pods{"v1": {1, 10}, "v2": {1, 10}, "v3": {6, 0}}))
	require.Equal(t, rollout.RolledBack, line.Phase)
	require.Equal(t, []string{"mocka"}, []string{line.Blames[len(line.Blames)-1].Service})
	require.Positive(t, line.End().Faulty)

	line = rehearse(t, sized(t, map[string]pods{"v1": {4, 10}, "v2": {3, 10}, "v3": {6, 0}}))
	require.Equal(t, rollout.RolledBack, line.Phase)
	require.Zero(t, line.End().Faulty, "the minimum carries it")
}

// So it is where the plan raises the minimum before the first stage.
func TestPodsComeBeforeWeights(t *testing.T) {
	s := sized(t, map[string]pods{"v1": {1, 10}, "v2": {1, 10}, "v3": {1, 0}})
	mocka := release.ServiceName{Name: "mocka"}
	s.Config.Floors = []release.Floor{
		{Stage: "initial-canary", Lane: "v1", Service: mocka, Replicas: 4},
		{Stage: "initial-canary", Lane: "v2", Service: mocka, Replicas: 3},
		{Stage: "increase-v3-share", Lane: "v3", Service: mocka, Replicas: 6},
	}
	// The lanes begin with what they need before the release.
	began := rehearse(t, s)
	require.Equal(t, rollout.RolledBack, began.Phase)
	scaled := 0
	for i, m := range began.Moments {
		if m.Kind != rehearsal.Scaled {
			continue
		}
		scaled++
		next := began.Moments[i+1]
		require.Equal(t, rehearsal.Moved, next.Kind)
		require.Equal(t, m.At+minute, next.At, "the weights follow a window later")
	}
	require.Equal(t, 2, scaled)
	var before, after int64
	for _, m := range began.Moments {
		if m.Kind == rehearsal.Moved && m.Place == "stage 1 of 4, initial-canary" {
			before = m.Faulty
		}
	}
	after = began.End().Faulty
	require.Equal(t, before, after, "no request fails from the first stage on, the roll back included")
}

// What package capacity calls safe is never above what pods carry, at any moment of the
// release and of its roll back; what it calls short is.
func TestCapacityHoldsInRehearsals(t *testing.T) {
	safe, short := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		replicas := map[string]pods{}
		for _, v := range []string{"v1", "v2", "v3"} {
			p := pods{min: int32(rapid.IntRange(1, 8).Draw(t, "min"))}
			if rapid.Bool().Draw(t, "scaled") {
				p.max = p.min + int32(rapid.IntRange(0, 5).Draw(t, "more"))
			}
			replicas[v] = p
		}
		s := sized(t, replicas)
		c, err := capacity.Of(release.ReadSet(s.Config, s.Set),
			release.Demand{Requests: []release.Requests{{Path: "/mock", Rate: 60}}, PerPod: s.Traffic.PerPod})
		require.NoError(t, err)
		line, err := rehearsal.Rehearse(s)
		require.NoError(t, err)
		all, some := true, false
		for _, p := range c.Places {
			for _, l := range p.Loads {
				if l.Stated {
					all, some = all && l.Verdict == capacity.Safe, some || l.Verdict == capacity.Short
				}
			}
		}
		switch {
		case all:
			safe++
			require.Zero(t, line.End().Faulty)
		case some:
			short++
			require.Positive(t, line.End().Faulty)
		}
	})
	require.Positive(t, safe)
	require.Positive(t, short)
}
