package manifest

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

// decoded reads JSON as toNode does, token by token.
func decoded(t require.TestingT, d *json.Decoder) *yaml.Node {
	token, err := d.Token()
	require.NoError(t, err)
	scalar := func(value string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: value} }
	switch v := token.(type) {
	case json.Delim:
		node := &yaml.Node{Kind: map[json.Delim]yaml.Kind{'{': yaml.MappingNode, '[': yaml.SequenceNode}[v]}
		for d.More() {
			node.Content = append(node.Content, decoded(t, d))
		}
		_, err := d.Token()
		require.NoError(t, err)
		return node
	case string:
		return textNode(v)
	case json.Number:
		return scalar(v.String())
	case bool:
		return scalar(map[bool]string{true: "true", false: "false"}[v])
	}
	return scalar("null")
}

// ownJSON is JSON that a type writes itself.
type ownJSON string

func (w ownJSON) MarshalJSON() ([]byte, error) { return []byte(w), nil }

// The node of any value is the one that a JSON decoder would read.
func TestNodesAreWhatADecoderReads(t *testing.T) {
	agree := func(t require.TestingT, value any) {
		data, err := json.Marshal(value)
		require.NoError(t, err)
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		node, err := toNode(value)
		require.NoError(t, err, "%s", data)
		require.Equal(t, decoded(t, d), node, "%s", data)
	}
	for _, value := range []any{
		nil, true, false, 0, -1.5e300, "", "a", `"`, `\`, `\"`, `\\"`, "a\nb", "<&>", "\u2028", "\xff", []any{},
		map[string]any{}, []any{nil, 1, "]"},
		map[string]any{"": "", "a:b": "{}", `"`: []any{map[string]any{"x": nil}}}, ownJSON(` { "a" : [ 1 , "b" ] } `),
		ownJSON("\"a\xffb\""), ownJSON(`"\ud800\/"`), ownJSON("1.0"),
	} {
		agree(t, value)
	}
	rapid.Check(t, func(t *rapid.T) { agree(t, anyValue(3).Draw(t, "value")) })
}

// anyValue draws values of JSON that are nested to a depth.
func anyValue(depth int) *rapid.Generator[any] {
	return anyValueOf(rapid.OneOf(rapid.String(), rapid.StringMatching(`[\\"{}\[\],:a]{0,6}`)), depth)
}

// anyValueOf is anyValue with strings of a generator.
func anyValueOf(text *rapid.Generator[string], depth int) *rapid.Generator[any] {
	all := []*rapid.Generator[any]{text.AsAny(), rapid.Float64().AsAny(), rapid.Int64().AsAny(), rapid.Bool().AsAny(),
		rapid.Just(any(nil))}
	if depth > 0 {
		items := rapid.Deferred(func() *rapid.Generator[any] { return anyValueOf(text, depth-1) })
		all = append(all, rapid.SliceOfN(items, 0, 3).AsAny(), rapid.MapOfN(text, items, 0, 3).AsAny())
	}
	return rapid.OneOf(all...)
}
