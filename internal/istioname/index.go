package istioname

import (
	"cmp"
	"slices"
	"strings"
)

// Index finds the value of a host, under its name or under wildcards. The zero value is empty.
type Index[V any] struct {
	values map[string]V
	// odd holds the wildcards that do not cover whole labels, "*-eu.example.com", the longest
	// first. Find reaches the others by cutting labels off.
	odd []string
}

// Update replaces the value of a name or wildcard by what change returns for the old one.
func (x *Index[V]) Update(host string, change func(V) V) {
	if x.values == nil {
		x.values = map[string]V{}
	}
	old, known := x.values[host]
	if !known && strings.HasPrefix(host, "*") && host != "*" && !strings.HasPrefix(host, "*.") {
		at, _ := slices.BinarySearchFunc(x.odd, host, func(a, b string) int {
			return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
		})
		x.odd = slices.Insert(x.odd, at, host)
	}
	x.values[host] = change(old)
}

// Hosts returns the names and wildcards that have a value, sorted.
func (x *Index[V]) Hosts() []string {
	out := make([]string, 0, len(x.values))
	for host := range x.values {
		out = append(out, host)
	}
	slices.Sort(out)
	return out
}

// Get returns the value of exactly this name or wildcard.
func (x *Index[V]) Get(host string) (value V, found bool) {
	value, found = x.values[host]
	return value, found
}

// Find returns the value of the most specific name or wildcard that covers host, of those with an
// accepted value. A nil accept accepts any.
func (x *Index[V]) Find(host string, accept func(V) bool) (value V, found bool) {
	taken := func(name string) bool {
		v, known := x.values[name]
		if !known || accept != nil && !accept(v) {
			return false
		}
		value, found = v, true
		return true
	}
	if taken(host) || len(x.values) == 0 {
		return value, found
	}
	odd := x.odd
	for rest := host; ; {
		wildcard := "*"
		_, after, more := strings.Cut(rest, ".")
		if more {
			rest, wildcard = after, "*."+after
		}
		for len(odd) > 0 && len(odd[0]) >= len(wildcard) {
			if Covers(odd[0], host) && taken(odd[0]) {
				return value, found
			}
			odd = odd[1:]
		}
		if wildcard != host && taken(wildcard) || !more {
			return value, found
		}
	}
}
