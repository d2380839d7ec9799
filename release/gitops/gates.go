package gitops

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/validate"
)

// Decide returns what should happen to the release now, by its evidence. zones are the time
// zones of the plan's freezes: see [Zones]. It changes nothing.
func (t Tree) Decide(now time.Time, zones rollout.Zones) (rollout.Decision, rollout.Facts, error) {
	f := rollout.Facts{State: t.State, Now: now, Zones: zones}
	if err := t.ready("decide"); err != nil {
		return rollout.Decision{}, f, err
	}
	known, err := t.live.Known()
	if err != nil {
		return rollout.Decision{}, f, fmt.Errorf("decide: %w", err)
	}
	f.Evidence = known.Evidence
	d, err := t.Config.Plan.Decide(f)
	return d, f, err
}

// Observe folds observations into the evidence of the release, in their order. It passes over
// those that were folded before, and a note says how many. They are the last one of a metric at
// a service, and those before it in the list: a list may be given again. If one observation is
// refused, all are, and the error names each.
func (t Tree) Observe(observations ...rollout.Observation) (Commit, error) {
	if err := t.ready("observe"); err != nil {
		return Commit{}, err
	}
	known, err := t.live.Known()
	if err != nil {
		return Commit{}, fmt.Errorf("observe: %w", err)
	}
	if t.State.Closed() { // one error, not one for each
		_, err := t.Config.Plan.Observe(t.State, known.Evidence, rollout.Observation{})
		return Commit{}, err
	}
	evidence, seen := known.Evidence, 0
	errs := make([]error, len(observations))
	type series struct{ metric, service string }
	before := map[series][]int{} // the observations that seem to lie before what was folded
	for i, o := range observations {
		next, err := t.Config.Plan.Observe(t.State, evidence, o)
		of := series{o.Metric, o.Service}
		switch {
		case errors.Is(err, rollout.ErrSeen):
			seen += 1 + len(before[of])
			for _, j := range before[of] {
				errs[j] = nil
			}
			delete(before, of)
		case err != nil:
			if errors.Is(err, rollout.ErrOverlap) {
				before[of] = append(before[of], i)
			}
			errs[i] = fmt.Errorf("observation %d: %w", i+1, err)
		default:
			evidence = next
		}
	}
	if err := errors.Join(errs...); err != nil {
		return Commit{}, fmt.Errorf("observe: %w", err)
	}
	out, err := t.learn(evidence, seen == len(observations),
		fmt.Sprintf("%s: observe %s", t.Config.Name, counted(len(observations)-seen, "window")))
	if err == nil && seen > 0 {
		out.Notes = append(out.Notes, counted(seen, "window")+" folded before, passed over")
	}
	return out, err
}

// Approve folds an approval into the evidence of the release. An approval without a plan digest
// and a stay is for the present stay. An approval without a role gets the only role of the
// person in the plan.
func (t Tree) Approve(a rollout.Approval) (Commit, error) {
	if err := t.ready("approve"); err != nil {
		return Commit{}, err
	}
	known, err := t.live.Known()
	if err != nil {
		return Commit{}, fmt.Errorf("approve: %w", err)
	}
	plan := t.Config.Plan
	now, err := plan.Now(t.State, known.Evidence)
	if err != nil {
		return Commit{}, fmt.Errorf("approve: %w", err)
	}
	if a.PlanDigest == "" && a.Stay == 0 {
		a.PlanDigest, a.Stay = now.PlanDigest, now.Stay
	}
	if a.Role == "" {
		roles := plan.Roles(a.By)
		switch len(roles) {
		case 0:
			return Commit{}, fmt.Errorf("approve: %w: the plan gives %s none", rollout.ErrStranger, a.By)
		case 1:
			a.Role = roles[0]
		default:
			return Commit{}, fmt.Errorf("approve: the role must be named: %s has %s", a.By, strings.Join(roles, ", "))
		}
	}
	evidence, err := plan.Approve(t.State, now, a)
	if err != nil {
		return Commit{}, fmt.Errorf("approve: %w", err)
	}
	given := evidence.Approvals[len(evidence.Approvals)-1]
	to := "finish"
	if given.To != "" {
		to = "stage " + given.To
	}
	return t.learn(evidence, false, fmt.Sprintf("%s: %s approves %s as %s", t.Config.Name, a.By, to, a.Role))
}

// ready returns why evidence cannot be read or changed now.
func (t Tree) ready(command string) error {
	if err := t.Sound(); err != nil {
		return fmt.Errorf("%s: %w", command, err)
	}
	if !t.Prepared() {
		return fmt.Errorf("%s: %w", command, rollout.ErrNoState)
	}
	if _, err := t.behind(); err != nil {
		return fmt.Errorf("%s at %s: %w", command, t.Place(), err)
	}
	return nil
}

// learn returns the commit that keeps evidence; nothing when the evidence is the same.
func (t Tree) learn(e rollout.Evidence, same bool, subject string) (Commit, error) {
	if same {
		return t.nothing(), nil
	}
	change, err := t.live.KeepEvidence(e)
	if err != nil {
		return Commit{}, err
	}
	return t.commit(validate.NoPods, t.State, subject, change)
}

// relearn returns the changes that replace evidence for a state that no event led to. They
// replace evidence of an edited plan, of a later state, or unreadable evidence. The author
// stays, if he can be read.
func (t Tree) relearn(next rollout.State) []manifest.Change {
	plan := t.Config.Plan
	known, err := t.live.Known()
	if err == nil {
		if known.Evidence.Schema == 0 {
			return nil
		}
		if _, err = plan.Now(next, known.Evidence); err == nil {
			return nil
		}
	}
	evidence, err := plan.Evidence(next, known.Evidence.Author)
	if err != nil {
		return nil
	}
	keep, err := t.live.KeepEvidence(evidence)
	if err != nil {
		return nil
	}
	return []manifest.Change{keep}
}

// Zones loads the time zones of a plan's freezes from the system, or from package time/tzdata
// if the program imports it.
func Zones(plan rollout.Plan) (rollout.Zones, error) {
	var errs []error
	out := rollout.Zones{}
	for _, f := range plan.Freezes {
		zone, err := time.LoadLocation(f.Zone)
		if err != nil {
			errs = append(errs, fmt.Errorf("freezes: zone %s: %w", f.Zone, err))
			continue
		}
		out[f.Zone] = zone
	}
	return out, errors.Join(errs...)
}

// counted returns "1 window", "3 windows".
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
