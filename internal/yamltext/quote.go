package yamltext

import (
	"encoding/json"
	"strings"
)

// Ambiguous reports whether a reader of YAML 1.1 could read s without quotes as something else than
// a string. When in doubt it is true.
func Ambiguous(s string) bool {
	switch strings.ToLower(s) {
	case "", "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<":
		return true
	}
	return strings.IndexByte("0123456789+-.", s[0]) >= 0 && strings.Trim(s, "0123456789abcdefABCDEFxXoOinIN_:.+-") == ""
}

// quoted returns a text of one line in quotes: in double quotes where the document is JSON, else in
// single quotes.
func (d *Document) quoted(s string) string {
	if d.IsJSON() {
		return doubleQuoted(s)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// key returns a key, in quotes where it needs them or the document is JSON.
func (d *Document) key(name string) string { return d.Word(name) }

// doubleQuoted returns s as a JSON string, which is YAML too.
func doubleQuoted(s string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // no string fails to be encoded
	return strings.TrimSuffix(b.String(), "\n")
}
