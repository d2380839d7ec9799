package rollout_test

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/rollout"
)

func TestShift(t *testing.T) {
	w := rollout.W
	for _, test := range []struct {
		stable  rollout.Weights
		percent int
		want    string
	}{
		{rollout.Weights{w("v1", 50), w("v2", 50)}, 0, "50/50/0"},
		{rollout.Weights{w("v1", 50), w("v2", 50)}, 10, "45/45/10"},
		{rollout.Weights{w("v1", 50), w("v2", 50)}, 11, "45/44/11"}, // a tie goes to the earlier lane
		{rollout.Weights{w("v1", 50), w("v2", 50)}, 100, "0/0/100"},
		{rollout.Weights{w("v1", 100)}, 30, "70/30"},
		{rollout.Weights{w("v1", 0), w("v2", 100)}, 30, "0/70/30"}, // what has nothing gets nothing
		{rollout.Weights{w("v1", 60), w("v2", 30), w("v3", 10)}, 50, "30/15/5/50"},
		{rollout.Weights{w("v1", 90), w("v2", 10)}, 99, "1/0/99"},
	} {
		got, err := rollout.Shift(test.stable, "next", test.percent)
		require.NoError(t, err)
		require.Equal(t, test.want, got.String())
		require.Equal(t, append(test.stable.Lanes(), "next"), got.Lanes())
	}
}

func TestShiftRefuses(t *testing.T) {
	good := rollout.Weights{rollout.W("v1", 60), rollout.W("v2", 40)}
	for name, test := range map[string]struct {
		stable    rollout.Weights
		candidate string
		percent   int
		want      field.ErrorList
	}{
		"no stable lane":   {nil, "v3", 10, field.ErrorList{fieldtest.Required("stable")}},
		"sum":              {good[:1], "v3", 10, field.ErrorList{fieldtest.Invalid("stable", "sum")}},
		"stable candidate": {good, "v2", 10, field.ErrorList{fieldtest.Invalid("candidate", "")}},
		"no candidate":     {good, "", 10, field.ErrorList{fieldtest.Required("candidate")}},
		"above 100":        {good, "v3", 101, field.ErrorList{fieldtest.Invalid("percent", "percent")}},
		"all faults together": {nil, "V3", -1,
			field.ErrorList{fieldtest.Required("stable"), fieldtest.Invalid("candidate", "format=dns-label"),
				fieldtest.Invalid("percent", "percent")}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := rollout.Shift(test.stable, test.candidate, test.percent)
			require.Nil(t, got)
			fieldtest.Equal(t, test.want, fieldtest.Of(err))
		})
	}
}

// webster is the method as the textbook has it: seat by seat to the greatest
// quotient share/(2·seats+1), in exact fractions. It returns who gets each of a
// hundred seats.
func webster(stable rollout.Weights) (winners [100]int) {
	got := make([]int, len(stable))
	for seat := range winners {
		best, bestQuotient := -1, new(big.Rat)
		for i, w := range stable {
			if q := big.NewRat(int64(w.Percent), int64(2*got[i]+1)); best < 0 || q.Cmp(bestQuotient) > 0 {
				best, bestQuotient = i, q
			}
		}
		winners[seat] = best
		got[best]++
	}
	return winners
}

func TestShiftIsHouseMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-y]{1,3}`), 1, 5, rapid.ID[string]).Draw(t, "lanes")
		stable := gen.Weights(t, names)
		given := stable.Clone()
		winners := webster(stable)
		want := make(rollout.Weights, 0, len(stable)+1)
		for _, w := range stable {
			want = append(want, rollout.W(w.Lane, 0))
		}
		want = append(want, rollout.W("z", 100))
		// As the candidate falls by one, exactly one stable lane rises by one.
		for percent := 100; ; percent-- {
			w, err := rollout.Shift(stable, "z", percent)
			require.NoError(t, err)
			if !w.Equal(want) {
				t.Fatalf("at %d%%: got %s, want %s", percent, w, want)
			}
			if percent == 0 {
				break
			}
			want[winners[100-percent]].Percent++
			want[len(stable)].Percent--
		}
		require.Equal(t, append(given.Clone(), rollout.W("z", 0)), want, "at 0 the stable lanes have what they had")
		require.Equal(t, given, stable, "the argument is not changed")
	})
}

func TestPlanFromPercents(t *testing.T) {
	stable := rollout.Weights{rollout.W("v1", 50), rollout.W("v2", 50)}
	p, err := rollout.PlanFromPercents(stable, "v3", 5, 25, 100)
	require.NoError(t, err)
	require.Empty(t, p.Validate())
	require.Equal(t, "v3", p.Candidate)
	require.Equal(t, "50/50/0", p.Before.String())
	require.Equal(t, "50/50/0", p.Rollback.String())
	var stages []string
	for _, s := range p.Stages {
		stages = append(stages, fmt.Sprint(s.Name, " ", s.Weights))
	}
	require.Equal(t, []string{"to-5-percent 48/47/5", "to-25-percent 38/37/25", "to-100-percent 0/0/100"}, stages)

	p.Before[0].Percent, stable[1].Percent = 1, 2
	require.Equal(t, 50, p.Rollback[0].Percent, "before and rollback share nothing")
	require.Equal(t, 50, p.Before[1].Percent, "nor do plan and argument")

	for name, test := range map[string]struct {
		percents []int
		want     field.ErrorList
	}{
		"none":      {nil, field.ErrorList{fieldtest.Required("percents")}},
		"zero":      {[]int{0, 10}, field.ErrorList{fieldtest.Invalid("percents[0]", "")}},
		"falling":   {[]int{10, 5, 20}, field.ErrorList{fieldtest.Invalid("percents[1]", "")}},
		"equal":     {[]int{10, 10}, field.ErrorList{fieldtest.Invalid("percents[1]", "")}},
		"above 100": {[]int{10, 101}, field.ErrorList{fieldtest.Invalid("percents[1]", "")}},
		"several wrong": {[]int{-1, 50, 40, 200},
			field.ErrorList{fieldtest.Invalid("percents[0]", ""), fieldtest.Invalid("percents[2]", ""),
				fieldtest.Invalid("percents[3]", "")}},
	} {
		t.Run(name, func(t *testing.T) {
			stable := rollout.Weights{rollout.W("v1", 50), rollout.W("v2", 50)}
			p, err := rollout.PlanFromPercents(stable, "v3", test.percents...)
			require.Zero(t, p)
			fieldtest.Equal(t, test.want, fieldtest.Of(err))
		})
	}
	_, err = rollout.PlanFromPercents(nil, "", 10)
	fieldtest.Equal(t, field.ErrorList{fieldtest.Required("stable"), fieldtest.Required("candidate")},
		fieldtest.Of(err))
}
