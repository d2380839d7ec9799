package yamltext

import "bytes"

// resolve is the end of the messages about merge conflicts.
const resolve = ": resolve the conflict"

// conflict is what a document has of merges that failed.
type conflict struct {
	line   int  // of the first marker that begins one, else of the first marker; 0 for none
	begins bool // that one does begin one
	within bool // the document, or a part of it, stands in a whole one
}

// add counts a marker in.
func (c *conflict) add(mark byte, line int) {
	if c.line == 0 || mark == '<' && !c.begins {
		c.line = line
	}
	c.begins = c.begins || mark == '<'
}

// error returns what is wrong with a document at a line; nil when nothing is. Markers
// alone are no fault of a text that is YAML: it may speak of them. Those of a whole
// conflict are, and what stands between them holds of one side only.
func (c conflict) error(line int, isYAML bool) *Error {
	switch {
	case c.line > 0 && (c.within || !isYAML):
		return &Error{c.line, "merge conflict markers" + resolve}
	case c.within:
		return &Error{line, "must not be between merge conflict markers" + resolve}
	}
	return nil
}

// conflicts finds the merge conflicts of a file: markers in their order, each at the
// beginning of a line. Within an object no block of text can hold such a line, which
// would end it.
type conflicts struct {
	whole []reach
	open  reach
	last  byte // the last marker of the open one
}

// reach is the documents that a conflict reaches into, by their numbers.
type reach struct{ from, to int }

// add counts in a marker in a document.
func (c *conflicts) add(mark byte, doc int) {
	switch {
	case mark == '<':
		c.open, c.last = reach{from: doc}, mark
	case mark == '=' && c.last == '<':
		c.last = mark
	case mark == '>' && c.last == '=':
		c.whole, c.last = append(c.whole, reach{c.open.from, doc}), 0
	}
}

// conflictMark returns the character of a line that git writes around the sides of a
// merge that failed; 0 for any other line.
func conflictMark(line []byte) byte {
	const length = 7
	line = bytes.TrimRight(line, "\r\n")
	if len(line) < length || bytes.IndexByte([]byte("<=>|"), line[0]) < 0 || len(line) > length && line[length] != ' ' {
		return 0
	}
	if len(bytes.TrimLeft(line[:length], string(line[:1]))) > 0 {
		return 0
	}
	return line[0]
}
