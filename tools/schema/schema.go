package main

import (
	"errors"
	"fmt"
	"go/constant"
	"go/types"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// schema is the part of JSON Schema that the programs need.
type schema struct {
	Schema               string             `json:"$schema,omitempty"`
	Title                string             `json:"title,omitempty"`
	Ref                  string             `json:"$ref,omitempty"`
	Description          string             `json:"description,omitempty"`
	Type                 string             `json:"type,omitempty"`
	Format               string             `json:"format,omitempty"`
	Enum                 []string           `json:"enum,omitempty"`
	AnyOf                []*schema          `json:"anyOf,omitempty"`
	Items                *schema            `json:"items,omitempty"`
	Properties           map[string]*schema `json:"properties,omitempty"`
	Required             []string           `json:"required,omitempty"`
	AdditionalProperties any                `json:"additionalProperties,omitempty"` // false or a schema
	Defs                 map[string]*schema `json:"$defs,omitempty"`
}

// maker makes the schemas of types, with their comments as descriptions.
type maker struct {
	comments comments
	defs     map[string]*schema
	names    map[string]types.Type // of defs
	errs     []error
}

// rootOf returns the schema of any of the types, with its definitions.
func rootOf(all []*packages.Package, c comments, names []string) (*schema, error) {
	m := &maker{comments: c, defs: map[string]*schema{}, names: map[string]types.Type{}}
	var roots []*schema
	for _, name := range names {
		path, name, _ := strings.Cut(name, ".")
		i := slices.IndexFunc(all, func(p *packages.Package) bool { return p.PkgPath == module+"/"+path })
		if i < 0 || all[i].Types.Scope().Lookup(name) == nil {
			return nil, fmt.Errorf("no type %s.%s", path, name)
		}
		roots = append(roots, m.of(all[i].Types.Scope().Lookup(name).Type()))
	}
	root := roots[0]
	if len(roots) > 1 {
		root = &schema{AnyOf: roots}
	}
	root.Defs = m.defs
	return root, errors.Join(m.errs...)
}

// of returns the schema of a type.
func (m *maker) of(t types.Type) *schema {
	t = types.Unalias(t)
	named, _ := t.(*types.Named)
	switch {
	case has(t, "MarshalText"):
		if s := t.String(); s == "time.Time" {
			return &schema{Type: "string", Format: "date-time"}
		}
		return &schema{Type: "string"}
	case named != nil && has(t, "MarshalJSON"):
		// Its package declares what is printed as a struct: of Load loadJSON.
		name := named.Obj().Name()
		printed := named.Obj().Pkg().Scope().Lookup(strings.ToLower(name[:1]) + name[1:] + "JSON")
		if printed == nil {
			m.errs = append(m.errs, fmt.Errorf("%s has MarshalJSON, and no struct of what is printed", t))
			return &schema{}
		}
		return m.struct_(t, printed.Type().Underlying().(*types.Struct))
	}
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		return nullable(m.of(u.Elem()))
	case *types.Slice:
		return &schema{Type: "array", Items: m.of(u.Elem())}
	case *types.Map:
		return &schema{Type: "object", AdditionalProperties: m.of(u.Elem())}
	case *types.Struct:
		return m.struct_(t, u)
	case *types.Basic:
		switch {
		case u.Info()&types.IsString != 0:
			return &schema{Type: "string", Enum: values(named)}
		case u.Info()&types.IsBoolean != 0:
			return &schema{Type: "boolean"}
		case u.Info()&types.IsInteger != 0:
			return &schema{Type: "integer"}
		case u.Info()&types.IsFloat != 0:
			return &schema{Type: "number"}
		}
	}
	m.errs = append(m.errs, fmt.Errorf("%s: no schema of such a type is known", t))
	return &schema{}
}

// has reports whether a type, or a pointer to it, has a method.
func has(t types.Type, method string) bool {
	if _, pointer := t.(*types.Pointer); !pointer {
		t = types.NewPointer(t)
	}
	o, _, _ := types.LookupFieldOrMethod(t, false, nil, method)
	_, is := o.(*types.Func)
	return is
}

func nullable(s *schema) *schema { return &schema{AnyOf: []*schema{s, {Type: "null"}}} }

// values returns the constants of a string type, in order.
func values(named *types.Named) []string {
	if named == nil || named.Obj().Pkg() == nil {
		return nil
	}
	scope := named.Obj().Pkg().Scope()
	var all []*types.Const
	for _, name := range scope.Names() {
		if c, is := scope.Lookup(name).(*types.Const); is && types.Identical(c.Type(), named) {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b *types.Const) int { return int(a.Pos() - b.Pos()) })
	var out []string
	for _, c := range all {
		out = append(out, constant.StringVal(c.Val()))
	}
	return out
}

// word matches what may be in the name of a definition.
var word = regexp.MustCompile(`[A-Za-z0-9]+`)

// struct_ returns a reference to the definition of a type that is printed as a struct.
func (m *maker) struct_(t types.Type, printed *types.Struct) *schema {
	short := func(*types.Package) string { return "" }
	name := strings.Join(word.FindAllString(types.TypeString(t, short), -1), "Of")
	if other, taken := m.names[name]; taken && !types.Identical(other, t) {
		name = t.(*types.Named).Obj().Pkg().Name() + "." + name
	}
	if m.defs[name] == nil {
		m.names[name], m.defs[name] = t, &schema{Type: "object", Properties: map[string]*schema{},
			AdditionalProperties: false}
		if named, is := t.(*types.Named); is {
			m.defs[name].Description = m.comments[named.Origin().Obj().Pos()]
		}
		m.fields(m.defs[name], t, printed)
	}
	return &schema{Ref: "#/$defs/" + name}
}

// fields adds the fields of a struct to the schema of an object. The comment of a field describes
// it.
func (m *maker) fields(out *schema, t types.Type, printed *types.Struct) {
	for i := range printed.NumFields() {
		field := printed.Field(i)
		key, option, _ := strings.Cut(reflect.StructTag(printed.Tag(i)).Get("json"), ",")
		if inner, is := field.Type().Underlying().(*types.Struct); is && field.Embedded() && key == "" {
			m.fields(out, t, inner)
			continue
		}
		if key == "-" || key == "" && !field.Exported() {
			continue
		}
		comment := m.comments[field.Pos()]
		if o, _, _ := types.LookupFieldOrMethod(t, false, field.Pkg(), field.Name()); o != nil {
			comment = m.comments[o.Pos()] // of the type that may be printed as another
		}
		if key == "" || comment == "" {
			m.errs = append(m.errs, fmt.Errorf("%s.%s must have a key and a comment", t, field.Name()))
		}
		property := m.of(field.Type())
		switch pointer, is := field.Type().(*types.Pointer); {
		case is && option != "":
			property = m.of(pointer.Elem())
		case property.AnyOf == nil && option == "" && isNil.MatchString(comment):
			property = nullable(property)
		}
		property.Description = comment
		if strings.HasPrefix(comment, field.Name()+" is one of ") {
			for _, value := range quoted.FindAllStringSubmatch(comment, -1) {
				property.Enum = append(property.Enum, value[1])
			}
		}
		if len(property.Enum) > 0 && option == "" && strings.Contains(comment, "; empty ") {
			property.Enum = append(property.Enum, "")
		}
		out.Properties[key] = property
		if option == "" {
			out.Required = append(out.Required, key)
		}
	}
}

var (
	// quoted matches the values that a comment lists.
	quoted = regexp.MustCompile(`"([^"]+)"`)
	// isNil matches a comment that says when a field is nil.
	isNil = regexp.MustCompile(`\b[Nn]il (if|when)\b`)
)
