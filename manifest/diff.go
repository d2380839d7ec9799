package manifest

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// Difference is one way in which two sets differ in meaning.
type Difference struct {
	// Object is what differs.
	Object Ref
	// Field is the path of the field that differs; empty when the whole object
	// is in one of the sets only. Destinations are told by lane, containers and
	// variables by name: spec.http[0].route[v3].weight.
	Field string
	// Before and After are the values as YAML of one line; empty where there is
	// none. For a whole object it is its kind.
	Before, After string
}

// Differences are ordered by object and field.
type Differences []Difference

// String returns the difference in a line:
//
//   - Deployment default/mocka-v3
//     VirtualService istio-system/mock: weight of lane v3: 10 -> 30
//     Deployment default/mocka-v3: spec.replicas: 1 -> 2
func (d Difference) String() string {
	switch {
	case d.Field == "" && d.Before == "":
		return "+ " + d.Object.String()
	case d.Field == "":
		return "- " + d.Object.String()
	}
	return fmt.Sprintf("  %s: %s: %s -> %s", d.Object, d.what(), orNone(d.Before), orNone(d.After))
}

// what names the field, the weight of a lane in words.
func (d Difference) what() string {
	if d.Field == "spec.ingressWeight.weight" {
		return "weight of lane " + d.Object.Name
	}
	if rest, ok := strings.CutSuffix(d.Field, "].weight"); ok && d.Object.Kind == "VirtualService" {
		if i := strings.LastIndex(rest, ".route["); i >= 0 {
			return "weight of lane " + rest[i+len(".route["):]
		}
	}
	return d.Field
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// String returns a line a difference, with line ends.
func (ds Differences) String() string {
	var b strings.Builder
	for _, d := range ds {
		b.WriteString(d.String() + "\n")
	}
	return b.String()
}

// Markdown returns the differences as a Markdown table.
func (ds Differences) Markdown() string {
	var b strings.Builder
	b.WriteString("| Object | What | Before | After |\n| --- | --- | --- | --- |\n")
	for _, d := range ds {
		what := d.what()
		if d.Field == "" {
			what = "object"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", cell(d.Object.String()), cell(what), cell(orNone(d.Before)), cell(orNone(d.After)))
	}
	return b.String()
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// Diff returns how two sets differ in meaning: comments, order of keys and the
// forms in which a value may be written make no difference. Of several objects of
// one Ref the first counts; those without a name have none and do not.
func Diff(from, to Set) Differences {
	var out Differences
	same := map[[2]*yamltext.Document]bool{} // a List is one document of many objects
	for i, o := range from.objects {
		other, found := to.Get(o.Ref)
		switch {
		case !from.isFirst(i):
		case !found:
			out = append(out, Difference{Object: o.Ref, Before: o.Ref.Kind})
		case !sameText(same, o, other):
			compareNodes(&out, o.Ref, "", o.meaning(), other.meaning())
		}
	}
	for i, o := range to.objects {
		if _, found := from.Get(o.Ref); !found && to.isFirst(i) {
			out = append(out, Difference{Object: o.Ref, After: o.Ref.Kind})
		}
	}
	slices.SortStableFunc(out, func(a, b Difference) int {
		return strings.Compare(a.Object.String()+"\x00"+a.Field, b.Object.String()+"\x00"+b.Field)
	})
	return out
}

// isFirst reports whether object i is the one that its Ref stands for.
func (s Set) isFirst(i int) bool {
	first, found := s.byRef[s.objects[i].Ref]
	return found && first == i
}

// sameText reports whether two objects were read from the same text, so that
// their meaning need not be compared. same holds the documents compared so far.
func sameText(same map[[2]*yamltext.Document]bool, a, b Object) bool {
	if a.source.doc == nil || b.source.doc == nil || a.source.node.Column != b.source.node.Column || a.source.node.Line != b.source.node.Line {
		return false
	}
	docs := [2]*yamltext.Document{a.source.doc, b.source.doc}
	equal, known := same[docs]
	if !known {
		equal = bytes.Equal(a.source.doc.Body(), b.source.doc.Body())
		same[docs] = equal
	}
	return equal
}

// meaning returns the object as it would be printed.
func (o Object) meaning() *yaml.Node {
	var node *yaml.Node
	var err error
	if o.lossy {
		node, err = toNode(o.raw)
	} else {
		node, err = toNode(o.Value)
	}
	if err != nil {
		return &yaml.Node{Kind: yaml.ScalarNode, Value: err.Error()}
	}
	tidy(node, o.Ref)
	return node
}

func compareNodes(out *Differences, ref Ref, path string, a, b *yaml.Node) {
	if path == "metadata.annotations" || path == "metadata.labels" { // none are as many as no keys
		a, b = orEmpty(a), orEmpty(b)
	}
	switch {
	case a == nil && b == nil:
	case a == nil || b == nil || a.Kind != b.Kind || a.Kind == yaml.ScalarNode && (a.Value != b.Value || a.Tag != b.Tag):
		*out = append(*out, Difference{Object: ref, Field: path, Before: oneLine(a), After: oneLine(b)})
	case a.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(a.Content); i += 2 {
			compareNodes(out, ref, join(path, a.Content[i].Value), a.Content[i+1], yamltext.Child(b, a.Content[i].Value))
		}
		for i := 0; i+1 < len(b.Content); i += 2 {
			if yamltext.Child(a, b.Content[i].Value) == nil {
				compareNodes(out, ref, join(path, b.Content[i].Value), nil, b.Content[i+1])
			}
		}
	case a.Kind == yaml.SequenceNode:
		compareLists(out, ref, path, a.Content, b.Content)
	}
}

func orEmpty(node *yaml.Node) *yaml.Node {
	if node == nil {
		return &yaml.Node{Kind: yaml.MappingNode}
	}
	return node
}

// compareLists compares items of the same name, or position where they have none
// or the names do not tell them apart.
func compareLists(out *Differences, ref Ref, path string, a, b []*yaml.Node) {
	byNameA, okA := named(a)
	byNameB, okB := named(b)
	if !okA || !okB {
		for i := range max(len(a), len(b)) {
			compareNodes(out, ref, fmt.Sprintf("%s[%d]", path, i), at(a, i), at(b, i))
		}
		return
	}
	for _, item := range a {
		name := nameOf(item)
		compareNodes(out, ref, path+"["+name+"]", item, byNameB[name])
	}
	for _, item := range b {
		if name := nameOf(item); byNameA[name] == nil {
			compareNodes(out, ref, path+"["+name+"]", nil, item)
		}
	}
}

func at(list []*yaml.Node, i int) *yaml.Node {
	if i < len(list) {
		return list[i]
	}
	return nil
}

// nameOf returns what tells an item of a list from the others: the lane of a
// destination, or the name.
func nameOf(item *yaml.Node) string {
	if subset := yamltext.Child(item, "destination", "subset"); subset != nil {
		return subset.Value
	}
	if name := yamltext.Child(item, "name"); name != nil {
		return name.Value
	}
	return ""
}

// named returns the items by name, and whether each has one of its own.
func named(list []*yaml.Node) (map[string]*yaml.Node, bool) {
	out := make(map[string]*yaml.Node, len(list))
	for _, item := range list {
		name := nameOf(item)
		if _, taken := out[name]; name == "" || taken {
			return nil, false
		}
		out[name] = item
	}
	return out, true
}

// oneLine prints a node on one line, a string without quotes.
func oneLine(node *yaml.Node) string {
	if node == nil {
		return ""
	}
	if node.Kind == yaml.ScalarNode {
		if strings.ContainsAny(node.Value, "\n") || node.Value == "" {
			return strconv.Quote(node.Value)
		}
		return node.Value
	}
	flow := *node
	flow.Style |= yaml.FlowStyle
	text, err := yaml.Marshal(&flow)
	if err != nil {
		return err.Error()
	}
	return strings.Join(strings.Fields(string(text)), " ")
}
