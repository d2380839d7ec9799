package capacity_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	networking "istio.io/api/networking/v1"
	istio "istio.io/client-go/pkg/apis/networking/v1"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/capacity"
)

// lines returns the loads of places, a line each.
func lines(c capacity.Capacity, places ...int) string {
	var out []string
	for _, i := range places {
		for _, l := range c.Places[i].Loads {
			out = append(out, fmt.Sprintf("%s: %s %s", c.Places[i].Name, l.Verdict, l))
		}
	}
	return strings.Join(out, "\n")
}

// Worked out by hand: web calls cart once and stock twice, cart calls stock: one request is
// three calls of stock, which the candidate lacks. Of 80 requests a second web and cart get 80
// and stock 240; a pod of web carries 20, of cart 16, of stock 40.
func TestCalledTwiceByHand(t *testing.T) {
	s := shop{
		lanes: []string{"v1", "v2"}, services: []string{"web", "cart", "stock", "idle"},
		calls: map[string][]string{"web": {"cart", "stock", "stock"}, "cart": {"stock"}},
		pods: map[string]pods{
			"web v1": {4, 0}, "web v2": {1, 8}, "cart v1": {2, 10}, "cart v2": {2, 0}, "stock v1": {6, 0},
			"idle v1": {1, 0},
		},
		before: []int{100, 0}, stages: [][]int{{75, 25}, {0, 100}}, back: []int{100, 0},
	}
	c := of(t, s.live(t), release.Demand{Requests: []release.Requests{{Path: "/", Rate: 80}},
		PerPod: map[string]float64{"web": 20, "cart": 16, "stock": 40}})
	require.Equal(t, strings.TrimSpace(`
s1: Safe web@v1: needs 3 pods, has 4
s1: Scaled cart@v1: needs 4 pods, has 2 to 10, and an autoscaler may have taken them away
s1: Safe stock@v1: needs 6 pods, has 6
s1: Safe web@v2: needs 1 pod, has 1 to 8
s1: Safe cart@v2: needs 2 pods, has 2
s2: Safe stock@v1: needs 6 pods, has 6
s2: Scaled web@v2: needs 4 pods, has 1 to 8
s2: Short cart@v2: needs 5 pods, has 2
rollback: Safe web@v1: needs 4 pods, has 4
rollback: Scaled cart@v1: needs 5 pods, has 2 to 10, and an autoscaler may have taken them away
rollback: Safe stock@v1: needs 6 pods, has 6`), lines(c, 1, 2, 3))
	for _, p := range c.Places {
		for _, l := range p.Loads {
			require.NotEqual(t, "idle", l.Service, "nobody calls it")
		}
	}
}

// web is one service in two lanes, of which the candidate gets all in the end.
func web(v1, v2 pods, more ...string) shop {
	return shop{lanes: []string{"v1", "v2"}, services: []string{"web"},
		pods: map[string]pods{"web v1": v1, "web v2": v2}, more: more,
		before: []int{100, 0}, stages: [][]int{{0, 100}}, back: []int{100, 0}}
}

const keda = `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: web-v2}
spec: {scaleTargetRef: {name: web-v2}, %s}`

// rolled is a Rollout of Argo that runs pods as the Deployment web-v2 has them, and what
// scales what is named.
func rolled(target string) string {
	out := `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: roll}
spec: {replicas: 4, workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web-v2}}
`
	if target != "" {
		out += "---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: roll}\nspec: {minReplicas: 3, maxReplicas: 7, scaleTargetRef: {" + target + "}}\n"
	}
	return out
}

