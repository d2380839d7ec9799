// Package position says in messages where something is.
package position

import (
	"fmt"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// Of returns "FILE:LINE: WHAT", in one line whatever they hold; only WHAT for what is in
// no file.
func Of(file string, line int, what fmt.Stringer) string {
	return Clauses(At(file, line), what.String())
}

// Clauses joins the parts of a message by ": ", in one line; those that say nothing are
// left out.
func Clauses(parts ...string) string {
	var said []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			said = append(said, p)
		}
	}
	return markup.Line(strings.Join(said, ": "))
}

// At returns "FILE:LINE" as it begins a line of output; "FILE" for line 0, which means
// the whole file, and nothing without a file.
func At(file string, line int) string {
	if line == 0 || file == "" {
		return File(file)
	}
	return fmt.Sprintf("%s:%d", File(file), line)
}

// File returns the name of a file as it begins a line: in one line, and with a "./"
// before a name that could be taken for a command to a log ("::error::") or for a
// trailer of a commit message ("Signed-off-by: ").
func File(name string) string {
	if strings.Contains(name, ":") && !strings.ContainsAny(name[:1], "./") {
		name = "./" + name
	}
	return markup.Line(name)
}
