package gitops_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/validate"
)

// One decision moves every route of the app.
func TestSeveralRoutesMoveTogether(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, true)
	d.do(t, "Prepare", "Start", "Promote")
	tree := d.open(t)
	for _, found := range tree.Found() {
		require.Equal(t, found.Object.String()+": v1=40 v2=30 v3=30", found.String())
	}
	require.Len(t, tree.Found(), 2)
	set := d.set(t)
	first, _ := set.Get(manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "istio-system",
		Name: "mock"})
	second, _ := set.Get(manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "istio-system",
		Name: "z-second"})
	require.Contains(t, first.Meta().GetAnnotations(), release.AnnotationState)
	require.Equal(t, map[string]string{release.AnnotationRevision: fmt.Sprintf(`{"planDigest":%q,"revision":3}`,
		tree.Config.Plan.Digest())}, second.Meta().GetAnnotations())

	// A mark of another plan is neither of this revision nor of the one before.
	for _, revision := range []string{"3", "2"} {
		other := strings.Replace(d["second-route.yaml"], `"planDigest":"sha256:`, `"planDigest":"sha256:0`, 1)
		other = strings.Replace(other, `"revision":3`, `"revision":`+revision, 1)
		marked := maps.Clone(d)
		marked["second-route.yaml"] = other
		_, err := command(marked.open(t), "Promote")
		require.ErrorContains(t, err, "must be at revision 3 of the plan, or the one before: it is at "+revision)
	}

	// A route that is more than one revision behind is not repaired in silence.
	d.replace(t, "second-route.yaml", `"revision":3`, `"revision":1`)
	_, err := command(d.open(t), "Promote")
	require.ErrorContains(t, err, "must be at revision 3 of the plan, or the one before: it is at 1")
	d.replace(t, "second-route.yaml", `"revision":1`, `"revison":1`)
	_, err = command(d.open(t), "Promote")
	require.ErrorContains(t, err, "revison")
	d.replace(t, "second-route.yaml", `"revison":1`, `"revision":3`)

	d.do(t, "RollBack", "CleanUp", "CleanUp")
	require.NotContains(t, d["second-route.yaml"], "annotations")
	require.NotContains(t, d["mock-route.yaml"], "annotations")
	require.Equal(t, sampleTree(t, true), d, "after a roll back and its clean-up all is as it was")
}

// A goal that holds already is not done again.
func TestGoalsThatHoldAreNothingToDo(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	for _, word := range []string{"Prepare", "Start", "Pause", "Resume", "RollBack"} {
		d.do(t, word)
		o, err := command(d.open(t), word)
		require.NoError(t, err, word)
		require.True(t, o.Nothing(), word)
	}
	d = sampleTree(t, false)
	d.do(t, "Prepare", "Start", "Promote", "Promote", "Promote", "Finish")
	o, err := command(d.open(t), "Finish")
	require.NoError(t, err)
	require.True(t, o.Nothing())
}

func TestCommandsRefuse(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	for _, word := range []string{"Start", "Promote", "RollBack", "Finish"} {
		_, err := command(d.open(t), word)
		require.ErrorIs(t, err, rollout.ErrNoState, word)
	}
	d.do(t, "Prepare", "Start")
	_, err := command(d.open(t), "CleanUp")
	require.ErrorIs(t, err, release.ErrUnfinished)
	_, err = command(d.open(t), "Prepare")
	require.ErrorIs(t, err, rollout.ErrStarted)
	_, err = d.open(t).Apply(rollout.Event{Kind: rollout.Promote, Revision: 1, At: t0})
	require.ErrorIs(t, err, rollout.ErrStale)
	d.do(t, "RollBack")
	_, err = command(d.open(t), "Prepare")
	require.ErrorIs(t, err, gitops.ErrNotCleanedUp)
}

