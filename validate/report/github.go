package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/swimlane-go/swimlane/validate"
)

// GitHub writes a finding a line as a command of GitHub's workflows, which shows it
// beside the line of the file. GitHub shows ten errors, ten warnings and ten notices of
// a step.
// Source: GitHub, "Workflow commands for GitHub Actions".
func GitHub(w io.Writer, findings validate.Findings) error {
	for _, f := range findings {
		at := ""
		if f.File != "" {
			at = " file=" + property(filepath.ToSlash(f.File))
			if f.Line > 0 {
				at += fmt.Sprintf(",line=%d", f.Line)
			}
			at += ","
		} else {
			at = " "
		}
		command := map[validate.Severity]string{validate.Error: "error", validate.Warning: "warning"}[f.Severity]
		if command == "" {
			command = "notice"
		}
		if _, err := fmt.Fprintf(w, "::%s%stitle=%s::%s\n", command, at, property(title(f)),
			data(message(f))); err != nil {
			return err
		}
	}
	return nil
}

// title returns the title of a finding: its code and its object.
func title(f validate.Finding) string {
	return strings.TrimSpace(string(f.Code) + " " + f.Object.String())
}

// message returns the text of a finding: its field, and its message.
func message(f validate.Finding) string {
	if f.Field == "" {
		return f.Message
	}
	return f.Field + ": " + f.Message
}

// data escapes a message of a command, and property escapes a value before it.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func property(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
