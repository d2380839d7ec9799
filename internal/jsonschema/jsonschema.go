// Package jsonschema holds what programs print against the schemas under docs.
package jsonschema

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A Schema is a JSON Schema, of which it reads the part that tools/schema writes.
type Schema struct {
	Ref                  string             `json:"$ref"`
	Type                 string             `json:"type"`
	Enum                 []string           `json:"enum"`
	AnyOf                []*Schema          `json:"anyOf"`
	Items                *Schema            `json:"items"`
	Properties           map[string]*Schema `json:"properties"`
	Required             []string           `json:"required"`
	AdditionalProperties json.RawMessage    `json:"additionalProperties"` // false or a schema
	Defs                 map[string]*Schema `json:"$defs"`
}

// Read reads a schema from a file.
func Read(t testing.TB, file string) *Schema {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var out Schema
	require.NoError(t, json.Unmarshal(data, &out))
	return &out
}

// Faults returns why a text is not one JSON value of the schema.
func (s *Schema) Faults(text string) []string {
	decoder := json.NewDecoder(strings.NewReader(text))
	var value any
	if err := decoder.Decode(&value); err != nil {
		return []string{err.Error()}
	}
	if decoder.More() {
		return []string{"must be one value"}
	}
	return s.faults(s, "value", value)
}

// faults returns why a JSON value does not conform to s. Root has the definitions.
func (s *Schema) faults(root *Schema, at string, value any) []string {
	if name, refers := strings.CutPrefix(s.Ref, "#/$defs/"); refers {
		return root.Defs[name].faults(root, at, value)
	}
	var out []string
	for _, option := range s.AnyOf {
		found := option.faults(root, at, value)
		if len(found) == 0 {
			return nil
		}
		out = append(out, found...)
	}
	kind := "null"
	switch v := value.(type) {
	case string:
		kind = "string"
		if s.Enum != nil && !slices.Contains(s.Enum, v) {
			out = append(out, fmt.Sprintf("%s: must be one of %q, not %q", at, s.Enum, v))
		}
	case bool:
		kind = "boolean"
	case float64:
		kind = "number"
		if v == float64(int64(v)) && s.Type == "integer" {
			kind = "integer"
		}
	case []any:
		kind = "array"
		for i, item := range v {
			if s.Items != nil {
				out = append(out, s.Items.faults(root, fmt.Sprintf("%s[%d]", at, i), item)...)
			}
		}
	case map[string]any:
		kind = "object"
		out = append(out, s.keys(root, at, v)...)
	}
	if s.Type != "" && s.Type != kind {
		out = append(out, fmt.Sprintf("%s: must be of type %s, not %s", at, s.Type, kind))
	}
	return out
}

// keys returns the faults of an object.
func (s *Schema) keys(root *Schema, at string, object map[string]any) []string {
	var out []string
	for _, key := range s.Required {
		if _, found := object[key]; !found {
			out = append(out, at+": must have "+key)
		}
	}
	var more Schema
	closed := json.Unmarshal(s.AdditionalProperties, &more) != nil
	for _, key := range slices.Sorted(maps.Keys(object)) {
		switch property, known := s.Properties[key]; {
		case known:
			out = append(out, property.faults(root, at+"."+key, object[key])...)
		case closed && s.AdditionalProperties != nil:
			out = append(out, at+": must not have "+key)
		default:
			out = append(out, more.faults(root, at+"."+key, object[key])...)
		}
	}
	return out
}
