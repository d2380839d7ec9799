package manifest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// Difference is one difference in meaning between two sets.
type Difference struct {
	// Object is the object that differs.
	Object Ref
	// Field is the path of the field that differs; empty when only one of the sets has the object.
	// Brackets hold the lane of a destination, or the name of a container or a variable:
	// spec.http[0].route[v3].weight.
	Field string
	// Lane is the lane with the weight that differs; empty for anything else.
	Lane string
	// Before and After are the values as YAML of one line; empty for no value. For a whole object
	// the value is its kind.
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
	return markup.Line(fmt.Sprintf("  %s: %s: %s -> %s", d.Object, d.what(), orNone(d.Before), orNone(d.After)))
}

// what returns the name of the field; for the weight of a lane it returns words.
func (d Difference) what() string {
	if d.Lane != "" {
		return "weight of lane " + d.Lane
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
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", markup.Cell(d.Object.String()), markup.Cell(what),
			markup.Cell(orNone(d.Before)), markup.Cell(orNone(d.After)))
	}
	return b.String()
}

// Diff returns how two sets differ in meaning. Comments, the order of keys and the form of a value
// make no difference. Of several objects of one Ref the first counts. Objects without a name do not
// count.
//
// Destinations are compared by lane: by the value that a destination sets a route header to, else
// by its subset (see routing.LaneOf). Diff looks for a header by which all destinations of the
// route differ, before and after. It tries the route headers of the lane groups of the sets, in the
// order of their names, then subsets alone. If none fits, it takes any other header, if exactly one
// fits. Else it takes the first that it tried. Destinations without a lane, and further ones of a
// lane, are compared by position.
func Diff(from, to Set) Differences {
	var out Differences
	headers := routeHeaders(from, to)
	same := map[[2]*yamltext.Document]bool{} // a List is one document of many objects
	for i, o := range from.objects {
		other, found := to.Get(o.Ref)
		switch {
		case !from.isFirst(i):
		case !found:
			out = append(out, Difference{Object: o.Ref, Before: o.Ref.Kind})
		case !sameText(same, o, other):
			comparison{ref: o.Ref, headers: headers, out: &out}.nodes("", o.meaning(), other.meaning())
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

// isFirst reports whether object i is the first of its Ref. It is false for an object without a
// name.
func (s Set) isFirst(i int) bool {
	first, found := s.byRef[s.objects[i].Ref]
	return found && first == i
}

// sameText reports whether two objects were read from the same text, so that
// their meaning need not be compared. same holds the documents compared so far.
func sameText(same map[[2]*yamltext.Document]bool, a, b Object) bool {
	if a.source.doc == nil || b.source.doc == nil || a.source.position() != b.source.position() {
		return false
	}
	if a.overlay != nil || b.overlay != nil { // each has two texts
		return a.overlay != nil && b.overlay != nil && sameText(same, a.alone(), b.alone()) &&
			sameText(same, a.overlay.Object, b.overlay.Object)
	}
	docs := [2]*yamltext.Document{a.source.doc, b.source.doc}
	equal, known := same[docs]
	if !known {
		equal = bytes.Equal(a.source.doc.Body(), b.source.doc.Body())
		same[docs] = equal
	}
	return equal
}

// position returns the line and column of an object within its document; zeros for the whole
// document.
func (s source) position() [2]int {
	if s.part == nil {
		return [2]int{}
	}
	return [2]int{s.part.Line, s.part.Column}
}

// meaning returns the object as it would be printed.
func (o Object) meaning() *yaml.Node {
	var node *yaml.Node
	var err error
	if o.isLossy() {
		node, err = toNode(o.beside.raw)
	} else {
		node, err = toNode(o.Value)
	}
	if err != nil {
		return &yaml.Node{Kind: yaml.ScalarNode, Value: err.Error()}
	}
	tidy(node, o.Ref)
	return node
}
