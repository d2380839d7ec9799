package rollout

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/dnslabel"
)

const (
	// maxName bounds names of services, people, roles and zones, which bounds the
	// evidence.
	maxName = 63
	// maxPairs bounds the product of checks and services of a plan, which bounds the
	// evidence.
	maxPairs = 64
	// uncompared is the candidate's percent from which on it is not compared with the
	// other lanes: they get too little to compare with.
	uncompared = 80
)

// validateGates returns the faults of all that must be known before the release goes on.
func (p *Plan) validateGates() field.ErrorList {
	if errs := p.tooMany(); len(errs) > 0 {
		return errs // the items of these lists are compared with each other
	}
	errs := p.validateMetrics()
	root := where{name: "alpha"}
	if p.Alpha != 0 && !(p.Alpha > 0 && p.Alpha <= 0.5) {
		errs = append(errs, field.Invalid(root.path(), p.Alpha, "must be above 0 and at most 0.5"))
	}
	if p.Settle < 0 {
		errs = append(errs, field.Invalid(field.NewPath("settle"), p.Settle.String(), "must not be negative"))
	}
	errs = append(errs, p.validateChecks(&where{name: "guards"}, p.Guards, 0)...)
	stages := where{name: "stages"}
	for i := range p.Stages {
		if gate := p.Stages[i].Gate; gate != nil {
			stage := where{up: &stages, index: i}
			errs = append(errs, p.validateGate(&where{up: &stage, name: "gate"}, gate, i+1)...)
		}
	}
	if p.FinishGate != nil {
		errs = append(errs, p.validateGate(&where{name: "finish"}, p.FinishGate, len(p.Stages)+1)...)
	}
	errs = append(errs, p.validateApprovers()...)
	errs = append(errs, p.validateFreezes()...)
	if p.NoReturn != "" && p.named(p.NoReturn) == 0 {
		errs = append(errs, field.NotFound(field.NewPath("noReturn"), p.NoReturn))
	}
	errs = append(errs, p.validateRails()...)
	var buffer [maxPairs + 1]pair
	if pairs := p.pairs(buffer[:0]); len(pairs) > maxPairs {
		errs = append(errs, field.TooMany(field.NewPath("metrics"), len(pairs), maxPairs).WithOrigin("pairs"))
	}
	return errs
}

// tooMany returns a fault for each list that is longer than the pairs of a plan may be:
// no valid plan has such a list.
func (p *Plan) tooMany() field.ErrorList {
	var errs field.ErrorList
	bound := func(at *where, n int) {
		if n > maxPairs {
			errs = append(errs, field.TooMany(at.path(), n, maxPairs).WithOrigin("pairs"))
		}
	}
	metrics := where{name: "metrics"}
	bound(&metrics, len(p.Metrics))
	for i := range p.Metrics {
		bound(&where{up: &where{up: &metrics, index: i}, name: "services"}, len(p.Metrics[i].Services))
	}
	bound(&where{name: "guards"}, len(p.Guards))
	stages := where{name: "stages"}
	for i := range p.Stages {
		if gate := p.Stages[i].Gate; gate != nil {
			bound(&where{up: &where{up: &where{up: &stages, index: i}, name: "gate"}, name: "checks"}, len(gate.Checks))
		}
	}
	if p.FinishGate != nil {
		bound(&where{up: &where{name: "finish"}, name: "checks"}, len(p.FinishGate.Checks))
	}
	return errs
}

