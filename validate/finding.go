package validate

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/manifest"
)

// Severity says how bad a finding is.
type Severity string

const (
	// Error: requests fail or go to the wrong place, or the cluster refuses the object.
	Error Severity = "error"
	// Warning: it may work, but not as it reads.
	Warning Severity = "warning"
	// Info: something to know.
	Info Severity = "info"
)

// Finding is one result of a check.
type Finding struct {
	// Code of the rule, such as "SL101".
	Code Code `json:"code"`
	// Severity of the finding.
	Severity Severity `json:"severity"`
	// Object is the object of the finding.
	Object manifest.Ref `json:"object"`
	// Field is the path of the field in the object, in its JSON names.
	Field string `json:"field,omitempty"`
	// File and Line are the position of the field, or of the object for a finding without
	// field. They are empty and 0 for a built object that belongs to no file.
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	// Message says what must hold, then what was found.
	Message string `json:"message"`
}

// String returns "FILE:LINE: severity CODE Kind namespace/name field: message", without
// the parts that the finding does not have. It is always one line.
func (f Finding) String() string {
	what := strings.TrimSpace(string(f.Severity) + " " + string(f.Code))
	for _, where := range [...]string{f.Object.String(), f.Field} {
		if where = strings.TrimSpace(where); where != "" {
			what += " " + where
		}
	}
	return position.Clauses(position.At(f.File, f.Line), what, f.Message)
}

// Findings is the result of a check, ordered by file, line, code, object and field.
type Findings []Finding

// Err returns nil when no finding has severity Error, else an error with a line for each
// that does.
func (fs Findings) Err() error {
	var errs []error
	for _, f := range fs {
		if f.Severity == Error {
			errs = append(errs, errors.New(f.String()))
		}
	}
	return errors.Join(errs...)
}

// Merge returns the findings of several checks in the form of one check: each once,
// ordered by file, line, code, object and field. It changes none of its arguments.
func Merge(checks ...Findings) Findings {
	all := slices.Concat(checks...)
	slices.SortFunc(all, compare)
	return slices.Compact(all)
}

func compare(a, b Finding) int {
	if by := cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Code, b.Code)); by != 0 {
		return by // without the cost of what follows
	}
	return cmp.Or(
		cmp.Compare(a.Object.String(), b.Object.String()),
		cmp.Compare(a.Field, b.Field),
		cmp.Compare(a.Message, b.Message),
		cmp.Compare(a.Severity, b.Severity),
	)
}
