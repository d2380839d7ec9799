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
// anything is made of it: a value of two bytes costs some hundred as a node. The
// few of these characters that stand in a text do not make it large.
func (r Reader) checkText(text []byte) error {
	if atMost(text) > r.MaxExpandedSize {
		return r.tooLarge()
	}
	return nil
}

// atMost returns what a document can measure at most, but for its first values and
// its aliases, as its separators have it.
func atMost(text []byte) int {
	size := len(text)
	for _, s := range separators() {
		size += valueSize * s.values * bytes.Count(text, []byte(s.text))
	}
	return size
}

// separator is a text that parts values, and how many it can bring about.
type separator struct {
	text   string
	values int
}

// separators returns what stands between the values of a document, at least one
// between any two.
func separators() []separator {
	return []separator{
		{"\n", 1}, {"\r", 1}, {"\r\n", -1}, {"\u0085", 1}, {"\u2028", 1}, {"\u2029", 1}, // all that ends a line in YAML
		{":", 1},
		{",", 2},    // in {a,b} a key and the value that it does not have
		{",\n", -1}, // a line that is counted by its comma
		{"[", 2},    // itself, and for its first value what the comma is for the others
		{"{", 2},
		{"- ", 1}, // a line can begin with any number of them
		{"?", 2},  // so it can with "? ", of which each is a mapping without a value
	}
}

func (r Reader) tooLarge() error {
	return fmt.Errorf("must not be larger than %d bytes with its aliases expanded and %d for each value",
		r.MaxExpandedSize, valueSize)
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
