package gitops_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/release/capacity"
	"github.com/swimlane-go/swimlane/rollout"
)

// The place of the release is marked, at any phase.
func TestPlanReportMarksThePlace(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	here := func() (out []string) {
		r := d.open(t).PlanReport(nil)
		require.Empty(t, r.Error)
		require.Len(t, r.Places, r.Place.Stages+2)
		require.Equal(t, capacity.Before, r.Places[0].Name)
		require.Equal(t, r.Definition.Rollback, r.Places[len(r.Places)-1].Weights)
		for i, p := range r.Places {
			if p.Here {
				out = append(out, p.Name)
			}
			if i > 0 && i <= r.Place.Stages {
				require.Equal(t, i, p.Stage)
				require.Equal(t, r.Definition.Stages[i-1].Criteria, p.Criteria)
			}
		}
		return out
	}
	require.Empty(t, here())
	for _, step := range [][2]string{
		{"Prepare", "before"}, {"Start", "initial-canary"}, {"Promote", "increase-v3-share"},
		{"Pause", "increase-v3-share"}, {"RollBack", "rollback"},
	} {
		d.do(t, step[0])
		require.Equal(t, step[1:], here(), step[0])
	}
	r := d.open(t).PlanReport(errors.New("no"))
	require.Equal(t, "no", r.Error)
}

// The demand says what is expected. Without the share that fails anyway there is nothing to
// say.
func TestReportsOfADemand(t *testing.T) {
	t.Parallel()
	for demand, want := range map[string]struct {
		measure    string
		overloaded bool
		expected   *rollout.Expected
	}{
		"": {"no requests are stated: the pods that carry everything before the release are the measure", false, nil},
		"{requests: [{path: /mock, rate: 10}]}": {
			"10 requests a second: the pods that carry them before the release are the measure", false, nil},
		"{requests: [{path: /mock, rate: 10}], perPod: {mocka: 9, mockb: 10}, errors: 0.01}": {
			"10 requests a second: the plan says what a pod carries of mocka, mockb", true,
			&rollout.Expected{Rate: 10, Errors: 0.01}},
		"{errors: 0.01}": {"no requests are stated: the pods that carry everything before the release are the measure",
			false, &rollout.Expected{Errors: 0.01}},
	} {
		d := sampleTree(t, false)
		if demand != "" {
			d.replace(t, "release.yaml", "  candidate: |\n", "  demand: |\n    "+demand+"\n  candidate: |\n")
		}
		before, err := d.open(t).CapacityReport(t0, nil)
		require.NoError(t, err)
		require.Equal(t, "not prepared", before.Place.Text)
		require.Equal(t, "not prepared: this is how it would be after prepare", before.Notes[0])
		d.do(t, "Prepare")
		tree := d.open(t)
		r, err := tree.CapacityReport(t0, nil)
		require.NoError(t, err)
		require.Equal(t, capacity.Capacity{Places: r.Places}.String(), capacity.Capacity{Places: before.Places}.String())
		require.Equal(t, r.Notes, before.Notes[1:])
		require.Len(t, r.Places, r.Place.Stages+2)
		require.Equal(t, want.measure, r.Measure())
		require.Equal(t, want.overloaded, r.Overloaded(), demand)
		p := tree.PlanReport(nil)
		require.Equal(t, want.expected != nil, p.Expected != nil)
		if x := want.expected; x != nil {
			require.Equal(t, []float64{x.Rate, x.Errors, 5},
				[]float64{p.Expected.Rate, p.Expected.Errors, p.Expected.Times})
			require.Equal(t, x.Rate > 0, p.Expected.Window > 0)
		}
		r, err = tree.CapacityReport(t0, errors.New("no"))
		require.EqualError(t, err, "no")
		require.Equal(t, "no", r.Error)
	}
}
