package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

func laneRef(name string) manifest.Ref {
	return manifest.Ref{Group: "istio.alibabacloud.com", Kind: "ASMSwimLane", Name: name}
}

// twoWeighted are the lanes of a group with the weighted strategy.
const twoWeighted = `# stable
apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLane
metadata:
    name: v1
    labels: {swimlane-group: mock}
spec:
    ingressWeight:
        weight: 60 # most
        destination: {host: mocka.default.svc.cluster.local}
    labelSelector:
        version: v1
---
{"apiVersion": "istio.alibabacloud.com/v1", "kind": "ASMSwimLane", "metadata": {"name": "v2", "labels": {"swimlane-group": "mock"}},
 "spec": {"labelSelector": {"version": "v2"}, "ingressWeight": {"destination": {"host": "mocka.default.svc.cluster.local"}, "weight": 40}}}
---
apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLane
metadata: {name: v3, labels: {swimlane-group: mock}}
spec:
    labelSelector:
        version: v3
`

func TestEditOfIngressWeights(t *testing.T) {
	to := lanes.RouteDestination{Host: "mocka.default.svc.cluster.local"}
	withPort := to
	withPort.PortNum = new(uint32(8000))
	set := func(lane string, percent int) manifest.Change {
		return manifest.SetIngressWeight{Object: laneRef(lane), Percent: percent, Destination: to}
	}
	for name, test := range map[string]struct {
		changes []manifest.Change
		old     []string
	}{
		"weights": {[]manifest.Change{set("v1", 30), set("v2", 70)},
			[]string{"60 #", "30 #", `"weight": 40`, `"weight": 70`}},
		"the same": {[]manifest.Change{set("v1", 50), set("v2", 50)},
			[]string{"60 #", "50 #", `"weight": 40`, `"weight": 50`}},
		"one that lacks": {[]manifest.Change{set("v1", 50), set("v3", 10)},
			[]string{"60 #", "50 #", "version: v3\n",
				"version: v3\n    ingressWeight:\n        destination:\n" +
					"            host: mocka.default.svc.cluster.local\n        weight: 10\n"}},
		"with a port": {[]manifest.Change{manifest.SetIngressWeight{Object: laneRef("v3"), Percent: 0,
			Destination: withPort}},
			[]string{"version: v3\n",
				"version: v3\n    ingressWeight:\n        destination:\n" +
					"            host: mocka.default.svc.cluster.local\n            portNum: 8000\n        weight: 0\n"}},
		"out": {[]manifest.Change{set("v1", 100), manifest.RemoveIngressWeight{Object: laneRef("v2")}},
			[]string{"60 #", "100 #",
				`, "ingressWeight": {"destination": {"host": "mocka.default.svc.cluster.local"}, "weight": 40}`, ""}},
		"out of lines": {[]manifest.Change{set("v2", 100), manifest.RemoveIngressWeight{Object: laneRef("v1")}},
			[]string{`"weight": 40`, `"weight": 100`,
				"    ingressWeight:\n        weight: 60 # most\n" +
					"        destination: {host: mocka.default.svc.cluster.local}\n", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, strings.NewReplacer(test.old...).Replace(twoWeighted),
				edited(t, twoWeighted, test.changes...))
			crlf := strings.ReplaceAll(twoWeighted, "\n", "\r\n")
			require.Equal(t, strings.ReplaceAll(strings.NewReplacer(test.old...).Replace(twoWeighted), "\n", "\r\n"),
				edited(t, crlf, test.changes...))
		})
	}
	flow := strings.Replace(twoWeighted, "spec:\n    labelSelector:\n        version: v3\n",
		"spec: {labelSelector: {version: v3} }\n", 1)
	require.Equal(t, strings.Replace(flow, "{version: v3} }",
		"{version: v3}, ingressWeight: {destination: {host: mocka.default.svc.cluster.local, portNum: 8000}, weight: 0} }",
		1),
		edited(t, flow, manifest.SetIngressWeight{Object: laneRef("v3"), Destination: withPort}))

	edit, err := setOf(t, twoWeighted).Edit(set("v1", 30), set("v2", 70))
	require.NoError(t, err)
	require.Equal(t, "  ASMSwimLane v1: weight of lane v1: 60 -> 30\n  ASMSwimLane v2: weight of lane v2: 40 -> 70\n",
		edit.Differences.String())
}

