// Package position says in messages where something stands.
package position

import (
	"fmt"
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// Of returns "FILE:LINE: WHAT", in one line whatever they hold; only WHAT for what
// stands in no file.
func Of(file string, line int, what fmt.Stringer) string {
	if file == "" {
		return markup.Line(what.String())
	}
	return markup.Line(fmt.Sprintf("%s:%d: %s", File(file), line, what))
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
