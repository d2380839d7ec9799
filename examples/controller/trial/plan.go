package trial

import (
	"time"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/rollout"
)

// Plan is the plan of the mock app, which goes on by itself while no errors are seen.
func Plan() rollout.Plan {
	p := mock.Plan()
	p.Metrics = []rollout.Metric{{Name: "errors", Kind: rollout.Counts}}
	p.Guards = []rollout.Check{{Metric: "errors", Worse: &rollout.Worse{Ratio: new(1.5), Ceiling: new(0.05)}}}
	for i := range p.Stages {
		p.Stages[i].Gate = &rollout.Gate{Dwell: rollout.Dwell{Min: rollout.Duration(time.Minute)}}
	}
	// One bad window proves nothing.
	p.FinishGate = &rollout.Gate{Dwell: rollout.Dwell{Min: rollout.Duration(5 * time.Minute)}}
	return p
}

// Short is a plan of two stages, so that it can be released often. The first is kept until a
// guard can have seen a fault.
func Short() rollout.Plan {
	p := Plan()
	p.Stages = p.Stages[1:3]
	p.Stages[1].Gate.Dwell.Min = rollout.Duration(4 * time.Minute)
	p.FinishGate.Dwell.Min = rollout.Duration(time.Minute)
	return p
}