// validateGate returns the faults of the gate in front of a target.
func (p *Plan) validateGate(at *where, gate *Gate, target int) field.ErrorList {
	var errs field.ErrorList
	dwell, d := where{up: at, name: "dwell"}, gate.Dwell
	if d.Min < 0 {
		errs = append(errs, field.Invalid(dwell.child("min"), d.Min.String(), "must not be negative"))
	}
	if d.Max < 0 || d.Max > 0 && d.Max <= d.Min {
		errs = append(errs, field.Invalid(dwell.child("max"), d.Max.String(), "must be more than min, "+d.Min.String()+
			", or the gate never opens").WithOrigin("never"))
	}
	errs = append(errs, answer(&dwell, "then", d.Then)...)
	if d.Then != "" && d.Max == 0 {
		errs = append(errs, field.Forbidden(dwell.child("then"), "may be set with max only"))
	}
	list := where{up: at, name: "approvals"}
	var roles seen
	for i, a := range gate.Approvals {
		item := where{up: &list, index: i}
		people, known := p.Approvers[a.Role]
		switch {
		case a.Role == "":
			errs = append(errs, field.Required(item.child("role"), "must be a key of approvers"))
		case !known:
			errs = append(errs, field.NotFound(item.child("role"), a.Role))
		case a.Count < 0:
			errs = append(errs, field.Invalid(item.child("count"), a.Count, "must not be negative"))
		case a.count() > len(people):
			errs = append(errs, field.Invalid(item.child("count"), a.count(),
				fmt.Sprintf("must be at most %d, the number of people with the role %s, or the gate never opens",
					len(people), a.Role)).WithOrigin("never"))
		}
		if roles.before(a.Role) {
			errs = append(errs, field.Duplicate(item.child("role"), a.Role))
		}
	}
	return append(errs, p.validateChecks(&where{up: at, name: "checks"}, gate.Checks, target)...)
}

func (p *Plan) validateApprovers() field.ErrorList {
	var errs field.ErrorList
	at := where{name: "approvers"}
	var buffer [8]string
	for _, role := range p.roles(buffer[:0]) {
		list := where{up: &at, name: role}
		if !dnslabel.Is(role) {
			errs = append(errs, notLabel(at.path(), role)[0])
		}
		if len(p.Approvers[role]) == 0 {
			errs = append(errs, field.Required(list.path(), "must name at least one person"))
		}
		var people seen
		for i, person := range p.Approvers[role] {
			again := people.before(person)
			switch {
			case person == "":
				errs = append(errs, field.Required(list.path().Index(i), "must name a person"))
			case len(person) > maxName:
				errs = append(errs, field.TooLong(list.path().Index(i), person, maxName))
			case again:
				errs = append(errs, field.Duplicate(list.path().Index(i), person))
			}
		}
	}
	return errs
}

// seen holds the names of a list that came before. The first few are kept in place: every
// event validates the plan, and lists are short.
type seen struct {
	first [16]string
	n     int
	more  map[string]bool
}

// before reports whether a name came before, and adds it.
func (s *seen) before(name string) bool {
	if slices.Contains(s.first[:s.n], name) || s.more[name] {
		return true
	}
	switch {
	case s.n < len(s.first):
		s.first[s.n] = name
		s.n++
	case s.more == nil:
		s.more = map[string]bool{name: true}
	default:
		s.more[name] = true
	}
	return false
}

// label returns the faults of a name that must be a DNS-1123 label.
func label(at *where, key, name, must string) field.ErrorList {
	if name == "" {
		return field.ErrorList{field.Required(at.child(key), must)}
	}
	if dnslabel.Is(name) {
		return nil
	}
	return notLabel(at.child(key), name)
}

// within returns a fault unless 0 <= n <= highest.
func within(at *where, key string, n, highest int) field.ErrorList {
	if n >= 0 && n <= highest {
		return nil
	}
	return field.ErrorList{field.Invalid(at.child(key), n, fmt.Sprintf("must be between 0 and %d", highest))}
}

// above returns a fault unless x is a finite number above bound.
func above(at *where, key string, x, bound float64) field.ErrorList {
	if x > bound && x <= maxValue {
		return nil
	}
	return field.ErrorList{field.Invalid(at.child(key), x, fmt.Sprintf("must be a number above %v", bound))}
}

// answer returns a fault unless a is unset or a check may ask for it.
func answer(at *where, key string, a Action) field.ErrorList {
	if a == "" || slices.Contains(answers[:], a) {
		return nil
	}
	return field.ErrorList{field.NotSupported(at.child(key), a, answers[:])}
}
