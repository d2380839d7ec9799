package report

import (
	"fmt"
	"io"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/validate"
)

// Text writes a finding a line, in the form of [validate.Finding.String].
func Text(w io.Writer, findings validate.Findings) error {
	for _, f := range findings {
		if _, err := fmt.Fprintln(w, f); err != nil {
			return err
		}
	}
	return nil
}

// JSON writes a list of objects, [] without findings.
func JSON(w io.Writer, findings validate.Findings) error {
	if findings == nil {
		findings = validate.Findings{}
	}
	return cli.JSON(w, findings)
}
