package yamltext

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// A text is simple if it has only what people write most: mappings and lists in blocks, those in
// brackets on one line, scalars on one line, and literal blocks. A simple text is read without the
// YAML library, which takes several times as long and most of the memory of reading. The library
// reads any other text, so these functions may give up whenever in doubt. Then they return nil.
// FuzzSimple holds that both read the same, but for comments: the nodes of a simple text have none.

const (
	// maxNesting bounds the nesting of a simple text: each level is a call.
	maxNesting = 100
	// maxSimpleKey bounds the length of a key. YAML's own bound is 1024.
	maxSimpleKey = 256
	// maxRoom bounds the nodes that room is made for at once.
	maxRoom = 64
)

// simple reads a simple text.
type simple struct {
	text string
	// at is the place in the text. line is its line, from 1, and start is where the line begins.
	at, line, start int
	nesting         int
	open            []*yaml.Node // the children of all collections that have not ended
	nodes           []yaml.Node  // room for nodes
	children        []*yaml.Node // room for their children
	room            int          // how much room is made at once
}

// readSimple returns the root of a text that [isClear]; nil for a text that is not simple.
func readSimple(text string) *yaml.Node {
	s := simple{text: text, line: 1}
	s.skip()
	if s.done() {
		return nil
	}
	if root := s.block(); root != nil && s.done() {
		return root
	}
	return nil
}

func (s *simple) done() bool { return s.at == len(s.text) }

// column is the number of bytes of the line before the place.
func (s *simple) column() int { return s.at - s.start }

// byte returns the byte that is so far behind the place. The text ends with \n.
func (s *simple) byte(offset int) byte { return s.text[min(s.at+offset, len(s.text)-1)] }

// blank reports whether the byte behind the next one parts words.
func (s *simple) blank() bool { return s.byte(1) == ' ' || s.byte(1) == '\n' }

// isItem reports whether an item of a list in a block begins here.
func (s *simple) isItem() bool { return !s.done() && s.byte(0) == '-' && s.blank() }

func (s *simple) spaces() {
	for !s.done() && s.byte(0) == ' ' {
		s.at++
	}
}

// skip goes to the next character that is not a space, an empty line or a comment line. The place
// must be at the beginning of a line.
func (s *simple) skip() {
	for s.spaces(); !s.done() && (s.byte(0) == '#' || s.byte(0) == '\n'); s.spaces() {
		s.at += strings.IndexByte(s.text[s.at:], '\n') + 1
		s.line, s.start = s.line+1, s.at
	}
}

// endLine goes from the end of a value to the next line with another one. It reports whether only a
// comment is in between.
func (s *simple) endLine() bool {
	before := s.at
	s.spaces()
	if s.byte(0) != '\n' && (s.byte(0) != '#' || s.at == before) {
		return false
	}
	s.skip()
	return true
}

// node returns a new node at the place.
func (s *simple) node(kind yaml.Kind, tag, value string, style yaml.Style) *yaml.Node {
	if len(s.nodes) == 0 {
		rest := s.text[s.at:]
		s.room = 2 + 2*strings.Count(rest, ":") + strings.Count(rest, ",") + strings.Count(rest, "- ")
		s.room = min(s.room, maxRoom)
		s.nodes = make([]yaml.Node, s.room)
	}
	n := &s.nodes[0]
	s.nodes = s.nodes[1:]
	n.Kind, n.Tag, n.Value, n.Style = kind, tag, value, style
	n.Line, n.Column = s.line, utf8.RuneCountInString(s.text[s.start:s.at])+1
	return n
}

// end gives a collection its children, which are open since from.
func (s *simple) end(n *yaml.Node, from int) *yaml.Node {
	some := s.open[from:]
	if len(some) > len(s.children) {
		s.children = make([]*yaml.Node, max(len(some), s.room))
	}
	if len(some) > 0 {
		n.Content, s.children = s.children[:len(some):len(some)], s.children[len(some):]
		copy(n.Content, some)
	}
	s.open = s.open[:from]
	s.nesting--
	return n
}

// block reads a mapping or a list that begins here.
func (s *simple) block() *yaml.Node {
	if s.isItem() {
		return s.list()
	}
	column := s.column()
	key := s.scalar("")
	if key == nil {
		return nil
	}
	return s.mapping(key, column)
}

// list reads the items that begin in the column of the place.
func (s *simple) list() *yaml.Node {
	if s.nesting++; s.nesting > maxNesting {
		return nil
	}
	n, from, column := s.node(yaml.SequenceNode, "!!seq", "", 0), len(s.open), s.column()
	for s.isItem() && s.column() == column {
		s.at++
		item := s.value(column, true)
		if item == nil {
			return nil
		}
		s.open = append(s.open, item)
	}
	return s.end(n, from)
}

// mapping reads a mapping with keys that begin in a column. The first key has been read.
func (s *simple) mapping(key *yaml.Node, column int) *yaml.Node {
	if s.nesting++; s.nesting > maxNesting {
		return nil
	}
	n, from := s.node(yaml.MappingNode, "!!map", "", 0), len(s.open)
	n.Line, n.Column = key.Line, key.Column
	for {
		if !s.isKey(key) {
			return nil
		}
		s.at++
		value := s.value(column, false)
		if value == nil {
			return nil
		}
		s.open = append(s.open, key, value)
		if s.done() || s.column() != column || s.isItem() {
			return s.end(n, from)
		}
		key = s.scalar("")
	}
}

// isKey reports whether a node that ends here is a key.
func (s *simple) isKey(n *yaml.Node) bool {
	return n != nil && n.Kind == yaml.ScalarNode && len(n.Value) <= maxSimpleKey && s.byte(0) == ':' && s.blank()
}