// What scales pods is read whatever its kind is.
func TestPodsOfScalers(t *testing.T) {
	old := `apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: web-v2}
spec: {scaleTargetRef: {kind: Deployment, name: web-v2}, minReplicas: 3, maxReplicas: 7}`
	for name, test := range map[string]struct {
		v2       pods
		more     string
		min, max int64
	}{
		"a Rollout's": {v2: pods{0, 0},
			more: rolled(`apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: roll`), min: 3, max: 7},
		"a Rollout's, in KEDA": {v2: pods{0, 0}, more: rolled("") + "---\n" + strings.Replace(
			fmt.Sprintf(keda, "minReplicaCount: 2, maxReplicaCount: 9"), "Ref: {name: web-v2",
			"Ref: {apiVersion: argoproj.io/v1alpha1, kind: Rollout, name: roll", 1), min: 2, max: 9},
		"of its group": {v2: pods{2, 0},
			more: strings.Replace(old, "kind: Deployment", "apiVersion: example.com/v1, kind: Deployment", 1), min: 2, max: 2},
		"fixed": {v2: pods{3, 0}, min: 3, max: 3},
		"KEDA": {v2: pods{3, 0},
			more: fmt.Sprintf(keda, "minReplicaCount: 2, maxReplicaCount: 9"), min: 2, max: 9},
		"KEDA's defaults":             {v2: pods{3, 0}, more: fmt.Sprintf(keda, "triggers: []"), min: 0, max: 100},
		"KEDA wakes up":               {v2: pods{0, 0}, more: fmt.Sprintf(keda, "maxReplicaCount: 9"), min: 0, max: 9},
		"an old API":                  {v2: pods{1, 0}, more: old, min: 3, max: 7},
		"an autoscaler, switched off": {v2: pods{0, 0}, more: old, min: 0, max: 0},
		"two, which fight":            {v2: pods{4, 6}, more: old, min: 3, max: 6},
		"one of another kind": {v2: pods{2, 0}, more: strings.Replace(old, "Deployment", "StatefulSet", 1),
			min: 2, max: 2},
		"one of another group": {v2: pods{2, 0},
			more: strings.Replace(fmt.Sprintf(keda, "maxReplicaCount: 9"), "keda.sh", "example.com", 1), min: 2,
			max: 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := web(pods{4, 0}, test.v2)
			if test.more != "" {
				s.more = []string{strings.ReplaceAll(test.more, "name: web-v2}\nspec", "name: other}\nspec")}
			}
			pods := s.live(t).Pods()
			require.Equal(t, []int64{test.min, test.max}, []int64{pods[1].Min, pods[1].Max})
		})
	}
}

// An autoscaler leaves open how many pods carried all before the release: only what holds
// for each number of them is said.
func TestAnAutoscalerLeavesOpenWhatAPodCarries(t *testing.T) {
	for _, test := range []struct {
		v1, v2 pods
		want   capacity.Verdict
	}{
		{pods{2, 10}, pods{5, 0}, capacity.Safe}, // of ten that carry all each carries twice as much too
		{pods{2, 10}, pods{4, 0}, capacity.Unknown},
		{pods{2, 10}, pods{1, 0}, capacity.Unknown}, // of two that carry all
		{pods{4, 10}, pods{1, 0}, capacity.Short},
		{pods{4, 10}, pods{1, 5}, capacity.Scaled},
		{pods{4, 10}, pods{1, 4}, capacity.Unknown},
	} {
		c := of(t, web(test.v1, test.v2).live(t), release.Demand{})
		require.Equal(t, test.want, c.Places[1].Loads[0].Verdict, "%s", c)
	}
	c := of(t, web(pods{2, 10}, pods{4, 0}).live(t), release.Demand{})
	require.Equal(t,
		"full: Unknown web@v2: needs 5 pods at most, has 4: nothing says how many an autoscaler had before the release",
		strings.Replace(lines(c, 1), "s1", "full", 1))
}

const node = `apiVersion: v1
kind: Service
metadata: {name: agent, annotations: {swimlane-go.github.io/calls: ""}}
spec: {selector: {app: agent}, ports: [{name: http, port: 80}]}
---
apiVersion: apps/v1
kind: %s
metadata: {name: agent}
spec: {selector: {matchLabels: {app: agent}}, template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: c, image: i}]}}%s}`

