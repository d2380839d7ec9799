// Package labelindex finds the objects with some labels, and the selectors that select them,
// without asking every one.
package labelindex

import (
	"maps"
	"slices"
)

type label struct{ key, value string }

// Bearers holds values by the labels that they bear, in scopes such as namespaces. The zero value
// is empty.
type Bearers[T any] struct {
	by map[string]map[label][]bearer[T]
}

type bearer[T any] struct {
	labels map[string]string
	value  T
}

// Add adds a value with labels to a scope. It keeps the map.
func (x *Bearers[T]) Add(scope string, labels map[string]string, value T) {
	if x.by == nil {
		x.by = map[string]map[label][]bearer[T]{}
	}
	in := x.by[scope]
	if in == nil {
		in = make(map[label][]bearer[T], len(labels))
		x.by[scope] = in
	}
	for k, v := range labels {
		in[label{k, v}] = append(in[label{k, v}], bearer[T]{labels, value})
	}
}

// Selected returns the values of a scope that bear all labels of the selector, in the order in
// which they were added. An empty selector selects nothing.
func (x *Bearers[T]) Selected(scope string, selector map[string]string) []T {
	// Start with the label that the fewest values bear: a label that all bear costs nothing.
	in := x.by[scope]
	var fewest []bearer[T]
	first := true
	for k, v := range selector {
		if found := in[label{k, v}]; first || len(found) < len(fewest) {
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
	// by holds each selector under the least of its labels: all values that it selects bear the
	// label.
	by map[label][]selector
	n  int
}

type selector struct {
	number int
	labels map[string]string
}

// Add adds a selector. Its number is the number of selectors before it. An empty selector selects
// nothing. Add keeps the map.
func (x *Selectors) Add(labels map[string]string) {
	if len(labels) > 0 {
		if x.by == nil {
			x.by = map[label][]selector{}
		}
		key := slices.Min(slices.Collect(maps.Keys(labels)))
		at := label{key, labels[key]}
		x.by[at] = append(x.by[at], selector{x.n, labels})
	}
	x.n++
}

// Selecting returns the numbers of the selectors that select an object with these labels, in order.
// It appends them to into, which may be nil: a caller that asks often reuses the memory.
func (x *Selectors) Selecting(labels map[string]string, into []int) []int {
	start := len(into)
	for k, v := range labels {
		for _, s := range x.by[label{k, v}] {
			if Covers(labels, s.labels) {
				into = append(into, s.number)
			}
		}
	}
	slices.Sort(into[start:])
	return into
}

// Covers reports whether labels contain every label of the selector.
func Covers(labels, selector map[string]string) bool {
	for key, value := range selector {
		if got, found := labels[key]; !found || got != value {
			return false
		}
	}
	return true
}

// Selects reports whether a selector is not empty and selects an object with these labels.
func Selects(selector, labels map[string]string) bool {
	return len(selector) > 0 && Covers(labels, selector)
}
