package lanes

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
)

// RequestMatch says which requests match. A request matches when it matches every field
// that is set; the zero value matches every request. It has what ASM's ingress rules can
// express: path and headers.
type RequestMatch struct {
	// URI matches the path. Nil matches any.
	URI *StringMatch `json:"uri,omitempty"`
	// Headers matches headers by lower-case name. Empty matches any.
	Headers map[string]StringMatch `json:"headers,omitempty"`
}

// StringMatch matches a string in one of three ways. Exactly one field is set.
//
// +kubebuilder:validation:MaxProperties=1
type StringMatch struct {
	// Exact is the whole string.
	Exact string `json:"exact,omitempty"`
	// Prefix is the start of the string.
	Prefix string `json:"prefix,omitempty"`
	// Regex is an RE2 expression for the whole string.
	Regex string `json:"regex,omitempty"`
}

func (m RequestMatch) validate(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if m.URI != nil {
		errs = append(errs, m.URI.validate(path.Child("uri"))...)
		for _, p := range [...]string{m.URI.Exact, m.URI.Prefix} {
			if p != "" && !strings.HasPrefix(p, "/") {
				errs = append(errs, field.Invalid(path.Child("uri"), p, "must start with /"))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.Headers)) {
		at := path.Child("headers").Key(name)
		errs = append(errs, fieldcheck.HeaderName(at, name)...)
		errs = append(errs, m.Headers[name].validate(at)...)
	}
	return errs
}

func (m StringMatch) validate(path *field.Path) field.ErrorList {
	if n := m.ways(); n != 1 {
		return field.ErrorList{field.Invalid(path, m,
			fmt.Sprintf("must set one of exact, prefix and regex, not %d", n)).WithOrigin("one-of")}
	}
	if _, err := regexp.Compile(m.Regex); err != nil {
		return field.ErrorList{field.Invalid(path.Child("regex"), m.Regex, "must be a regular expression of RE2: "+
			err.Error()).WithOrigin("format=re2")}
	}
	return nil
}

// ways returns how many of the three ways are set.
func (m StringMatch) ways() int {
	n := 0
	for _, s := range [...]string{m.Exact, m.Prefix, m.Regex} {
		if s != "" {
			n++
		}
	}
	return n
}
