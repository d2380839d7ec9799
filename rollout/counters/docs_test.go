package counters_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/rollout/counters"
)

// blocks returns the blocks of a language in the documentation.
func blocks(t *testing.T, language string) []string {
	t.Helper()
	data, err := os.ReadFile("../../docs/observations.md")
	require.NoError(t, err)
	var out []string
	for _, part := range strings.Split(string(data), "\n```"+language+"\n")[1:] {
		block, _, closed := strings.Cut(part, "```\n")
		require.True(t, closed)
		out = append(out, block)
	}
	return out
}

// The two texts of the documentation become what it says.
func TestDocumentedWindow(t *testing.T) {
	texts := blocks(t, "text")
	began := time.Date(2026, 3, 11, 8, 5, 0, 0, time.UTC)
	before, err := counters.IstioRequests().Parse(began, "gw", []byte(texts[0]))
	require.NoError(t, err)
	after, err := counters.IstioRequests().Parse(began.Add(time.Minute), "gw", []byte(texts[1]))
	require.NoError(t, err)
	got, notes, err := counters.Delta(plan(), "errors", before, after)
	require.NoError(t, err)
	require.Empty(t, notes)
	line, err := json.Marshal(got[0])
	require.NoError(t, err)
	require.Equal(t, blocks(t, "json")[0], string(line)+"\n")
}

// The gate of an AnalysisRun does for each of its phases what the documentation says.
func TestDocumentedAnalysis(t *testing.T) {
	p := rollout.Plan{
		Candidate: "v3",
		Before:    rollout.Weights{rollout.W("v1", 100), rollout.W("v3", 0)},
		Stages: []rollout.Stage{
			{Name: "ten", Weights: rollout.Weights{rollout.W("v1", 90), rollout.W("v3", 10)}},
			{Name: "half", Weights: rollout.Weights{rollout.W("v1", 50), rollout.W("v3", 50)}, Gate: &rollout.Gate{
				Checks: []rollout.Check{{Metric: "analysis", Floor: ptr(1.0), Errors: ptr(0),
					OnFail: rollout.ActRollBack}},
			}},
		},
		Rollback: rollout.Weights{rollout.W("v1", 100), rollout.W("v3", 0)},
		Metrics:  []rollout.Metric{{Name: "analysis", Kind: rollout.Value}},
	}
	s, err := p.Prepare(t0)
	require.NoError(t, err)
	s, err = p.Apply(s, rollout.Event{Kind: rollout.Start, Revision: s.Revision, At: t0.Add(time.Second)})
	require.NoError(t, err)
	observations, err := rollout.ParseObservations([]byte(blocks(t, "json")[1]))
	require.NoError(t, err)
	want := []rollout.Action{rollout.ActPromote, rollout.ActRollBack, rollout.ActHold, rollout.ActHold}
	require.Len(t, observations, len(want))
	for i, o := range observations {
		evidence, err := p.Observe(s, rollout.Evidence{}, o)
		require.NoError(t, err)
		d, err := p.Decide(rollout.Facts{State: s, Evidence: evidence, Now: o.To})
		require.NoError(t, err)
		require.Equal(t, want[i], d.Action, "%+v: %s", o, d)
	}
	d, err := p.Decide(rollout.Facts{State: s, Now: t0.Add(time.Minute)})
	require.NoError(t, err)
	require.Equal(t, rollout.ActHold, d.Action, "no observation yet")
}
