package rollout_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/rollout"
)

func TestPlanValidate(t *testing.T) {
	const label, sum, falls, idle, same = "format=dns-label", "sum", "candidate-falls", "candidate-idle", "same-lanes"
	w := rollout.W
	for name, test := range map[string]struct {
		spoil func(p *rollout.Plan)
		want  field.ErrorList
	}{
		"nothing":      {func(*rollout.Plan) {}, nil},
		"one stage":    {func(p *rollout.Plan) { p.Stages = p.Stages[:1] }, nil},
		"equal stages": {func(p *rollout.Plan) { p.Stages[1].Weights = p.Stages[0].Weights }, nil},
		"no candidate": {func(p *rollout.Plan) { p.Candidate = "" },
			field.ErrorList{fieldtest.Required("candidate")}},
		"long candidate": {func(p *rollout.Plan) { p.Candidate = strings.Repeat("v", 64) },
			field.ErrorList{fieldtest.Invalid("candidate", label), fieldtest.Invalid("before", idle),
				fieldtest.Invalid("rollback", idle)}},
		"candidate is not listed": {func(p *rollout.Plan) { p.Candidate = "v4" },
			field.ErrorList{fieldtest.Invalid("before", idle), fieldtest.Invalid("rollback", idle)}},
		"candidate has weight before": {func(p *rollout.Plan) { p.Before[0].Percent, p.Before[2].Percent = 40, 10 },
			field.ErrorList{fieldtest.Invalid("before", idle)}},
		"candidate has weight after roll back": {func(p *rollout.Plan) {
			p.Rollback[0].Percent,
				p.Rollback[2].Percent = 40, 10
		},
			field.ErrorList{fieldtest.Invalid("rollback", idle)}},
		"no stages": {func(p *rollout.Plan) { p.Stages = nil }, field.ErrorList{fieldtest.Required("stages")}},
		"no rollback": {func(p *rollout.Plan) { p.Rollback = nil },
			field.ErrorList{fieldtest.Required("rollback")}},
		"no before": {func(p *rollout.Plan) { p.Before = nil }, field.ErrorList{fieldtest.Required("before")}},
		"stage of 60/30/20": {func(p *rollout.Plan) { p.Stages[0].Weights[2].Percent = 20 },
			field.ErrorList{fieldtest.Invalid("stages[0].weights", sum)}},
		"falling candidate": {func(p *rollout.Plan) { p.Stages[1], p.Stages[2] = p.Stages[2], p.Stages[1] },
			field.ErrorList{fieldtest.Invalid("stages[2].weights", falls)}},
		"candidate dips and comes back": {func(p *rollout.Plan) {
			p.Stages[1].Weights = rollout.Weights{w("v1", 60), w("v2", 35), w("v3", 5)}
		}, field.ErrorList{fieldtest.Invalid("stages[1].weights", falls)}},
		"candidate falls by one": {func(p *rollout.Plan) {
			p.Stages[1].Weights = rollout.Weights{w("v1", 60), w("v2", 31), w("v3", 9)}
		}, field.ErrorList{fieldtest.Invalid("stages[1].weights", falls)}},
		"falls twice": {func(p *rollout.Plan) { p.Stages[0], p.Stages[3] = p.Stages[3], p.Stages[0] },
			field.ErrorList{fieldtest.Invalid("stages[1].weights", falls),
				fieldtest.Invalid("stages[2].weights", falls), fieldtest.Invalid("stages[3].weights", falls)}},
		"unknown lane in a stage": {func(p *rollout.Plan) { p.Stages[1].Weights[0].Lane = "v9" },
			field.ErrorList{fieldtest.Invalid("stages[1].weights", same)}},
		"lane missing in a stage": {func(p *rollout.Plan) {
			p.Stages[3].Weights = rollout.Weights{w("v3", 100)}
		}, field.ErrorList{fieldtest.Invalid("stages[3].weights", same)}},
		"other order in rollback": {func(p *rollout.Plan) {
			p.Rollback[0], p.Rollback[1] = p.Rollback[1], p.Rollback[0]
		}, field.ErrorList{fieldtest.Invalid("rollback", same)}},
		"stage without name": {func(p *rollout.Plan) { p.Stages[0].Name = "" },
			field.ErrorList{fieldtest.Required("stages[0].name")}},
		"two without name": {func(p *rollout.Plan) { p.Stages[0].Name, p.Stages[1].Name = "", "" },
			field.ErrorList{fieldtest.Required("stages[0].name"), fieldtest.Required("stages[1].name")}},
		"stage with a bad name": {func(p *rollout.Plan) { p.Stages[0].Name = "Full promotion" },
			field.ErrorList{fieldtest.Invalid("stages[0].name", label)}},
		"stage named by number": {func(p *rollout.Plan) { p.Stages[0].Name = "3" },
			field.ErrorList{fieldtest.Invalid("stages[0].name", "")}},
		"stage named as a place": {func(p *rollout.Plan) { p.Stages[0].Name = "prepared" },
			field.ErrorList{fieldtest.Invalid("stages[0].name", "")}},
		"the other place": {func(p *rollout.Plan) { p.Stages[0].Name = "rolledback" },
			field.ErrorList{fieldtest.Invalid("stages[0].name", "")}},
		"two stages of a name": {func(p *rollout.Plan) { p.Stages[2].Name = "a" },
			field.ErrorList{fieldtest.Duplicate("stages[2].name")}},
		"all at once": {func(p *rollout.Plan) {
			p.Candidate = "V3"
			p.Stages[0].Name = ""
			p.Stages[1].Weights[0].Percent = 41
			p.Rollback = nil
		}, field.ErrorList{fieldtest.Invalid("candidate", label), fieldtest.Invalid("before", idle),
			fieldtest.Required("stages[0].name"), fieldtest.Invalid("stages[1].weights", sum),
			fieldtest.Required("rollback")}},
	} {
		t.Run(name, func(t *testing.T) {
			p := seed()
			test.spoil(&p)
			fieldtest.Equal(t, test.want, p.Validate())

			_, err := p.Prepare(t0)
			fieldtest.Equal(t, test.want, fieldtest.Of(err))
			if len(test.want) > 0 { // a broken plan moves nothing either
				s := at(p, rollout.Running, 1)
				next, err := p.Promote(s, t0)
				requireZero(t, next, err)
				fieldtest.Equal(t, test.want, fieldtest.Of(err))
			}
		})
	}
	fieldtest.Equal(t, field.ErrorList{fieldtest.Required("candidate"), fieldtest.Required("before"),
		fieldtest.Required("stages"), fieldtest.Required("rollback")}, rollout.Plan{}.Validate())
}

func TestStageNumber(t *testing.T) {
	p := seed()
	p.Stages[1].Name = "to-30-percent"
	for ref, want := range map[string]int{"a": 1, "to-30-percent": 2, "d": 4, "1": 1, "4": 4, "04": 4} {
		n, found := p.StageNumber(ref)
		require.True(t, found, ref)
		require.Equal(t, want, n, ref)
	}
	for _, ref := range []string{"", "0", "5", "-1", "A", "e", "1.0", " 1", "99999999999999999999"} {
		n, found := p.StageNumber(ref)
		require.False(t, found, ref)
		require.Zero(t, n, ref)
	}
}
