// Package position writes positions in files, for messages.
package position

import (
	"fmt"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// Of returns "FILE:LINE: WHAT" as one line; without a file, only WHAT.
func Of(file string, line int, what fmt.Stringer) string {
	return Clauses(At(file, line), what.String())
}

// Clauses joins the parts of a message by ": " to one line, without the empty parts.
func Clauses(parts ...string) string {
	var said []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			said = append(said, p)
		}
	}
	return markup.Line(strings.Join(said, ": "))
}

// At returns "FILE:LINE" for the beginning of a line of output. Line 0 means the whole file:
// "FILE". Without a file it returns "".
func At(file string, line int) string {
	if line == 0 || file == "" {
		return File(file)
	}
	return fmt.Sprintf("%s:%d", File(file), line)
}

// File returns the name of a file for the beginning of a line. The name gets a "./" if a log could
// read it as a command ("::error::"), or a commit message as a trailer ("Signed-off-by: ").
func File(name string) string {
	if strings.Contains(name, ":") && !strings.ContainsAny(name[:1], "./") {
		name = "./" + name
	}
	return markup.Line(name)
}
