package release_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// plainShop is an app on Istio without ASM: web calls cart, and the lanes v1 and v2 are
// subsets of both.
const plainShop = `
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: entry, namespace: shop}
spec:
  hosts: [shop.example.com]
  gateways: [gate]
  http:
  - route:
    - {destination: {host: web, subset: v1}, weight: 60}
    - {destination: {host: web, subset: v2}, weight: 40}
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: web, namespace: shop}
spec:
  host: web.shop.svc.cluster.local
  subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}, {name: all}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: cart, namespace: shop}
spec:
  host: cart
  subsets: [{name: v2, labels: {version: v2, track: new}}, {name: v1, labels: {version: v1}}]
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: other, namespace: other}
spec:
  host: cart
  subsets: [{name: v1, labels: {version: v1}}]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: to-cart, namespace: shop}
spec:
  hosts: [cart, cart.shop.svc.cluster.local]
  gateways: [mesh, gate]
  http:
  - match: [{sourceLabels: {version: v1}}, {sourceLabels: {version: v2}, uri: {prefix: /old}}]
    route: [{destination: {host: cart, subset: v1}}]
  - match: [{sourceLabels: {version: v2}}]
    route: [{destination: {host: cart, subset: v2}}]
  - match: [{sourceLabels: {version: v9}}, {headers: {x-try: {exact: v2}}}]
    route: [{destination: {host: cart, subset: v2}}]
  - route: [{destination: {host: cart}}]
`

func shopOf(name string) string {
	text := fmt.Sprintf("\n---\napiVersion: v1\nkind: Service\nmetadata: {name: %[1]s, namespace: shop}\n"+
		"spec: {selector: {app: %[1]s}, ports: [{name: http, port: 80}]}\n", name)
	for _, v := range []string{"v1", "v2"} {
		text += fmt.Sprintf("---\napiVersion: apps/v1\nkind: Deployment\n"+
			"metadata: {name: %[1]s-%[2]s, namespace: shop}\nspec:\n"+
			"  selector: {matchLabels: {app: %[1]s, version: %[2]s}}\n"+
			"  template:\n    metadata: {labels: {app: %[1]s, version: %[2]s, track: new}}\n"+
			"    spec: {containers: [{name: main, image: x}]}\n", name, v)
	}
	return text
}

func plainConfig(t *testing.T) release.Config {
	plan, err := rollout.PlanFromPercents(rollout.Weights{rollout.W("v1", 60), rollout.W("v2", 40)}, "v3", 10, 100)
	require.NoError(t, err)
	return release.Config{Name: "shop", Plan: plan, Candidate: release.Candidate{Version: "v3", From: "v2"},
		Routes: []release.EntryRoute{{Namespace: "shop", Name: "entry"}}}
}

func decodedShop(t *testing.T, text string) manifest.Set {
	set, err := manifest.Decode(manifest.File{Name: "shop.yaml", Data: []byte(text)})
	require.NoError(t, err)
	return set
}

func TestLanesThatAreSubsets(t *testing.T) {
	t.Parallel()
	set := decodedShop(t, plainShop+shopOf("web")+shopOf("cart")+shopOf("ads"))
	live := release.ReadSet(plainConfig(t), set)
	require.True(t, live.Plain())
	require.Equal(t, []release.ServiceName{{Namespace: "shop", Name: "cart"}, {Namespace: "shop", Name: "web"}},
		live.Services())
	require.Len(t, live.Members(), 4, "not those of ads")

	var subsets []string
	for _, s := range append(live.Subsets("v2"), live.Subsets("v1")...) {
		subsets = append(subsets, fmt.Sprintf("%s of %s in %s[%d]", s.Lane, s.Service.Name, s.Rule.Ref.Name, s.Index))
	}
	require.Equal(t, []string{"v2 of web in web[1]", "v2 of cart in cart[0]", "v1 of web in web[0]",
		"v1 of cart in cart[1]"}, subsets)
	require.Empty(t, live.Subsets("all"), "it is no lane of the plan")

	var routes []string
	for _, r := range append(live.LaneRoutes("v1"), live.LaneRoutes("v2")...) {
		routes = append(routes, fmt.Sprintf("%s %s %v %v", r.Lane, r.Path(), r.Matches, r.All))
		require.NotNil(t, r.Route())
	}
	require.Equal(t, []string{
		"v1 spec.http[0] [0] false", "v1 spec.http[0] [0] false", // it has two hosts
		"v2 spec.http[0] [1] false", "v2 spec.http[1] [0] true", "v2 spec.http[0] [1] false",
		"v2 spec.http[1] [0] true",
	}, routes)

	require.Equal(t, "v2", live.NameOf("v2"))
	require.Empty(t, live.NameOf("v3"))
	selector, found := live.Selector("v1")
	require.True(t, found)
	require.Equal(t, map[string]string{"version": "v1"}, selector)
	_, found = live.Selector("v3")
	require.False(t, found)

	changes, err := live.TakeOut([]string{"v2"}, nil)
	require.NoError(t, err)
	edit,
		err := set.Edit(append([]manifest.Change{manifest.SetWeights{Object: live.Carrier(),
		Weights: rollout.Weights{rollout.W("v1", 100), rollout.W("v2", 0)}}}, changes...)...)
	require.NoError(t, err)
	var after []string
	for _, d := range edit.Differences {
		after = append(after, d.String())
	}
	require.Equal(t, []string{
		"  VirtualService shop/entry: weight of lane v1: 60 -> 100",
		"  VirtualService shop/entry: spec.http[0].route[v2]: {destination: {host: web, subset: v2}, weight: 40} -> none",
		"  VirtualService shop/to-cart: spec.http[0].match[1]: {uri: {prefix: /old}, sourceLabels: {version: v2}} -> none",
		"  VirtualService shop/to-cart: spec.http[1]: {match: [{sourceLabels: {version: v2}}], route: [{destination: {host: cart, subset: v2}}]} -> none",
	}, after)
}

