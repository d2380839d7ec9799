package gitops_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/routing"
)

// atStage returns a directory with a release at a stage.
func atStage(t *testing.T, d directory, stage int) directory {
	d.do(t, "Prepare", "Start")
	for range stage - 1 {
		d.do(t, "Promote")
	}
	return d
}

// rolledBackWeights are the rollback weights of the sample's plan.
var rolledBackWeights = rollout.Weights{rollout.W("v1", 50), rollout.W("v2", 50)}

// A roll back goes through, and says what it found.
func TestRollBackGoesThrough(t *testing.T) {
	t.Parallel()
	older := func(from, into directory, name string) { into[name] = from[name] }
	for name, test := range map[string]struct {
		tree  func(t *testing.T) directory
		found string // in the notes; "" for nothing
		next  int64  // the revision afterwards
	}{
		"half-written": {func(t *testing.T) directory {
			d := atStage(t, sampleTree(t, true), 2)
			before := maps.Clone(d)
			d.do(t, "Promote")
			older(before, d, "second-route.yaml")
			return d
		}, "VirtualService istio-system/z-second was written half-way: it was behind revision 4", 5},
		"the carrier behind": {func(t *testing.T) directory {
			d := atStage(t, sampleTree(t, true), 2)
			before := maps.Clone(d)
			d.do(t, "Promote")
			older(before, d, "mock-route.yaml")
			return d
		}, "VirtualService istio-system/z-second: must be at revision 3 of the plan, or the one before: it is at 4", 5},
		"edited by hand": {func(t *testing.T) directory {
			d := atStage(t, sampleTree(t, false), 3)
			d.replace(t, "mock-route.yaml", "weight: 80", "weight: 79")
			d.replace(t, "mock-route.yaml", "weight: 10 ", "weight: 11 ")
			return d
		}, "must be those of stage 3 of 4, shift-majority-to-v3, v1=10 v2=10 v3=80, not v1=11 v2=10 v3=79", 5},
		"edited to the rollback": {func(t *testing.T) directory {
			d := atStage(t, sampleTree(t, false), 2)
			d.replace(t, "mock-route.yaml", "weight: 40 ", "weight: 50 ")
			d.replace(t, "mock-route.yaml", "weight: 30 ", "weight: 50 ")
			d.replace(t, "mock-route.yaml", "weight: 30\n", "weight: 0\n")
			return d
		}, "not v1=50 v2=50 v3=0", 4},
		"the candidate is gone": {func(t *testing.T) directory {
			d := atStage(t, sampleTree(t, false), 3)
			delete(d, "mock-v3.yaml")
			at := strings.LastIndex(d["swimlanes.yaml"], "---\n")
			d["swimlanes.yaml"] = d["swimlanes.yaml"][:at]
			return d
		}, "ASMSwimLane v3 of the candidate is gone", 5},
		"an edited plan": {func(t *testing.T) directory {
			d := atStage(t, sampleTree(t, false), 3)
			d.replace(t, "release.yaml", "name: full-promotion", "name: complete")
			return d
		}, "it belongs to another plan: the plan was edited since the release began", 5},
		"no state, a mark": {func(t *testing.T) directory {
			d := atStage(t, sampleTree(t, true), 3)
			d.replace(t, "mock-route.yaml", "swimlane-go.github.io/state", "example.com/state")
			return d
		}, "the state of the release must be readable: it is missing, and the release is marked at revision 4", 5},
		"an unreadable state": {func(t *testing.T) directory {
			d := atStage(t, sampleTree(t, false), 3)
			d.replace(t, "mock-route.yaml", `"phase":"Running"`, `"phase":"Walking"`)
			return d
		}, "the state of the release must be readable: ", 1},
		"a lane twice": {func(t *testing.T) directory {
			d := atStage(t, sampleTree(t, false), 3)
			d["copy.yaml"] = d["swimlanes.yaml"]
			return d
		}, "ASMSwimLane v1: must be defined once", 5},
		"no lane group": {func(t *testing.T) directory {
			d := atStage(t, layouts(t)["permissive"], 3)
			delete(d, "swimlanegroup.yaml")
			return d
		}, "", 5},
		"a lane of nobody": {func(t *testing.T) directory {
			d := atStage(t, layouts(t)["weighted"], 3)
			d["stray.yaml"] = "apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\nmetadata:\n  name: v9\n" +
				"  labels: {swimlane-group: mock}\nspec:\n" +
				"  ingressWeight: {destination: {host: mocka.default.svc.cluster.local}, weight: 7}\n" +
				"  labelSelector: {version: v9}\n"
			return d
		}, "", 5},
		"a destination of nobody": {func(t *testing.T) directory {
			d := atStage(t, sampleTree(t, false), 3)
			d["mock-route.yaml"] += "    - destination:\n        host: mocka.default.svc.cluster.local\n" +
				"        subset: v9\n      weight: 7\n"
			return d
		}, "not v1=10 v2=10 v3=80 v9=7", 5},
		"a stable lane without pods": {func(t *testing.T) directory {
			d := atStage(t, sampleTree(t, false), 3)
			d["mock-v2.yaml"] = strings.Replace(d["mock-v2.yaml"], "replicas: 1", "replicas: 0", 1)
			return d
		},
			"lane v2 gets 50%, but service mocka.default.svc.cluster.local has 0 replicas in lane v2: mock-v2.yaml:1: Deployment default/mocka-v2",
			5},
		"prepared only": {func(t *testing.T) directory {
			d := sampleTree(t, false)
			d.do(t, "Prepare")
			return d
		}, "", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := test.tree(t)
			before := maps.Clone(d)
			o, err := command(d.open(t), "RollBack")
			require.NoError(t, err)
			require.Contains(t, strings.Join(o.Notes, "\n"), test.found)
			require.Equal(t, test.next, o.State.Revision)
			require.Equal(t, rollout.RolledBack, o.State.Phase)
			for n := 1; n <= len(o.Files); n++ { // and again after it was cut off
				half := maps.Clone(before)
				half.write(o, n)
				if n < len(o.Files) {
					half.do(t, "RollBack")
				}
				after := half.open(t)
				require.Equal(t, rollout.RolledBack, after.State.Phase)
				for _, f := range after.Found() {
					for _, w := range f.Weights {
						want, _ := rolledBackWeights.Percent(w.Lane)
						require.Equal(t, want, w.Percent, "%s: %s", f.Object, w.Lane)
					}
				}
				for _, o := range after.Set.Kind(lanes.KindLane) {
					if w := o.Lane().Spec.IngressWeight; w != nil {
						want, _ := rolledBackWeights.Percent(o.Ref.Name)
						require.Equal(t, want, int(*w.Weight), o.Ref.Name)
					}
				}
				again, err := command(after, "RollBack")
				require.NoError(t, err)
				require.True(t, again.Nothing())
			}
			if strings.Contains(name, "gone") {
				require.NotContains(t, before, "mock-v3.yaml", "nothing is made again")
			}
		})
	}
}

