// Package position says in messages where something stands.
package position

import "fmt"

// Of returns "FILE:LINE: WHAT"; only WHAT for what stands in no file.
func Of(file string, line int, what fmt.Stringer) string {
	if file == "" {
		return what.String()
	}
	return fmt.Sprintf("%s:%d: %s", file, line, what)
}
