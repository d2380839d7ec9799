package rehearsal

import (
	"math"

	"github.com/swimlane-go/swimlane/rollout"
)

// normal returns a value of a metric that passes all of its checks, if possible: in the
// middle between floor and ceiling, or away from the only one. All lanes have it, unless
// a fault changes it.
func normal(plan rollout.Plan, metric string) float64 {
	floor, ceiling := math.Inf(-1), math.Inf(1)
	bound := func(checks []rollout.Check) {
		for _, c := range checks {
			if c.Metric != metric {
				continue
			}
			if c.Floor != nil {
				floor = max(floor, *c.Floor)
			}
			if c.Ceiling != nil {
				ceiling = min(ceiling, *c.Ceiling)
			}
		}
	}
	bound(plan.Guards)
	for _, s := range plan.Stages {
		if s.Gate != nil {
			bound(s.Gate.Checks)
		}
	}
	if plan.FinishGate != nil {
		bound(plan.FinishGate.Checks)
	}
	switch {
	case math.IsInf(floor, -1) && math.IsInf(ceiling, 1):
		return 1
	case math.IsInf(floor, -1):
		return ceiling - math.Abs(ceiling)/2
	case math.IsInf(ceiling, 1):
		return floor + math.Abs(floor)/2
	}
	return floor/2 + ceiling/2
}
