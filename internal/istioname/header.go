package istioname

import "strings"

// Header returns the value under the name of a header. Letter case does not matter
// in names of headers. When several spellings are there it is the name as given,
// else the first in the order of bytes.
func Header[V any](headers map[string]V, name string) (value V, found bool) {
	if value, found = headers[name]; found {
		return value, true
	}
	first := ""
	for spelling, v := range headers {
		if strings.EqualFold(spelling, name) && (!found || spelling < first) {
			first, value, found = spelling, v, true
		}
	}
	return value, found
}
