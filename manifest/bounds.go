package manifest

import (
	"bytes"
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// maxKey is how long a key is at most, in bytes: YAML's own limit for all keys
// but those written with "? ".
const maxKey = 1024

// valueSize is what a value counts beside its text.
const valueSize = 16

// checkText refuses a document that holds more than MaxExpandedSize before
// anything is made of it: a value of two bytes costs some hundred as a node. All
// but the first value of a collection follow a comma, a bracket, a line end or a
// dash. The few that stand in a text do not make it large.
func (r Reader) checkText(text []byte) error {
	size := len(text)
	for _, separator := range []string{",", "\n", "[", "{", "- - "} {
		size += valueSize * bytes.Count(text, []byte(separator))
	}
	if size > r.MaxExpandedSize {
		return r.tooLarge()
	}
	return nil
}

func (r Reader) tooLarge() error {
	return fmt.Errorf("must not be larger than %d bytes with its aliases expanded and %d for each value", r.MaxExpandedSize, valueSize)
}

// extent is how much a node holds, with everything that its aliases stand for.
type extent struct{ size, depth int }

// bounds measures the nodes of one document against the bounds of a Reader.
type bounds struct {
	Reader
	// anchored holds the nodes that aliases stand for, once measured; while one
	// is being measured it is there without a size.
	anchored map[*yaml.Node]extent
}

// measure returns the extent of a node, in time linear in the document. It fails
// as soon as a bound is broken, so that no sum can overflow.
func (b *bounds) measure(node *yaml.Node) (extent, error) {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	if known, found := b.anchored[node]; found {
		if known.size == 0 {
			return extent{}, errors.New("must not hold an anchor that contains its own alias")
		}
		return known, nil
	}
	if node.Anchor != "" {
		b.anchored[node] = extent{}
	}
	out := extent{size: valueSize + len(node.Value)}
	for i, n := range node.Content {
		in, err := b.measure(n)
		if err != nil {
			return extent{}, err
		}
		out.size += in.size
		out.depth = max(out.depth, in.depth)
		switch {
		case out.size > b.MaxExpandedSize:
			return extent{}, b.tooLarge()
		case node.Kind == yaml.MappingNode && i%2 == 0 && len(n.Value) > maxKey:
			return extent{}, fmt.Errorf("must not have a key longer than %d bytes", maxKey)
		}
	}
	if node.Kind != yaml.ScalarNode {
		if out.depth++; out.depth > b.MaxDepth {
			return extent{}, fmt.Errorf("must not be nested deeper than %d", b.MaxDepth)
		}
	}
	if node.Anchor != "" {
		b.anchored[node] = out
	}
	return out, nil
}
