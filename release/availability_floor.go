package release

import (
	"errors"
	"fmt"
	"slices"

	"github.com/swimlane-go/swimlane/rollout"
)

// Lacking returns a shortage for each floor that is not met at a stage, by its number from 1:
// see [Config.FloorsAt]. A floor is met when the workload or its autoscaler says that many
// pods, and that many are available. The lane may have no weight. [Live.Available] does not
// check floors.
func (l Live) Lacking(stage int) []Shortage {
	floors := l.Config.FloorsAt(stage)
	if len(floors) == 0 {
		return nil
	}
	var out []Shortage
	all := l.Pods()
	for _, f := range floors {
		s := Shortage{Lane: f.Lane, Stage: f.Stage, Host: f.Service.host(), Serving: f.Lane, Want: int32(f.Replicas)}
		s.Percent, _ = l.Config.Plan.Stages[stage-1].Weights.Percent(f.Lane)
		i := slices.IndexFunc(all, f.Is)
		if i < 0 || len(all[i].Workloads) == 0 {
			s.Kind = NoPods
		} else {
			s.meet(all[i])
		}
		if s.Kind != "" {
			out = append(out, s)
		}
	}
	return out
}

// meet sets Kind and Have if the pods are fewer than Want.
func (s *Shortage) meet(p LanePods) {
	s.Workload = p.Workloads[0]
	if !p.Open && p.Min < int64(s.Want) {
		if len(p.Scalers) > 0 {
			s.Workload = p.Scalers[0]
		}
		s.Kind, s.Have = BelowFloor, int32(p.Min)
		return
	}
	have := int32(0)
	for _, w := range p.Workloads {
		if w.PodTemplate() == nil {
			return // only its controller knows
		}
		st := statusOf(w, 0)
		if !st.observed {
			s.Kind, s.Workload = NotObserved, w
			return
		}
		have += min(st.updated, st.available)
	}
	if have < s.Want {
		s.Kind, s.Have = NotAvailable, have
	}
}

// AvailableFor returns the error of [Live.Available] for the weights of a next state. If the
// state enters a higher stage, the error also has the shortages of [Live.Lacking]. Ask it
// before you write a move. The owner of the workloads scales them: this package does not.
func (l Live) AvailableFor(next rollout.State) error {
	errs := []error{l.Available(l.Config.Plan.Weights(next))}
	if next.Phase == rollout.Running && next.Stage > l.State.Stage {
		for _, s := range l.Lacking(next.Stage) {
			errs = append(errs, fmt.Errorf("%w: %s", ErrUnavailable, s))
		}
	}
	return errors.Join(errs...)
}
