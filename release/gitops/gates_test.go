package gitops_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/validate"
)

// gatedTree returns the sample directory with a plan that has gates.
func gatedTree(t testing.TB) directory {
	t.Helper()
	d := sampleTree(t, false)
	data, err := os.ReadFile("../../examples/gitops/testdata/gated/release.yaml")
	require.NoError(t, err)
	d["release.yaml"] = string(data)
	return d
}

// zones are those of the gated tree.
func zones(t testing.TB) rollout.Zones {
	t.Helper()
	return rollout.Zones{"Europe/Berlin": time.FixedZone("Europe/Berlin", 3600)}
}

// make makes a commit of the directory, and writes it.
func (d directory) make(t testing.TB, do func(gitops.Tree) (gitops.Commit, error)) gitops.Commit {
	t.Helper()
	c, err := do(d.open(t))
	require.NoError(t, err)
	d.write(c, len(c.Files))
	return c
}

// gatedStart prepares and starts a release as ann.
func gatedStart(t testing.TB) directory {
	d := gatedTree(t)
	d.make(t, func(tree gitops.Tree) (gitops.Commit, error) {
		tree.Author = "ann"
		return tree.Prepare(t0)
	})
	d.make(t, func(tree gitops.Tree) (gitops.Commit, error) {
		return tree.Apply(rollout.Event{Kind: rollout.Start, Revision: 1, At: t0, Zones: zones(t), By: "ann",
			Reason: "it is time"})
	})
	return d
}

// window is an observation of errors in one minute, which begins this many minutes after t0.
func window(service string, minute int, bad int64) rollout.Observation {
	from := t0.Add(time.Duration(minute) * time.Minute)
	return rollout.Observation{Metric: "errors", Service: service, From: from, To: from.Add(time.Minute),
		Lanes: []rollout.LaneCount{
			{Lane: "v1", Bad: 6, Total: 600}, {Lane: "v2", Bad: 3, Total: 300}, {Lane: "v3", Bad: bad, Total: 100}}}
}

// quiet are observations of a minute in which all is well.
func quiet(minute int) []rollout.Observation {
	memory := 0.5
	m := window("", minute, 0)
	m.Metric, m.Lanes = "memory", []rollout.LaneCount{{Lane: "v3", Value: &memory}}
	return []rollout.Observation{window("mocka", minute, 0), window("mockb", minute, 1), m}
}

// A release goes on by what was observed and approved, from directory to directory. Its
// clean-up removes what it knew.
func TestReleaseByDecisions(t *testing.T) {
	d := gatedStart(t)
	before := gatedTree(t)
	decide := func(minute int) rollout.Decision {
		decision, _, err := d.open(t).Decide(t0.Add(time.Duration(minute)*time.Minute), zones(t))
		require.NoError(t, err)
		return decision
	}
	for minute := range 3 {
		c := d.make(t, func(tree gitops.Tree) (gitops.Commit, error) { return tree.Observe(quiet(minute)...) })
		require.Equal(t, "mock: observe 3 windows", c.Subject)
	}
	again := d.make(t, func(tree gitops.Tree) (gitops.Commit, error) { return tree.Observe(quiet(2)...) })
	require.True(t, again.Nothing())
	require.Equal(t, []string{"3 windows folded before, passed over"}, again.Notes)
	again = d.make(t, func(tree gitops.Tree) (gitops.Commit, error) {
		return tree.Observe(append(quiet(1), quiet(2)...)...)
	})
	require.True(t, again.Nothing(), "a list may be given again")
	_, err := d.open(t).Observe(quiet(1)...)
	require.ErrorIs(t, err, rollout.ErrOverlap)
	require.Equal(t, "hold: 0 of 1 approvals by owner; the place must be kept until 2026-03-11T08:10:00Z",
		decide(3).String())

	c := d.make(t, func(tree gitops.Tree) (gitops.Commit, error) {
		return tree.Approve(rollout.Approval{By: "bob", At: t0.Add(4 * time.Minute)})
	})
	require.Equal(t, "mock: bob approves stage increase-v3-share as owner", c.Subject)
	now := t0.Add(11 * time.Minute)
	decision, facts, err := d.open(t).Decide(now, zones(t))
	require.NoError(t, err)
	require.Equal(t, "promote to increase-v3-share: the gate of stage increase-v3-share is open", decision.String())
	event, ok := decision.Event(facts, "robot")
	require.True(t, ok)
	d.make(t, func(tree gitops.Tree) (gitops.Commit, error) { return tree.Apply(event) })
	require.Equal(t, 2, d.open(t).State.Stage)

	for minute := 11; minute < 14; minute++ {
		d.make(t, func(tree gitops.Tree) (gitops.Commit, error) {
			return tree.Observe(window("mocka", minute, 30), window("mockb", minute, 0))
		})
	}
	decision, facts, err = d.open(t).Decide(t0.Add(15*time.Minute), zones(t))
	require.NoError(t, err)
	require.Equal(t, rollout.ActRollBack, decision.Action)
	require.Len(t, decision.Reasons, 1, "what is missing beside is not why")
	event, _ = decision.Event(facts, "robot")
	d.make(t, func(tree gitops.Tree) (gitops.Commit, error) { return tree.Apply(event) })

	history := d.open(t).Report().History
	require.Len(t, history, 3)
	require.Equal(t, "2026-03-11T08:00:00Z start to initial-canary by ann: it is time", history[0].Text)
	require.Equal(t,
		"2026-03-11T08:11:00Z promote to increase-v3-share by robot: the gate of stage increase-v3-share is open",
		history[1].Text)
	require.Equal(t, decision.Reasons[0].String(), history[2].Reason)

	d.do(t, "CleanUp", "CleanUp")
	require.Equal(t, before, d)
}

