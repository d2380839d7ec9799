package manifest

import (
	"bytes"
	"sync"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// document is one document of a YAML stream, in the text of its file.
type document struct {
	file string
	// text[start:end] of the file is the document without its marker lines;
	// cut is where the piece that belongs to it begins: its marker line, if any.
	cut, start, end int
	text            []byte     // the whole file
	line            int        // the line at which the document begins, from 1
	root            *yaml.Node // what it holds
	once            sync.Once  // for lines: sets are shared
	lines           []int      // where the lines of the document begin; found when asked for
}

// split cuts a YAML stream at its "---" and "..." lines. A line that begins so
// is a marker wherever it stands: YAML allows it inside no scalar.
func split(file string, data []byte) []*document {
	var docs []*document
	doc := &document{file: file, text: data, line: 1}
	line := 0
	for pos := 0; pos < len(data); {
		end := len(data)
		if i := bytes.IndexByte(data[pos:], '\n'); i >= 0 {
			end = pos + i + 1
		}
		line++
		if rest, marker := cutMarker(data[pos:end]); marker {
			doc.end = pos
			docs = append(docs, doc)
			doc = &document{file: file, text: data, cut: pos, start: end, line: line + 1}
			if len(bytes.TrimSpace(rest)) > 0 { // content on the marker's own line
				doc.start, doc.line = pos+len("---"), line
			}
		}
		pos = end
	}
	doc.end = len(data)
	return append(docs, doc)
}

// cutMarker returns what follows a document marker at the start of a line.
func cutMarker(line []byte) (rest []byte, marker bool) {
	rest, marker = bytes.CutPrefix(line, []byte("---"))
	if !marker {
		rest, marker = bytes.CutPrefix(line, []byte("..."))
	}
	if marker && len(rest) > 0 && bytes.IndexByte([]byte(" \t\r\n"), rest[0]) < 0 {
		return nil, false
	}
	if i := bytes.IndexByte(rest, '#'); i > 0 {
		rest = rest[:i]
	}
	return rest, marker
}

// body returns the text of the document.
func (d *document) body() []byte { return d.text[d.start:d.end] }

// lineOf returns the line of a node in the file.
func (d *document) lineOf(node *yaml.Node) int { return d.line + node.Line - 1 }

// offset returns where in the file a node begins.
func (d *document) offset(node *yaml.Node) int {
	at := d.lineStart(node.Line)
	for range node.Column - 1 { // columns count characters
		_, size := utf8.DecodeRune(d.text[at:d.end])
		at += size
	}
	return at
}

// lineStart returns where in the file a line of the document begins, and its end
// for the line after the last.
func (d *document) lineStart(line int) int {
	d.once.Do(func() { d.lines = d.findLines() })
	if line >= len(d.lines) {
		return d.end
	}
	return d.lines[line]
}

// findLines returns where in the file the lines of the document begin, from 1.
func (d *document) findLines() []int {
	lines := []int{0, d.start}
	body := d.body()
	if bytes.HasPrefix(body, []byte("\ufeff")) {
		lines[1] += len("\ufeff") // no character of the first line
	}
	for i := 0; i < len(body); {
		c, size := utf8.DecodeRune(body[i:])
		i += size
		if c == '\r' && i < len(body) && body[i] == '\n' {
			continue
		}
		if isBreak(c) {
			lines = append(lines, d.start+i)
		}
	}
	return lines
}

// isBreak reports whether c ends a line in YAML.
func isBreak(c rune) bool {
	return c == '\n' || c == '\r' || c == '\u0085' || c == '\u2028' || c == '\u2029'
}
