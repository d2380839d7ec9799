// Package fielderr turns lists of field errors into one error.
package fielderr

import (
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Join returns nil for an empty list, else one error: its text starts with what and has a line for
// every fault. errors.As finds the *field.Error values in it. field.ErrorList.ToAggregate would
// hide them and drop repeated texts.
func Join(what string, list field.ErrorList) error {
	if len(list) == 0 {
		return nil
	}
	what = strings.TrimRight(what, " -") // a name may be empty
	errs := make([]error, len(list))
	for i, err := range list {
		errs[i] = err
	}
	if len(errs) == 1 {
		return fmt.Errorf("%s: %w", what, errs[0])
	}
	return fmt.Errorf("%s: %d faults:\n%w", what, len(errs), errors.Join(errs...))
}
