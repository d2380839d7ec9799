// Package yamltext reads and edits a stream of YAML or JSON documents as text. It
// says where the documents and their nodes are, and returns patches that change one
// value and no other byte. It does not know what the documents mean.
package yamltext

import (
	"bytes"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// Document is one document of a stream, in the text of its file.
type Document struct {
	// File is the name of the file.
	File string
	// Line is the line of the file at which the document begins, from 1.
	Line int
	// Misread says why Kubernetes' reader would read something else than what is
	// written, and at which line of the file. It is nil when no reason is known.
	Misread *Error

	root    atomic.Pointer[yaml.Node] // see Root
	dropped bool

	text []byte // the whole file
	// text[start:end] is the document without its marker line (---). cut is where
	// the marker line begins, and equals start when there is none.
	cut, start, end int
	json            []byte // the value, when Kubernetes' reader reads it as JSON
	conflict        conflict
	block           *block    // where the text lies in another document; nil for none
	once            sync.Once // guards lines: goroutines share documents
	lines           []int     // where the lines of the document begin; see lineStart
}

// Error says what is wrong with a text, at a line of its file.
type Error struct {
	Line    int
	Message string
}

func (e *Error) Error() string { return e.Message }

// Body returns the text of the document, without its marker line.
func (d *Document) Body() []byte { return d.text[d.start:d.end] }

// Key returns the text of the document and how it is read: two documents with equal
// keys hold the same.
func (d *Document) Key() string {
	switch {
	case d.json != nil:
		return "json " + string(d.Body())
	case d.conflict.within:
		return "conflict " + string(d.Body())
	}
	return "yaml " + string(d.Body())
}

// Root returns the root node. It is nil before [Document.Parse], and for an empty document.
func (d *Document) Root() *yaml.Node {
	if root := d.root.Load(); root != nil || !d.dropped {
		return root
	}
	root := d.simple()
	if root == nil {
		var document yaml.Node
		if yaml.NewDecoder(bytes.NewReader(d.Body())).Decode(&document) == nil { // it was parsed before
			root = document.Content[0]
		}
	}
	d.root.CompareAndSwap(nil, root)
	return d.root.Load() // every caller has the same nodes
}

// Drop gives up the nodes, which take many times the memory of the text. [Document.Root] then
// parses the text again, and keeps the nodes.
func (d *Document) Drop() { d.dropped = d.root.Swap(nil) != nil }

// Take gives the document the nodes of another one with the same text.
func (d *Document) Take(from *Document) {
	d.root.Store(from.root.Load())
	d.dropped = from.dropped
}

// IsJSON reports whether the document is written as JSON: in brackets, and with its first key in
// double quotes. Text that is added to it must then be JSON too.
func (d *Document) IsJSON() bool {
	root := d.Root()
	first := root
	for isFlow(first) && len(first.Content) > 0 {
		first = first.Content[0]
	}
	return isFlow(root) && first.Kind == yaml.ScalarNode && first.Style&yaml.DoubleQuotedStyle != 0
}

// LineOf returns the line of a node in the file. For a node that is not in the text (see
// [IsPlaced]) it is the first line of the document.
func (d *Document) LineOf(node *yaml.Node) int {
	if !IsPlaced(node) {
		return d.Line
	}
	return d.Line + node.Line - 1
}

// offset returns where in the file a node begins.
func (d *Document) offset(node *yaml.Node) int {
	at := d.lineStart(node.Line)
	for range node.Column - 1 { // columns count characters
		_, size := utf8.DecodeRune(d.text[at:d.end])
		at += size
	}
	return at
}

// lineStart returns where in the file a line of the document begins. For a line after the last one
// it is the end of the document: the parser puts a missing value there.
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
		lines[1] += len("\ufeff") // the parser's columns do not count it
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

// lineBreak returns the size of the first character of a text, and whether it ends a line in YAML.
// \r\n counts as one character.
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

// breaks returns the number of line ends in a text, as YAML counts them.
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

// OneLine reports whether a text can be on one line: it has no line end and no control
// character.
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

// eol returns how the lines of the file end.
func (d *Document) eol() string { return eol(d.text) }
