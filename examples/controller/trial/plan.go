package trial

import (
	"time"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/rollout"
)

// Plan returns a plan for the mock app that goes on by itself while there are no errors.
func Plan() rollout.Plan {
	p := mock.Plan()
	p.Metrics = []rollout.Metric{{Name: "errors", Kind: rollout.Counts}}
	p.Guards = []rollout.Check{{Metric: "errors", Worse: &rollout.Worse{Ratio: new(1.5), Ceiling: new(0.05)}}}
	for i := range p.Stages {
		p.Stages[i].Gate = &rollout.Gate{Dwell: rollout.Dwell{Min: rollout.Duration(time.Minute)}}
	}
	// The finish gate waits for several windows: one bad window proves nothing.
	p.FinishGate = &rollout.Gate{Dwell: rollout.Dwell{Min: rollout.Duration(5 * time.Minute)}}
	return p
}

// Short returns a plan of two stages for many releases. The first stage lasts until a guard can
// detect a fault.
func Short() rollout.Plan {
	p := Plan()
	p.Stages = p.Stages[1:3]
	p.Stages[1].Gate.Dwell.Min = rollout.Duration(4 * time.Minute)
	p.FinishGate.Dwell.Min = rollout.Duration(time.Minute)
	return p
}