// Services that are in no lane carry calls of all lanes: here the candidate alone calls it
// twice as often.
func TestServicesOutsideOfTheLanes(t *testing.T) {
	for _, test := range []struct{ kind, replicas, want string }{
		{"Deployment", ", replicas: 2", "s1: Safe web@v2: needs 1 pod, has 2\ns1: Safe agent: needs 1 pod, has 2"},
		{"DaemonSet", "",
			"s1: Safe web@v2: needs 1 pod, has 2\ns1: Unknown agent: nothing says how many pods there are"},
	} {
		s := web(pods{2, 0}, pods{2, 0}, fmt.Sprintf(node, test.kind, test.replicas))
		s.calls = map[string][]string{"web": {"agent"}}
		require.Equal(t, test.want, lines(of(t, s.live(t), release.Demand{}), 1))
	}
}

// The gateway serves another app too, whose route shares requests and comes first: what
// the plan's own route takes is asked about.
func TestRequestsAreThoseOfThePlansRoutes(t *testing.T) {
	other := `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: a-first}
spec:
  hosts: [a.example.com]
  gateways: [gw]
  http: [{route: [{destination: {host: web, subset: v1}, weight: 50}, {destination: {host: web, subset: v2}, weight: 50}]}]`
	c := of(t, web(pods{2, 0}, pods{2, 0}, other).live(t), release.Demand{})
	require.Equal(t, "before: Safe web@v1: needs 1 pod, has 2\ns1: Safe web@v2: needs 1 pod, has 2", lines(c, 0, 1))

	// A route that asks for a header is reached by no host and path alone.
	live := edited(t, web(pods{2, 0}, pods{2, 0}).live(t), func(v *networking.VirtualService) {
		v.Http[0].Match = []*networking.HTTPMatchRequest{
			{Headers: map[string]*networking.StringMatch{
				"x-shop": {MatchType: &networking.StringMatch_Exact{Exact: "yes"}}}}}
	})
	_, err := capacity.Of(live, release.Demand{})
	require.ErrorContains(t, err, "the demand must state a request to a route of the plan")
	c = of(t, live, release.Demand{
		Requests: []release.Requests{{Headers: map[string]string{"x-shop": "yes"}, Rate: 0.1}}})
	require.Equal(t, "1/10", c.Places[1].Loads[0].Calls.RatString(), "a rate counts as it is written")
}

// Weights that were edited by hand, or of another lane, change nothing of what the plan's
// places load.
func TestDriftIsNoMatter(t *testing.T) {
	live := web(pods{2, 0}, pods{2, 0}).live(t)
	before := of(t, live, release.Demand{}).String()
	drifted := edited(t, live, func(v *networking.VirtualService) { v.Http[0].Route[0].Weight = 70 })
	require.NotEqual(t, live.Holders[0].Weights, drifted.Holders[0].Weights)
	require.Equal(t, before, of(t, drifted, release.Demand{}).String())
}

// edited returns a release in which the entry route is another.
func edited(t *testing.T, live release.Live, edit func(v *networking.VirtualService)) release.Live {
	all := live.Set.All()
	for i, o := range all {
		if v, is := o.Value.(*istio.VirtualService); is {
			v = v.DeepCopy()
			edit(&v.Spec)
			all[i].Value = v
		}
	}
	return release.ReadSet(live.Config, manifest.NewSet(all...))
}

// A demand that is not valid is refused, with all that is wrong, and nothing panics.
func TestDemandsAreChecked(t *testing.T) {
	live := web(pods{2, 0}, pods{2, 0}).live(t)
	_, err := capacity.Of(live, release.Demand{Spare: new(-1.0),
		Requests: []release.Requests{{Path: "/", Rate: math.NaN()}}})
	require.ErrorContains(t, err, "demand.spare")
	require.ErrorContains(t, err, "demand.requests[0].rate")
	data, err := json.Marshal(capacity.Load{})
	require.NoError(t, err)
	require.Contains(t, string(data), `"fraction":"0"`)
}

// A call that leads back is not followed, and said.
func TestCyclesAreSaid(t *testing.T) {
	s := web(pods{2, 0}, pods{2, 0})
	s.services = []string{"web", "cart"}
	s.pods["cart v1"] = pods{1, 0}
	s.calls = map[string][]string{"web": {"cart"}, "cart": {"web"}}
	require.Contains(t, strings.Join(of(t, s.live(t), release.Demand{}).Notes, "\n"),
		"web: more calls lead here than are counted")
}
