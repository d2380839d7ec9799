package manifest

import (
	"bytes"
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// maxKey bounds the bytes of a key. YAML itself has this limit for all keys but those written with
// "? ".
const maxKey = 1024

// valueSize is the number of bytes that a value counts besides its text.
const valueSize = 16

// checkText refuses a document that holds more than MaxExpandedSize before it is parsed: a value of
// two bytes takes some hundred as a node. Separators within texts count too, but are few.
func (r Reader) checkText(text []byte) error {
	if atMost(text) > r.MaxExpandedSize {
		return r.tooLarge()
	}
	return nil
}

// atMost returns an upper bound of the size of a document by its separators, without its first
// values and its aliases.
func atMost(text []byte) int {
	size := len(text)
	for _, s := range separators() {
		size += valueSize * s.values * bytes.Count(text, []byte(s.text))
	}
	return size
}

// separator is a text between values, and the number of values that it can add.
type separator struct {
	text   string
	values int
}

// separators returns the texts that part values: any two values of a document have at least one
// between them.
func separators() []separator {
	return []separator{
		{"\n", 1}, {"\r", 1}, {"\r\n", -1}, {"\u0085", 1}, {"\u2028", 1}, {"\u2029", 1}, // the line ends of YAML
		{":", 1},
		{",", 2},    // in {a,b} a key and its missing value
		{",\n", -1}, // a line that is counted by its comma
		{"[", 2},    // itself, and its first value: commas count the others
		{"{", 2},
		{"- ", 1}, // a line can begin with any number of them
		{"?", 2},  // and with any number of "? ", each a mapping without a value
	}
}

func (r Reader) tooLarge() error {
	return fmt.Errorf("must not be larger than %d bytes with its aliases expanded and %d for each value",
		r.MaxExpandedSize, valueSize)
}

// extent is the size and the depth of a node, with its aliases expanded.
type extent struct{ size, depth int }

// bounds measures the nodes of one document against the bounds of a Reader.
type bounds struct {
	Reader
	// anchored holds the extents of nodes with anchors. A node that is being measured has the size
	// 0.
	anchored map[*yaml.Node]extent
}

// measure returns the extent of a node. It measures each node once, however many aliases it has. It
// fails as soon as a bound is broken, so that no sum can overflow.
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
