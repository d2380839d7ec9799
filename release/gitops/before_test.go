package gitops_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
)

// A lane that gets requests and may not serve them gets a note, and no refusal.
func TestLanesThatMayNotServeAreNoted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil func(d directory)
		want  string
	}{
		"no replicas": {func(d directory) { d.replace(t, "mock-v3.yaml", "replicas: 1", "replicas: 0") },
			"lane v3 gets 10%, but service mocka.default.svc.cluster.local has 0 replicas in lane v3: mock-v3.yaml:1: Deployment default/mocka-v3"},
		"other image": {func(d directory) { d.replace(t, "mock-v3.yaml", "http-sample:1.1", "http-sample:0.9") },
			"mock-v3.yaml:1: Deployment default/mocka-v3: container default runs registry.cn-beijing.aliyuncs.com/aliacs-app-catalog/go-http-sample:0.9, and the plan says registry.cn-beijing.aliyuncs.com/aliacs-app-catalog/go-http-sample:1.1"},
	} {
		t.Run(name, func(t *testing.T) {
			d := sampleTree(t, false)
			d.do(t, "Prepare")
			test.spoil(d)
			o, err := command(d.open(t), "Start")
			require.NoError(t, err)
			require.Contains(t, o.Notes, test.want)
			d.write(o, len(o.Files))
			var problems []string
			for _, p := range d.open(t).Report().Problems {
				problems = append(problems, p.Message)
			}
			require.Contains(t, problems, test.want)
			o, err = command(d.open(t), "Pause")
			require.NoError(t, err)
			require.Empty(t, o.Notes, "no lane gets weight")
		})
	}
}

// Prepare sets the images of a candidate that is prepared only.
func TestPrepareAgainSetsImages(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	d.do(t, "Prepare")
	d.replace(t, "release.yaml", "http-sample:1.1", "http-sample:1.2")
	o, err := command(d.open(t), "Prepare")
	require.NoError(t, err)
	require.Len(t, o.Differences, 1)
	require.Equal(t, "mock: set the images of v3", o.Subject)
	d.write(o, len(o.Files))
	require.Contains(t, d["mock-v3.yaml"], "http-sample:1.2")
	o, err = command(d.open(t), "Prepare")
	require.NoError(t, err)
	require.True(t, o.Nothing())
	d.do(t, "Start")
	d.replace(t, "release.yaml", "http-sample:1.2", "http-sample:1.3")
	_, err = command(d.open(t), "Prepare")
	require.ErrorIs(t, err, rollout.ErrStarted)
}

// Prepare reports what a later command would be refused for.
func TestPrepareLooksAhead(t *testing.T) {
	t.Parallel()
	const v2 = "        subset: v2                     # Routes to the v2 traffic lane\n"
	for name, test := range map[string]struct {
		spoil   func(d directory)
		refused string
		noted   string
	}{
		"a destination that is no model": {func(d directory) {
			d.replace(t, "mock-route.yaml", v2, v2+"      headers: {response: {set: {a: b}}}\n")
			d.replace(t, "mock-route.yaml", "        subset: v1                     # Routes to the v1 traffic lane\n",
				"        subset: v1\n      headers: {response: {set: {a: b}}}\n")
		},
			"prepare: start would be refused: edit: VirtualService istio-system/mock at mock-route.yaml:33: must have a destination of a lane with only a host, a weight",
			""},
		"a route that delegates": {func(d directory) {
			head, _, _ := strings.Cut(d["mock-route.yaml"], "    route:\n")
			d["mock-route.yaml"] = head + "    delegate: {name: inner, namespace: shop}\n"
		},
			"mock-route.yaml:28: VirtualService istio-system/mock: must share requests itself: it delegates to VirtualService shop/inner",
			""},
		"a route that redirects": {func(d directory) {
			head, _, _ := strings.Cut(d["mock-route.yaml"], "    route:\n")
			d["mock-route.yaml"] = head + "    redirect: {uri: /other}\n"
		}, "mock-route.yaml:28: VirtualService istio-system/mock: must have destinations: the route has none", ""},
		"a List": {func(d directory) {
			text := "apiVersion: v1\nkind: List\nitems:\n"
			for _, doc := range strings.Split(d["mock-v2.yaml"], "---\n") {
				for i, line := range strings.Split(strings.TrimSuffix(doc, "\n"), "\n") {
					text += map[bool]string{true: "- ", false: "  "}[i == 0] + line + "\n"
				}
			}
			d["mock-v2.yaml"] = text
		}, "",
			"after finish this will be refused: clean-up, a later commit: edit: Deployment default/mocka-v2 at mock-v2.yaml:4: must have a separate document: it is in a List"},
		"another route to a lane that goes": {
			func(d directory) { pin(d, "    - destination: {host: mocka.default.svc.cluster.local, subset: v1}\n") },
			"",
			"after finish this will be refused: clean-up, a later commit: the directory would not be good afterwards: pinned.yaml:"},
	} {
		t.Run(name, func(t *testing.T) {
			d := sampleTree(t, false)
			test.spoil(d)
			o, err := command(d.open(t), "Prepare")
			if test.refused != "" {
				require.ErrorContains(t, err, test.refused)
				return
			}
			require.NoError(t, err)
			require.Contains(t, strings.Join(o.Notes, "\n"), test.noted)
		})
	}
}

