package yamltext

import (
	"bytes"
	"slices"
)

// Remove returns the patch that removes a document with its marker and comments. It keeps the
// comments at the top of the file that a blank line or a marker parts from the document: they
// belong to the file, such as a licence.
func (d *Document) Remove() Patch { return Patch{Span{max(d.cut, d.headerEnd()), d.end}, ""} }

// Top returns where the first document of the file begins, behind the comments that
// [Document.Remove] keeps. first says that this is that document.
func (d *Document) Top() (at int, first bool) {
	at = d.headerEnd()
	return at, at > 0 || d.start == 0
}

// Empty reports whether a text holds no document.
func Empty(text []byte) bool {
	for line := range bytes.Lines(text) {
		if content, marker := cutMarker(line); marker && !content {
			continue
		}
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}

// Append adds documents to a text, with the line ends of the text. In an empty text they get the
// line ends that they begin with.
func Append(text, added []byte) []byte {
	if len(added) == 0 {
		return text
	}
	end := eol(text)
	if len(text) == 0 {
		end = eol(added)
	}
	out := slices.Clone(text)
	if len(out) > 0 && out[len(out)-1] != '\n' {
		out = append(out, '\n')
	}
	if !Empty(out) {
		out = append(out, "---\n"...)
	}
	out = append(out, bytes.ReplaceAll(added, []byte("\r\n"), []byte("\n"))...)
	if end != "\n" {
		tail := bytes.ReplaceAll(out[len(text):], []byte("\n"), []byte(end))
		out = append(out[:len(text):len(text)], tail...)
	}
	return out
}

// WithoutMarker returns a text without the marker line that it begins with, if any. A first
// document needs no marker: the next document becomes the first when that is removed.
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
