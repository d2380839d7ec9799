package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/cli"
	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/release/gitops"
)

// schema is the part of JSON Schema that the report needs.
type schema struct {
	Schema               string             `json:"$schema,omitempty"`
	Title                string             `json:"title,omitempty"`
	Ref                  string             `json:"$ref,omitempty"`
	Description          string             `json:"description,omitempty"`
	Type                 string             `json:"type,omitempty"`
	Enum                 []string           `json:"enum,omitempty"`
	AnyOf                []*schema          `json:"anyOf,omitempty"`
	Items                *schema            `json:"items,omitempty"`
	Properties           map[string]*schema `json:"properties,omitempty"`
	Required             []string           `json:"required,omitempty"`
	AdditionalProperties *bool              `json:"additionalProperties,omitempty"`
	Defs                 map[string]*schema `json:"$defs,omitempty"`
}

// schemas makes the schemas of Go types, with their comments as descriptions.
type schemas struct {
	t    *testing.T
	docs map[string]*doc.Package // by import path
	defs map[string]*schema
}

// named returns the documentation of a named type.
func (s schemas) named(t reflect.Type) *doc.Type {
	if _, read := s.docs[t.PkgPath()]; !read {
		dir := filepath.Join("..", "..", strings.TrimPrefix(t.PkgPath(), "github.com/swimlane-go/swimlane"))
		paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
		require.NoError(s.t, err)
		set := token.NewFileSet()
		var files []*ast.File
		for _, path := range paths {
			if !strings.HasSuffix(path, "_test.go") {
				file, err := parser.ParseFile(set, path, nil, parser.ParseComments)
				require.NoError(s.t, err)
				files = append(files, file)
			}
		}
		s.docs[t.PkgPath()], err = doc.NewFromFiles(set, files, t.PkgPath())
		require.NoError(s.t, err)
	}
	all := s.docs[t.PkgPath()].Types
	i := slices.IndexFunc(all, func(d *doc.Type) bool { return d.Name == t.Name() })
	require.GreaterOrEqual(s.t, i, 0, "%s", t)
	return all[i]
}

// of returns the schema of a type.
func (s schemas) of(t reflect.Type) *schema {
	switch {
	case t.Kind() == reflect.Pointer:
		return &schema{AnyOf: []*schema{s.of(t.Elem()), {Type: "null"}}}
	case t.Kind() == reflect.Slice:
		return &schema{Type: "array", Items: s.of(t.Elem())}
	case t.Kind() == reflect.Struct:
		if _, made := s.defs[t.Name()]; !made {
			s.defs[t.Name()] = &schema{}
			s.defs[t.Name()] = s.object(t)
		}
		return &schema{Ref: "#/$defs/" + t.Name()}
	case t.Kind() == reflect.String && t.PkgPath() != "":
		return &schema{Type: "string", Enum: s.values(t)}
	}
	kind, known := map[reflect.Kind]string{reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer",
		reflect.Int64: "integer"}[t.Kind()]
	require.True(s.t, known, "%s", t)
	return &schema{Type: kind}
}

// values returns the constants of a string type.
func (s schemas) values(t reflect.Type) []string {
	var out []string
	for _, group := range s.named(t).Consts {
		for _, spec := range group.Decl.Specs {
			for _, value := range spec.(*ast.ValueSpec).Values {
				text, err := strconv.Unquote(value.(*ast.BasicLit).Value)
				require.NoError(s.t, err)
				out = append(out, text)
			}
		}
	}
	require.NotEmpty(s.t, out, "%s", t)
	return out
}

// object returns the schema of a struct. The comment of a field describes it.
func (s schemas) object(t reflect.Type) *schema {
	comments := map[string]string{}
	declared := s.named(t)
	for _, field := range declared.Decl.Specs[0].(*ast.TypeSpec).Type.(*ast.StructType).Fields.List {
		for _, name := range field.Names {
			comments[name.Name] = line(field.Doc.Text())
		}
	}
	no := false
	out := &schema{Description: line(declared.Doc), Type: "object", Properties: map[string]*schema{},
		AdditionalProperties: &no}
	for i := range t.NumField() {
		field := t.Field(i)
		key := field.Tag.Get("json")
		if key == "-" {
			continue
		}
		require.NotContains(s.t, key, ",", "every key is always there")
		property := s.of(field.Type)
		property.Description = comments[field.Name]
		require.NotEmpty(s.t, property.Description, "%s.%s must have a comment of its own", t, field.Name)
		if strings.HasPrefix(property.Description, field.Name+" is one of ") {
			for _, value := range quoted.FindAllStringSubmatch(property.Description, -1) {
				property.Enum = append(property.Enum, value[1])
			}
		}
		if field.Name == "Phase" {
			property.Enum = append(property.Enum, "") // before there is a state
		}
		out.Properties[key] = property
		out.Required = append(out.Required, key)
	}
	return out
}

