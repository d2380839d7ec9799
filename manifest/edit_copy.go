package manifest

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// CopyItem copies an item of a list of an object, with other values. The copy comes behind the
// item: one more subset of a DestinationRule, or one more route.
type CopyItem struct {
	// Object is the object with the list.
	Object Ref
	// Path is the item that is copied, as in [Object.LineOf]: spec.subsets[1].
	Path string
	// Values are the texts in which the copy differs. Each Path begins at the item, and leads to a
	// text that is written there: labels.version, match[0].uri.exact.
	Values []CopiedValue
}

// CopiedValue is a text of a [CopyItem].
type CopiedValue struct {
	Path string
	Text string
}

func (c CopyItem) edit(e *editor) error {
	f, err := e.field(c.Object, c.Path)
	if err != nil {
		return err
	}
	last := len(f.around) - 1
	list, at := f.around[last], f.at[last]
	if len(f.missing) > 0 || list.Kind != yaml.SequenceNode {
		return f.refuse(ErrNotFound, c.Path, "must have an item of a list at %s", c.Path)
	}
	add, item := yamltext.Copy{Of: at}, cloneTree(list.Content[at])
	for _, v := range c.Values {
		field := c.Path + "." + v.Path
		if err := f.oneWord(field, "a copied value", v.Text); err != nil {
			return err
		}
		node, copied := list.Content[at], item
		for _, step := range pathSteps(v.Path) {
			if node, copied = step.in(node), step.in(copied); node == nil {
				break
			}
		}
		if node == nil || node.Kind != yaml.ScalarNode {
			return f.refuse(ErrNotFound, field, "must have a text at %s", field)
		}
		add.Values = append(add.Values, yamltext.Value{Node: node, Text: v.Text, IsText: true})
		copied.Value, copied.Tag = v.Text, "!!str"
	}
	e.expect(f, func(in *yaml.Node) { in.Content = slices.Insert(in.Content, at+1, item) })
	p, err := f.source.doc.InsertItem(list, at, add)
	if err != nil {
		return f.Object.at(c.Path, list, err)
	}
	e.patch(f.source.doc, p)
	return nil
}
