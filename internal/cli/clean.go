package cli

import (
	"io"
	"slices"
	"unicode/utf8"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// Clean returns a writer that escapes, as [markup.Text] does, what texts of others
// could do to a terminal or a log. Newlines and tabs pass: programs print them. JSON
// stays JSON, and YAML of package manifest YAML, of the same meaning.
//
// A rune may be cut over two writes: its beginning waits for the rest. What is cut
// off at the end of all writes is not written.
func Clean(w io.Writer) io.Writer { return &clean{to: w} }

// Mute is [Clean] for text, each write of which is whole lines: beside, it mentions
// nobody, see [markup.Prose].
func Mute(w io.Writer) io.Writer { return mute{Clean(w)} }

type mute struct{ to io.Writer }

func (m mute) Write(p []byte) (int, error) {
	if _, err := io.WriteString(m.to, markup.Mute(string(p), "(at)")); err != nil {
		return 0, err
	}
	return len(p), nil
}

type clean struct {
	to   io.Writer
	rest []byte // the beginning of a rune
}

func (c *clean) Write(p []byte) (int, error) {
	text := slices.Concat(c.rest, p)
	whole := len(text)
	for tail := 1; tail < utf8.UTFMax && tail <= len(text); tail++ {
		if b := text[len(text)-tail]; utf8.RuneStart(b) {
			if !utf8.FullRune(text[len(text)-tail:]) {
				whole -= tail
			}
			break
		}
	}
	if _, err := io.WriteString(c.to, markup.Text(string(text[:whole]))); err != nil {
		return 0, err
	}
	c.rest = slices.Clone(text[whole:])
	return len(p), nil
}