// A note before the first commit says what blocks the clean-up after a roll back.
func TestPrepareLooksAheadToARollBack(t *testing.T) {
	t.Parallel()
	d := layouts(t)["permissive"]
	pin(d,
		"    - destination: {host: mocka.default.svc.cluster.local, subset: v1}\n"+
			"      headers: {request: {set: {x-lane: v3}}}\n")
	o, err := command(d.open(t), "Prepare")
	require.NoError(t, err)
	require.Contains(t, strings.Join(o.Notes, "\n"),
		"after a roll back this will be refused: clean-up: pinned.yaml:8: VirtualService istio-system/pinned: spec.http[0] must not name lane v3, which goes")
}

// pin adds a VirtualService for testers with destinations of a route.
func pin(d directory, destinations string) {
	d["pinned.yaml"] = "apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\n" +
		"metadata: {name: pinned, namespace: istio-system}\n" +
		"spec:\n  gateways: [ingressgateway]\n  hosts: [test.example.com]\n  http:\n  - route:\n" + destinations
}

// A clean-up that is blocked is refused before its first commit.
func TestBlockedCleanUpIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		layout, destinations, want string
	}{
		"route": {"one route", "    - destination: {host: mocka.default.svc.cluster.local, subset: v3}\n",
			"the directory would not be good afterwards: pinned.yaml:9: error SL201"},
		"mirror": {"one route",
			"    - destination: {host: mocka.default.svc.cluster.local, subset: v1}\n" +
				"    mirror: {host: mocka.default.svc.cluster.local, subset: v3}\n",
			"the directory would not be good afterwards: pinned.yaml:10: error SL201"},
		"pinned by its header": {"permissive",
			"    - destination: {host: mocka.default.svc.cluster.local, subset: v1}\n" +
				"      headers: {request: {set: {X-Lane: v3}}}\n",
			"pinned.yaml:8: VirtualService istio-system/pinned: spec.http[0] must not name lane v3, which goes: take it out first"},
		"pinned by the route's header": {"permissive",
			"    - destination: {host: mocka.default.svc.cluster.local, subset: v1}\n" +
				"    headers: {request: {set: {x-lane: v3}}}\n",
			"spec.http[0] must not name lane v3, which goes"},
	} {
		t.Run(name, func(t *testing.T) {
			d := layouts(t)[test.layout]
			d.do(t, "Prepare", "Start", "RollBack")
			good := maps.Clone(d)
			pin(d, test.destinations)
			_, err := command(d.open(t), "CleanUp")
			require.ErrorContains(t, err, test.want)
			good.do(t, "CleanUp", "CleanUp")
		})
	}
}

// After a clean-up, a plan with a finished release says so. A plan that was rolled back can be
// tried again.
func TestOverIsSaid(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	d.do(t, finished()...)
	for _, word := range []string{"Prepare", "Start", "Promote"} {
		_, err := command(d.open(t), word)
		require.ErrorIs(t, err, gitops.ErrOver, word)
	}
	_, err := d.open(t).Adopt("", t0)
	require.ErrorIs(t, err, gitops.ErrOver)
	require.Contains(t, d.open(t).Report().Notes, "this plan's release is over: write a new plan")
	require.Empty(t, d.open(t).Report().Next)
	d = sampleTree(t, false)
	d.do(t, rolledBack()...)
	d.do(t, "Prepare")

	// A lost state is no end: the lanes still exist.
	d = atStage(t, sampleTree(t, false), 4)
	d.replace(t, "mock-route.yaml", "swimlane-go.github.io/state", "example.com/state")
	_, err = d.open(t).Adopt("full-promotion", t0)
	require.NoError(t, err)
}

// A last stage with the weights of before tells nothing: the release may be ahead.
func TestWeightsOfBeforeAreNotOver(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	for _, stage := range []string{"{lane: v1, percent: 60}, {lane: v2, percent: 30}, {lane: v3, percent: 10}",
		"{lane: v1, percent: 40}, {lane: v2, percent: 30}, {lane: v3, percent: 30}",
		"{lane: v1, percent: 10}, {lane: v2, percent: 10}, {lane: v3, percent: 80}",
		"{lane: v1, percent: 0}, {lane: v2, percent: 0}, {lane: v3, percent: 100}"} {
		d.replace(t, "release.yaml", stage, "{lane: v1, percent: 50}, {lane: v2, percent: 50}, {lane: v3, percent: 0}")
	}
	d["swimlanes.yaml"] += "---\napiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\n" +
		"metadata: {name: v3, labels: {swimlane-group: mock}}\nspec: {labelSelector: {version: v3}}\n"
	d.do(t, "Prepare", "Start")
}
