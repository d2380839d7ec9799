package rollout_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/rollout"
)

// TestGatedTranscripts plays whole stories of releases that decide by what is seen, and
// compares what was asked and answered with files. The commands:
//
//	EVENT [to=STAGE] [by=WHO override=WHY]  an event, as a person asks for it
//	decide                                  what should happen now; nothing does
//	obey                                    the decision's event, when it has one
//	see N [bad=B] [others=B]                N windows of a minute, at both services and of the value:
//	                                        100 requests of v3, B of them bad, 900 of others
//	value N X                               N windows of the value alone
//	lost N                                  N windows of errors without data
//	alone N                                 N windows in which only v3 has requests
//	approve ROLE WHO [to=STAGE] [stay=N]    an approval
//	wait DURATION                           time goes by
//	crash                                   all is read back from JSON, and the last window comes again
func TestGatedTranscripts(t *testing.T) {
	frozen := gated()
	frozen.Freezes = []rollout.Freeze{{Zone: "Europe/Berlin", From: "09:15", To: "10:00", Reason: "the fair opens"}}
	for name, story := range map[string]struct {
		plan     rollout.Plan
		commands []string
	}{
		"happy": {gated(), []string{"decide", "obey", "decide", "see 10", "decide", "approve owner ann", "decide",
			"obey", "see 2 others=4", "decide", "see 20 others=4", "obey",
			"decide", "see 1", "Promote by=ann", "decide", "see 2", "approve owner ann", "approve owner bob", "decide",
			"obey", "decide"}},
		"failed check": {gated(), []string{"obey", "see 3", "value 1 0.9", "decide", "obey", "decide"}},
		"failed guard": {gated(), []string{"obey", "see 5", "see 3 bad=8 others=2", "decide", "Promote by=ann", "obey",
			"see 1", "decide"}},
		"missing data": {gated(), []string{"obey", "see 1", "lost 4", "decide", "lost 1", "decide", "Promote", "see 1",
			"decide"}},
		"deadline": {gated(), []string{"obey", "see 12", "decide", "wait 1h47m", "decide", "wait 1m", "decide",
			"obey"}},
		"wrong role": {gated(), []string{"obey", "see 10", "approve qa dan", "approve owner dan", "approve owner eve",
			"approve boss ann", "approve owner cid", "approve owner ann stay=1",
			"approve owner ann", "approve owner ann", "approve owner ann to=c", "decide"}},
		"pause over a freeze": {frozen,
			[]string{"obey", "see 10", "approve owner ann", "Pause by=bob", "decide", "wait 10m", "decide",
				"Resume by=bob", "decide", "Promote by=bob",
				"wait 44m", "decide", "see 1", "decide", "obey"}},
		"hand moves": {gated(),
			[]string{"obey", "see 3", "Promote", "Promote to=c", "Promote to=c by=bob override=v2_is_on_fire", "decide",
				"see 1", "StepBack by=bob", "decide", "RollBack by=bob", "decide"}},
		"crash": {gated(),
			[]string{"obey", "see 3", "crash", "see 7", "approve owner ann", "crash", "decide", "obey", "crash",
				"decide"}},
		"no lane to compare": {gated(),
			[]string{"Start by=bob override=x", "Promote to=d by=bob override=x", "alone 2", "decide", "alone 2 bad=40",
				"decide", "alone 1 bad=40", "decide", "obey", "RollBack by=bob", "decide"}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, story.plan.Validate())
			golden.Equal(t, "transcripts/gated/"+strings.ReplaceAll(name, " ", "-")+".txt",
				newStory(t, story.plan).play(t, story.commands))
		})
	}
}

// story is a release that is being told.
type story struct {
	entered
	out     strings.Builder
	history rollout.History
	last    rollout.Observation
}

func newStory(t *testing.T, p rollout.Plan) *story {
	s := &story{entered: enter(p, 0)}
	s.evidence = must(p.Evidence(s.state, "cid"))
	return s
}

