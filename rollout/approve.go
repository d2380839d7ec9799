package rollout

import (
	"fmt"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fielderr"
)

// Approval is the statement of one person, in one role, that a release may go on, up to a
// target. The caller must prove who the person is.
type Approval struct {
	// Role and By say who approves: By is listed under Role in [Plan.Approvers].
	Role string `json:"role"`
	By   string `json:"by"`
	// To is the last stage that the approval counts for. Empty means the next one, or
	// finish after the last stage.
	To string `json:"to,omitempty"`
	// At is when the person approved.
	At time.Time `json:"at"`
	// PlanDigest and Stay say what was approved: the plan's digest, and the Stay of the
	// evidence that the person saw. They are empty in [Evidence], which has its own.
	PlanDigest string `json:"planDigest,omitempty"`
	Stay       int64  `json:"stay,omitempty"`
}

// UnmarshalJSON reads an approval strictly: unknown and duplicate keys are errors.
// [Plan.Approve] checks everything else. On error a is left as it was.
func (a *Approval) UnmarshalJSON(data []byte) error {
	type plain Approval
	var out plain
	if err := strict("approval", data, &out); err != nil {
		return err
	}
	*a = Approval(out)
	return nil
}

// Approve returns the evidence with one more approval. It changes no argument; on error
// the evidence is the zero Evidence.
//
// It returns [ErrForeign] for an approval of another plan, [ErrBefore] for one of another
// stay, [ErrStranger] for a person who does not have the role, [ErrAuthor] for the author
// of the release, and [ErrTwice] for a person who has approved in this stay in another
// role, or as far as this. It also returns what [Plan.Observe] returns for the state and
// the evidence. An approval that reaches further replaces the person's earlier one, so
// one person never counts as two.
func (p Plan) Approve(s State, e Evidence, a Approval) (Evidence, error) {
	if err := p.Check(s); err != nil {
		return Evidence{}, fmt.Errorf("approve: %w", err)
	}
	if s.Closed() {
		_, _, err := p.move(s, Event{Kind: Promote})
		return Evidence{}, fmt.Errorf("approve: %w", err)
	}
	e, err := p.present(s, e)
	if err != nil {
		return Evidence{}, err
	}
	if err := a.validate(&p, s); err != nil {
		return Evidence{}, err
	}
	who := fmt.Sprintf("approval of %s as %s", a.By, a.Role)
	if a.To == "" && s.Stage < len(p.Stages) {
		a.To = p.Stages[s.Stage].Name
	}
	before := slices.IndexFunc(e.Approvals, func(b Approval) bool { return a.By == b.By })
	switch {
	case a.PlanDigest != s.PlanDigest:
		return Evidence{}, fmt.Errorf("%s: %w: it names plan digest %q, the state has %s", who, ErrForeign,
			a.PlanDigest, s.PlanDigest)
	case a.Stay != e.Stay:
		return Evidence{}, fmt.Errorf("%s: %w: it names the stay from revision %d, not that from %d", who,
			ErrBefore, a.Stay, e.Stay)
	case !slices.Contains(p.Approvers[a.Role], a.By):
		return Evidence{}, fmt.Errorf("%s: %w", who, ErrStranger)
	case a.By == e.Author:
		return Evidence{}, fmt.Errorf("%s: %w", who, ErrAuthor)
	case before >= 0 && (e.Approvals[before].Role != a.Role || p.reach(&e.Approvals[before]) >= p.reach(&a)):
		return Evidence{}, fmt.Errorf("%s: %w", who, ErrTwice)
	}
	a.PlanDigest, a.Stay, a.At = "", 0, normal(a.At)
	e.Approvals = slices.Clone(e.Approvals)
	if before >= 0 {
		e.Approvals[before] = a
	} else {
		e.Approvals = append(e.Approvals, a)
	}
	return e, nil
}

// validate returns an error when the approval cannot belong to a release in state s.
func (a *Approval) validate(p *Plan, s State) error {
	var errs field.ErrorList
	if a.By == "" {
		errs = append(errs, field.Required(field.NewPath("by"), "must name who approves"))
	}
	if _, known := p.Approvers[a.Role]; !known {
		errs = append(errs, field.NotFound(field.NewPath("role"), a.Role))
	}
	if a.To != "" && p.named(a.To) <= s.Stage {
		errs = append(errs, field.Invalid(field.NewPath("to"), a.To, "must be a stage ahead"))
	}
	return fielderr.Join("approval", append(errs, validateTime("at", a.At)...))
}

// approved returns how many people have approved, in a role, that the release enters a
// target.
func (p *Plan) approved(e *Evidence, role string, target int) int {
	n := 0
	for i := range e.Approvals {
		a := &e.Approvals[i]
		if a.Role == role && a.By != e.Author && p.reach(a) >= target && slices.Contains(p.Approvers[role], a.By) {
			n++
		}
	}
	return n
}

// reach returns the target up to which an approval counts.
func (p *Plan) reach(a *Approval) int {
	if a.To == "" {
		return len(p.Stages) + 1
	}
	return p.named(a.To)
}
