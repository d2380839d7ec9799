package manifest

import "github.com/swimlane-go/swimlane/internal/yamltext"

// SetKustomizeField sets one text of a kustomization, such as the newTag of an image, or removes
// it. It works like [SetField] and [RemoveField].
type SetKustomizeField struct {
	// Kustomization is the file of the kustomization in the set.
	Kustomization string
	// Path is as in [SetField]: images[0].newTag.
	Path string
	// Value is a text of one line without {{. Empty removes the field, which must then be there.
	Value string
}

func (c SetKustomizeField) edit(e *editor) error {
	_, o, err := e.kustomization(c.Kustomization)
	if err != nil {
		return err
	}
	f, err := o.fieldAt(c.Path)
	switch {
	case err != nil:
		return err
	case c.Value == "" && len(f.missing) > 0:
		return o.refuse(ErrNotFound, c.Path, "must have %s", c.Path)
	case c.Value == "":
		return f.remove(e)
	case isTemplate([]byte(c.Value)) || !yamltext.OneLine(c.Value):
		return o.refuse(ErrValue, c.Path, "must be text of one line, without {{: %q", c.Value)
	}
	return f.setValue(e, textNode(c.Value))
}
