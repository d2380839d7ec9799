package istioname

import "strings"

// Header returns the value of a header. The letter case of names does not matter. If the map has
// several spellings of the name, the spelling as given counts, else the first in byte order.
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