// A plan may list the services. Lanes of ASM are no subsets.
func TestLanesThatAreNoSubsets(t *testing.T) {
	t.Parallel()
	config := plainConfig(t)
	config.Services = []release.ServiceName{{Namespace: "shop", Name: "web"}}
	listed := release.ReadSet(config, decodedShop(t, plainShop+shopOf("web")+shopOf("cart")))
	require.Equal(t, config.Services, listed.Services())
	require.Empty(t, listed.LaneRoutes("v1"), "they are for calls to cart")

	const group = "\n---\napiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLaneGroup\nmetadata: {name: shop}\n" +
		"spec: {services: [{name: web, namespace: shop}]}\n"
	for name, text := range map[string]string{
		"a lane group lists the service": plainShop + group,
		"a lane of ASM": plainShop +
			"\n---\napiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\nmetadata: {name: v1}\n" +
			"spec: {labelSelector: {version: v1}}\n",
		"no subsets": plainShop[:300] + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			set, _ := manifest.Decode(manifest.File{Name: "shop.yaml", Data: []byte(text)})
			live := release.ReadSet(plainConfig(t), set)
			require.False(t, live.Plain())
			require.Empty(t, live.Subsets("v1"))
			require.Empty(t, live.LaneRoutes("v1"))
		})
	}
}

func TestShortagesOfSubsets(t *testing.T) {
	t.Parallel()
	weights := rollout.Weights{rollout.W("v1", 60), rollout.W("v2", 30), rollout.W("v3", 10)}
	live := release.ReadSet(plainConfig(t),
		decodedShop(t, plainShop+shopOf("web")+
			"\n---\napiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\n"+
			"spec: {selector: {app: cart}, ports: [{name: http, port: 80}]}\n"))
	var said []string
	for _, s := range live.Unserved(weights) {
		said = append(said, s.String())
	}
	require.Equal(t, []string{
		"lane v1 gets 60%, but service cart.shop.svc.cluster.local has no pods in lane v1",
		"lane v2 gets 30%, but service cart.shop.svc.cluster.local has no pods in lane v2",
		"lane v3 gets 10%, but there is no such lane, in a lane group or as a subset",
	}, said)
}

func TestOtherWorkloads(t *testing.T) {
	t.Parallel()
	set := decodedShop(t, plainShop+shopOf("web")+`---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web-store, namespace: shop}
spec: {selector: {matchLabels: {app: web}}, serviceName: web, template: {metadata: {labels: {app: web, version: v2}}, spec: {containers: [{name: main, image: x}]}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: ads, namespace: shop}
spec: {selector: {matchLabels: {app: ads}}, template: {metadata: {labels: {app: ads, version: v2}}, spec: {containers: [{name: main, image: x}]}}}
---
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: web, namespace: shop}
spec: {workloadRef: {apiVersion: apps/v1, kind: Deployment, name: web-v1}}
`)
	live := release.ReadSet(plainConfig(t), set)
	names := func(version string) (out []string) {
		for _, o := range live.OtherWorkloads(version) {
			out = append(out, o.Ref.Kind+" "+o.Ref.Name)
		}
		return out
	}
	require.Equal(t, []string{"Rollout web"}, names("v1"), "its pods are those of the Deployment")
	require.Empty(t, names("v2"), "a StatefulSet is copied")
	require.Equal(t, "StatefulSet shop/web-store", live.Workloads("v2")[len(live.Workloads("v2"))-1].Ref.String())
	var gone []string
	for _, o := range live.Selected(map[string]string{"version": "v1"}) {
		gone = append(gone, o.Ref.Kind+" "+o.Ref.Name)
	}
	require.Contains(t, gone, "Rollout web", "it goes with the lane of its pods")
}

func TestServicesOfAConfig(t *testing.T) {
	t.Parallel()
	config := plainConfig(t)
	config.Services = []release.ServiceName{{Name: "web"}, {Namespace: "shop", Name: "cart"}}
	cm, err := config.ConfigMap()
	require.NoError(t, err)
	read, err := release.ConfigOf(cm)
	require.NoError(t, err)
	require.Equal(t, config, read)

	config.Services = append(config.Services, release.ServiceName{Namespace: "default", Name: "web"},
		release.ServiceName{Name: "A b"})
	_, err = config.ConfigMap()
	require.ErrorContains(t, err, "services[2]")
	require.ErrorContains(t, err, "services[3].name")
	config.Routes, config.LaneGroup = nil, "shop"
	_, err = config.ConfigMap()
	require.ErrorContains(t, err, "services: Forbidden: may not be set with laneGroup")
}

// An embedder moves the weights of subsets like those of lanes.
func TestLiveOfSubsets(t *testing.T) {
	t.Parallel()
	set := decodedShop(t, plainShop+shopOf("web")+shopOf("cart"))
	config := plainConfig(t)
	state, err := config.Plan.Prepare(t0)
	require.NoError(t, err)
	objects, err := release.ReadSet(config, set).With(state)
	require.NoError(t, err)
	require.Len(t, objects, 1)
	require.Contains(t, objects[0].GetAnnotations(), release.AnnotationState)
}
