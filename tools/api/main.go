// Command api prints the exported API of the library: one line for each constant,
// variable, function, type, field and method, in order. Its output is api/current.txt.
package main

import (
	"fmt"
	"go/types"
	"os"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

const module = "github.com/swimlane-go/swimlane"

func main() {
	lines, err := list("..")
	if err == nil {
		err = os.WriteFile("../api/current.txt", []byte(strings.Join(lines, "\n")+"\n"), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// list returns the lines of the module in a directory.
func list(dir string) ([]string, error) {
	all, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes, Dir: dir}, "./...")
	if err != nil {
		return nil, err
	}
	if packages.PrintErrors(all) > 0 {
		return nil, fmt.Errorf("the packages must compile")
	}
	var out []string
	for _, p := range all {
		path := strings.TrimPrefix(strings.TrimPrefix(p.PkgPath, module), "/")
		if p.Name == "main" || path == "" || strings.HasPrefix(path, "internal/") ||
			strings.Contains(path, "/internal/") || strings.HasPrefix(path, "examples/") {
			continue
		}
		out = append(out, lister{path, p.Types}.lines()...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// lister lists one package.
type lister struct {
	path string
	pkg  *types.Package
}

func (l lister) line(format string, args ...any) string {
	return "pkg " + l.path + ", " + fmt.Sprintf(format, args...)
}

// of returns a type as the package writes it; types of others by their whole path.
func (l lister) of(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string {
		if p == l.pkg {
			return ""
		}
		return strings.TrimPrefix(p.Path(), module+"/")
	})
}

func (l lister) lines() []string {
	var out []string
	for _, name := range l.pkg.Scope().Names() {
		object := l.pkg.Scope().Lookup(name)
		if !object.Exported() {
			continue
		}
		switch o := object.(type) {
		case *types.Const:
			out = append(out, l.line("const %s %s = %s", name, l.of(o.Type()), o.Val().ExactString()))
		case *types.Var:
			out = append(out, l.line("var %s %s", name, l.of(o.Type())))
		case *types.Func:
			out = append(out, l.line("func %s%s", name, strings.TrimPrefix(l.of(o.Type()), "func")))
		case *types.TypeName:
			out = append(out, l.typ(o)...)
		}
	}
	return out
}

// typ lists a type with its exported fields and methods.
func (l lister) typ(o *types.TypeName) []string {
	if o.IsAlias() {
		return []string{l.line("type %s = %s", o.Name(), l.of(types.Unalias(o.Type())))}
	}
	out := []string{}
	switch t := o.Type().Underlying().(type) {
	case *types.Struct:
		out = append(out, l.line("type %s struct", o.Name()))
		for i := range t.NumFields() {
			f := t.Field(i)
			if !f.Exported() {
				continue
			}
			line := l.line("type %s struct, %s %s", o.Name(), f.Name(), l.of(f.Type()))
			if f.Embedded() {
				line = l.line("type %s struct, embedded %s", o.Name(), l.of(f.Type()))
			}
			if tag := reflect.StructTag(t.Tag(i)).Get("json"); tag != "" {
				line += " json:" + tag
			}
			out = append(out, line)
		}
	case *types.Interface:
		out = append(out, l.line("type %s interface", o.Name()))
		for i := range t.NumMethods() {
			m := t.Method(i)
			name := m.Name()
			if !m.Exported() {
				name = "unexported methods"
				out = append(out, l.line("type %s interface, %s", o.Name(), name))
				continue
			}
			out = append(out, l.line("type %s interface, %s%s", o.Name(), name,
				strings.TrimPrefix(l.of(m.Type()), "func")))
		}
		return out
	default:
		out = append(out, l.line("type %s %s", o.Name(), l.of(t)))
	}
	named, _ := o.Type().(*types.Named)
	for i := range named.NumMethods() {
		m := named.Method(i)
		if !m.Exported() {
			continue
		}
		signature := m.Type().(*types.Signature)
		out = append(out, l.line("method (%s) %s%s", l.of(signature.Recv().Type()), m.Name(),
			strings.TrimPrefix(l.of(signature), "func")))
	}
	return out
}
