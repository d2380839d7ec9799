package cli

import (
	"io"
	"slices"
	"unicode/utf8"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// Clean returns a writer that escapes foreign texts as [markup.Text] does: they cannot harm a
// terminal or a log. Newlines and tabs pass, because programs print them. JSON remains JSON, and
// YAML of package manifest remains YAML, with the same meaning.
//
// A write may end within a rune: the writer keeps its first bytes until the next write. It never
// writes a rune that remains incomplete.
func Clean(w io.Writer) io.Writer { return &clean{to: w} }

// Mute is [Clean] for text, if each write consists of whole lines. It also keeps the text from
// notifying anybody, see [markup.Prose].
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
