// Package jsonpointer writes and reads JSON pointers (RFC 6901), which JSON patches use as paths.
package jsonpointer

import "strings"

// To returns the pointer of steps; "" for none, which is the whole document.
func To(steps ...string) string {
	var b strings.Builder
	for _, s := range steps {
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(s))
	}
	return b.String()
}

// Steps returns the steps of a pointer that is not empty.
func Steps(pointer string) []string {
	out := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i := range out {
		out[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(out[i])
	}
	return out
}
