package rollout

import (
	"iter"
	"maps"
	"slices"
)

// Gate is what must hold before the release enters a stage or finishes. It is judged by
// what was seen during the stay at the place before. The zero Gate is open.
type Gate struct {
	// Dwell bounds how long the release stays at the place before.
	Dwell Dwell `json:"dwell,omitzero"`
	// Approvals are the approvals that people must give during the stay.
	Approvals []Approvals `json:"approvals,omitempty"`
	// Checks must all have passed during the stay, at each of their services.
	Checks []Check `json:"checks,omitempty"`
}

// Dwell bounds how long a release stays at a place. Time paused does not count.
type Dwell struct {
	// Min is the least time. The zero value is none.
	Min Duration `json:"min,omitempty"`
	// Max is the deadline: when the gate is not open by then, it asks for Then. The zero
	// value is none.
	Max Duration `json:"max,omitempty"`
	// Then is StepBack, RollBack or Hold, the default: a person must decide.
	Then Action `json:"then,omitempty"`
}

// Approvals asks for the approval of people who have a role.
type Approvals struct {
	// Count is how many people must approve; the author of the release does not count. 0
	// means 1.
	Role string `json:"role"`
	// Count is how many must approve: different people, and none of them the author of the
	// release. 0 means 1.
	Count int `json:"count,omitempty"`
}

// count returns how many approvals are needed.
func (a Approvals) count() int { return max(a.Count, 1) }

// gates returns the targets that gates guard: the stages 1..n, and n+1 for finish.
func (p *Plan) gates() iter.Seq[int] {
	return func(yield func(int) bool) {
		for target := 1; target <= len(p.Stages)+1; target++ {
			if !yield(target) {
				return
			}
		}
	}
}

// gate returns the gate in front of a target, or nil.
func (p *Plan) gate(target int) *Gate {
	if target > len(p.Stages) {
		return p.FinishGate
	}
	return p.Stages[target-1].Gate
}

// gateName names the target that a gate guards: "stage half" or "finish".
func (p *Plan) gateName(target int) string {
	if target > len(p.Stages) {
		return "finish"
	}
	return "stage " + p.Stages[target-1].Name
}

// roles appends the keys of Approvers to buffer, in order.
func (p *Plan) roles(buffer []string) []string {
	for role := range p.Approvers {
		buffer = append(buffer, role)
	}
	slices.Sort(buffer)
	return buffer
}

// Roles returns the roles that a person has in [Plan.Approvers], in order.
func (p Plan) Roles(person string) []string {
	var out []string
	for _, role := range slices.Sorted(maps.Keys(p.Approvers)) {
		if slices.Contains(p.Approvers[role], person) {
			out = append(out, role)
		}
	}
	return out
}
