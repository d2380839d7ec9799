package istio_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/oracle/istio/mesh"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
)

// plainTree returns the directory of the mock app on plain Istio before its release: v1 and v2, and
// the plan.
func plainTree(t *testing.T) gitops.Tree {
	t.Helper()
	plan := mock.Plan()
	before, err := release.Render(mock.App(), plan, stateAt(t, plan, "rolledback"),
		release.Options{Mode: release.Retire})
	require.NoError(t, err)
	config := release.Config{Name: "mock", Plan: plan, Candidate: release.Candidate{Version: "v3", From: "v2"}}
	for _, o := range before.Kind("VirtualService") {
		config.Routes = append(config.Routes, release.EntryRoute{Namespace: o.Ref.Namespace, Name: o.Ref.Name})
	}
	cm, err := config.ConfigMap()
	require.NoError(t, err)
	objects := append(plain(t, before).All(), object(t, cm))
	text, err := manifest.NewSet(objects...).YAML()
	require.NoError(t, err)
	set, err := manifest.Decode(manifest.File{Name: "app.yaml", Data: text})
	require.NoError(t, err)
	tree, err := gitops.Open(set, "")
	require.NoError(t, err)
	return tree
}

// commits makes the commits of commands in sequence, and calls a function with each commit and the
// tree before it.
func commits(t *testing.T, tree gitops.Tree, words []rollout.EventKind,
	each func(word string, before, after gitops.Tree)) {
	t.Helper()
	for _, word := range words {
		for again := true; again; {
			var c gitops.Commit
			var err error
			switch word {
			case prepare:
				c, err = tree.Prepare(t0)
			case cleanUp:
				c, err = tree.CleanUp()
			default:
				c, err = tree.Apply(rollout.Event{Kind: word, Revision: tree.Revision(), At: t0})
			}
			require.NoError(t, err, word)
			require.False(t, c.Completes, word)
			after := tree.After(c)
			each(string(word), tree, after)
			tree, again = after, c.Again
		}
	}
}

// prepare and cleanUp are the commands that are not events.
const prepare, cleanUp = rollout.EventKind("Prepare"), rollout.EventKind("CleanUp")

// TestGitopsKeepsRequestsInLanes makes every commit of a release on plain Istio in a directory. The
// objects of a commit arrive in any order. At every moment istiod has a cluster with pods for each
// name in its routes, and no request leaves its lane.
func TestGitopsKeepsRequestsInLanes(t *testing.T) {
	app := mock.App()
	tried := 0
	words := []rollout.EventKind{prepare, rollout.Start, rollout.Promote, rollout.Promote, rollout.Promote,
		rollout.Finish, cleanUp}
	commits(t, plainTree(t), words, func(word string, before, after gitops.Tree) {
		for n, set := range moments(before.Set, after.Set) {
			m := startMoment(t, app, set)
			require.Empty(t, m.missingPods(app), "%s: moment %d", word, n)
			require.Empty(t, m.leaving(t, app), "%s: moment %d", word, n)
			tried++
		}
	})
	require.Greater(t, tried, 40)
}

// TestGitopsReleaseUnderLoad releases v3 on plain Istio under load, rolls it back, releases it
// again and finishes. No request leaves its lane. Every lane with subsets also has a route with a
// header, so that the gRPC client knows the lane before it gets weight: no request fails.
func TestGitopsReleaseUnderLoad(t *testing.T) {
	app, set := seedSet(t, "initial-canary")
	p := startPlane(t, app, values[*lanes.ASMSwimLane](set, lanes.KindLane), plain(t, set)) // runs v3's pods too
	tree := plainTree(t)
	p.Istiod.Apply(t, known(t, tree)...)
	r := mesh.NewReplay(t)
	served := tree.Config.Plan.Before
	r.Publish(p.gatewayAt(app, served))
	l := startLoad(t, mesh.DialReplay(t, r, "xds:///shop.example.com"), "/mock")
	_, errs := l.take(workers)
	require.Empty(t, errs)
	words := []rollout.EventKind{prepare, rollout.Start, rollout.Promote, rollout.RollBack, cleanUp,
		prepare, rollout.Start, rollout.Promote, rollout.Promote, rollout.Promote, rollout.Finish, cleanUp}
	commits(t, tree, words, func(word string, _, after gitops.Tree) {
		if after.Prepared() {
			served = after.Config.Plan.Weights(after.State)
		}
		p.Istiod.Apply(t, known(t, after)...)
		r.Publish(p.gatewayAt(app, served))
		require.Empty(t, l.settle(t, served), word)
	})
}

// known returns the Istio objects of a directory. The entry has a route with a header for each lane
// with a subset.
func known(t *testing.T, tree gitops.Tree) []manifest.Object {
	t.Helper()
	var out []manifest.Object
	for _, o := range tree.Set.All() {
		if o.Ref == tree.Config.Routes[0].Ref() {
			o = object(t, o.Value.DeepCopyObject())
			spec := o.VirtualService()
			host := spec.Http[0].Route[0].Destination.Host
			var pins []*networking.HTTPRoute
			for _, rule := range tree.Set.Kind("DestinationRule") {
				for _, s := range rule.DestinationRule().Subsets {
					if rule.DestinationRule().Host == host {
						pins = append(pins, &networking.HTTPRoute{
							Match: []*networking.HTTPMatchRequest{
								{Headers: map[string]*networking.StringMatch{
									"x-lane": {MatchType: &networking.StringMatch_Exact{Exact: s.Name}}}}},
							Route: []*networking.HTTPRouteDestination{
								{Destination: &networking.Destination{Host: host, Subset: s.Name}}},
						})
					}
				}
			}
			require.NotEmpty(t, pins)
			spec.Http = append(pins, spec.Http...)
		}
		if o.VirtualService() != nil || o.DestinationRule() != nil {
			out = append(out, o)
		}
	}
	return out
}
