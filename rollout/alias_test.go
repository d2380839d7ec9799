package rollout_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/rollout"
)

// Evidence is a value: a result shares nothing with it that is written later, whatever
// capacity its slices have left, and an older value never changes.
func TestNoArgumentIsMutated(t *testing.T) {
	r := full(t)
	// roomy returns a copy with slices that an append would write into.
	roomy := func(e rollout.Evidence) rollout.Evidence {
		e.Windows = append(make([]rollout.Window, 0, 16), e.Windows...)
		e.Tallies = append(make([]rollout.Tally, 0, 16), e.Tallies...)
		e.Approvals = append(make([]rollout.Approval, 0, 16), e.Approvals...)
		return e
	}
	next := r
	next.move(rollout.Promote, time.Minute)
	text := func(v any) string { return string(must(json.Marshal(v))) }
	for name, s := range map[string]entered{"same place": r, "next place": next} {
		t.Run(name, func(t *testing.T) {
			base := roomy(s.evidence)
			before, plan := text(base), text(s.plan)
			observations := []rollout.Observation{
				window("mocka", s.now, 5, 100, 1, 900), window("mockb", s.now, 5, 100, 1, 900), memory(s.now, 0.9, 0.1),
				{Metric: "memory", From: s.now, To: s.now.Add(time.Minute), NoData: "none"},
			}
			var made []rollout.Evidence
			var texts []string
			for _, o := range observations {
				was := text(o)
				e := roomy(must(s.plan.Observe(s.state, base, o)))
				require.Equal(t, was, text(o))
				if len(o.Lanes) > 0 && o.Lanes[0].Value != nil {
					*o.Lanes[0].Value, *o.Lanes[1].Value = 77, 77 // the caller's own
				}
				made, texts = append(made, e), append(texts, text(e))
			}
			for _, by := range []string{"bob", "cid"} {
				e := roomy(must(s.plan.Approve(s.state, base, s.approval("owner", by))))
				made, texts = append(made, e), append(texts, text(e))
			}
			for i, e := range made {
				_, _ = s.plan.Observe(s.state, e, window("mocka", s.now.Add(time.Hour), 1, 1, 1, 1))
				_, _ = s.plan.Approve(s.state, e, s.approval("qa", "dan"))
				later := s.now.Add(time.Hour)
				d := must(s.plan.Decide(rollout.Facts{State: s.state, Evidence: e, Now: later}))
				if event, ok := d.Event(rollout.Facts{State: s.state, Evidence: e, Now: later}, "bot"); ok {
					_, _ = s.plan.Apply(s.state, event)
				}
				require.Equal(t, texts[i], text(e), i)
			}
			require.Equal(t, before, text(base))
			require.Equal(t, plan, text(s.plan))
		})
	}
}
