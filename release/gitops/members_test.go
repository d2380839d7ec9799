package gitops_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// neighbours bear the versions of a release too: a service outside its lane group, a service of
// the same name in another namespace, and another app with separate lanes.
const neighbours = `apiVersion: apps/v1
kind: Deployment
metadata: {name: redis-v2}
spec:
  selector: {matchLabels: {app: redis, version: v2}}
  template:
    metadata: {labels: {app: redis, version: v2}}
    spec: {containers: [{name: redis, image: redis}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: mocka-v1, namespace: other}
spec:
  selector: {matchLabels: {app: mocka, version: v1}}
  template:
    metadata: {labels: {app: mocka, version: v1}}
    spec: {containers: [{name: a, image: a}]}
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: shop}, ports: [{name: http, port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop-v2}
spec:
  selector: {matchLabels: {app: shop, version: v2}}
  template:
    metadata: {labels: {app: shop, version: v2}}
    spec: {containers: [{name: shop, image: shop}]}
---
apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLaneGroup
metadata: {name: another}
spec:
  ingress: {gateway: {name: ingressgateway, namespace: istio-system, type: ASM}}
  services: [{name: shop, namespace: default}]
---
apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLane
metadata: {name: a-shop-v2, labels: {swimlane-group: another}}
spec: {labelSelector: {version: v2}}
`

// What is outside the lane group is neither copied nor removed, whatever its labels.
func TestNeighboursStay(t *testing.T) {
	t.Parallel()
	for name, words := range map[string][]string{
		"finished":    {"Prepare", "Start", "Promote", "Promote", "Promote", "Finish", "CleanUp", "CleanUp"},
		"rolled back": {"Prepare", "Start", "RollBack", "CleanUp", "CleanUp"},
	} {
		t.Run(name, func(t *testing.T) {
			d := sampleTree(t, false)
			d["aaa.yaml"] = neighbours // read before the release's own
			d.do(t, "Prepare")
			require.Equal(t, neighbours, d["aaa.yaml"])
			set := d.set(t)
			require.Len(t, set.Labelled("Deployment", lanes.LabelVersion, "v3"), 3)
			lane, found := set.Get(manifest.Ref{Group: lanes.GroupVersion().Group, Kind: lanes.KindLane, Name: "v3"})
			require.True(t, found)
			require.Equal(t, "mock", lane.Meta().GetLabels()[lanes.LabelLaneGroup])
			d.do(t, words[1:]...)
			require.Equal(t, neighbours, d["aaa.yaml"])
			require.False(t, d.open(t).Prepared())
		})
	}
}

// A JSON file holds one document. The neighbour of a lane in it gets a separate file.
func TestPrepareBesideJSON(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	first, second, _ := strings.Cut(d["swimlanes.yaml"], "---\n")
	d["swimlanes.yaml"] = first
	text, err := yaml.YAMLToJSON([]byte(second))
	require.NoError(t, err)
	d["lane-v2.json"] = string(text)
	before := maps.Clone(d)
	d.do(t, "Prepare", "Start")
	require.Equal(t, string(text), d["lane-v2.json"])
	require.Contains(t, d["lane-v3.yaml"], "name: v3")
	d.do(t, "RollBack", "CleanUp", "CleanUp")
	require.Equal(t, before, d)
}
