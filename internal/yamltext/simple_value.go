package yamltext

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// value reads what follows the colon of a key or the dash of an item, in a collection that begins
// in a column.
func (s *simple) value(column int, isItem bool) *yaml.Node {
	missing := *s // the place of a missing value
	s.spaces()
	switch c := s.byte(0); {
	case c == '\n' || c == '#' && s.at > missing.at:
		s.skip()
		if !s.done() && (s.column() > column || s.column() == column && !isItem && s.isItem()) {
			return s.block()
		}
		n := s.node(yaml.ScalarNode, "!!null", "", 0)
		n.Line, n.Column = missing.line, utf8.RuneCountInString(s.text[missing.start:missing.at])+1
		return n
	case c == '|':
		return s.literal(column)
	case isItem && s.isItem():
		return s.list()
	}
	at := s.column()
	n := s.scalar("")
	switch {
	case n == nil:
		return nil
	case isItem && s.byte(0) == ':':
		return s.mapping(n, at)
	case !s.endLine() || !s.done() && s.column() > column:
		return nil
	}
	return n
}

// scalar reads a scalar on one line, or a collection in brackets. A scalar without quotes ends at
// any of some bytes.
func (s *simple) scalar(ends string) *yaml.Node {
	switch c := s.byte(0); c {
	case '[', '{':
		return s.flow(c)
	case '"', '\'':
		return s.quoted(c)
	case '-', '?', ':':
		if s.blank() || c != '-' || s.column() == 0 {
			return nil
		}
	case '\n', '#', ',', ']', '}', '&', '*', '!', '|', '>', '%', '@', '`':
		return nil
	case '.':
		if s.column() == 0 {
			return nil
		}
	}
	end := s.at
	for ; ; end++ {
		c, next := s.text[end], s.text[min(end+1, len(s.text)-1)]
		if c == '\n' || c == ' ' && next == '#' || c == ':' && (next == ' ' || next == '\n') {
			break
		}
		if ends != "" && strings.IndexByte(",[]{}?", c) >= 0 {
			if strings.IndexByte(ends, c) < 0 {
				return nil
			}
			break
		}
	}
	value := strings.TrimRight(s.text[s.at:end], " ")
	n := s.node(yaml.ScalarNode, "", value, 0)
	n.Tag = n.ShortTag()
	s.at += len(value)
	return n
}

// quoted reads a text in quotes.
func (s *simple) quoted(quote byte) *yaml.Node {
	rest := s.text[s.at+1:]
	end := strings.IndexByte(rest, quote)
	style := yaml.DoubleQuotedStyle
	if quote == '\'' {
		style = yaml.SingleQuotedStyle
	}
	if end < 0 || rest[end+1] == quote || strings.ContainsAny(rest[:end], "\\\n") {
		return nil
	}
	n := s.node(yaml.ScalarNode, "!!str", rest[:end], style)
	s.at += end + 2
	return n
}

// flow reads a collection in brackets.
func (s *simple) flow(bracket byte) *yaml.Node {
	if s.nesting++; s.nesting > maxNesting {
		return nil
	}
	kind, tag, closing, ends := yaml.SequenceNode, "!!seq", byte(']'), ",]"
	if bracket == '{' {
		kind, tag, closing, ends = yaml.MappingNode, "!!map", '}', ",}"
	}
	n, from := s.node(kind, tag, "", yaml.FlowStyle), len(s.open)
	s.at++
	for s.spaces(); s.byte(0) != closing; s.spaces() {
		if len(s.open) > from {
			if s.byte(0) != ',' {
				return nil
			}
			s.at++
			s.spaces()
		}
		if kind == yaml.MappingNode {
			key := s.scalar(ends)
			if !s.isKey(key) {
				return nil
			}
			s.at++
			s.spaces()
			s.open = append(s.open, key)
		}
		value := s.scalar(ends)
		if value == nil {
			return nil
		}
		s.open = append(s.open, value)
	}
	s.at++
	return s.end(n, from)
}

// literal reads a literal block in a collection that begins in a column.
func (s *simple) literal(column int) *yaml.Node {
	n := s.node(yaml.ScalarNode, "!!str", "", yaml.LiteralStyle)
	s.at++
	chomped := s.byte(0) == '-'
	if chomped {
		s.at++
	}
	if s.byte(0) != '\n' {
		return nil
	}
	s.at, s.line = s.at+1, s.line+1
	first := s.at
	s.spaces()
	indent := s.at - first
	if s.done() || s.byte(0) == '\n' || indent <= column {
		return nil
	}
	margin := s.text[first:s.at]
	var value strings.Builder
	for s.at = first; ; s.line++ {
		s.start = s.at
		line, rest, more := strings.Cut(s.text[s.at:], "\n")
		text, inside := strings.CutPrefix(line, margin)
		switch {
		case !more || line != "" && !inside:
			s.skip()
			n.Value = strings.TrimRight(value.String(), "\n")
			if !chomped {
				n.Value += "\n"
			}
			if !s.done() && s.column() > column {
				return nil
			}
			return n
		case inside && strings.Trim(text, " ") == "":
			return nil
		}
		value.WriteString(text)
		value.WriteByte('\n')
		s.at = len(s.text) - len(rest)
	}
}
