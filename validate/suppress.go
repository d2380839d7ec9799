package validate

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/releasekeys"
	"github.com/swimlane-go/swimlane/manifest"
)

// Ignore selects findings that are not reported.
type Ignore struct {
	// Code of the findings.
	Code Code `json:"code"`
	// Kind, Namespace and Name are those of the object; an empty one matches any.
	Kind      string `json:"kind,omitempty"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name,omitempty"`
}

// String returns "CODE", or "CODE:KIND/NAMESPACE/NAME".
func (i Ignore) String() string {
	if i.Kind+i.Namespace+i.Name == "" {
		return string(i.Code)
	}
	return string(i.Code) + ":" + i.Kind + "/" + i.Namespace + "/" + i.Name
}

// Validate returns the faults: the code must exist, and its findings must be of a kind
// that can be ignored.
func (i Ignore) Validate() field.ErrorList {
	if why := ignorable(i.Code); why != "" {
		return field.ErrorList{field.Invalid(field.NewPath("code"), i.Code, why)}
	}
	return nil
}

// ignorable returns what must hold for a code that is ignored; "" if it does. A fault
// that makes a file unreadable cannot be ignored, since it hides others.
func ignorable(code Code) string {
	if _, found := rulesByCode()[code]; !found {
		return "must be a code that exists"
	}
	if slices.Contains([]Code{NotAnObject, TooManyFaults, Misread, Unreadable, UnusedIgnore}, code) {
		return "must be a code that can be ignored"
	}
	return ""
}

// matches reports whether it selects a finding.
func (i Ignore) matches(f Finding) bool {
	is := func(want, got string) bool { return want == "" || want == got }
	return i.Code == f.Code && is(i.Kind, f.Object.Kind) && is(i.Namespace, f.Object.Namespace) &&
		is(i.Name, f.Object.Name)
}

// Suppress returns the findings of checks of a set without the ignored ones. The list
// ignores findings, and so does the annotation swimlane-go.github.io/lint-ignore of an
// object: codes separated by commas, for findings in that object. An entry that ignores
// nothing is a finding too (SL018). Call it once, with the findings of all checks: see
// [Merge].
func Suppress(set manifest.Set, ignores []Ignore, findings Findings) Findings {
	type key struct {
		ref  manifest.Ref
		code Code
	}
	annotated := map[key]bool{} // whether it has ignored something
	var out Findings
	for _, o := range set.All() {
		for _, code := range ignoredBy(o) {
			if why := ignorable(code); why != "" {
				out = append(out, unused(o, fmt.Sprintf("%s: %s", why, code)))
				continue
			}
			annotated[key{o.Ref, code}] = false
		}
	}
	used := make([]bool, len(ignores))
	for _, f := range findings {
		ignored := false
		for i, by := range ignores {
			if by.matches(f) {
				used[i], ignored = true, true
			}
		}
		if _, found := annotated[key{f.Object, f.Code}]; found {
			annotated[key{f.Object, f.Code}], ignored = true, true
		}
		if !ignored {
			out = append(out, f)
		}
	}
	for i, by := range ignores {
		if !used[i] {
			out = append(out, Finding{Code: UnusedIgnore, Severity: Warning,
				Message: "must match a finding: found no " + by.String()})
		}
	}
	for _, o := range set.All() {
		for _, code := range ignoredBy(o) {
			if done, found := annotated[key{o.Ref, code}]; found && !done {
				out = append(out, unused(o, fmt.Sprintf("must match a finding of the object: found no %s",
					code)))
			}
		}
	}
	return Merge(out)
}

// ignoredBy returns the codes that the annotation of an object names.
func ignoredBy(o manifest.Object) []Code {
	var out []Code
	meta := o.Meta()
	if meta == nil {
		return nil
	}
	for code := range strings.SplitSeq(meta.GetAnnotations()[releasekeys.LintIgnore], ",") {
		if code = strings.TrimSpace(code); code != "" {
			out = append(out, Code(code))
		}
	}
	return out
}

func unused(o manifest.Object, message string) Finding {
	path := field.NewPath("metadata", "annotations").Key(releasekeys.LintIgnore).String()
	return Finding{Code: UnusedIgnore, Severity: Warning, Object: o.Ref, Field: path, File: o.File,
		Line: o.LineOf(path), Message: message}
}
