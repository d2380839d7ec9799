package manifest

import (
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// NameRoute gives a name to an HTTP route without one, as the first key of the route. A route with
// that name stays as it is.
type NameRoute struct {
	// Object is the VirtualService.
	Object Ref
	// Index is the index of the route in spec.http, from 0.
	Index int
	// Name is the new name. No other route of the object may have it.
	Name string
}

func (c NameRoute) edit(e *editor) error {
	o, err := e.find(c.Object)
	if err != nil {
		return err
	}
	vs, http := o.VirtualService(), yamltext.Child(o.source.node(), "spec", "http")
	path := fmt.Sprintf("spec.http[%d]", c.Index)
	switch {
	case vs == nil || http == nil:
		return o.refuse(ErrWrongKind, "", "must be a VirtualService that can be read, with HTTP routes")
	case c.Index < 0 || c.Index >= len(http.Content):
		return o.refuse(ErrNotFound, "spec.http", "must have an HTTP route %d, from 0: there are %d", c.Index,
			len(http.Content))
	}
	if err := o.oneWord(path, "name of a route", c.Name); err != nil {
		return err
	}
	route := http.Content[c.Index]
	if err := o.plain(path, o.source.node(), yamltext.Child(o.source.node(), "spec"), http, route); err != nil {
		return err
	}
	for i, r := range vs.GetHttp() {
		if i != c.Index && r.GetName() == c.Name {
			return o.refuse(ErrExists, fmt.Sprintf("spec.http[%d].name", i),
				"must not have another route called %q: it is route %d", c.Name, i)
		}
	}
	switch name := vs.GetHttp()[c.Index].GetName(); name {
	case c.Name:
		return nil
	case "":
	default:
		return o.refuse(ErrExists, path+".name", "route %d must have no other name: it is %q", c.Index, name)
	}
	// Afterwards all routes may have names: then differences use the name.
	e.allowed = append(e.allowed, path+".name", "spec.http["+c.Name+"].name")
	p, err := namePatch(o.source.doc, route, c.Name)
	if err != nil {
		return o.at(path, route, err)
	}
	e.patch(o.source.doc, p)
	return nil
}

func namePatch(doc *yamltext.Document, route *yaml.Node, name string) (yamltext.Patch, error) {
	if written := yamltext.Child(route, "name"); written != nil { // with an empty value
		return doc.SetString(written, name)
	}
	return doc.AddFirst(route, "name", doc.Word(name))
}
