package yamltext

import (
	"bytes"
	"slices"
)

// Remove returns the patch that removes a document with its marker and comments.
func (d *Document) Remove() Patch { return Patch{Span{d.cut, d.end}, ""} }

// Empty reports whether there is no document in a text.
func Empty(text []byte) bool {
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' && !bytes.HasPrefix(line, []byte("---")) {
			return false
		}
	}
	return true
}

// Append adds documents to a text, with the line ends that it has.
func Append(text, added []byte) []byte {
	if len(added) == 0 {
		return text
	}
	out := slices.Clone(text)
	if len(out) > 0 && out[len(out)-1] != '\n' {
		out = append(out, '\n')
	}
	if !Empty(out) {
		out = append(out, "---\n"...)
	}
	out = append(out, added...)
	if end := eol(text); end != "\n" {
		tail := bytes.ReplaceAll(out[len(text):], []byte("\n"), []byte(end))
		out = append(out[:len(text):len(text)], tail...)
	}
	return out
}

// WithoutMarker returns a text without the marker line that it begins with, if any. A
// first document needs none, and the next one becomes the first when that is removed.
func WithoutMarker(text []byte) []byte {
	line, rest, _ := bytes.Cut(text, []byte("\n"))
	content, marker := cutMarker(line)
	switch {
	case !marker:
		return text
	case content:
		return text[len("---"):]
	}
	return rest
}