func (s *story) play(t *testing.T, commands []string) string {
	s.where()
	for _, command := range commands {
		fmt.Fprintf(&s.out, "> %s\n", command)
		words, named := options(command)
		switch words[0] {
		case "decide":
			s.out.WriteString(s.judged().Text())
		case "obey":
			d := s.judged()
			if e, ok := d.Event(s.facts(), "bot"); ok {
				s.apply(e)
			} else {
				s.out.WriteString(d.Text())
			}
		case "see", "alone", "lost", "value":
			s.watch(words, named)
		case "approve":
			s.approves(words, named)
		case "wait":
			s.now = s.now.Add(must(time.ParseDuration(words[1])))
		case "crash":
			s.crash(t)
		default:
			s.apply(rollout.Event{Kind: rollout.EventKind(words[0]), Revision: s.state.Revision, To: named["to"],
				By:       named["by"],
				Override: strings.ReplaceAll(named["override"], "_", " "), At: s.now, Evidence: s.evidence,
				Zones: zones0})
		}
	}
	return s.out.String() + "\nhistory:\n" + s.history.Text()
}

// options parts words from those with "=".
func options(command string) (words []string, named map[string]string) {
	named = map[string]string{}
	for _, word := range strings.Fields(command) {
		if key, value, found := strings.Cut(word, "="); found {
			named[key] = value
		} else {
			words = append(words, word)
		}
	}
	return words, named
}

func (s *story) where() {
	fmt.Fprintf(&s.out, "%s at %s: %s\n", s.plan.Place(s.state), s.now.UTC().Format(time.TimeOnly),
		s.plan.Weights(s.state))
}

func (s *story) facts() rollout.Facts {
	return rollout.Facts{State: s.state, Evidence: s.evidence, Now: s.now, Zones: zones0}
}

func (s *story) judged() rollout.Decision { return must(s.plan.Decide(s.facts())) }

func (s *story) apply(e rollout.Event) {
	next, err := s.plan.Apply(s.state, e)
	if err != nil {
		fmt.Fprintf(&s.out, "refused: %v\n", err)
		return
	}
	s.state, s.history = next, s.plan.Record(s.history, next, e)
	s.evidence = must(s.plan.Now(s.state, s.evidence))
	s.where()
}

// watch folds windows, each a minute after the other.
func (s *story) watch(words []string, named map[string]string) {
	number := func(text string) int64 { n, _ := strconv.ParseInt(text, 10, 64); return n }
	for range number(words[1]) {
		from := s.now
		var windows []rollout.Observation
		switch words[0] {
		case "see":
			for _, service := range []string{"mocka", "mockb"} {
				windows = append(windows, window(service, from, number(named["bad"]), 100, number(named["others"]),
					900))
			}
			windows = append(windows, memory(from, 0.5, 0.5))
		case "alone":
			for _, service := range []string{"mocka", "mockb"} {
				windows = append(windows, window(service, from, number(named["bad"]), 100, 0, 0))
			}
		case "lost":
			for _, service := range []string{"mocka", "mockb"} {
				windows = append(windows, rollout.Observation{Metric: "errors", Service: service, From: from,
					To: from.Add(time.Minute), NoData: "no series"})
			}
		case "value":
			x, _ := strconv.ParseFloat(words[2], 64)
			windows = append(windows, memory(from, x, 0.5))
		}
		for _, o := range windows {
			e, err := s.plan.Observe(s.state, s.evidence, o)
			if err != nil {
				fmt.Fprintf(&s.out, "refused: %v\n", err)
				continue
			}
			s.evidence, s.last = e, o
		}
		s.now = from.Add(time.Minute)
	}
}

func (s *story) approves(words []string, named map[string]string) {
	s.evidence = must(s.plan.Now(s.state, s.evidence))
	a := rollout.Approval{Role: words[1], By: words[2], To: named["to"], At: s.now, PlanDigest: s.state.PlanDigest,
		Stay: s.evidence.Stay}
	if stay := named["stay"]; stay != "" {
		a.Stay, _ = strconv.ParseInt(stay, 10, 64)
	}
	e, err := s.plan.Approve(s.state, s.evidence, a)
	if err != nil {
		fmt.Fprintf(&s.out, "refused: %v\n", strings.ReplaceAll(err.Error(), s.state.PlanDigest, "DIGEST"))
		return
	}
	s.evidence = e
}

// crash forgets all that is not in JSON.
func (s *story) crash(t *testing.T) {
	var plan rollout.Plan
	var state rollout.State
	var evidence rollout.Evidence
	var history rollout.History
	for from, into := range map[any]any{&s.plan: &plan, &s.state: &state, &s.evidence: &evidence,
		&s.history: &history} {
		require.NoError(t, json.Unmarshal(must(json.Marshal(from)), into))
	}
	s.plan, s.state, s.evidence, s.history = plan, state, evidence, history
	if _, err := s.plan.Observe(s.state, s.evidence, s.last); err != nil {
		fmt.Fprintf(&s.out, "refused: %v\n", err)
	}
}
