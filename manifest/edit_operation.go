package manifest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/jsonpointer"
	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// operationError is why a JSON patch is not laid over an object: one of its operations fails.
type operationError struct{ operation }

func (e operationError) Error() string {
	return fmt.Sprintf("must not have the operation %s %s: it would fail afterwards", e.Op, e.Path)
}

// operations returns the operations of the JSON patch that is laid over the object; none without
// such a patch.
func (o Object) operations() []operation {
	if o.overlay == nil {
		return nil
	}
	return o.overlay.operations
}

// operate adds an operation at the end of the JSON patch of an object, in the style of the last
// one.
func (e *editor) operate(o Object, op, path string, value *yaml.Node) error {
	node := &yaml.Node{Kind: yaml.MappingNode}
	node.Content = []*yaml.Node{textNode("op"), textNode(op), textNode("path"), textNode(path)}
	if value != nil {
		node.Content = append(node.Content, textNode("value"), value)
	}
	operations := o.operations()
	if last := operations[len(operations)-1].item; last.Style&yaml.FlowStyle != 0 {
		node.Style = yaml.FlowStyle
	}
	doc := o.source.doc
	p, err := doc.AppendNode(doc.Root(), node)
	if err != nil {
		return o.at("", doc.Root(), err)
	}
	e.patch(doc, p)
	return nil
}

// isWritten reports whether a node is in the text; false for none.
func isWritten(node *yaml.Node) bool { return node != nil && yamltext.IsPlaced(node) }

// isWrittenIn reports whether the text holds an annotation, or the mapping of annotations.
func isWrittenIn(metadata *yaml.Node, key string) bool {
	annotations := yamltext.Child(metadata, "annotations")
	value := yamltext.Child(annotations, key)
	return isWritten(annotations) || isWritten(value)
}

// annotate sets an annotation by a separate operation. Where the object has no annotations yet, the
// operation adds the whole mapping.
func (e *editor) annotate(o Object, metadata *yaml.Node, c SetAnnotation) error {
	value := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.SingleQuotedStyle, Value: c.Value}
	annotations := yamltext.Child(metadata, "annotations")
	always, perhaps := e.set.annotates(o)
	if annotations != nil && len(annotations.Content) > 0 || always {
		return e.operate(o, "add", jsonpointer.To("metadata", "annotations", c.Key), value)
	}
	if perhaps != "" {
		return o.refuse(ErrUnsafe, "metadata.annotations",
			"must have an annotation in %s, or by a separate operation: %s may give it some, "+
				"and an operation that adds all would remove those", o.Resource().File, perhaps)
	}
	all := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{textNode(c.Key), value}}
	return e.operate(o, "add", jsonpointer.To("metadata", "annotations"), all)
}

// annotates reports whether kustomizations always give an object annotations before its JSON patch
// is applied. perhaps is the place of a patch that may do so; empty for none.
func (s Set) annotates(o Object) (always bool, perhaps string) {
	i := slices.IndexFunc(s.kustomized.all, func(k Kustomization) bool { return k.File == o.overlay.Kustomization })
	around := s.kustomized.all[i]
	if s.annotatesAll(around, o.overlay.by) {
		return true, ""
	}
	files, _ := s.Reads(around)
	for _, k := range s.kustomized.all {
		if !slices.Contains(files, k.File) && !around.IsComponent {
			continue
		}
		for _, part := range s.WithComponents(k) {
			for _, p := range part.Patches {
				isOwn := part.File == around.File && p.Line == o.overlay.Line
				gives := func(pointer string) bool { return strings.HasPrefix(pointer, "/metadata/annotations") }
				if !isOwn && slices.ContainsFunc(p.Fields(o.Ref), gives) {
					return false, fmt.Sprintf("%s:%d", part.File, p.Line)
				}
			}
		}
	}
	return false, ""
}

// annotatesAll reports whether kustomizations give all objects annotations before a patch of the
// last one is applied.
func (s Set) annotatesAll(last Kustomization, p KustomizePatch) bool {
	files, _ := s.Reads(last)
	return slices.ContainsFunc(s.kustomized.all, func(k Kustomization) bool {
		if !slices.Contains(files, k.File) || k.source.doc == nil || k.IsComponent || k.File == last.File &&
			p.annotated {
			return false
		}
		all := yamltext.Child(k.source.node(), "commonAnnotations")
		return all != nil && len(all.Content) > 0
	})
}

// bare takes annotations out of a JSON patch. It removes the operations that add one annotation
// each, and takes the other annotations out of the mapping that holds them.
func (e *editor) bare(o Object, metadata *yaml.Node, keys []string) error {
	doc := o.source.doc
	annotations := yamltext.Child(metadata, "annotations")
	var rest []string
	for _, key := range keys {
		by := slices.IndexFunc(o.operations(), func(op operation) bool {
			return op.Op != "test" && op.Path == jsonpointer.To("metadata", "annotations", key)
		})
		if by < 0 {
			rest = append(rest, key)
		} else if err := e.takeOperation(o, by); err != nil {
			return err
		}
	}
	if len(rest) == 0 {
		return nil
	}
	if whole := len(annotations.Content) == 2*len(rest); whole {
		for i, op := range o.operations() {
			if op.Op == "add" && op.Path == jsonpointer.To("metadata", "annotations") {
				return e.takeOperation(o, i)
			}
		}
	}
	for _, key := range rest {
		p, err := doc.RemoveKey(annotations, key)
		if err != nil {
			return o.at(join("metadata.annotations", key), metadata, err)
		}
		e.patch(doc, p)
	}
	return nil
}

