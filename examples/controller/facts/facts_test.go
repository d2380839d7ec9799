package facts_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/examples/controller/facts"
	"github.com/swimlane-go/swimlane/examples/controller/source"
	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/examples/controller/trial"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// running returns a release at its first stage, since trial.Begins.
func running(t *testing.T, change func(p *rollout.Plan)) (facts.Release, rollout.Evidence) {
	t.Helper()
	p := trial.Short()
	if change != nil {
		change(&p)
	}
	checked, err := p.Checked()
	require.NoError(t, err)
	state, err := p.Prepare(trial.Begins())
	require.NoError(t, err)
	evidence, err := p.Evidence(state, "anna")
	require.NoError(t, err)
	return facts.Release{Plan: &corev1.ConfigMap{}, Config: release.Config{Name: "mock", Plan: p}, Checked: checked,
		State: state}, evidence
}

// asked is a source that records its queries.
type asked struct {
	windows []string
	answer  trial.Measure
}

func (a *asked) measure(q source.Query) ([]rollout.Observation, error) {
	from, to := q.From.Sub(trial.Begins()), q.To.Sub(trial.Begins())
	a.windows = append(a.windows, fmt.Sprintf("%s %s-%s", q.Metric.Name, from, to))
	return a.answer(q)
}

// Windows end by a schedule from the time at which the place was entered, whenever the controller
// looks.
func TestWindows(t *testing.T) {
	for name, c := range map[string]struct {
		at     []time.Duration // times of the looks
		asked  []string
		again  time.Duration // after the last look
		answer trial.Measure
		wrong  string
	}{
		"too early":      {[]time.Duration{50 * time.Second}, nil, 25 * time.Second, nil, ""},
		"before the lag": {[]time.Duration{70 * time.Second}, nil, 5 * time.Second, nil, ""},
		"the first":      {[]time.Duration{75 * time.Second}, []string{"errors 0s-1m0s"}, time.Minute, nil, ""},
		"not asked twice": {[]time.Duration{75 * time.Second, 80 * time.Second}, []string{"errors 0s-1m0s"},
			55 * time.Second, nil, ""},
		"one by one": {[]time.Duration{80 * time.Second, 140 * time.Second}, []string{"errors 0s-1m0s",
			"errors 1m0s-2m0s"}, time.Minute, nil, ""},
		"catches up": {[]time.Duration{260 * time.Second}, []string{"errors 0s-4m0s"}, time.Minute, nil, ""},
		"no answer yet": {[]time.Duration{75 * time.Second, 135 * time.Second}, []string{"errors 0s-1m0s",
			"errors 0s-2m0s"}, time.Minute, none, ""},
		"a wrong question": {[]time.Duration{75 * time.Second, 135 * time.Second}, []string{"errors 0s-1m0s",
			"errors 0s-2m0s"}, time.Minute, unknown, "metric errors: unknown metric"},
		"seen already": {[]time.Duration{75 * time.Second, 135 * time.Second}, []string{"errors 0s-1m0s",
			"errors 1m0s-2m0s"}, time.Minute, twice, ""},
		"of another plan": {[]time.Duration{75 * time.Second}, []string{"errors 0s-1m0s"}, time.Minute, foreign,
			"metric errors"},
	} {
		t.Run(name, func(t *testing.T) {
			of, evidence := running(t, nil)
			s := &asked{answer: c.answer}
			if s.answer == nil {
				s.answer = trial.Counted(0)
			}
			g := facts.Gatherer{Source: trial.Measure(s.measure), Interval: time.Minute, Lag: 15 * time.Second}
			var again time.Time
			var err error
			for _, at := range c.at {
				evidence, again, err = g.Gather(t.Context(), of, evidence, trial.Begins().Add(at))
			}
			require.Equal(t, c.asked, s.windows)
			require.Equal(t, c.again, again.Sub(trial.Begins().Add(c.at[len(c.at)-1])))
			if c.wrong == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, c.wrong)
			}
		})
	}
}

func none(source.Query) ([]rollout.Observation, error) { return nil, nil }

func unknown(source.Query) ([]rollout.Observation, error) { return nil, source.ErrUnknown }

// twice answers each query twice.
func twice(q source.Query) ([]rollout.Observation, error) {
	one, err := trial.Counted(0)(q)
	return append(one, one...), err
}