// quoted matches the values that a comment lists.
var quoted = regexp.MustCompile(`"([^"]+)"`)

// line joins a comment to one line.
func line(comment string) string { return strings.Join(strings.Fields(comment), " ") }

// reportSchema returns the schema of a report.
func reportSchema(t *testing.T) *schema {
	t.Helper()
	s := schemas{t: t, docs: map[string]*doc.Package{}, defs: map[string]*schema{}}
	root := s.of(reflect.TypeFor[gitops.Report]())
	root.Schema, root.Title, root.Defs = "https://json-schema.org/draft/2020-12/schema",
		"What gitops prints with -format json", s.defs
	return root
}

// The published schema comes from the Go types and their comments.
func TestSchema(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, cli.JSON(&out, reportSchema(t)))
	golden.Equal(t, "../../../docs/gitops.schema.json", out.String())
}

// faults returns why a JSON value does not conform to a schema; root has the definitions.
func (s *schema) faults(root *schema, at string, value any) []string {
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
			out = append(out, fmt.Sprintf("%s: %q is none of %q", at, v, s.Enum))
		}
	case bool:
		kind = "boolean"
	case float64:
		kind = "number"
		if v == float64(int64(v)) {
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
		for _, key := range s.Required {
			if _, there := v[key]; !there {
				out = append(out, at+": must have "+key)
			}
		}
		for key, item := range v {
			switch property, known := s.Properties[key]; {
			case known:
				out = append(out, property.faults(root, at+"."+key, item)...)
			case s.AdditionalProperties != nil && !*s.AdditionalProperties:
				out = append(out, at+": must not have "+key)
			}
		}
	}
	if s.Type != "" && s.Type != kind {
		out = append(out, fmt.Sprintf("%s: must be of type %s, not %s", at, s.Type, kind))
	}
	return out
}

// The check of the goldens can fail.
func TestSchemaFindsFaults(t *testing.T) {
	root := reportSchema(t)
	story := newStory(t, "")
	story.play("quietly prepare", "quietly start")
	_, good, _ := story.run("promote -format json")
	var value any
	require.NoError(t, json.Unmarshal([]byte(good), &value))
	require.Empty(t, root.faults(root, "report", value))
	for name, test := range map[string]struct{ old, replacement, want string }{
		"a result of nobody": {`"result": "done"`, `"result": "perhaps"`, `report.result: "perhaps" is none of`},
		"a key less":         {`"again": false,`, ``, "report: must have again"},
		"a key more":         {`"again": false,`, `"again": false, "more": 1,`, "report: must not have more"},
		"null": {`"problems": []`, `"problems": null`,
			"report.problems: must be of type array, not null"},
		"a text": {`"revision": 3`, `"revision": "3"`,
			"report.revision: must be of type integer, not string"},
		"a change of nobody": {`"change": "changed"`, `"change": "touched"`,
			`report.files[0].change: "touched" is none of`},
		"a part": {`"stage": 2`, `"stage": 2.5`, "report.place.stage: must be of type integer, not number"},
		"a number": {`"lane": "v1"`, `"lane": 1`,
			"report.weights[0].found[0].lane: must be of type string, not integer"},
		"deeper": {`"command": "rollback"`, `"command": false`,
			"report.emergency.command: must be of type string, not boolean"},
	} {
		require.Contains(t, good, test.old, name)
		require.NoError(t, json.Unmarshal([]byte(strings.Replace(good, test.old, test.replacement, 1)), &value), name)
		require.Contains(t, strings.Join(root.faults(root, "report", value), "\n"), test.want, name)
	}
}
