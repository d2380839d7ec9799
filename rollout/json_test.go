package rollout_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/rollout"
)

// roundTrip writes v as JSON and reads it into out.
func roundTrip(t require.TestingT, v, out any) {
	data, err := json.Marshal(v)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, out))
}

func TestStateJSON(t *testing.T) {
	s := must(seed().Prepare(t0))
	data, err := json.Marshal(s)
	require.NoError(t, err)
	require.Equal(t, `{"schema":1,"planDigest":"`+seed().Digest()+
		`","revision":1,"phase":"Prepared","stage":0,"since":"2026-03-11T08:00:00Z"}`, string(data))
}

func TestStateSurvivesJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := gen.State(t, gen.Plan(t, gen.App(t)))
		var read rollout.State
		roundTrip(t, s, &read)
		require.Equal(t, s, read)
	})
}

// A time of another zone or with a fraction is brought into the one form that a
// state has, so that equal states are equal values.
func TestStateTimeIsNormal(t *testing.T) {
	zone := time.FixedZone("east", 8*3600)
	s := must(seed().Prepare(t0.In(zone).Add(123 * time.Millisecond)))
	require.Equal(t, t0, s.Since)

	text := strings.Replace(string(must(json.Marshal(s))), "2026-03-11T08:00:00Z", "2026-03-11T16:00:00.5+08:00", 1)
	var read rollout.State
	require.NoError(t, json.Unmarshal([]byte(text), &read))
	require.Equal(t, s, read)
}

func TestStateJSONIsStrict(t *testing.T) {
	good := string(must(json.Marshal(at(seed(), rollout.Running, 2))))
	for name, test := range map[string]struct{ old, new, want string }{
		"unknown key":       {`{`, `{"x":1,`, `unknown field "x"`},
		"duplicate key":     {`{`, `{"stage":3,`, `duplicate field "stage"`},
		"miscased key":      {`"stage"`, `"Stage"`, `unknown field "Stage"`},
		"unknown schema":    {`"schema":1`, `"schema":2`, "schema: Invalid value: 2"},
		"no schema":         {`"schema":1,`, ``, "schema: Invalid value: 0"},
		"unknown phase":     {`"Running"`, `"Walking"`, `phase: Unsupported value: "Walking"`},
		"lower-case phase":  {`"Running"`, `"running"`, `phase: Unsupported value: "running"`},
		"no digest":         {seed().Digest(), ``, "planDigest: Required value"},
		"revision 0":        {`"revision":7`, `"revision":0`, "revision: Invalid value: 0"},
		"negative revision": {`"revision":7`, `"revision":-1`, "revision: Invalid value: -1"},
		"huge revision":     {`"revision":7`, `"revision":9007199254740992`, "revision: Invalid value"},
		"stage 0, running":  {`"stage":2`, `"stage":0`, "stage: Invalid value: 0"},
		"negative stage":    {`"stage":2`, `"stage":-2`, "stage: Invalid value: -2"},
		"fraction":          {`"stage":2`, `"stage":2.5`, "2.5"},
		"text for a number": {`"stage":2`, `"stage":"2"`, "string"},
		"no time":           {`"2026-03-11T08:00:00Z"`, `"0001-01-01T00:00:00Z"`, "since: Required value"},
		"not a time":        {`"2026-03-11T08:00:00Z"`, `"yesterday"`, "yesterday"},
		"null time":         {`"2026-03-11T08:00:00Z"`, `null`, "since: Required value"},
		"array":             {good, `[]`, "must be a mapping, not a list"},
		"nothing":           {good, ``, "unexpected end"},
		"null":              {good, `null`, "schema"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, good, test.old)
			before := must(seed().Prepare(t0))
			s := before
			err := json.Unmarshal([]byte(strings.Replace(good, test.old, test.new, 1)), &s)
			require.ErrorContains(t, err, test.want)
			require.Equal(t, before, s, "a refusal leaves what was there")
		})
	}
}

func TestStateJSONNamesAllFaultsAtOnce(t *testing.T) {
	var s rollout.State
	err := json.Unmarshal([]byte(`{"schema":2,"planDigest":"","revision":0,"phase":"","stage":-1,"since":null}`), &s)
	require.Len(t, fieldtest.Of(err), 5)
	err = json.Unmarshal([]byte(`{"x":1,"y":2}`), &s)
	require.ErrorContains(t, err, `unknown field "x"`)
	require.ErrorContains(t, err, `unknown field "y"`)
}

func TestPlanAndEventJSONAreStrict(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"unknown key of a stage": {`{"stages":[{"name":"a","gates":{}}]}`, `unknown field "stages[0].gates"`},
		"duplicate key":          {`{"candidate":"v3","candidate":"v2"}`, `duplicate field "candidate"`},
		"weight as a fraction":   {`{"before":[{"lane":"v1","percent":0.5}]}`, "0.5"},
		"weights as a map":       {`{"before":{"v1":60}}`, "before: must be a list, not a mapping"},
	} {
		t.Run(name, func(t *testing.T) {
			p := seed()
			require.ErrorContains(t, json.Unmarshal([]byte(test.text), &p), test.want)
			require.Equal(t, seed(), p)
		})
	}

	e := rollout.Event{Kind: rollout.Promote, Revision: 3, To: "b", At: t0}
	var read rollout.Event
	roundTrip(t, e, &read)
	require.Equal(t, e, read)
	require.ErrorContains(t, json.Unmarshal([]byte(`{"kind":"Promote","revison":3}`), &read), `unknown field "revison"`)
	require.Equal(t, e, read)
}

// FuzzJSON holds that no input makes a decoder panic, and that what a decoder
// takes it writes and reads back the same.
func FuzzJSON(f *testing.F) {
	f.Add(must(json.Marshal(seed())))
	f.Add(must(json.Marshal(at(seed(), rollout.Paused, 2))))
	f.Add(must(json.Marshal(rollout.Event{Kind: rollout.StepBack, Revision: 2, To: "a", At: t0})))
	f.Add([]byte(`{"schema":1,"schema":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var plan, plan2 rollout.Plan
		if json.Unmarshal(data, &plan) == nil {
			roundTrip(t, plan, &plan2)
			require.Equal(t, plan.Digest(), plan2.Digest())
			plan.Validate()
			s := at(plan, rollout.Paused, 1)
			_, _, _ = plan.Markdown(s), plan.Mermaid(s), plan.Table(s)
		}
		var state, state2 rollout.State
		if json.Unmarshal(data, &state) == nil {
			roundTrip(t, state, &state2)
			require.Equal(t, state, state2)
			if _, err := seed().Promote(state, t0); state.PlanDigest != seed().Digest() {
				require.ErrorIs(t, err, rollout.ErrForeign)
			}
		}
		var event rollout.Event
		if json.Unmarshal(data, &event) == nil {
			_, _ = seed().Apply(at(seed(), rollout.Running, 2), event)
		}
	})
}
