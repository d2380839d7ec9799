package gitops_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
)

// A route with the mark of the release that left the plan would keep the candidate's weight, so
// no command goes through.
func TestMarkedRouteMustBeListed(t *testing.T) {
	t.Parallel()
	d := atStage(t, sampleTree(t, true), 3)
	d.replace(t, "release.yaml", "    - {namespace: istio-system, name: z-second}\n", "")
	for _, word := range []string{"RollBack", "Promote", "Prepare"} {
		_, err := command(d.open(t), word)
		require.ErrorIs(t, err, release.ErrUnlisted, word)
		require.ErrorContains(t, err,
			"second-route.yaml:1: VirtualService istio-system/z-second: must be among the routes of the plan")
	}
}

// Every command reports a state on the wrong object. A roll back goes through, once.
func TestStrayState(t *testing.T) {
	t.Parallel()
	d := atStage(t, sampleTree(t, false), 3)
	_, route, _ := strings.Cut(d["mock-route.yaml"], "---\n")
	d["copy.yaml"] = strings.Replace(route, "name: mock\n", "name: copy\n", 1)
	_, err := command(d.open(t), "Promote")
	require.ErrorContains(t, err,
		"copy.yaml:1: VirtualService istio-system/copy: the state of the release must be readable: "+
			"must not be here, but on VirtualService istio-system/mock: remove it")
	d.do(t, "RollBack")
	o, err := command(d.open(t), "RollBack")
	require.NoError(t, err)
	require.True(t, o.Nothing())
}

// What another file says about the header does not stop a roll back.
func TestRollBackWithAnotherRouteHeader(t *testing.T) {
	t.Parallel()
	d := atStage(t, layouts(t)["permissive"], 3)
	d.replace(t, "swimlanegroup.yaml", "routeHeader: x-lane", "routeHeader: x-other")
	d.do(t, "RollBack")
	require.Equal(t, mockRef.String()+": v1=50 v2=50 v3=0", d.open(t).Found()[0].String())
}

// A lane without a group shares no requests.
func TestRollBackWithALaneOfNoGroup(t *testing.T) {
	t.Parallel()
	d := atStage(t, layouts(t)["weighted"], 3)
	at := strings.LastIndex(d["swimlanes.yaml"], "swimlane-group: mock")
	d["swimlanes.yaml"] = d["swimlanes.yaml"][:at] + "other: mock" +
		d["swimlanes.yaml"][at+len("swimlane-group: mock"):]
	d.do(t, "RollBack")
	require.Equal(t, "ASMSwimLaneGroup mock: v1=50 v2=50 v3=0", d.open(t).Found()[0].String())
}

// A plan that nobody edited cannot be replanned: hand edits are for adopt.
func TestReplanLeavesHandEdits(t *testing.T) {
	t.Parallel()
	d := atStage(t, sampleTree(t, false), 1)
	d.replace(t, "mock-route.yaml", "weight: 60", "weight: 70")
	d.replace(t, "mock-route.yaml", "weight: 30", "weight: 20")
	_, err := d.open(t).Replan("", t0)
	require.ErrorContains(t, err, "the release follows this plan already")
}

// Adopt takes over marks of other commits, at the right weights.
func TestAdoptOfMarks(t *testing.T) {
	t.Parallel()
	d := atStage(t, sampleTree(t, true), 1)
	old := d["second-route.yaml"]
	d.do(t, "Pause", "Resume")
	d["second-route.yaml"] = old
	_, err := command(d.open(t), "Promote")
	require.ErrorContains(t, err, "must be at revision 4 of the plan, or the one before: it is at 2")
	o, err := d.open(t).Adopt("", t0)
	require.NoError(t, err)
	d.write(o, len(o.Files))
	d.do(t, "Promote")
}

// The source of a candidate may go once the candidate exists.
func TestSourceOfTheCandidateMayGo(t *testing.T) {
	t.Parallel()
	d := atStage(t, sampleTree(t, false), 4)
	delete(d, "mock-v2.yaml")
	d.do(t, "Finish")
}

// A release of another plan of the directory is not rolled back by this one.
func TestRollBackOfAnotherPlan(t *testing.T) {
	t.Parallel()
	d := atStage(t, sampleTree(t, false), 2)
	d["next.yaml"] = strings.NewReplacer("name: mock\n", "name: next\n", "name: full-promotion",
		"name: all").Replace(d["release.yaml"])
	tree, err := gitops.Open(d.set(t), "next")
	require.NoError(t, err)
	_, err = tree.Apply(rollout.Event{Kind: rollout.RollBack, Revision: tree.Revision(), At: t0})
	require.ErrorIs(t, err, rollout.ErrForeign)
	require.ErrorContains(t, err, "the release is that of plan mock: name it with -plan")
	tree, err = gitops.Open(d.set(t), "mock")
	require.NoError(t, err)
	_, err = tree.Apply(rollout.Event{Kind: rollout.RollBack, Revision: tree.Revision(), At: t0})
	require.NoError(t, err)
}