// takeOperation takes an operation out of a JSON patch.
func (e *editor) takeOperation(o Object, i int) error {
	doc := o.source.doc
	if len(doc.Root().Content) == 1 {
		return o.refuse(ErrUnsafe, "", "must keep an operation")
	}
	p, err := doc.RemoveItem(doc.Root(), i)
	if err != nil {
		return o.at("", doc.Root().Content[i], err)
	}
	e.patch(doc, p)
	return nil
}

// checkLaid returns an error unless the patches of changed objects still apply. Its lines are those
// of the text after the edit.
func (e *editor) checkLaid(after Set) error {
	var errs []error
	for _, before := range e.set.objects {
		if before.overlay == nil || e.parts[before.Ref] == nil {
			continue
		}
		if o, found := after.Get(before.Ref); found && o.overlay == nil {
			err := before.refuse(ErrUnsafe, "", "must be in a patch that applies afterwards too")
			if line, failed := after.failing(o); failed != nil {
				err.Line, err.Err = line, failed
			}
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// failing returns why the only JSON patch of an object cannot be laid over it, and the line of the
// operation.
func (s Set) failing(o Object) (line int, err error) {
	var failed operationError
	patches := s.laidPatches(s.files)[o.Ref]
	if len(patches) != 1 || patches[0].operations == nil {
		return 0, nil
	}
	if _, _, err := patches[0].applied(o); !errors.As(err, &failed) {
		return 0, nil
	}
	return patches[0].doc.LineOf(failed.item), failed
}

// routePointer returns the JSON pointer of the list of destinations.
func (d destinations) routePointer() string {
	index := strings.TrimSuffix(strings.TrimPrefix(d.path, "spec.http["), "].route")
	return jsonpointer.To("spec", "http", index, "route")
}

// weighByOperation sets the weight of a destination that is not written in the JSON patch, by an
// operation. isSuch is false for any other destination, and nothing is done.
func (e *editor) weighByOperation(d destinations, i, percent int) (isSuch bool, err error) {
	item := d.list.Content[i]
	weight := yamltext.Child(item, "weight")
	if d.operations() == nil || yamltext.IsPlaced(item) || isWritten(weight) {
		return false, nil
	}
	op := "add"
	if weight != nil {
		if op = "replace"; weight.Value == strconv.Itoa(percent) {
			return true, nil
		}
	} else if percent == 0 && len(d.list.Content) > 1 || percent == 100 && len(d.list.Content) == 1 {
		return true, nil // it means this without a weight
	}
	return true, e.operateWeight(d, op, i, percent)
}

// operateWeight adds the operation that adds or replaces the weight of a destination.
func (e *editor) operateWeight(d destinations, op string, i, percent int) error {
	value := &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.Itoa(percent)}
	return e.operate(d.Object, op, d.routePointer()+jsonpointer.To(strconv.Itoa(i), "weight"), value)
}

// joinByOperation adds a copy of a destination at the end of a route that the JSON patch does not
// hold as a whole.
func (e *editor) joinByOperation(d destinations, model int, c yamltext.Copy) error {
	item := d.list.Content[model]
	value := cloneTree(item)
	for _, v := range c.Values {
		if v.Node == nil {
			continue
		}
		at := slices.Index(yamltext.Subtree(item), v.Node)
		node := yamltext.Subtree(value)[at]
		if *node = *textNode(v.Text); !v.IsText {
			node.Tag, node.Style = "", 0
		}
	}
	if c.Key != "" {
		value.Content = append(value.Content, textNode(c.Key), &yaml.Node{Kind: yaml.ScalarNode, Value: c.Text})
	}
	for _, n := range yamltext.Subtree(value) { // comments belong to the other one
		n.HeadComment, n.LineComment, n.FootComment, n.Style = "", "", "", n.Style&^yaml.FlowStyle
	}
	return e.operate(d.Object, "add", d.routePointer()+"/-", value)
}

// leaveByOperation takes a destination out of a route that the JSON patch does not hold as a whole.
// It removes the operation that adds the destination, unless a later one depends on it. Else it
// adds an operation that removes the destination.
func (e *editor) leaveByOperation(d destinations, i int) error {
	route := d.routePointer()
	operations := d.operations()
	for by, op := range operations {
		if op.Op == "add" && op.Path == route+"/-" && op.addedAt(operations[by+1:], route, d.list) == i {
			return e.takeOperation(d.Object, by)
		}
	}
	return e.operate(d.Object, "remove", route+jsonpointer.To(strconv.Itoa(i)), nil)
}

// addedAt returns the index that an item has after later operations, if the operation has added it
// at the end of a list; -1 when a later one depends on the item.
func (op operation) addedAt(later []operation, route string, list *yaml.Node) int {
	same := func(n *yaml.Node) bool { return n.Line == op.value.Line && n.Column == op.value.Column }
	at := slices.IndexFunc(list.Content, func(n *yaml.Node) bool { return yamltext.IsPlaced(n) && same(n) })
	for _, l := range slices.Backward(later) { // from the last list back to the one in which it was added
		rest, inside := strings.CutPrefix(l.Path, route+"/")
		if !inside {
			if l.Op != "test" && strings.HasPrefix(route+"/", l.Path+"/") {
				return -1 // another list
			}
			continue
		}
		step, _, isDeeper := strings.Cut(rest, "/")
		index, err := strconv.Atoi(step)
		switch {
		case err != nil: // added behind it
		case l.Op == "remove" && !isDeeper && index <= at:
			at++
		case index >= at:
			return -1
		case l.Op == "add" && !isDeeper:
			at--
		}
	}
	return slices.IndexFunc(list.Content, func(n *yaml.Node) bool { return yamltext.IsPlaced(n) && same(n) })
}
