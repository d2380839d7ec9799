package manifest

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// ListResource adds a file to the resources of a kustomization, after the others: then kustomize
// builds it. The kustomization must not list it yet.
type ListResource struct {
	// Kustomization is the file of the kustomization in the set.
	Kustomization string
	// Path is the slash-separated path of the file in the set, in the directory of the
	// kustomization or below: kustomize reads no file outside of it.
	Path string
}

// UnlistResource takes a file out of the resources of a kustomization, which must list it exactly
// once. An empty list stays.
type UnlistResource struct {
	// Kustomization and Path are as in [ListResource].
	Kustomization string
	Path          string
}

func (c ListResource) edit(e *editor) error {
	k, o, err := e.kustomization(c.Kustomization)
	if err != nil {
		return err
	}
	list := yamltext.Child(o.source.node(), "resources")
	rel, err := filepath.Rel(filepath.FromSlash(k.Dir()), filepath.FromSlash(c.Path))
	name := filepath.ToSlash(rel)
	switch {
	case err != nil || name == ".." || strings.HasPrefix(name, "../"):
		return o.refuse(ErrValue, "resources", "must list files in its own directory: kustomize does not read %s",
			c.Path)
	case isTemplate([]byte(name)) || !yamltext.OneLine(name):
		return o.refuse(ErrValue, "resources", "must list a name of one line, without {{: %q", name)
	}
	if at := k.listings(c.Path); len(at) > 0 {
		return o.refuse(ErrExists, at[0], "must not list %s already", c.Path)
	}
	if slices.ContainsFunc(yamltext.Items(list), func(n *yaml.Node) bool { return strings.HasPrefix(n.Value, "./") }) {
		name = "./" + name
	}
	f, err := o.fieldAt(fmt.Sprintf("resources[%d]", len(yamltext.Items(list))))
	if err != nil {
		return err
	}
	return f.setValue(e, textNode(name))
}

func (c UnlistResource) edit(e *editor) error {
	k, o, err := e.kustomization(c.Kustomization)
	if err != nil {
		return err
	}
	at := k.listings(c.Path)
	switch {
	case len(at) == 0:
		return o.refuse(ErrNotFound, "resources", "must list %s", c.Path)
	case len(at) > 1:
		return o.refuse(ErrAnchor, at[1], "must list %s once: it is also at line %d", c.Path, o.LineOf(at[0]))
	}
	f, err := o.fieldAt(at[0])
	if err != nil {
		return err
	}
	return f.remove(e)
}

// kustomization returns a kustomization, also in the form of an object; an error unless its text
// can be edited.
func (e *editor) kustomization(file string) (Kustomization, Object, error) {
	i := slices.IndexFunc(e.set.kustomized.all, func(k Kustomization) bool { return k.File == file })
	if i < 0 {
		return Kustomization{}, Object{},
			&EditError{Kind: ErrNotFound, File: file, Err: errors.New("must be a kustomization of the set")}
	}
	k := e.set.kustomized.all[i]
	o := k.object()
	e.object = o.Ref
	switch {
	case k.source.doc == nil:
		return k, o, &EditError{Kind: ErrNotFound, File: file, Err: errors.New("must be readable, and not empty")}
	case isTemplate(k.source.doc.Body()):
		return k, o, o.refuse(ErrTemplate, "", "must not be a template ({{): edit what it is made from")
	}
	return k, o, nil
}

// object returns the kustomization in the form of an object, for edits.
func (k Kustomization) object() Object {
	return Object{Ref: Ref{Group: "kustomize.config.k8s.io", Kind: "Kustomization", Name: k.File}, File: k.File,
		Line: 1, source: k.source}
}

// listings returns the paths of the fields that list a file in the kustomization.
func (k Kustomization) listings(file string) []string {
	var out []string
	for i, item := range yamltext.Items(yamltext.Child(k.source.node(), "resources")) {
		if item.Kind == yaml.AliasNode {
			item = item.Alias
		}
		if !isRemote(item.Value) && path.Join(k.Dir(), item.Value) == file {
			out = append(out, fmt.Sprintf("resources[%d]", i))
		}
	}
	return out
}
