package manifest

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// source is where an object was read.
type source struct {
	doc  *yamltext.Document
	part *yaml.Node // the node of an object that is not the whole document, such as an item of a List
}

func (s source) node() *yaml.Node {
	if s.part != nil {
		return s.part
	}
	return s.doc.Root()
}

// LineOf returns the line of a field of the object, from 1. The path is as in findings:
// "spec.http[0].route[1].weight" or "metadata.labels[app]". For a field that is not written it is
// the line of the nearest one around it. It is 0 for a built object.
func (o Object) LineOf(path string) int {
	if o.source.doc == nil {
		return 0
	}
	return o.source.line(path)
}

// Written returns the text of a scalar at a path, as in [Object.LineOf], and whether it is written
// at all: a typed view does not tell 0 from a missing value. A built object has nothing written.
func (o Object) Written(path string) (text string, found bool) {
	if o.source.doc == nil {
		return "", false
	}
	_, value, found := o.source.find(path)
	for value.Kind == yaml.AliasNode {
		value = value.Alias
	}
	if !found || value.Kind != yaml.ScalarNode {
		return "", false
	}
	return value.Value, true
}

// Has reports whether a field is written at a path, as in [Object.LineOf], even if the typed view
// lacks it. A built object has nothing written.
func (o Object) Has(path string) bool {
	if o.source.doc == nil {
		return false
	}
	_, _, found := o.source.find(path)
	return found
}

// line returns the line of a field, or of the nearest one around it that is in the text.
func (s source) line(path string) int {
	nearest := s.node()
	s.follow(path, func(key, value *yaml.Node) {
		switch {
		case yamltext.IsPlaced(key):
			nearest = key
		case yamltext.IsPlaced(value):
			nearest = value
		}
	})
	return s.doc.LineOf(nearest)
}

// find follows a path as far as it is written. It returns the node that names the place (a key, or
// an item of a sequence), the value there, and whether the whole path was found.
func (s source) find(path string) (key, value *yaml.Node, found bool) {
	return s.follow(path, func(key, value *yaml.Node) {})
}

// follow is find, and calls step for every step on the way.
func (s source) follow(path string, step func(key, value *yaml.Node)) (key, value *yaml.Node, found bool) {
	key = s.node()
	value = key
	for name := range steps(path) {
		for value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		switch value.Kind {
		case yaml.SequenceNode:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(value.Content) {
				return key, value, false
			}
			key, value = value.Content[i], value.Content[i]
		case yaml.MappingNode:
			k, v := yamltext.Entry(value, name)
			if k == nil {
				return key, value, false
			}
			key, value = k, v
		default:
			return key, value, false
		}
		step(key, value)
	}
	return key, value, true
}

// steps yields the names and indexes of a path. What is in brackets is taken whole:
// labels[app.kubernetes.io/name].
func steps(path string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for path != "" {
			var step string
			if path[0] == '[' {
				var closed bool
				if step, path, closed = strings.Cut(path[1:], "]"); !closed {
					return
				}
			} else {
				end := strings.IndexAny(path, ".[")
				if end < 0 {
					end = len(path)
				}
				step, path = path[:end], path[end:]
			}
			path = strings.TrimPrefix(path, ".")
			if !yield(step) {
				return
			}
		}
	}
}