func TestGatesRefuse(t *testing.T) {
	d := gatedStart(t)
	friday := time.Date(2026, 3, 13, 17, 0, 0, 0, time.UTC)
	ask := func(e rollout.Event) error {
		e.Revision, e.Zones = 2, zones(t)
		_, err := d.open(t).Apply(e)
		return err
	}
	err := ask(rollout.Event{Kind: rollout.Promote, At: t0})
	require.ErrorIs(t, err, rollout.ErrGated)
	require.ErrorContains(t, err, "0 of 1 approvals by owner")
	err = ask(rollout.Event{Kind: rollout.Promote, At: friday})
	require.ErrorIs(t, err, rollout.ErrFrozen)
	require.ErrorContains(t, err, "nobody is there on Friday evening")
	require.NoError(t, ask(rollout.Event{Kind: rollout.RollBack, At: friday}))
	require.NoError(t, ask(rollout.Event{Kind: rollout.Pause, At: friday}))
	override := rollout.Event{Kind: rollout.Promote, At: friday, By: "bob", Override: "it mends an outage"}
	require.NoError(t, ask(override))
	override.Revision, override.Zones = 2, zones(t)
	c, err := d.open(t).Apply(override)
	require.NoError(t, err)
	require.Contains(t, c.Message(), "- gates overridden by: bob\n- reason: it mends an outage\n")

	_, err = d.open(t).Approve(rollout.Approval{By: "eve", At: t0})
	require.ErrorIs(t, err, rollout.ErrStranger)
	_, err = d.open(t).Observe(window("mockz", 0, 0), window("mocka", 0, 200))
	require.ErrorContains(t, err, "observation 1: observation: service: Not found")
	require.ErrorContains(t, err, "observation 2: observation: lanes[2].bad: Invalid value")
	unprepared := gatedTree(t).open(t)
	_, _, err = unprepared.Decide(t0, nil)
	require.ErrorIs(t, err, rollout.ErrNoState)
}

func TestZones(t *testing.T) {
	plan := gatedTree(t).open(t).Config.Plan
	read, err := gitops.Zones(plan)
	require.NoError(t, err)
	require.Equal(t, "Europe/Berlin", read["Europe/Berlin"].String())
	plan.Freezes = append(plan.Freezes, rollout.Freeze{Zone: "Nowhere/Land"})
	_, err = gitops.Zones(plan)
	require.ErrorContains(t, err, "freezes: zone Nowhere/Land")
}

