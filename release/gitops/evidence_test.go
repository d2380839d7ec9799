package gitops_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/rollout/counters"
	"github.com/swimlane-go/swimlane/validate"
)

// Evidence that cannot be read stops what it decides. It does not stop a roll back, nor adopt,
// which replaces it.
func TestEvidenceThatCannotBeRead(t *testing.T) {
	for name, spoil := range map[string]string{
		"cut off":        `'{"schema":1,'`,
		"unknown key":    `'{"schema":1,"more":1}'`,
		"another plan's": `'{"schema":1,"planDigest":"sha256:0","revision":1,"phase":"Prepared","stage":0,"since":"2026-03-11T08:00:00Z","stay":1,"entered":"2026-03-11T08:00:00Z"}'`,
		"too large":      "'" + strings.Repeat("x", release.MaxKnown+1) + "'",
	} {
		t.Run(name, func(t *testing.T) {
			d := gatedStart(t)
			start, rest, found := strings.Cut(d["mock-route.yaml"], "swimlane-go.github.io/evidence: ")
			require.True(t, found)
			_, rest, _ = strings.Cut(rest, "\n")
			d["mock-route.yaml"] = start + "swimlane-go.github.io/evidence: " + spoil + "\n" + rest
			tree := d.open(t)
			_, _, err := tree.Decide(t0, zones(t))
			require.Error(t, err)
			_, err = tree.Observe(quiet(1)...)
			require.Error(t, err)
			_, err = tree.Approve(rollout.Approval{By: "bob", At: t0})
			require.Error(t, err)
			_, err = tree.Apply(rollout.Event{Kind: rollout.Promote, Revision: 2, At: t0, Zones: zones(t)})
			require.Error(t, err)
			if name != "another plan's" {
				require.ErrorIs(t, err, release.ErrKnown)
				require.Contains(t, gitops.Check(d.set(t), validate.Checker{}).Err().Error(), "SL611")
			}
			back, err := tree.Apply(rollout.Event{Kind: rollout.RollBack, Revision: 2, At: t0})
			require.NoError(t, err, "a roll back goes through")
			require.Equal(t, rollout.RolledBack, tree.After(back).State.Phase)

			d.make(t, func(tree gitops.Tree) (gitops.Commit, error) { return tree.Adopt("1", t0) })
			decision, _, err := d.open(t).Decide(t0, zones(t))
			require.NoError(t, err)
			require.Equal(t, rollout.ActHold, decision.Action, "adopt begins the evidence anew")
		})
	}
}

// Evidence is replaced when its plan is edited: guards begin again, and the author stays.
func TestReplanBeginsEvidenceAnew(t *testing.T) {
	d := gatedStart(t)
	d.make(t, func(tree gitops.Tree) (gitops.Commit, error) { return tree.Observe(quiet(0)...) })
	d.replace(t, "release.yaml", "ratio: 2,", "ratio: 2.5,")
	_, _, err := d.open(t).Decide(t0, zones(t))
	require.ErrorIs(t, err, rollout.ErrForeign)
	d.make(t, func(tree gitops.Tree) (gitops.Commit, error) { return tree.Replan("", t0) })
	_, err = d.open(t).Approve(rollout.Approval{By: "ann", At: t0})
	require.ErrorIs(t, err, rollout.ErrAuthor)
	decision, _, err := d.open(t).Decide(t0, zones(t))
	require.NoError(t, err)
	require.Contains(t, decision.String(), "errors at mocka: no data of the candidate at this place yet")
}

// Counters at two moments become observations of the plan's lanes, by the version of their
// pods.
func TestCount(t *testing.T) {
	d := gatedStart(t)
	d.replace(t, "swimlanes.yaml", "    version: v1", "    version: one")
	line := func(version, service, code, value string) string {
		return `istio_requests_total{reporter="source",destination_canonical_revision="` + version +
			`",destination_service_name="` + service + `",response_code="` + code + `"} ` + value + "\n"
	}
	before := gitops.Reading{Name: "before.txt", At: t0,
		Text: []byte(line("one", "mocka", "200", "100") + line("v3", "mocka", "200", "7"))}
	after := gitops.Reading{Name: "after.txt", At: t0.Add(time.Minute),
		Text: []byte(line("one", "mocka", "200", "700") + line("v3", "mocka", "200", "90") +
			line("v3", "mocka", "503", "3"))}
	observations, _, err := d.open(t).Count("errors", "gateway-0", before, after)
	require.NoError(t, err)
	require.Len(t, observations, 2)
	require.Equal(t, "mocka", observations[0].Service)
	require.Equal(t, []rollout.LaneCount{{Lane: "v1", Total: 600}, {Lane: "v3", Bad: 3, Total: 86}},
		observations[0].Lanes)
	require.NotEmpty(t, observations[1].NoData, "nothing was counted at mockb")

	_, _, err = d.open(t).Count("memory", "gateway-0", before, after)
	require.ErrorIs(t, err, counters.ErrMetric)
	after.Text = []byte("istio_requests_total{")
	_, _, err = d.open(t).Count("errors", "gateway-0", before, after)
	require.ErrorContains(t, err, "after.txt: ")
}

// Evidence is not written if it could not be read again: here too many people have approved.
func TestTooMuchEvidenceIsNotWritten(t *testing.T) {
	d := gatedStart(t)
	people := make([]string, 1000)
	for i := range people {
		people[i] = fmt.Sprintf("person-%d", i)
	}
	tree := d.open(t)
	tree.Config.Plan.Approvers = map[string][]string{"owner": people}
	state, err := tree.Config.Plan.Prepare(t0)
	require.NoError(t, err)
	var evidence rollout.Evidence
	var written int
	live := release.ReadSet(tree.Config, tree.Set)
	for _, by := range people {
		now, err := tree.Config.Plan.Now(state, evidence)
		require.NoError(t, err)
		evidence, err = tree.Config.Plan.Approve(state, now,
			rollout.Approval{Role: "owner", By: by, At: t0, PlanDigest: state.PlanDigest, Stay: now.Stay})
		require.NoError(t, err)
		change, err := live.KeepEvidence(evidence)
		if err != nil {
			require.ErrorIs(t, err, release.ErrKnown)
			break
		}
		require.LessOrEqual(t, len(change.(manifest.SetAnnotation).Value), release.MaxKnown)
		written++
	}
	require.Greater(t, written, 100)
	require.Less(t, written, len(people))
}
