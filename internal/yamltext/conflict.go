package yamltext

import "bytes"

// resolve is the end of the messages about merge conflicts.
const resolve = ": resolve the conflict"

// conflict records the merge conflict markers of a document.
type conflict struct {
	line   int  // of the first <<<<<<<, else of the first marker; 0 for none
	begins bool // whether the line is that of a <<<<<<<
	within bool // whether a whole conflict reaches into the document
}

// add records a marker.
func (c *conflict) add(mark byte, line int) {
	if c.line == 0 || mark == '<' && !c.begins {
		c.line = line
	}
	c.begins = c.begins || mark == '<'
}

// error returns the fault of a document that begins at a line; nil for none. Stray markers in a
// text that is YAML are no fault: the text may be about them. The markers of a whole conflict are a
// fault. So is a document between them: it is the text of one side only.
func (c conflict) error(line int, isYAML bool) *Error {
	switch {
	case c.line > 0 && (c.within || !isYAML):
		return &Error{c.line, "merge conflict markers" + resolve}
	case c.within:
		return &Error{line, "must not be between merge conflict markers" + resolve}
	}
	return nil
}

// conflicts finds the merge conflicts of a file: <, = and > markers in this order, each at the
// beginning of a line. A block of text within an object cannot hold such a line: a line without
// indentation ends the block.
type conflicts struct {
	whole []reach
	open  reach
	last  byte // the last marker of the open conflict
}

// reach is the range of documents that a conflict reaches into, by their indexes.
type reach struct{ from, to int }

// add records a marker in a document.
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

// conflictMark returns the character of a merge conflict marker: a line that git writes around the
// sides of a failed merge. It returns 0 for any other line.
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
