package manifest

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// NameRoute gives an HTTP route without a name its name, as the first key of the
// route. One that is called so already stays as it is.
type NameRoute struct {
	// Object is the VirtualService.
	Object Ref
	// Index is the place of the route in spec.http, from 0.
	Index int
	// Name is the new name. No other route of the object may have it.
	Name string
}

func (c NameRoute) edit(e *editor) error {
	o, err := e.object(c.Object)
	if err != nil {
		return err
	}
	vs, http := o.VirtualService(), yamltext.Child(o.source.node, "spec", "http")
	if vs == nil || http == nil {
		return fmt.Errorf("%s at %s:%d: must be a VirtualService that can be read, with HTTP routes", c.Object, o.File, o.Line)
	}
	doc := o.source.doc
	where := fmt.Sprintf("%s at %s:%d", c.Object, o.File, doc.LineOf(http))
	if c.Index < 0 || c.Index >= len(http.Content) {
		return fmt.Errorf("%s: must have an HTTP route %d, from 0: there are %d", where, c.Index, len(http.Content))
	}
	if err := oneWord("name of a route", c.Name); err != nil {
		return fmt.Errorf("%s: %w", where, err)
	}
	route := http.Content[c.Index]
	if err := yamltext.Plain(o.source.node, yamltext.Child(o.source.node, "spec"), http, route); err != nil {
		return o.at(route, err)
	}
	for i, r := range vs.GetHttp() {
		if i != c.Index && r.GetName() == c.Name {
			return fmt.Errorf("%s: must not have another route called %q: it is route %d", where, c.Name, i)
		}
	}
	switch name := vs.GetHttp()[c.Index].GetName(); name {
	case c.Name:
		return nil
	case "":
	default:
		return fmt.Errorf("%s at %s:%d: route %d must have no other name: it is %q", c.Object, o.File, doc.LineOf(route), c.Index, name)
	}
	// Afterwards all routes may have names, and be told by them.
	e.allowed[o.Ref] = append(e.allowed[o.Ref], fmt.Sprintf("spec.http[%d].name", c.Index), "spec.http["+c.Name+"].name")
	p, err := namePatch(doc, route, c.Name)
	if err != nil {
		return o.at(route, err)
	}
	e.patch(doc, p)
	return nil
}

func namePatch(doc *yamltext.Document, route *yaml.Node, name string) (yamltext.Patch, error) {
	if written := yamltext.Child(route, "name"); written != nil { // as nothing
		return doc.SetString(written, name)
	}
	return doc.AddFirst(route, "name", doc.Word(name))
}