func TestEditOfIngressWeightsRefuses(t *testing.T) {
	set := func(lane string, percent int) manifest.Change {
		return manifest.SetIngressWeight{Object: laneRef(lane), Percent: percent}
	}
	for name, test := range map[string]struct {
		old, new string
		changes  []manifest.Change
		want     string
	}{
		"sum": {"", "", []manifest.Change{set("v1", 61)},
			"lane group mock: must have lanes with weights that sum to 100, not 101"},
		"sum below": {"", "", []manifest.Change{set("v1", 59)},
			"lane group mock: must have lanes with weights that sum to 100, not 99"},
		"no lane": {"", "", []manifest.Change{set("v9", 1)}, "ASMSwimLane v9: must be in the set"},
		"no weight": {"", "", []manifest.Change{manifest.RemoveIngressWeight{Object: laneRef("v3")}},
			"must have ingressWeight"},
		"negative": {"", "", []manifest.Change{set("v1", 110), set("v2", -10)}, "must not have a negative weight"},
		"anchor": {"weight: 60", "weight: &w 60", []manifest.Change{set("v1", 60)},
			"must be written without an anchor"},
		"merge": {"    ingressWeight:\n", "    ingressWeight:\n        <<: {}\n",
			[]manifest.Change{set("v1", 60)}, "must be written without a merge key"},
		"template": {"60 # most", "60 # {{ most }}", []manifest.Change{set("v1", 60)}, "must not be a template"},
		"not a mapping": {"{\"destination\": {\"host\": \"mocka.default.svc.cluster.local\"}, \"weight\": 40}", "7",
			[]manifest.Change{set("v2", 60)}, "must be a lane that can be read"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(twoWeighted, test.old, test.new, 1)
			_, err := setOf(t, text).Edit(test.changes...)
			require.ErrorContains(t, err, test.want)
		})
	}
}

// Permissive lanes without the service share a subset: the header tells them apart, whatever else
// the destinations hold.
func TestEditOfRoutesByHeader(t *testing.T) {
	const permissive = `  - route:
    - destination: {host: mocka.default.svc.cluster.local, subset: v1}
      weight: 70
      headers:
        request:
          set: {x-lane: v1}
    - destination: {host: mocka.default.svc.cluster.local, subset: v1}
      weight: 30
      headers:
        request:
          set: {x-lane: v2} # lacks mocka
`
	const header = "x-lane"
	got := edited(t, vs(permissive),
		manifest.SetWeights{Object: mockRoute, Header: header, Weights: rollout.Weights{w("v1", 50), w("v2", 40)}},
		manifest.AddDestination{Object: mockRoute, Header: header, Subset: "v1", Weight: w("2024", 10)})
	added := permissive +
		"    - destination: {host: mocka.default.svc.cluster.local, subset: v1}\n      weight: 10\n      headers:\n" +
		"        request:\n          set: {x-lane: \"2024\"}\n"
	require.Equal(t, vs(strings.NewReplacer("70", "50", "weight: 30", "weight: 40").Replace(added)), got)
	back := edited(t, got, manifest.SetWeights{Object: mockRoute, Header: header,
		Weights: rollout.Weights{w("v1", 70), w("v2", 30)}},
		manifest.RemoveDestination{Object: mockRoute, Header: header, Lane: "2024"})
	require.Equal(t, vs(permissive), back)

	for name, test := range map[string]struct {
		old, new string
		change   manifest.Change
		want     string
	}{
		"by subset there is no v2": {"", "", manifest.RemoveDestination{Object: mockRoute, Lane: "v2"},
			`must have a destination for lane v2: there are "v1", "v1"`},
		"there already": {"", "", manifest.AddDestination{Object: mockRoute, Header: header, Weight: w("v2", 0)},
			"must not have a destination for lane v2 already"},
		"others set more": {"set: {x-lane", "set: {x: other, x-lane",
			manifest.AddDestination{Object: mockRoute, Header: header, Weight: w("v3", 0)},
			"must have a destination of a lane with only"},
		"others set none": {"", "", manifest.AddDestination{Object: mockRoute, Header: "x-other", Weight: w("v3", 0)},
			"must have a destination of a lane with only"},
	} {
		t.Run(name, func(t *testing.T) {
			text := permissive
			if test.old != "" {
				text = strings.ReplaceAll(permissive, test.old, test.new)
			}
			_, err := setOf(t, vs(text)).Edit(test.change)
			require.ErrorContains(t, err, test.want)
		})
	}
}

// A lane that is JSON stays JSON.
func TestIngressWeightsOfJSONStayJSON(t *testing.T) {
	port := uint32(8000)
	const lane = `{"apiVersion": "istio.alibabacloud.com/v1", "kind": "ASMSwimLane", "metadata": {"name": "v1", "labels": {"swimlane-group": "mock"}}, "spec": {"labelSelector": {"version": "v1"}}}`
	after := edited(t, lane, manifest.SetIngressWeight{Object: laneRef("v1"), Percent: 100,
		Destination: lanes.RouteDestination{Host: "mocka", PortNum: &port}})
	require.Equal(t, strings.Replace(lane, `"v1"}}}`,
		`"v1"}, "ingressWeight": {"destination": {"host": "mocka", "portNum": 8000}, "weight": 100}}}`, 1), after)
}
