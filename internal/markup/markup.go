// Package markup makes text safe in lines, prose, Markdown tables and Mermaid diagrams.
package markup

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line turns s into one visible line. It escapes control characters, such as newlines, and
// characters that change the direction of text, as JSON does. It writes bytes that are not UTF-8 as
// \xff.
func Line(s string) string { return escape(s, "") }

// Text is [Line] for several lines: it keeps newlines and tabs, which cannot hide anything. JSON
// remains JSON with the same meaning.
func Text(s string) string { return escape(s, "\n\t") }

// Prose is [Line] for commit messages and comments on pull requests, where "@name" would notify
// somebody: it becomes "(at)name". An @ after a letter or digit notifies nobody and is kept:
// "service@lane".
func Prose(s string) string { return Line(Mute(s, "(at)")) }

// Mute replaces by at each @ that would notify somebody.
func Mute(s, at string) string {
	if !strings.Contains(s, "@") { // the usual case
		return s
	}
	return mention.ReplaceAllString(s, "${1}"+at+"${2}")
}

var mention = regexp.MustCompile(`(^|[^0-9A-Za-z_])@([\pL\pN_])`)

func escape(s, keep string) string {
	odd := func(r rune) bool { return Hides(r) && !strings.ContainsRune(keep, r) }
	if !strings.ContainsFunc(s, odd) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case !odd(r):
			b.WriteRune(r)
		case r < ' ' && strings.ContainsRune("\n\r\t", r):
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		s = s[size:]
	}
	return b.String()
}

// Hides reports whether a character ends a line, or controls the display instead of being shown.
func Hides(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// Cell makes s fit into one cell of a Markdown table, without HTML and without notifying anybody:
// see [Prose].
func Cell(s string) string {
	text := pipe.ReplaceAllString(Prose(strings.Join(strings.Fields(s), " ")), `$1$1\|`)
	return tag.ReplaceAllString(text, "&lt;$1")
}

// tag matches the beginning of HTML.
var tag = regexp.MustCompile(`<([A-Za-z/!?])`)

// pipe matches a | that would end a cell. Cell doubles the backslashes before it: they would undo
// the escape.
var pipe = regexp.MustCompile(`(\\*)\|`)

// Label returns s as a quoted label of a Mermaid diagram. It writes characters that could end the
// label, or be markup in it, by their code points. Mermaid shows these as the characters.
func Label(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range Line(strings.Join(strings.Fields(s), " ")) {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune(" .,:/()@%-", r):
			b.WriteRune(r)
		default:
			b.WriteString("#" + strconv.Itoa(int(r)) + ";")
		}
	}
	if b.Len() == 1 {
		b.WriteByte(' ')
	}
	b.WriteByte('"')
	return strings.ReplaceAll(b.String(), ":fa-", "#58;fa-") // fa:fa-name would be an icon
}
