package yamltext

import (
	"encoding/json"
	"strings"
)

// Ambiguous reports whether a reader of YAML 1.1 could take s without quotes for
// something else than a string. It may be true of a string, never false of another.
func Ambiguous(s string) bool {
	switch strings.ToLower(s) {
	case "", "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<":
		return true
	}
	return strings.IndexByte("0123456789+-.", s[0]) >= 0 && strings.Trim(s, "0123456789abcdefABCDEFxXoOinIN_:.+-") == ""
}

// quoted returns a text of one line in quotes: in those of JSON where the document is
// JSON, else in single ones.
func (d *Document) quoted(s string) string {
	if d.IsJSON() {
		return doubleQuoted(s)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// key returns a key, in quotes where it needs them or the document is JSON.
func (d *Document) key(name string) string { return d.Word(name) }

// doubleQuoted returns text as JSON has it, which is YAML too.
func doubleQuoted(s string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // no string fails to be encoded
	return strings.TrimSuffix(b.String(), "\n")
}
