package rehearsal

import (
	"cmp"
	"fmt"
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// Scenario is what is rehearsed.
type Scenario struct {
	// Set holds the objects of the app, with the release prepared or at any later place: what
	// release.Render returns, or a directory after `gitops prepare`. Weights that stand in a
	// file of values cannot be rehearsed: take the objects that its chart makes.
	Set manifest.Set
	// Config is that of the release.
	Config release.Config
	// Evidence is what is known of the release already, as gitops keeps it. The zero value is
	// nothing.
	Evidence rollout.Evidence
	// Traffic is what the app serves.
	Traffic Traffic
	// Faults are what goes wrong. Empty means nothing.
	Faults []Fault

	// Measure returns what is measured in a window, in the place of what is drawn: with the
	// observations of a release that has been, a rehearsal shows what another plan would have
	// made of them. Faults of metrics still hold. Nil means what is drawn.
	Measure func(from, to time.Time) []rollout.Observation

	// Start is when the rehearsal begins. Freezes of the plan go by it. It is required.
	Start time.Time
	// Zones are those that the plan's freezes name.
	Zones rollout.Zones
	// Every is how long a window of measurements is, and how often the bot decides. 0 means
	// a minute.
	Every rollout.Duration
	// Sync is how long a commit takes until its first object is in the cluster, and Spread how
	// long from the first to the last.
	Sync, Spread rollout.Duration
	// People is how long a person takes to do what a decision asks for. 0 means 15 minutes.
	People rollout.Duration
	// Longest is when the rehearsal ends at the latest. 0 means a day.
	Longest rollout.Duration
	// Seed makes the draws.
	Seed uint64
}

// maxWindows bounds a rehearsal.
const maxWindows = 100_000

// defaults returns the scenario with what 0 means.
func (s Scenario) defaults() Scenario {
	s.Every = cmp.Or(s.Every, rollout.Duration(time.Minute))
	s.People = cmp.Or(s.People, rollout.Duration(15*time.Minute))
	s.Longest = cmp.Or(s.Longest, rollout.Duration(24*time.Hour))
	s.Start = s.Start.UTC().Truncate(time.Second)
	return s
}

// Validate returns every fault of the scenario, with paths by the names of its fields. What
// is wrong with the release on the objects [Rehearse] says.
func (s Scenario) Validate() field.ErrorList {
	s = s.defaults()
	errs := s.Traffic.validate(field.NewPath("traffic"))
	if s.Start.IsZero() {
		errs = append(errs, field.Required(field.NewPath("start"), "must be a time"))
	}
	if s.Config.Values != nil {
		errs = append(errs, field.Forbidden(field.NewPath("config", "values"),
			"weights in a file of values cannot be rehearsed: take the objects that the chart makes"))
	}
	if s.Every < rollout.Duration(time.Second) || time.Duration(s.Every)%time.Second != 0 {
		errs = append(errs, field.Invalid(field.NewPath("every"), s.Every.String(),
			"must be whole seconds, at least one"))
	} else if s.Longest/s.Every > maxWindows {
		errs = append(errs, field.Invalid(field.NewPath("longest"), s.Longest.String(),
			fmt.Sprintf("must be at most %d windows of %s", maxWindows, s.Every)))
	}
	for _, d := range [...]struct {
		name string
		d    rollout.Duration
	}{{"sync", s.Sync}, {"spread", s.Spread}, {"people", s.People}, {"longest", s.Longest}} {
		if d.d < 0 {
			errs = append(errs, field.Invalid(field.NewPath(d.name), d.d.String(), "must not be negative"))
		}
	}
	for i, f := range s.Faults {
		errs = append(errs, f.validate(field.NewPath("faults").Index(i), s.Config.Plan)...)
	}
	return errs
}

// Rehearse runs the scenario to its end: until the release is finished or rolled back and
// the cluster has that, or for as long as Scenario.Longest. The error is one field error for
// each fault of the scenario; or says why the release cannot go on: its objects have no
// state of the plan, or a holder is missing.
func Rehearse(s Scenario) (Timeline, error) {
	if err := fielderr.Join("scenario", s.Validate()); err != nil {
		return Timeline{}, err
	}
	r, err := newRun(s.defaults())
	if err != nil {
		return Timeline{}, err
	}
	return r.run()
}
