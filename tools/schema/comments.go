package main

import (
	"go/ast"
	"go/token"
	"strings"

	"golang.org/x/tools/go/packages"
)

// comments are the comments of types and fields, on one line, by the position of the name.
type comments map[token.Pos]string

// commentsOf returns the comments in packages. A field without a comment has that of the field
// before it, in a block, else that of its type.
func commentsOf(all []*packages.Package) comments {
	out := comments{}
	for _, p := range all {
		for _, file := range p.Syntax {
			ast.Inspect(file, func(n ast.Node) bool {
				if d, is := n.(*ast.GenDecl); is {
					for _, spec := range d.Specs {
						if t, is := spec.(*ast.TypeSpec); is {
							out[t.Name.Pos()] = line(t.Doc, d.Doc)
						}
					}
				}
				return true
			})
		}
	}
	for _, p := range all {
		for _, file := range p.Syntax {
			ast.Inspect(file, func(n ast.Node) bool {
				if s, is := n.(*ast.StructType); is {
					out.fields(p, s)
				}
				return true
			})
		}
	}
	return out
}

func (c comments) fields(p *packages.Package, s *ast.StructType) {
	last, end := "", 0
	for _, f := range s.Fields.List {
		comment := line(f.Doc)
		if comment == "" && p.Fset.Position(f.Pos()).Line == end+1 {
			comment = last
		}
		last, end = comment, p.Fset.Position(f.End()).Line
		if id, is := f.Type.(*ast.Ident); is && comment == "" && p.TypesInfo.Uses[id] != nil {
			comment = c[p.TypesInfo.Uses[id].Pos()]
		}
		for _, name := range f.Names {
			c[name.Pos()] = comment
		}
	}
}

// line returns the first comment of several, joined to one line.
func line(groups ...*ast.CommentGroup) string {
	for _, g := range groups {
		if g != nil {
			return strings.Join(strings.Fields(g.Text()), " ")
		}
	}
	return ""
}
