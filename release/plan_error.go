package release

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/manifest"
)

// PlanError has every fault of the ConfigMap of a plan. Its text has a line for each; errors.As
// finds the first.
type PlanError struct {
	// Object is the ConfigMap.
	Object manifest.Ref
	// Faults are in the order of their lines. There is at least one.
	Faults []PlanFault
}

// Error returns the faults, a line each.
func (e *PlanError) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.Error()
	}
	return cmp.Or(strings.Join(lines, "\n"), "the plan must be readable")
}

// Unwrap returns the faults.
func (e *PlanError) Unwrap() []error {
	out := make([]error, len(e.Faults))
	for i, f := range e.Faults {
		out[i] = f
	}
	return out
}

// add adds faults, sorts them by line, and drops repeated ones.
func (e *PlanError) add(faults ...PlanFault) {
	e.Faults = append(e.Faults, faults...)
	slices.SortStableFunc(e.Faults, func(a, b PlanFault) int { return a.Line - b.Line })
	e.Faults = slices.Compact(e.Faults)
}

// PlanFault is one fault of the ConfigMap of a plan.
type PlanFault struct {
	// File and Line say where the fault is. In a text that is a literal block (|), Line is the
	// line of the block at fault. In any other style it is the line of the key. Both are empty
	// for a built object.
	File string
	Line int
	// Field is the path of the field, from the key of the ConfigMap on:
	// "plan.stages[1].weights". Outside the keys it is as in findings: "metadata.name".
	Field string
	// Detail says what must hold, then what was found, in one line.
	Detail string
}

// Error returns "FILE:LINE: FIELD: DETAIL" in one line, without the position for a built
// object.
func (f PlanFault) Error() string {
	return position.Clauses(position.At(f.File, f.Line), f.Field, cmp.Or(f.Detail, "must be readable"))
}

// detail turns a field error into words of a plan: what must hold, then what was found.
func detail(err *field.Error) string {
	found := fmt.Sprint(err.BadValue)
	if s, ok := err.BadValue.(string); ok {
		found = fmt.Sprintf("%.80q", s)
	}
	text := err.Detail
	switch {
	case err.Type == field.ErrorTypeDuplicate:
		text = "must appear once: " + found + " is there before"
	// the detail says it all
	case err.Type != field.ErrorTypeInvalid, err.Origin == "sum", err.Origin == "candidate-falls":
	case err.Origin == "format=dns-label":
		text = "must be a DNS-1123 label, at most 63 of a-z, 0-9 and '-', not " + found
	case err.Origin == "format=dns-subdomain":
		text = "must be a DNS-1123 subdomain, at most 253 of a-z, 0-9, '-' and '.', not " + found
	case err.Origin == "":
		text += ": " + found
	default:
		text += ", not " + found
	}
	return markup.Line(text)
}
