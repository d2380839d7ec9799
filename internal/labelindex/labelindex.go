// Package labelindex finds what bears labels, and what selects by them, without
// asking everything there is.
package labelindex

import (
	"maps"
	"slices"
)

type label struct{ key, value string }

// Bearers holds values by the labels that they bear, each in a scope such as a
// namespace. The zero value is empty.
type Bearers[T any] struct {
	by map[string]map[label][]bearer[T]
}

type bearer[T any] struct {
	labels map[string]string
	value  T
}

// Add puts a value that bears labels into a scope. It keeps the map.
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

// Selected returns the values of a scope whose labels hold all of the selector,
// in the order in which they were added; none for an empty selector.
func (x *Bearers[T]) Selected(scope string, selector map[string]string) []T {
	// Those of the label that the fewest bear: one that all bear costs nothing.
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
		at := label{key, labels[key]}
		x.by[at] = append(x.by[at], selector{x.n, labels})
	}
	x.n++
}

// Selecting returns the numbers of the selectors that select by labels which are
// all among those given, in order. It appends them to into, which may be empty: a
// caller that asks often keeps the room.
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

// Covers reports whether labels hold every label of the selector.
func Covers(labels, selector map[string]string) bool {
	for key, value := range selector {
		if got, found := labels[key]; !found || got != value {
			return false
		}
	}
	return true
}

// Selects reports whether a selector, which is not empty, takes what bears labels.
func Selects(selector, labels map[string]string) bool {
	return len(selector) > 0 && Covers(labels, selector)
}
