package rollout_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/rollout"
)

// drawGated draws a valid plan with gates.
func drawGated(t *rapid.T) rollout.Plan { return gen.Gated(t, gen.Plan(t, gen.App(t))) }

func TestGatedPlanJSON(t *testing.T) {
	golden.Equal(t, "gated.yaml", string(must(yaml.Marshal(complete()))))
	var read rollout.Plan
	require.NoError(t, yaml.UnmarshalStrict(must(yaml.Marshal(complete())), &read))
	require.Equal(t, complete(), read)
}

// A plan that asks for nothing has the keys that it had before there were gates.
func TestPlansWithoutGatesHaveNoNewKeys(t *testing.T) {
	text := string(must(json.Marshal(seed())))
	for _, key := range []string{"metrics", "guards", "alpha", "settle", "finish", "approvers", "freezes", "noReturn",
		"rails", "gate"} {
		require.NotContains(t, text, `"`+key+`"`)
		require.Contains(t, string(must(json.Marshal(complete()))), `"`+key+`"`)
	}
}

func TestGatedPlansSurviveJSONAndYAML(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := drawGated(t)
		var read rollout.Plan
		roundTrip(t, plan, &read)
		require.Equal(t, plan, read)
		require.Equal(t, plan.Digest(), read.Digest())
		read = rollout.Plan{}
		require.NoError(t, yaml.UnmarshalStrict(must(yaml.Marshal(plan)), &read))
		require.Equal(t, plan, read)
	})
}

func TestGateDataIsReadStrictly(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"unknown key of a gate": {`{"stages":[{"gate":{"dwel":{}}}]}`, `unknown field "stages[0].gate.dwel"`},
		"unknown key of dwell":  {`{"finish":{"dwell":{"minimum":"1m"}}}`, `unknown field "finish.dwell.minimum"`},
		"unknown key of a check": {`{"guards":[{"metric":"m","worse":{"ratios":2}}]}`,
			`unknown field "guards[0].worse.ratios"`},
		"miscased":                 {`{"guards":[{"onfail":"Hold"}]}`, `unknown field "guards[0].onfail"`},
		"duplicate key":            {`{"guards":[{"clump":1,"clump":2}]}`, `duplicate field "guards[0].clump"`},
		"duplicate role":           {`{"approvers":{"a":["x"],"a":["y"]}}`, `duplicate field "approvers.a"`},
		"duration as a number":     {`{"settle":300}`, "settle"},
		"duration without unit":    {`{"settle":"300"}`, "must be a duration such as 90s, 10m or 1h30m"},
		"a fraction of a count":    {`{"guards":[{"clump":1.5}]}`, "clump"},
		"a ratio as text":          {`{"guards":[{"worse":{"ratio":"2"}}]}`, "ratio"},
		"people as text":           {`{"approvers":{"a":"x"}}`, "approvers"},
		"unknown key of a freeze":  {`{"freezes":[{"day":"Sat"}]}`, `unknown field "freezes[0].day"`},
		"unknown key of the rails": {`{"rails":{"step":1}}`, `unknown field "rails.step"`},
		"unknown key of a metric":  {`{"metrics":[{"query":"up"}]}`, `unknown field "metrics[0].query"`},
		"unknown key of the cap":   {`{"rails":{"cap":{"max":1}}}`, `unknown field "rails.cap.max"`},
		"unknown key of an approval": {`{"finish":{"approvals":[{"roles":"x"}]}}`,
			`unknown field "finish.approvals[0].roles"`},
	} {
		t.Run(name, func(t *testing.T) {
			p := gated()
			require.ErrorContains(t, json.Unmarshal([]byte(test.text), &p), test.want)
			require.Equal(t, gated(), p, "a refusal leaves what was there")
		})
	}
}

func TestSmallValuesAreReadStrictly(t *testing.T) {
	for name, test := range map[string]struct {
		into any
		text string
		want string
	}{
		"observation": {new(rollout.Observation), `{"metrics":"errors"}`, `unknown field "metrics"`},
		"observation's lane": {new(rollout.Observation), `{"lanes":[{"lane":"v1","good":3}]}`,
			`unknown field "lanes[0].good"`},
		"observation, twice": {new(rollout.Observation), `{"metric":"a","metric":"b"}`, `duplicate field "metric"`},
		"approval":           {new(rollout.Approval), `{"who":"ann"}`, `unknown field "who"`},
		"evidence":           {new(rollout.Evidence), `{"schema":0,"seen":1}`, `unknown field "seen"`},
		"evidence's window": {new(rollout.Evidence), `{"windows":[{"start":1}]}`,
			`unknown field "windows[0].start"`},
		"history": {new(rollout.History), `{"events":[]}`, `unknown field "events"`},
		"history, too many": {new(rollout.History), `{"moves":[` + strings.Repeat(`{},`, 20) + `{}]}`,
			"moves: Too many"},
		"history, a long text": {new(rollout.History), `{"moves":[{"reason":"` + strings.Repeat("x", 257) + `"}]}`,
			"moves[0].reason: Too long"},
		"history, a long name":  {new(rollout.History), `{"moves":[{"by":"` + long + `"}]}`, "moves[0].by: Too long"},
		"history, a long stage": {new(rollout.History), `{"moves":[{"to":"` + long + `"}]}`, "moves[0].to: Too long"},
		"history, negative":     {new(rollout.History), `{"dropped":-1}`, "dropped: Invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			require.ErrorContains(t, json.Unmarshal([]byte(test.text), test.into), test.want)
		})
	}
	o := window("mocka", t0, 1, 2, 3, 4)
	var read rollout.Observation
	roundTrip(t, o, &read)
	require.Equal(t, o, read)
	a := rollout.Approval{Role: "owner", By: "ann", To: "b", At: t0, PlanDigest: "x", Stay: 3}
	var approval rollout.Approval
	roundTrip(t, a, &approval)
	require.Equal(t, a, approval)
}