func foreign(q source.Query) ([]rollout.Observation, error) {
	return q.Same(rollout.Observation{Lanes: []rollout.LaneCount{{Lane: "v9", Total: 1}}}), nil
}

// Each metric has its own windows, and each of its services too.
func TestWindowsOfMetrics(t *testing.T) {
	of, evidence := running(t, func(p *rollout.Plan) {
		p.Metrics[0].Services = []string{"mocka", "mockb"}
		p.Metrics = append(p.Metrics, rollout.Metric{Name: "late", Kind: rollout.Counts})
		p.Guards = append(p.Guards, rollout.Check{Metric: "late", Worse: p.Guards[0].Worse})
	})
	s := &asked{answer: func(q source.Query) ([]rollout.Observation, error) {
		if q.Metric.Name == "late" && q.To.Sub(q.From) < 2*time.Minute {
			return nil, nil
		}
		return trial.Counted(0)(q)
	}}
	g := facts.Gatherer{Source: trial.Measure(s.measure), Interval: time.Minute}
	var err error
	for n := range 3 {
		evidence, _, err = g.Gather(t.Context(), of, evidence, trial.Begins().Add(time.Duration(n+1)*time.Minute))
		require.NoError(t, err)
	}
	require.Equal(t, []string{
		"errors 0s-1m0s", "late 0s-1m0s", "errors 1m0s-2m0s", "late 0s-2m0s", "errors 2m0s-3m0s", "late 2m0s-3m0s",
	}, s.windows)
}

func TestApprovals(t *testing.T) {
	by := func(name string, stay int, digest string) string {
		return fmt.Sprintf(`{"role":"owner","by":%q,"at":"2026-03-11T08:00:00Z","planDigest":%q,"stay":%d}`, name,
			digest, stay)
	}
	of, _ := running(t, approved)
	own := of.State.PlanDigest
	for name, c := range map[string]struct {
		text  string
		count int
		wrong error
	}{
		"none":             {"", 0, nil},
		"one":              {"[" + by("bert", 1, own) + "]", 1, nil},
		"the author":       {"[" + by("anna", 1, own) + "]", 0, rollout.ErrAuthor},
		"a stranger":       {"[" + by("eve", 1, own) + "]", 0, rollout.ErrStranger},
		"of a stay before": {"[" + by("bert", 0, own) + "]", 0, nil},
		"of another plan":  {"[" + by("bert", 1, "sha256:0") + "]", 0, nil},
		"good after wrong": {"[" + by("eve", 1, own) + "," + by("bert", 1, own) + "]", 1, rollout.ErrStranger},
		"cannot be read":   {"{", 0, errUnread},
	} {
		t.Run(name, func(t *testing.T) {
			of, evidence := running(t, approved)
			of.Plan.Annotations = map[string]string{status.AnnotationApprove: c.text}
			g := facts.Gatherer{Source: trial.Counted(0), Interval: time.Minute}
			for range 2 { // the second time the evidence has it
				var err error
				evidence, _, err = g.Gather(t.Context(), of, evidence, trial.Begins())
				switch {
				case c.wrong == nil:
					require.NoError(t, err)
				case errors.Is(c.wrong, errUnread):
					require.ErrorContains(t, err, status.AnnotationApprove)
				default:
					require.ErrorIs(t, err, c.wrong)
				}
			}
			require.Len(t, evidence.Approvals, c.count)
		})
	}
}

func approved(p *rollout.Plan) {
	p.Approvers = map[string][]string{"owner": {"anna", "bert"}}
	p.Stages[0].Gate.Approvals = []rollout.Approvals{{Role: "owner"}}
}

var errUnread = errors.New("cannot be read")

// Evidence of another plan is ignored.
func TestForeignEvidence(t *testing.T) {
	of, evidence := running(t, nil)
	evidence.PlanDigest = "sha256:0"
	_, again, err := facts.Gatherer{Source: trial.Counted(0), Interval: time.Minute}.Gather(t.Context(), of,
		evidence, trial.Begins())
	require.ErrorIs(t, err, rollout.ErrForeign)
	require.True(t, again.IsZero())
}

func TestSooner(t *testing.T) {
	never, early, late := time.Time{}, time.Unix(1, 0), time.Unix(2, 0)
	for _, c := range [][3]time.Time{{never, never, never}, {early, late, early}, {late, early, early}, {never,
		late, late}, {late, never, late}} {
		require.Equal(t, c[2], facts.Sooner(c[0], c[1]))
	}
}
