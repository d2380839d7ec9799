// Package labelindex finds what bears labels, and what selects by them, without
// asking everything there is.
package labelindex

import (
	"maps"
	"slices"
)

// label is one label, in a scope such as a namespace.
type label struct{ scope, key, value string }

// Bearers holds values by the labels that they bear. The zero value is empty.
type Bearers[T any] struct {
	by map[label][]bearer[T]
}

type bearer[T any] struct {
	labels map[string]string
	value  T
}

// Add puts a value that bears labels into a scope. It keeps the map.
func (x *Bearers[T]) Add(scope string, labels map[string]string, value T) {
	if x.by == nil {
		x.by = map[label][]bearer[T]{}
	}
	for k, v := range labels {
		at := label{scope, k, v}
		x.by[at] = append(x.by[at], bearer[T]{labels, value})
	}
}

// Selected returns the values of a scope whose labels hold all of the selector,
// in the order in which they were added; none for an empty selector.
func (x *Bearers[T]) Selected(scope string, selector map[string]string) []T {
	// Those of the label that the fewest bear: one that all bear costs nothing.
	var fewest []bearer[T]
	first := true
	for k, v := range selector {
		if found := x.by[label{scope, k, v}]; first || len(found) < len(fewest) {
			fewest, first = found, false
		}
	}
	var out []T
	for _, b := range fewest {
		if Covers(b.labels, selector) {
			out = append(out, b.value)
		}
	}
	return out
}

// Selectors holds numbered selectors. The zero value is empty.
type Selectors struct {
	// by holds them by the least of their labels: who bears a selector's labels
	// bears that one.
	by map[label][]selector
	n  int
}

type selector struct {
	number int
	labels map[string]string
}

// Add puts a selector, whose number is how many were added before it. An empty
// one selects nothing. It keeps the map.
func (x *Selectors) Add(labels map[string]string) {
	if len(labels) > 0 {
		if x.by == nil {
			x.by = map[label][]selector{}
		}
		key := slices.Min(slices.Collect(maps.Keys(labels)))
		at := label{key: key, value: labels[key]}
		x.by[at] = append(x.by[at], selector{x.n, labels})
	}
	x.n++
}

// Selecting returns the numbers of the selectors whose labels are all among
// labels, in order.
func (x *Selectors) Selecting(labels map[string]string) []int {
	var out []int
	for k, v := range labels {
		for _, s := range x.by[label{key: k, value: v}] {
			if Covers(labels, s.labels) {
				out = append(out, s.number)
			}
		}
	}
	slices.Sort(out)
	return out
}

// Covers reports whether labels hold every label of the selector.
func Covers(labels, selector map[string]string) bool {
	for key, value := range selector {
		if got, found := labels[key]; !found || got != value {
			return false
		}
	}
	return true
}