func TestRollBackRefuses(t *testing.T) {
	t.Parallel()
	foreign := func(d directory) { d.replace(t, "release.yaml", "name: full-promotion", "name: complete") }
	for name, test := range map[string]struct {
		words []string
		spoil func(d directory)
		want  error
		text  string
	}{
		"no release": {nil, func(directory) {}, rollout.ErrNoState, "no release is prepared"},
		"finished": {finished()[:6], func(directory) {}, rollout.ErrFinished,
			"adopt -as rolledback gives the routes the rollback weights"},
		"another's finished": {finished()[:6], foreign, rollout.ErrFinished, "adopt -as rolledback"},
		"cleaned up":         {finished(), func(directory) {}, rollout.ErrNoState, "no release is prepared"},
		"a holder twice": {finished()[:3], func(d directory) { d["copy.yaml"] = d["mock-route.yaml"] },
			release.ErrTwice,
			"copy.yaml:17: VirtualService istio-system/mock: must be defined once: it is at copy.yaml:17 and mock-route.yaml:17"},
		"no holder": {finished()[:3], func(d directory) { d["mock-route.yaml"] = "a: [\n" }, release.ErrMissing,
			"VirtualService istio-system/mock: must be in the directory: it carries the app's traffic; it may be in an unreadable file:\nmock-route.yaml:1: "},
		"no second holder": {[]string{"Prepare", "Start"}, func(d directory) { d["second-route.yaml"] = "a: [\n" },
			release.ErrMissing,
			"VirtualService istio-system/z-second: must be in the directory: it carries the app's traffic; it may be in an unreadable file:\nsecond-route.yaml:1: "},
		"no such lane": {finished()[:3], func(d directory) {
			d["release.yaml"] = strings.ReplaceAll(d["release.yaml"], "lane: v2", "lane: v9")
		}, routing.ErrNoLane, "lane v9 of the plan's rollback has no destination here, and there is no such lane"},
		"not editable": {finished()[:3],
			func(d directory) { d.replace(t, "mock-route.yaml", "weight: 30\n", "weight: &w 30\n") },
			gitops.ErrUneditable,
			"by hand: mend that and roll back again, or give every route the weights v1=50 v2=50 v3=0 and commit"},
		"delegated": {finished()[:3], func(d directory) {
			head, _, _ := strings.Cut(d["mock-route.yaml"], "    route:\n")
			d["mock-route.yaml"] = head + "    delegate: {name: other, namespace: b}\n"
		}, release.ErrUnreadable, "must share requests itself: it delegates to VirtualService b/other"},
	} {
		t.Run(name, func(t *testing.T) {
			d := sampleTree(t, strings.Contains(name, "second"))
			d.do(t, test.words...)
			test.spoil(d)
			tree := d.openLoose(t)
			_, err := tree.Apply(rollout.Event{Kind: rollout.RollBack, Revision: tree.Revision(), At: t0})
			require.ErrorIs(t, err, test.want)
			require.ErrorContains(t, err, test.text)
			_, err = tree.Apply(rollout.Event{Kind: rollout.RollBack, Revision: tree.Revision() + 1, At: t0})
			require.ErrorIs(t, err, rollout.ErrStale)
		})
	}
}

// Until a finished release is cleaned up, adopt ends it at the rollback weights.
func TestAdoptEndsAFinishedRelease(t *testing.T) {
	t.Parallel()
	for name, words := range map[string][]string{"finished": finished()[:6], "half cleaned up": finished()[:7]} {
		for _, edited := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				d := sampleTree(t, false)
				d.do(t, words...)
				if edited {
					d.replace(t, "release.yaml", "name: full-promotion", "name: complete")
				}
				o, err := d.open(t).Adopt("rolledback", t0)
				require.NoError(t, err)
				d.write(o, len(o.Files))
				for lane, want := range map[string]int{"v1": 50, "v2": 50, "v3": 0} {
					percent, _ := d.open(t).Found()[0].Weights.Percent(lane)
					require.Equal(t, want, percent, lane)
				}
				d.do(t, "CleanUp", "CleanUp")
				require.False(t, d.open(t).Prepared())
			})
		}
	}
}

// openLoose opens the part of a directory that can be read.
func (d directory) openLoose(t *testing.T) gitops.Tree {
	tree, err := gitops.Directory{Path: d.put(t)}.Read()
	require.NoError(t, err)
	return tree
}
