// Package yamltext holds a YAML or JSON stream as text: where its documents and
// their nodes stand, and what text to put where so that nothing else changes.
// What the documents mean is none of its business.
package yamltext

import (
	"bytes"
	"strings"
	"sync"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	k8syaml "sigs.k8s.io/yaml"
)

// Document is one document of a stream, in the text of its file.
type Document struct {
	// File is the name of the file.
	File string
	// Line is the line of the file at which the document begins, from 1.
	Line int
	// Root is what the document holds: nil before [Document.Parse], and when it
	// holds nothing.
	Root *yaml.Node
	// Misread says why Kubernetes' reader sees something else than what is
	// written, at a line of the file; nil when it does not, as far as is known.
	Misread *Error

	text []byte // the whole file
	// text[start:end] is the document without its marker line; cut is where the
	// piece that belongs to it begins: its marker line, if any.
	cut, start, end int
	json            []byte    // what it holds, when it is read as JSON
	conflict        int       // the line of the first merge conflict marker; 0 for none
	once            sync.Once // for lines: sets are shared
	lines           []int     // where the lines of the document begin; found when asked for
}

// Error says what is wrong with a text, at a line of its file.
type Error struct {
	Line    int
	Message string
}

func (e *Error) Error() string { return e.Message }

// Body returns the text of the document, without its marker line.
func (d *Document) Body() []byte { return d.text[d.start:d.end] }

// Key returns what the document is read from: documents of one key hold the same.
func (d *Document) Key() string {
	if d.json != nil {
		return "json " + string(d.Body())
	}
	return "yaml " + string(d.Body())
}

// First reports whether nothing stands before the document in its file.
func (d *Document) First() bool { return d.start == 0 }

// JSON returns what the document holds as Kubernetes' reader sees it, which speaks
// YAML 1.1, takes JSON for JSON, and ends every line with \n.
func (d *Document) JSON() ([]byte, error) {
	if d.json != nil {
		return d.json, nil
	}
	body := d.Body()
	if bytes.Contains(body, []byte("\r\n")) {
		body = bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n"))
	}
	if !bytes.HasSuffix(body, []byte("\n")) {
		body = append(body[:len(body):len(body)], '\n')
	}
	data, err := k8syaml.YAMLToJSON(body)
	if err != nil {
		return nil, d.syntax(err)
	}
	return data, nil
}

// IsJSON reports whether the document is written as JSON, which must stay JSON.
func (d *Document) IsJSON() bool {
	for _, n := range d.Root.Content {
		return d.Root.Style&yaml.FlowStyle != 0 && n.Style&yaml.DoubleQuotedStyle != 0
	}
	return false
}

// LineOf returns the line of a node in the file.
func (d *Document) LineOf(node *yaml.Node) int { return d.Line + node.Line - 1 }

// offset returns where in the file a node begins.
func (d *Document) offset(node *yaml.Node) int {
	at := d.lineStart(node.Line)
	for range node.Column - 1 { // columns count characters
		_, size := utf8.DecodeRune(d.text[at:d.end])
		at += size
	}
	return at
}

// lineStart returns where in the file a line of the document begins, and its end
// for the line after the last.
func (d *Document) lineStart(line int) int {
	d.once.Do(func() { d.lines = d.findLines() })
	if line >= len(d.lines) {
		return d.end
	}
	return d.lines[line]
}

// findLines returns where in the file the lines of the document begin, from 1.
func (d *Document) findLines() []int {
	lines := []int{0, d.start}
	body := d.Body()
	if bytes.HasPrefix(body, []byte("\ufeff")) {
		lines[1] += len("\ufeff") // no character of the first line
	}
	for i := 0; i < len(body); {
		size, ends := lineBreak(body[i:])
		i += size
		if ends {
			lines = append(lines, d.start+i)
		}
	}
	return lines
}

// lineBreak returns the size of the first character of a text, of \r\n together,
// and whether it ends a line in YAML.
func lineBreak(text []byte) (size int, ends bool) {
	c, size := utf8.DecodeRune(text)
	if c == '\r' && len(text) > 1 && text[1] == '\n' {
		size = 2
	}
	return size, isBreak(c)
}

// isBreak reports whether c ends a line in YAML.
func isBreak(c rune) bool {
	return c == '\n' || c == '\r' || c == '\u0085' || c == '\u2028' || c == '\u2029'
}

// breaks returns how many lines end in a text.
func breaks(text []byte) int {
	if !bytes.ContainsAny(text, "\r\u0085\u2028\u2029") {
		return bytes.Count(text, []byte("\n"))
	}
	n := 0
	for len(text) > 0 {
		size, ends := lineBreak(text)
		if ends {
			n++
		}
		text = text[size:]
	}
	return n
}

// OneLine reports whether a text can stand on one line: it has no line end and
// no control character.
func OneLine(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || isBreak(r) })
}

// eol returns how the lines of a text end.
func eol(text []byte) string {
	if i := bytes.IndexByte(text, '\n'); i > 0 && text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// EOL returns how the lines of the file end.
func (d *Document) EOL() string { return eol(d.text) }
