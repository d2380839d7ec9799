package rollout_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/rollout"
)

// The states of releases under way hold the digest of their plan: it must never change
// for a given plan.
func TestDigestOfSeedPlanIsForever(t *testing.T) {
	require.Equal(t, "sha256:8ab59cc612a1e71e16b02a2aae261c6c64b0bd3ed229a671ae77c79041530c1d", seed().Digest())
}

func TestDigestCoversEverythingButProse(t *testing.T) {
	want := seed().Digest()

	prose := seed()
	prose.Stages[0].Criteria = "another sentence"
	prose.Stages[2].Criteria = "one more"
	require.Equal(t, want, prose.Digest())

	seen := map[string]string{want: "nothing"}
	for name, change := range map[string]func(p *rollout.Plan){
		"candidate":      func(p *rollout.Plan) { p.Candidate = "v2" },
		"lane in before": func(p *rollout.Plan) { p.Before[0].Lane = "v0" },
		"before":         func(p *rollout.Plan) { p.Before[0].Percent++ },
		"stage name":     func(p *rollout.Plan) { p.Stages[0].Name = "aa" },
		"stage weight":   func(p *rollout.Plan) { p.Stages[0].Weights[2].Percent++ },
		"stage lane":     func(p *rollout.Plan) { p.Stages[0].Weights[2].Lane = "v4" },
		"stage order":    func(p *rollout.Plan) { p.Stages[0], p.Stages[1] = p.Stages[1], p.Stages[0] },
		"stages":         func(p *rollout.Plan) { p.Stages = p.Stages[:3] },
		"rollback":       func(p *rollout.Plan) { p.Rollback[0].Percent++ },
		"no rollback":    func(p *rollout.Plan) { p.Rollback = nil },
		"negative":       func(p *rollout.Plan) { p.Rollback[0].Percent = -50 },
		// Without lengths these would run together: a name that takes a letter from its
		// neighbour.
		"shifted names": func(p *rollout.Plan) { p.Before[0].Lane, p.Before[1].Lane = "v1v", "2" },
	} {
		p := seed()
		change(&p)
		digest := p.Digest()
		require.NotContains(t, seen, digest, "%s changes the digest as does: %s", name, seen[digest])
		seen[digest] = name
	}
}

func TestDigestSurvivesJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := gen.Plan(t, gen.App(t))
		var read rollout.Plan
		roundTrip(t, plan, &read)
		require.Equal(t, plan, read)
		require.Equal(t, plan.Digest(), read.Digest())
	})
}
