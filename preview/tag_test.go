package preview_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/validate"
)

// Pods may be told apart by ASM_TRAFFIC_TAG alone.
func TestPodsToldApartByTheirTag(t *testing.T) {
	files, _, err := manifest.ReadDir("../examples/gitops/testdata/tree")
	require.NoError(t, err)
	version := regexp.MustCompile(`(?m)^ +version: v[12]\n`)
	for i, f := range files {
		if f.Name == "swimlanes.yaml" {
			f.Data = regexp.MustCompile(` version: v`).ReplaceAll(f.Data, []byte(" ASM_TRAFFIC_TAG: v"))
		}
		files[i].Data = version.ReplaceAll(f.Data, nil)
	}
	set, err := manifest.Decode(files...)
	require.NoError(t, err)
	require.Empty(t, set.Faults())
	for _, o := range set.Kind("Deployment") {
		require.NotContains(t, o.PodLabels(), "version")
	}
	require.NoError(t, validate.Check(set).Err())
	result := trace(t, set, preview.Request{Path: "/mock"})
	require.Equal(t, preview.Isolated, result.Verdict.Kind, "%s", result.Verdict)
	require.Len(t, result.Outcomes, 2)

	// Without a lane group the tag is the lane of a pod.
	pods := `apiVersion: apps/v1
kind: Deployment
metadata: {name: a-v2}
spec: {selector: {matchLabels: {app: a, ASM_TRAFFIC_TAG: v2}}, template: {metadata: {labels: {app: a, ASM_TRAFFIC_TAG: v2}}, spec: {containers: [{name: c, image: i}]}}}`
	result = trace(t, decode(t, pods,
		"apiVersion: v1\nkind: Service\nmetadata: {name: a}\n"+
			"spec: {selector: {app: a}, ports: [{name: http, port: 80}]}",
		"apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: g, namespace: istio-system}\n"+
			"spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]}",
		"apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\n"+
			"spec: {hosts: ['*'], gateways: [istio-system/g], http: [{route: [{destination: {host: a}}]}]}"),
		preview.Request{Path: "/"})
	require.Equal(t, "v2", result.Outcomes[0].Root.Lane)
}