// A command does not report errors that the directory has already.
func TestCommandsPassOverErrorsThatWereThere(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	d["aaa.yaml"] = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: broken}\nspec:\n" +
		"  hosts: [x]\n  http:\n  - route:\n" +
		"    - {destination: {host: mocka.default.svc.cluster.local, subset: none}}\n"
	require.Error(t, validate.Check(d.set(t)).Err())
	d.do(t, "Prepare", "Start", "RollBack", "CleanUp", "CleanUp")
}

// A caller who decided on another revision is told so, and completes nothing.
func TestStaleCallerDoesNotComplete(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, true)
	d.do(t, "Prepare", "Start")
	o, err := command(d.open(t), "Promote")
	require.NoError(t, err)
	d.write(o, 1)
	half := d.open(t)
	require.NotEmpty(t, half.Report().Problems)
	for _, kind := range []rollout.EventKind{rollout.Promote, rollout.RollBack} {
		_, err = half.Apply(rollout.Event{Kind: kind, Revision: 2, At: t0})
		require.ErrorIs(t, err, rollout.ErrStale)
	}
}

// A stage may leave the candidate at 0. It is in the routes then, and not before.
func TestCandidateJoinsTheRoutesAtTheStart(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	d.replace(t, "release.yaml", "{lane: v1, percent: 60}, {lane: v2, percent: 30}, {lane: v3, percent: 10}",
		"{lane: v1, percent: 60}, {lane: v2, percent: 40}, {lane: v3, percent: 0}")
	d.do(t, "Prepare")
	require.Equal(t, mockRef.String()+": v1=50 v2=50", d.open(t).Found()[0].String())
	d.do(t, "Start")
	require.Equal(t, mockRef.String()+": v1=60 v2=40 v3=0", d.open(t).Found()[0].String())
}

// Istio gives everything to an only destination without a weight.
func TestOnlyDestinationHasAll(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	route := d["mock-route.yaml"]
	at := strings.Index(route, "    - destination:\n        host: mocka.default.svc.cluster.local\n        subset: v2")
	d["mock-route.yaml"] = strings.Replace(route[:at], "      weight: 50 ", "      # weight: 50 ", 1)
	require.Equal(t, mockRef.String()+": v1=100", d.open(t).Found()[0].String())
}

func TestWhatIsNotSoundIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil func(d directory)
		want  string
	}{
		"no plan": {func(d directory) { delete(d, "release.yaml") }, release.ErrNoPlan.Error()},
		"bad plan": {func(d directory) {
			d.replace(t, "release.yaml", "{lane: v3, percent: 10}",
				"{lane: v3, percent: 20}")
		}, "plan.stages[0].weights: must sum to 100, not 110"},
		"no such route": {func(d directory) { d.replace(t, "release.yaml", "name: mock}", "name: other}") },
			"VirtualService istio-system/other: must be in the directory"},
		"no such name": {func(d directory) { d.replace(t, "release.yaml", "name: mock}", "name: mock, route: main}") },
			`must have a route "main"`},
		"state of none": {func(d directory) {
			d.replace(t, "mock-route.yaml", "namespace: istio-system\nspec:\n  gateways",
				"namespace: istio-system\n  annotations: {swimlane-go.github.io/state: '{}'}\nspec:\n  gateways")
		}, "schema: Invalid value"},
		"state misplaced": {func(d directory) {
			d.replace(t, "swimlanegroup.yaml", "  name: mock\n",
				"  name: mock\n  annotations: {swimlane-go.github.io/state: '{}'}\n")
		}, "it must not be here"},
		"state too large": {func(d directory) {
			d.replace(t, "mock-route.yaml", "namespace: istio-system\nspec:\n  gateways",
				"namespace: istio-system\n  annotations: {swimlane-go.github.io/state: '"+strings.Repeat("x", 5000)+
					"'}\nspec:\n  gateways")
		}, "larger than 4096 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			d := sampleTree(t, false)
			test.spoil(d)
			tree, err := gitops.Open(d.set(t), "")
			require.Equal(t, strings.HasSuffix(name, " plan"), err != nil,
				"where the release is cannot be told without a plan")
			if err == nil {
				err = tree.Sound()
			}
			require.ErrorContains(t, err, test.want)
			require.Equal(t, name == "no plan", errors.Is(err, release.ErrNoPlan))
		})
	}
	d := sampleTree(t, false)
	d.do(t, "Prepare")
	d.replace(t, "release.yaml", "name: full-promotion", "name: complete")
	require.ErrorIs(t, d.open(t).Sound(), rollout.ErrForeign, "a plan must not change under its release")
}

func TestPrepareRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil func(d directory)
		want  string
	}{
		"no such version": {func(d directory) { d.replace(t, "release.yaml", "from: v2", "from: v8") },
			"there must be Deployments, StatefulSets or DaemonSets of version v8"},
		"no such service": {func(d directory) { d.replace(t, "release.yaml", "service: mocka", "service: mockx") },
			"images name service mockx"},
		"no such container": {func(d directory) {
			d.replace(t, "release.yaml", "container: default",
				"container: main")
		}, "spec.template.spec.containers[main]: Not found"},
		"no lane": {func(d directory) {
			d["swimlanes.yaml"] = strings.Replace(d["swimlanes.yaml"], "    version: v2", "    version: v2\n    x: y",
				1)
		}, "there must be a lane of version v2"},
	} {
		t.Run(name, func(t *testing.T) {
			d := sampleTree(t, false)
			test.spoil(d)
			_, err := command(d.open(t), "Prepare")
			require.ErrorContains(t, err, test.want)
		})
	}
	// A change that would break the directory is refused: the candidate's lane has no pods.
	d := sampleTree(t, false)
	d["swimlanes.yaml"] += "---\napiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\n" +
		"metadata: {name: other, labels: {swimlane-group: mock}}\nspec: {labelSelector: {ASM_TRAFFIC_TAG: v3}}\n"
	_, err := command(d.open(t), "Prepare")
	require.ErrorContains(t, err, "the directory would not be good afterwards")
}

// An existing lane of the candidate is used as it is, or refused.
func TestPrepareWithALaneAlready(t *testing.T) {
	t.Parallel()
	const mocka, mockb = "{destination: {host: mocka.default.svc.cluster.local}, weight: 0}",
		"{destination: {host: mockb.default.svc.cluster.local}, weight: 0}"
	for name, test := range map[string]struct{ group, spec, want string }{
		"as it should be": {"mock", "{labelSelector: {version: v3}, newer: key}", ""},
		"with its weight": {"mock", "{labelSelector: {version: v3}, ingressWeight: " + mocka + "}", ""},
		"of another group": {"other", "{labelSelector: {version: v3}}",
			`ASMSwimLane v3: must be of the lane group of ASMSwimLane v2, not of "other"`},
		"of other pods": {"mock", "{labelSelector: {version: v9}}",
			"ASMSwimLane v3: must select the pods of Deployment mockb-v3"},
		"with other entry": {"mock", "{labelSelector: {version: v3}, ingressWeight: " + mockb + "}",
			"ASMSwimLane v3: must send requests to mocka.default.svc.cluster.local as the other lanes do"},
		"unreadable": {"mock", "{labelSelector: {version: 3}}", "ASMSwimLane v3: must be readable"},
	} {
		t.Run(name, func(t *testing.T) {
			for layout, d := range map[string]directory{"weighted": layouts(t)["weighted"],
				"one route": sampleTree(t, false)} {
				if layout == "one route" && strings.Contains(test.spec, "ingressWeight") {
					continue
				}
				d["swimlanes.yaml"] += "---\napiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\n" +
					"metadata: {name: v3, labels: {swimlane-group: " + test.group + "}}\nspec: " + test.spec + "\n"
				var out gitops.Commit
				tree, err := gitops.Open(d.set(t), "")
				if err == nil {
					out, err = tree.Prepare(t0)
				}
				if test.want != "" {
					require.ErrorContains(t, err, test.want, layout)
					continue
				}
				require.NoError(t, err, layout)
				require.NotEmpty(t, out.Files, layout)
			}
		})
	}
}
