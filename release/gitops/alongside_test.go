package gitops_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	policyv1 "k8s.io/api/policy/v1"

	"github.com/swimlane-go/swimlane/manifest"
)

const scaling = `
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: mocka-v2}   # busy
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: mocka-v2}
  minReplicas: 2
  maxReplicas: 9
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: mocka-v2, labels: {version: v2}}
spec:
  minAvailable: 1
  selector: {matchLabels: {app: mocka, version: v2}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: all-of-v2}
spec:
  maxUnavailable: 50%
  selector: {matchLabels: {version: v2}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: mocka}
spec:
  minAvailable: 1
  selector: {matchLabels: {app: mocka}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: others-v2}
spec:
  minAvailable: 1
  selector: {matchLabels: {app: mocka, version: v2, team: other}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: mocka-v2, namespace: other}
spec:
  minAvailable: 1
  selector: {matchLabels: {app: mocka, version: v2}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: mocka-v1}
spec:
  minAvailable: 1
  selector: {matchLabels: {app: mocka, version: v1}}
`

// What scales and guards a version comes and goes with it. What is for all versions stays.
func TestAutoscalersAndBudgetsComeAlong(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	d["mock-v2.yaml"] += scaling
	before := d["mock-v2.yaml"]
	d.do(t, "Prepare")
	set := d.set(t)
	require.Empty(t, set.Faults())
	var names []string
	for _, kind := range []string{"HorizontalPodAutoscaler", "PodDisruptionBudget"} {
		for _, o := range set.Kind(kind) {
			names = append(names, o.File+" "+o.Ref.Name)
		}
	}
	require.ElementsMatch(t, []string{
		"mock-v2.yaml mocka-v2", "mock-v2.yaml mocka-v2", "mock-v2.yaml all-of-v2", "mock-v2.yaml mocka",
		"mock-v2.yaml others-v2", "mock-v2.yaml mocka-v2", "mock-v2.yaml mocka-v1",
		"mock-v3.yaml mocka-v3", "mock-v3.yaml mocka-v3", "mock-v3.yaml all-of-v3",
	}, names)
	get := func(group, kind, name string) manifest.Object {
		o, found := set.Get(manifest.Ref{Group: group, Kind: kind, Namespace: "default", Name: name})
		require.True(t, found)
		return o
	}
	scaler, ok := get("autoscaling", "HorizontalPodAutoscaler",
		"mocka-v3").Value.(*autoscalingv2.HorizontalPodAutoscaler)
	require.True(t, ok)
	require.Equal(t, "mocka-v3", scaler.Spec.ScaleTargetRef.Name)
	require.EqualValues(t, 9, scaler.Spec.MaxReplicas)
	budget, ok := get("policy", "PodDisruptionBudget", "mocka-v3").Value.(*policyv1.PodDisruptionBudget)
	require.True(t, ok)
	require.Equal(t, map[string]string{"app": "mocka", "version": "v3"}, budget.Spec.Selector.MatchLabels)
	require.Nil(t, get("apps", "Deployment", "mocka-v3").Deployment().Spec.Replicas, "the autoscaler says how many")
	require.NotNil(t, get("apps", "Deployment", "mockb-v3").Deployment().Spec.Replicas)
	require.NotContains(t, d["mock-v3.yaml"], "status")
	require.Equal(t, before, d["mock-v2.yaml"])

	d.do(t, "Start", "RollBack", "CleanUp", "CleanUp")
	want := sampleTree(t, false)
	want["mock-v2.yaml"] += scaling
	require.Equal(t, want, d)

	d["mock-v2.yaml"] = strings.Replace(d["mock-v2.yaml"], "autoscaling/v2", "autoscaling/v1", 1)
	_, err := command(d.open(t), "Prepare")
	require.ErrorContains(t, err, "must be of autoscaling/v2 to be derived")
}
