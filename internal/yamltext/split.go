package yamltext

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"

	kubeyaml "k8s.io/apimachinery/pkg/util/yaml"
)

// guess is how far kubectl and Argo CD look into a file for the brace that makes
// it JSON.
const guess = 4096

// Split cuts a file into its documents where Kubernetes' reader does: at lines that begin with
// "---", and, in a file that begins with JSON, after each value. It leaves out documents of nothing
// but blanks. It returns at most one document more than the limit.
func Split(file string, data []byte, limit int) []*Document { return SplitAt(file, 1, data, limit) }

// SplitAt is [Split] for a text that begins at a line of a file, such as a block within another
// document. The lines of the documents are those of the file.
func SplitAt(file string, line int, data []byte, limit int) []*Document {
	s := splitter{file: file, text: data, limit: limit, line: line}
	s.yaml(s.json())
	for _, c := range s.conflicts.whole {
		for _, d := range s.docs[c.from : c.to+1] {
			d.conflict.within = true
		}
	}
	return s.docs
}

type splitter struct {
	file  string
	text  []byte
	limit int
	docs  []*Document
	// at is the offset until which lines are counted, and line is its line.
	at, line int

	conflicts conflicts
}

// lineAt returns the line of an offset. No call may go back behind the offset of the call before.
func (s *splitter) lineAt(at int) int {
	s.line += breaks(s.text[s.at:at])
	s.at = at
	return s.line
}

// add ends a document, and keeps it unless it is blank. It reports whether the limit allows
// another.
func (s *splitter) add(doc *Document, end int) bool {
	doc.end = end
	if len(bytes.Trim(doc.Body(), " \r\n")) > 0 {
		s.docs = append(s.docs, doc)
	}
	return len(s.docs) <= s.limit
}

// json cuts the JSON values that a file begins with, and returns where the YAML begins. Kubernetes'
// reader takes YAML after one value, but not after several.
func (s *splitter) json() (rest int) {
	if !kubeyaml.IsJSONBuffer(s.text[:min(len(s.text), guess)]) {
		return 0
	}
	decoder := json.NewDecoder(bytes.NewReader(s.text))
	for n := 0; ; n++ {
		var value json.RawMessage
		err := decoder.Decode(&value)
		switch {
		case err == nil:
		case errors.Is(err, io.EOF):
			return len(s.text)
		case n == 0:
			return 0
		default:
			from := len(s.text) - len(bytes.TrimLeft(s.text[rest:], " \t\r\n"))
			if i := bytes.IndexByte(s.text[rest:from], '\n'); i >= 0 {
				from = rest + i + 1 // the next line at the earliest
			}
			if n > 1 || len(s.text)-from < 4 || s.text[from] >= utf8.RuneSelf { // the reader looks at four bytes
				s.docs[n-1].Misread = &Error{s.lineAt(from),
					"must be JSON: Kubernetes' reader refuses what follows the JSON"}
			}
			return from
		}
		end := int(decoder.InputOffset())
		if !s.add(&Document{File: s.file, Line: s.lineAt(rest), text: s.text, cut: rest, start: rest, json: value},
			end) {
			return len(s.text)
		}
		rest = end
	}
}

// yaml cuts the rest of the file at "---" lines.
func (s *splitter) yaml(from int) {
	doc := &Document{File: s.file, Line: s.lineAt(from), text: s.text, cut: from, start: from}
	for pos, end := from, 0; pos < len(s.text); pos = end {
		end = len(s.text)
		if i := bytes.IndexByte(s.text[pos:], '\n'); i >= 0 {
			end = pos + i + 1
		}
		line := s.text[pos:end]
		switch content, marker := cutMarker(line); {
		case marker:
			if !s.add(doc, pos) {
				return
			}
			none := doc.start == pos
			doc = &Document{File: s.file, Line: s.lineAt(pos), text: s.text, cut: pos, start: end}
			if content {
				doc.start = pos + len("---")
				doc.Misread = &Error{doc.Line,
					"must begin below its marker: Kubernetes' reader refuses text after --- on one line"}
			} else {
				doc.Line = s.lineAt(end)
			}
			// the reader keeps a marker after nothing: the mark is then in the text
			if none && bytes.HasPrefix(s.text[end:], []byte("\ufeff")) {
				doc.Misread = &Error{doc.Line,
					"must not begin with a byte order mark: Kubernetes' reader reads it as text"}
			}
		case bytes.HasPrefix(line, []byte("---")) && doc.Misread == nil:
			doc.Misread = &Error{s.lineAt(pos),
				"must not begin a line with ---: Kubernetes' reader reads it as the end of the document"}
		default:
			if mark := conflictMark(line); mark != 0 {
				doc.conflict.add(mark, s.lineAt(pos))
				s.conflicts.add(mark, len(s.docs))
			}
		}
	}
	s.add(doc, len(s.text))
}

// cutMarker reports whether a line is a document marker in YAML, and whether anything but
// a comment is on it too.
func cutMarker(line []byte) (content, marker bool) {
	rest, marker := bytes.CutPrefix(line, []byte("---"))
	if !marker || len(rest) > 0 && bytes.IndexByte([]byte(" \t\r\n"), rest[0]) < 0 {
		return false, false
	}
	rest = bytes.TrimSuffix(bytes.TrimSuffix(rest, []byte("\n")), []byte("\r"))
	text := bytes.TrimLeft(rest, " \t")
	return len(text) > 0 && text[0] != '#' || breaks(rest) > 0 || !utf8.Valid(rest) ||
		bytes.ContainsFunc(rest, isControl), true
}
