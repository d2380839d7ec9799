package counters

import (
	"fmt"
	"strconv"
	"strings"
)

// number reads a value, and a time that is skipped.
func number(rest string) (value float64, fault string) {
	text, rest := field(rest)
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || strings.ContainsAny(text, "pP_") {
		return 0, fmt.Sprintf("must have a number as value, found %q", head(text))
	}
	at, rest := field(blank(rest))
	if strings.Trim(at, "0123456789") != "" {
		return 0, fmt.Sprintf("must have milliseconds as time, found %q", head(at))
	}
	if _, err := strconv.ParseInt(at, 10, 64); at != "" && err != nil {
		return 0, fmt.Sprintf("must have milliseconds as time, found %q", head(at))
	}
	if rest = blank(rest); rest != "" {
		return 0, fmt.Sprintf("must end after value and time, found %q", head(rest))
	}
	return value, ""
}

// blank returns text after blanks.
func blank(text string) string { return strings.TrimLeft(text, " \t") }

// field splits text at the first blank.
func field(text string) (first, rest string) {
	if i := strings.IndexAny(text, " \t"); i >= 0 {
		return text[:i], text[i:]
	}
	return text, ""
}

// word splits off a name; the name of a metric may hold colons.
func word(text string, colons bool) (name, rest string) {
	i := 0
	for i < len(text) {
		c := text[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' && colons || c >= '0' && c <= '9' &&
			i > 0 {
			i++
			continue
		}
		break
	}
	return text[:i], text[i:]
}

// quoted splits off a value in quotes; it returns the value without the quotes, and keeps
// escapes.
func quoted(text string) (value, rest string, closed bool) {
	if text == "" || text[0] != '"' {
		return "", text, false
	}
	escaped := false
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			escaped = true
			i++
		case '"':
			value = text[1:i]
			if escaped {
				value = unescape(value)
			}
			return value, text[i+1:], true
		}
	}
	return "", text, false
}

// unescape replaces \\, \" and \n; another \ is kept, as in Prometheus.
func unescape(value string) string {
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		c := value[i]
		if c == '\\' && i+1 < len(value) {
			switch value[i+1] {
			case '\\', '"':
				i++
				c = value[i]
			case 'n':
				i++
				c = '\n'
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}

// head is the part of a text that a message shows.
func head(text string) string { return text[:min(len(text), 40)] }
