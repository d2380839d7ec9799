package yamltext

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	k8syaml "sigs.k8s.io/yaml"
)

// Parse reads the nodes of the document. An error is an [*Error].
func (d *Document) Parse() error {
	body := d.Body()
	if !utf8.Valid(body) {
		return &Error{d.Line + breaks(body[:invalid(body)]), "must be UTF-8"}
	}
	if root := d.simple(); root != nil {
		d.root.Store(root)
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(body))
	var root yaml.Node
	switch err := decoder.Decode(&root); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		if _, e := k8syaml.YAMLToJSON(body); e != nil {
			err = e // it names the line of the problem, yaml.v3 the line of the node around it
		}
		return d.syntax(err)
	}
	if isBlock := root.Content[0].Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0; !isBlock {
		if err := d.conflict.error(d.Line, true); err != nil {
			return err
		}
	}
	d.root.Store(root.Content[0])
	if d.Misread == nil {
		d.Misread = d.rest(decoder)
	}
	return nil
}

// simple returns the root of a text that is read without the YAML library; nil for any other text.
func (d *Document) simple() *yaml.Node {
	if body := d.Body(); d.conflict == (conflict{}) && isClear(body) {
		return readSimple(string(body))
	}
	return nil
}

// invalid returns where a text stops being UTF-8.
func invalid(text []byte) int {
	for i := 0; ; {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
}

// rest returns an error when a second YAML document follows in the text. Kubernetes' reader takes
// the text as one document, and reads only the first.
func (d *Document) rest(decoder *yaml.Decoder) *Error {
	const message = "must come after a line ---: Kubernetes' reader skips it and everything after it"
	var more yaml.Node
	switch err := decoder.Decode(&more); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return &Error{d.syntax(err).Line, message}
	}
	return &Error{d.LineOf(more.Content[0]), message}
}

var (
	syntaxError = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)
	// fromZero matches the errors of the parser, which counts lines from 0. The scanner counts from
	// 1.
	fromZero = regexp.MustCompile(`<(stream|document) ?-?start>|node content|'-' indicator|expected key|',' or|` +
		`undefined tag handle|duplicate %|incompatible YAML`)
	anchor = regexp.MustCompile(`unknown anchor '(.*)' referenced`)
)

// syntax turns an error of a YAML reader into one with the line of the file: the reader counts from
// the first line of the document. Where the document has merge conflict markers, the error is about
// those.
func (d *Document) syntax(err error) *Error {
	if conflict := d.conflict.error(d.Line, false); conflict != nil {
		return conflict
	}
	message := strings.Join(strings.Fields(err.Error()), " ")
	found := syntaxError.FindStringSubmatch(message)
	if found == nil {
		return &Error{d.Line, message}
	}
	message = message[len(found[0]):]
	body := d.Body()
	line := 0 // the number of lines above it
	if found[1] != "" {
		line, _ = strconv.Atoi(found[1])
		if !fromZero.MatchString(message) {
			line--
		}
	} else if at := unnumbered(body, message); at > 0 {
		line = breaks(body[:at])
	}
	last := breaks(bytes.TrimRight(body, " \t\r\n"))
	if strings.HasPrefix(message, "invalid map key: ") { // it goes on in Go's syntax
		message = "a list or mapping cannot be a key, and {{ begins a mapping"
	}
	return &Error{d.Line + min(line, last), "must be YAML: " + message}
}

// unnumbered returns the offset of the cause of an error for which the reader names no line; -1
// when unknown.
func unnumbered(body []byte, message string) int {
	if found := anchor.FindStringSubmatch(message); found != nil {
		return bytes.Index(body, []byte("*"+found[1]))
	}
	if strings.Contains(message, "control characters") {
		return bytes.IndexFunc(body, isControl)
	}
	return -1
}

// isControl reports whether YAML allows a character nowhere.
func isControl(r rune) bool {
	return unicode.IsControl(r) && r != '\t' && !isBreak(r) || r == '\ufeff' || r == '\ufffe' || r == '\uffff'
}
