// Package markup makes text safe to stand in lines, Markdown tables and Mermaid
// diagrams.
package markup

import (
	"strconv"
	"strings"
	"unicode"
)

// Line makes s one line: control characters, of which some would end it, are
// written as in Go.
func Line(s string) string {
	if !strings.ContainsFunc(s, breaks) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if breaks(r) {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// breaks reports whether r ends a line, or does something to what shows it.
func breaks(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }

// Cell makes s fit into one cell of a Markdown table.
func Cell(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", `\|`)
}

// Label returns s as a quoted label of a Mermaid diagram. What could end the
// label, or be read as markup in it, is written by its code point, which Mermaid
// shows as the character.
func Label(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range strings.Join(strings.Fields(s), " ") {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune(" .,:/()@%-", r):
			b.WriteRune(r)
		default:
			b.WriteString("#" + strconv.Itoa(int(r)) + ";")
		}
	}
	b.WriteByte('"')
	return b.String()
}