// Lint finds what a plan probably does not mean, at its line.
func TestGateFindings(t *testing.T) {
	d := gatedTree(t)
	require.Empty(t, gitops.Check(d.set(t), validate.Checker{}))
	d.replace(t, "release.yaml", "{ratio: 2, ceiling: 0.05}", "{ratio: 2}")
	findings := gitops.Check(d.set(t), validate.Checker{})
	require.Len(t, findings, 1)
	require.Equal(t,
		"release.yaml:37: warning SL609 ConfigMap mock data.plan.guards[0]: should have a ceiling: from stage shift-majority-to-v3 on it sees nothing, because the other lanes get too few requests to compare with",
		findings[0].String())

	d = gatedTree(t)
	d.replace(t, "mock-route.yaml", "    route:\n", "    retries: {attempts: 3}\n    route:\n")
	findings = gitops.Check(d.set(t), validate.Checker{})
	require.Len(t, findings, 2)
	require.Equal(t,
		"release.yaml:37: warning SL610 ConfigMap mock data.plan.guards[0].clump: should be 4, the attempts of the route of VirtualService istio-system/mock and the first one: it is 1",
		findings[1].String())
}

// If a file of values has the weights, it has evidence and history too, beside the state.
func TestGatesBesideValues(t *testing.T) {
	d := directory{
		"release.yaml": `apiVersion: v1
kind: ConfigMap
metadata:
  name: shop
  labels: {swimlane-go.github.io/plan: "1"}
data:
  candidate: "{version: v2, from: v1}"
  values: "{file: values.yaml, path: shop.weights}"
  plan: |
    candidate: v2
    before: [{lane: v1, percent: 100}, {lane: v2, percent: 0}]
    stages:
    - {name: half, weights: [{lane: v1, percent: 50}, {lane: v2, percent: 50}], gate: {}}
    rollback: [{lane: v1, percent: 100}, {lane: v2, percent: 0}]
    metrics: [{name: errors, kind: Counts}]
    guards: [{metric: errors, worse: {ratio: 2}}]
    approvers: {owner: [ann, bob]}
`,
		"values.yaml": "shop:\n  weights: {v1: 100} # of all\n",
	}
	before := directory{"values.yaml": d["values.yaml"], "release.yaml": d["release.yaml"]}
	d.make(t, func(tree gitops.Tree) (gitops.Commit, error) {
		tree.Author = "ann"
		return tree.Prepare(t0)
	})
	require.Contains(t, d["values.yaml"], `swimlaneStateEvidence: '{"schema":1`)
	decision, facts, err := d.open(t).Decide(t0, nil)
	require.NoError(t, err)
	event, _ := decision.Event(facts, "robot")
	d.make(t, func(tree gitops.Tree) (gitops.Commit, error) { return tree.Apply(event) })
	d.make(t, func(tree gitops.Tree) (gitops.Commit, error) {
		return tree.Observe(rollout.Observation{Metric: "errors", From: t0, To: t0.Add(time.Minute),
			NoData: "no series"})
	})
	require.Equal(t, "2026-03-11T08:00:00Z start to half by robot: the gate of stage half is open",
		d.open(t).Report().History[0].Text)
	_, err = d.open(t).Approve(rollout.Approval{By: "ann", At: t0})
	require.ErrorIs(t, err, rollout.ErrAuthor)

	broken := directory{"values.yaml": strings.Replace(d["values.yaml"], `Evidence: '{`, `Evidence: '`, 1),
		"release.yaml": d["release.yaml"]}
	findings := gitops.Check(broken.set(t), validate.Checker{})
	require.Len(t, findings, 1)
	require.Equal(t, validate.BadEvidence, findings[0].Code)
	require.Equal(t, 4, findings[0].Line)

	d.do(t, "RollBack", "CleanUp")
	require.Equal(t, before, d)
}

// A pause and its end keep the stay and its approvals, if nothing is observed between them.
func TestPauseKeepsApprovals(t *testing.T) {
	d := gatedStart(t)
	d.make(t, func(tree gitops.Tree) (gitops.Commit, error) {
		return tree.Approve(rollout.Approval{By: "bob", At: t0})
	})
	d.do(t, "Pause", "Resume")
	decision, _, err := d.open(t).Decide(t0, zones(t))
	require.NoError(t, err)
	require.NotContains(t, decision.String(), "approvals")
	require.Contains(t, decision.String(), "memory: 0 windows")
}
