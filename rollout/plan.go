package rollout

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/dnslabel"
	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// Plan is everything that is decided about a release before it begins. It is data: its
// methods never change it, and it must not change while a release of it is under way (the
// state holds its digest).
type Plan struct {
	// Candidate is the lane being released. All vectors list it.
	Candidate string `json:"candidate"`
	// Before is how the requests are shared when the release is prepared. It lists the
	// candidate with 0; every vector of the plan lists the same lanes in this order.
	Before Weights `json:"before"`
	// Stages are entered in order; there is at least one. The candidate's weight never
	// falls from one to the next.
	Stages []Stage `json:"stages"`
	// Rollback is how the requests are shared after a roll back, decided ahead of time.
	// It lists the candidate with 0.
	Rollback Weights `json:"rollback"`

	// What must be known before the release goes on; all of it is optional. A plan
	// without these fields has the JSON and the digest that it had before they existed.

	// Metrics are what is measured during the release.
	Metrics []Metric `json:"metrics,omitempty"`
	// Guards watch the candidate from start to finish, at every place.
	Guards []Check `json:"guards,omitempty"`
	// Alpha is the risk of stopping, by chance, a candidate that is no worse than the
	// guards allow: in the whole release, however often one looks. All tests of all
	// guards share it equally: see [Plan.Risks]. 0 means 0.01.
	Alpha float64 `json:"alpha,omitempty"`
	// Settle is how long after a move windows are not compared between lanes: caches are
	// cold, and requests of the old weights are still under way.
	Settle Duration `json:"settle,omitempty"`
	// FinishGate guards finishing. No other gate judges the last stage. Nil leaves it to
	// people.
	FinishGate *Gate `json:"finish,omitempty"`
	// Approvers says who has which role in [Gate].Approvals.
	Approvers map[string][]string `json:"approvers,omitempty"`
	// Freezes are the times in which the release does not go on.
	Freezes []Freeze `json:"freezes,omitempty"`
	// NoReturn names the stage from which on no decision rolls back, or steps back to an
	// earlier stage. The decision holds instead and asks a person; a person can still
	// roll back.
	NoReturn string `json:"noReturn,omitempty"`
	// Rails bound what a plan may be.
	Rails *Rails `json:"rails,omitempty"`

	// Annotations are the team's own, such as a ticket; nothing here reads them. They are
	// not part of the plan's digest. Nil means none.
	Annotations map[string]string `json:"annotations,omitempty"`
}

// Stage is a named weights vector.
type Stage struct {
	// Name identifies the stage in commands and messages. It is a DNS-1123 label with at
	// least one letter (a number means a stage's position). It must not be "prepared" or
	// "rolledback", which name places outside the stages.
	Name string `json:"name"`
	// Weights hold while the release is at this stage.
	Weights Weights `json:"weights"`
	// Criteria says, for people, what must be true before the stage is entered; the
	// criteria of the first stage guard start. Empty means none. It is not part of the
	// plan's digest.
	Criteria string `json:"criteria,omitempty"`
	// Gate is what must hold before the stage is entered; the gate of the first stage
	// guards start. Nil leaves it to people: no decision enters the stage by itself.
	Gate *Gate `json:"gate,omitempty"`
	// Annotations are as those of the plan.
	Annotations map[string]string `json:"annotations,omitempty"`
}

// reserved are the names of the places that are not stages.
var reserved = [...]string{"prepared", "rolledback"}

// Validate returns every fault of the plan, with paths in its JSON names.
func (p Plan) Validate() field.ErrorList {
	var errs field.ErrorList // paths are only made for faults: every event validates the plan
	if !dnslabel.Is(p.Candidate) {
		errs = laneName(field.NewPath("candidate"), p.Candidate)
	}
	before, rollback := where{name: "before"}, where{name: "rollback"}
	errs = append(errs, p.validateVector(&before, p.Before)...)
	errs = append(errs, p.validateIdle(&before, p.Before)...)
	errs = append(errs, p.validateStages()...)
	errs = append(errs, p.validateVector(&rollback, p.Rollback)...)
	errs = append(errs, p.validateIdle(&rollback, p.Rollback)...)
	return append(errs, p.validateGates()...)
}

func (p *Plan) validateStages() field.ErrorList {
	all := where{name: "stages"}
	if len(p.Stages) == 0 {
		return field.ErrorList{field.Required(all.path(), "must hold at least one stage")}
	}
	var errs field.ErrorList
	names := make(map[string]bool, len(p.Stages))
	highest := 0
	for i := range p.Stages {
		stage, at := &p.Stages[i], where{up: &all, index: i}
		errs = append(errs, validateStageName(&at, stage.Name)...)
		if stage.Name != "" && names[stage.Name] {
			errs = append(errs, field.Duplicate(at.child("name"), stage.Name))
		}
		names[stage.Name] = true
		errs = append(errs, p.validateVector(&where{up: &at, name: "weights"}, stage.Weights)...)
		percent, _ := stage.Weights.Percent(p.Candidate)
		if percent < highest {
			errs = append(errs, field.Invalid(at.child("weights"), stage.Weights.String(),
				fmt.Sprintf("must not take the candidate %s from %d%% down to %d%%", p.Candidate, highest,
					percent)).WithOrigin("candidate-falls"))
		}
		highest = max(highest, percent)
	}
	return errs
}

// validateVector returns the faults of one vector of the plan.
func (p *Plan) validateVector(at *where, w Weights) field.ErrorList {
	var errs field.ErrorList
	if !w.sound() {
		errs = w.faults(at.path())
	}
	if len(w) > 0 && len(p.Before) > 0 && !w.sameLanes(p.Before) {
		errs = append(errs, field.Invalid(at.path(), strings.Join(w.Lanes(), ", "),
			"must list the lanes of before in the same order: "+
				fielderr.Names(p.Before.Lanes())).WithOrigin("same-lanes"))
	}
	return errs
}

// validateIdle returns a fault unless w lists the candidate with 0. It returns none
// without a candidate.
func (p *Plan) validateIdle(at *where, w Weights) field.ErrorList {
	percent, listed := w.Percent(p.Candidate)
	if len(w) == 0 || p.Candidate == "" || listed && percent == 0 {
		return nil
	}
	return field.ErrorList{field.Invalid(at.path(), w.String(),
		fmt.Sprintf("must list the candidate %s with 0", p.Candidate)).WithOrigin("candidate-idle")}
}

func validateStageName(stage *where, name string) field.ErrorList {
	errs := label(stage, "name", name, "must name the stage")
	if name != "" && strings.IndexFunc(name, func(c rune) bool { return c < '0' || c > '9' }) < 0 {
		errs = append(errs, field.Invalid(stage.child("name"), name,
			"must have a letter: a number means the position of a stage"))
	}
	if slices.Contains(reserved[:], name) {
		errs = append(errs, field.Invalid(stage.child("name"), name,
			"must not be the name of a place outside the stages"))
	}
	return errs
}

// StageNumber returns the position, 1..n, of the stage that ref names, by its name or by
// its position in decimal.
func (p Plan) StageNumber(ref string) (number int, found bool) {
	if n := p.named(ref); n > 0 {
		return n, true
	}
	n, err := strconv.Atoi(ref)
	if err != nil || n < 1 || n > len(p.Stages) {
		return 0, false
	}
	return n, true
}

// named returns the position of the stage of that name, or 0.
func (p Plan) named(name string) int {
	return 1 + slices.IndexFunc(p.Stages, func(s Stage) bool { return s.Name == name })
}
