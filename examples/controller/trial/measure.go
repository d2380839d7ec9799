package trial

import (
	"context"

	"github.com/swimlane-go/swimlane/examples/controller/source"
	"github.com/swimlane-go/swimlane/rollout"
)

// Measure is a function that is a source.
type Measure func(q source.Query) ([]rollout.Observation, error)

// Observe implements [source.Source].
func (m Measure) Observe(_ context.Context, q source.Query) ([]rollout.Observation, error) {
	return m(q)
}

// Counted measures 1000 requests in each lane with weight. Bad is the number of bad ones of the
// candidate.
func Counted(bad int64) Measure {
	return func(q source.Query) ([]rollout.Observation, error) {
		var o rollout.Observation
		for _, w := range q.Config.Plan.Weights(q.State) {
			if w.Percent == 0 {
				continue
			}
			c := rollout.LaneCount{Lane: w.Lane, Total: 1000}
			if w.Lane == q.Config.Plan.Candidate {
				c.Bad = bad
			}
			o.Lanes = append(o.Lanes, c)
		}
		return q.Same(o), nil
	}
}
