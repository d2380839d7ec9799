// Package labelindex finds the objects with some labels, and the selectors that select them,
// without asking every one.
package labelindex

import "slices"

type label struct{ key, value string }

// Bearers holds values by the labels that they bear, in scopes such as namespaces. The zero value
// is empty.
type Bearers[T any] struct {
	by    map[scoped]chain
	links []link[T]
}

type scoped struct {
	scope string
	label
}

// chain are the links of a label: the first and the last, by their numbers from 1, and how many.
type chain struct{ first, last, n int }

// link is one label of a value. Links are in one slice: a slice for each label costs more.
type link[T any] struct {
	labels map[string]string
	value  T
	next   int // of the same label; 0 for none
}

// Grow makes room for more labels.
func (x *Bearers[T]) Grow(labels int) { x.links = slices.Grow(x.links, labels) }

// Add adds a value with labels to a scope. It keeps the map.
func (x *Bearers[T]) Add(scope string, labels map[string]string, value T) {
	if x.by == nil {
		x.by = map[scoped]chain{}
	}
	for k, v := range labels {
		x.links = append(x.links, link[T]{labels: labels, value: value})
		at := scoped{scope, label{k, v}}
		c, last := x.by[at], len(x.links)
		if c.n == 0 {
			c.first = last
		} else {
			x.links[c.last-1].next = last
		}
		c.last = last
		c.n++
		x.by[at] = c
	}
}

// Selected returns the values of a scope that bear all labels of the selector, in the order in
// which they were added. An empty selector selects nothing.
func (x *Bearers[T]) Selected(scope string, selector map[string]string) []T {
	// Start with the label that the fewest values bear: a label that all bear costs nothing.
	var fewest chain
	first := true
	for k, v := range selector {
		if found := x.by[scoped{scope, label{k, v}}]; first || found.n < fewest.n {
			fewest, first = found, false
		}
	}
	var out []T
	for i := fewest.first; i > 0; i = x.links[i-1].next {
		if b := &x.links[i-1]; len(selector) == 1 || Covers(b.labels, selector) {
			if out == nil {
				out = make([]T, 0, min(fewest.n, 8))
			}
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
		var at label
		for key, value := range labels {
			if at == (label{}) || key < at.key {
				at = label{key, value}
			}
		}
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
