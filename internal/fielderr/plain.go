package fielderr

import "strings"

// plain are beginnings of messages of Kubernetes' validation, which are long, and what to say instead.
var plain = [...]struct{ begins, say string }{
	{"a lowercase RFC 1123 label must", "must be a-z, 0-9 and '-', with a letter or digit at both ends"},
	{"a lowercase RFC 1123 subdomain must",
		"must be a-z, 0-9, '-' and '.', with a letter or digit at both ends of each part"},
	{"a DNS-1035 label must", "must be a-z, 0-9 and '-', with a letter first and no '-' last"},
	{"a valid label must", "must be letters, digits, '-', '_' and '.', with a letter or digit at both ends"},
	{"a valid label key must", "must be a key such as team or example.com/team"},
	{"a qualified name must", "must be a key such as team or example.com/team"},
	{"name part must consist", "must be letters, digits, '-', '_' and '.', with a letter or digit at both ends"},
	{"name part must be non-empty", "must not be empty"},
	{"prefix part a lowercase RFC", "must have a DNS name before the /"},
	{"a valid config key must", "must be letters, digits, '-', '_' and '.'"},
}

// Plain says in short what a message of Kubernetes' validation says with a regular expression.
// Other messages stay.
func Plain(message string) string {
	for _, p := range plain {
		if strings.HasPrefix(message, p.begins) {
			return p.say
		}
	}
	return message
}

// Names lists names in a message. An empty one is "".
func Names(names []string) string {
	shown := make([]string, len(names))
	for i, name := range names {
		if shown[i] = name; name == "" {
			shown[i] = `""`
		}
	}
	return strings.Join(shown, ", ")
}
