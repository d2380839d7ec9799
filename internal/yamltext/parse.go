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

// Parse reads the document into Root. An error is an [*Error].
func (d *Document) Parse() error {
	body := d.Body()
	switch {
	case !utf8.Valid(body):
		return &Error{d.Line + breaks(body[:invalid(body)]), "must be UTF-8"}
	case d.conflict > 0:
		return &Error{d.conflict, "merge conflict markers: the text must be merged first"}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(body))
	var root yaml.Node
	switch err := decoder.Decode(&root); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		if _, e := k8syaml.YAMLToJSON(body); e != nil {
			err = e // it names the line of the problem, yaml.v3 that of what is around it
		}
		return d.syntax(err)
	}
	d.Root = root.Content[0]
	if d.Misread == nil {
		d.Misread = d.rest(decoder)
	}
	return nil
}

// invalid returns where a text stops to be UTF-8.
func invalid(text []byte) int {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(text)
}

// rest returns what is wrong with anything that follows the first document of a
// text that Kubernetes' reader takes for one: it reads the first alone.
func (d *Document) rest(decoder *yaml.Decoder) *Error {
	const message = "must come after a line ---: Kubernetes' reader passes over it and what follows"
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
	// fromZero matches the errors for which the parser counts lines from 0. It
	// counts from 1 in those of the scanner.
	fromZero = regexp.MustCompile(`<(stream|document) ?-?start>|node content|'-' indicator|expected key|',' or|undefined tag handle|duplicate %|incompatible YAML`)
	anchor   = regexp.MustCompile(`unknown anchor '(.*)' referenced`)
)

// syntax returns what a YAML reader says of the document, with the line of the
// file instead of the line that it counts.
func (d *Document) syntax(err error) *Error {
	message := strings.Join(strings.Fields(err.Error()), " ")
	found := syntaxError.FindStringSubmatch(message)
	if found == nil {
		return &Error{d.Line, message}
	}
	message = message[len(found[0]):]
	body := d.Body()
	line := 0 // below that of the document
	if found[1] != "" {
		line, _ = strconv.Atoi(found[1])
		if !fromZero.MatchString(message) {
			line--
		}
	} else if at := unnumbered(body, message); at > 0 {
		line = breaks(body[:at])
	}
	last := breaks(bytes.TrimRight(body, " \t\r\n"))
	return &Error{d.Line + min(line, last), "must be YAML: " + message}
}

// unnumbered returns where the cause of an error stands that a reader gives no
// line for; -1 when it is not known.
func unnumbered(body []byte, message string) int {
	if found := anchor.FindStringSubmatch(message); found != nil {
		return bytes.Index(body, []byte("*"+found[1]))
	}
	if strings.Contains(message, "control characters") {
		return bytes.IndexFunc(body, isControl)
	}
	return -1
}

// isControl reports whether YAML does not allow a character anywhere.
func isControl(r rune) bool {
	return unicode.IsControl(r) && r != '\t' && !isBreak(r) || r == '\ufeff' || r == '\ufffe' || r == '\uffff'
}
