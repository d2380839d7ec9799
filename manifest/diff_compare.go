package manifest

import (
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// comparison gathers the differences of an object.
type comparison struct {
	ref     Ref
	headers []string // route headers of the lane groups
	out     *Differences
	// lane is the lane of the destination that is compared, and weight the path of its weight.
	lane, weight string
}

func (c comparison) nodes(path string, a, b *yaml.Node) {
	if path == "metadata.annotations" || path == "metadata.labels" { // a missing mapping equals an empty one
		a, b = orEmpty(a), orEmpty(b)
	}
	switch {
	case a == nil && b == nil:
	case a == nil || b == nil || a.Kind != b.Kind || a.Kind == yaml.ScalarNode &&
		(a.Value != b.Value || a.Tag != b.Tag):
		d := Difference{Object: c.ref, Field: path, Before: oneLine(a), After: oneLine(b)}
		switch path {
		case c.weight:
			d.Lane = c.lane
		case "spec.ingressWeight.weight":
			d.Lane = c.ref.Name
		}
		*c.out = append(*c.out, d)
	case a.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(a.Content); i += 2 {
			c.nodes(join(path, a.Content[i].Value), a.Content[i+1], yamltext.Child(b, a.Content[i].Value))
		}
		for i := 0; i+1 < len(b.Content); i += 2 {
			if yamltext.Child(a, b.Content[i].Value) == nil {
				c.nodes(join(path, b.Content[i].Value), nil, b.Content[i+1])
			}
		}
	case a.Kind == yaml.SequenceNode:
		c.lists(path, a.Content, b.Content)
	}
}

func orEmpty(node *yaml.Node) *yaml.Node {
	if node == nil {
		return &yaml.Node{Kind: yaml.MappingNode}
	}
	return node
}

// lists compares items of the same name. Where names are missing or repeated, it compares items of
// the same position, without equal items at the ends: then an added or removed item does not move
// the others.
func (c comparison) lists(path string, a, b []*yaml.Node) {
	if c.ref.Kind == "VirtualService" && strings.HasSuffix(path, ".route") {
		c.destinations(path, a, b)
		return
	}
	byNameA, okA := named(a, nameOf)
	byNameB, okB := named(b, nameOf)
	if !okA || !okB {
		first := 0
		for first < min(len(a), len(b)) && sameTree(a[first], b[first]) {
			first++
		}
		for len(a) != len(b) && min(len(a), len(b)) > first && sameTree(a[len(a)-1], b[len(b)-1]) {
			a, b = a[:len(a)-1], b[:len(b)-1]
		}
		for i := first; i < max(len(a), len(b)); i++ {
			c.nodes(fmt.Sprintf("%s[%d]", path, i), at(a, i), at(b, i))
		}
		return
	}
	for _, item := range a {
		name := nameOf(item)
		c.nodes(path+"["+name+"]", item, byNameB[name])
	}
	for _, item := range b {
		if name := nameOf(item); byNameA[name] == nil {
			c.nodes(path+"["+name+"]", nil, item)
		}
	}
}

// nameOf returns the name of an item of a list: the subset to which it leads, else its name; empty
// for neither.
func nameOf(item *yaml.Node) string {
	if subset := yamltext.Child(item, "destination", "subset"); subset != nil {
		return subset.Value
	}
	if name := yamltext.Child(item, "name"); name != nil {
		return name.Value
	}
	return ""
}

// named returns the first item of each name, and whether each item has a unique name.
func named(list []*yaml.Node, nameOf func(*yaml.Node) string) (byName map[string]*yaml.Node, all bool) {
	byName = make(map[string]*yaml.Node, len(list))
	for _, item := range list {
		if name := nameOf(item); name != "" && byName[name] == nil {
			byName[name] = item
		}
	}
	return byName, len(byName) == len(list)
}

func at(list []*yaml.Node, i int) *yaml.Node {
	if i < len(list) {
		return list[i]
	}
	return nil
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
