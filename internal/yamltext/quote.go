package yamltext

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Ambiguous reports whether s, written plain, could be taken for something else
// than a string by a reader of YAML 1.1. It is on the safe side.
func Ambiguous(s string) bool {
	switch strings.ToLower(s) {
	case "", "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<":
		return true
	}
	return strings.IndexByte("0123456789+-.", s[0]) >= 0 && strings.Trim(s, "0123456789abcdefABCDEFxXoOinIN_:.+-") == ""
}

// quoted returns text of one line as a quoted scalar, as the document has them.
func (d *Document) quoted(s string) string {
	if d.IsJSON() {
		return doubleQuoted(s)
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// key returns a key, in quotes where the document is JSON.
func (d *Document) key(name string) string {
	if d.IsJSON() {
		return doubleQuoted(name)
	}
	return name
}

// doubleQuoted returns text as JSON has it, which is YAML too.
func doubleQuoted(s string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		return strconv.Quote(s) // no string fails to be encoded
	}
	return strings.TrimSuffix(b.String(), "\n")
}
