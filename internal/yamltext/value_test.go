package yamltext_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// nodeOf reads a node from a text.
func nodeOf(t *testing.T, text string) *yaml.Node {
	var node yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &node))
	return node.Content[0]
}

func TestSetNode(t *testing.T) {
	for name, test := range map[string]struct{ text, value, want string }{
		"text":                 {"a: 'x' # c\n", "y y", "a: 'y y' # c\n"},
		"number":               {"a: 1 # c\n", "2", "a: 2 # c\n"},
		"text for a number":    {"a: 1\n", `"2"`, "a: '2'\n"},
		"number for text":      {"a: '1'\n", "2", "a: 2\n"},
		"nothing":              {"a:\nb: 1\n", "x", "a: x\nb: 1\n"},
		"nothing in flow":      {"{a: , b: 1}\n", "[x]", "{a: [x], b: 1}\n"},
		"list":                 {"a: [x] # c\nb: 1\n", "- y\n- z", "a:\n- y\n- z\nb: 1\n"},
		"mapping for lines":    {"a: |\n  x\n  y\nb: 1\n", "c: 2", "a:\n  c: 2\nb: 1\n"},
		"text of lines":        {"a: x # c\nb: 1\n", "|\n  x\n  y\n", "a: |\n  x\n  y\nb: 1\n"},
		"list in a flow":       {"{a: {b: 1}, c: 2}\n", "- y\n- z", "{a: [y, z], c: 2}\n"},
		"text of lines in one": {"{a: 1}\n", "|\n  x\n  y\n", "{a: \"x\\ny\\n\"}\n"},
		"item":                 {"- a: 1\n  b: 2 # c\n- x\n", "c: 3\nd: 4", "- c: 3\n  d: 4\n- x\n"},
	} {
		t.Run(name, func(t *testing.T) {
			d := doc(t, test.text)
			at := 0
			if d.Root().Kind == yaml.MappingNode {
				at = 1
			}
			p, err := d.SetNode(d.Root(), at, nodeOf(t, test.value))
			require.NoError(t, err)
			require.Equal(t, test.want, apply(t, test.text, p))
		})
	}
	d := doc(t, "-\n- x\n")
	_, err := d.SetNode(d.Root(), 0, nodeOf(t, "a: 1"))
	require.Error(t, err)
	d = doc(t, "a: x\n  y\n")
	_, err = d.SetNode(d.Root(), 1, nodeOf(t, "z"))
	require.Error(t, err)
}

func TestAppendNode(t *testing.T) {
	for text, want := range map[string]string{
		"- a: 1\n":        "- a: 1\n- b: 1\n  c: [x]\n",
		"- a\n# end":      "- a\n- b: 1\n  c: [x]\n# end",
		"[a, b] # c\n":    "[a, b, {b: 1, c: [x]}] # c\n",
		"- |\n  a\n  b\n": "- |\n  a\n  b\n- b: 1\n  c: [x]\n",
	} {
		d := doc(t, text)
		p, err := d.AppendNode(d.Root(), nodeOf(t, "b: 1\nc: [x]\n"))
		require.NoError(t, err)
		require.Equal(t, want, apply(t, text, p))
	}
	d := doc(t, "- a\n  b\n")
	_, err := d.AppendNode(d.Root(), nodeOf(t, "b: 1"))
	require.Error(t, err)
}

func TestFirstKeys(t *testing.T) {
	for text, want := range map[string]string{"- a: 1\n  b: 2\n": "- name: x\n  a: 1\n  b: 2\n",
		"- {a: 1}\n": "- {name: x, a: 1}\n", "- \"a\": 1\n": "- name: x\n  \"a\": 1\n"} {
		d := doc(t, text)
		p, err := d.AddFirst(d.Root().Content[0], "name", d.Word("x"))
		require.NoError(t, err)
		require.Equal(t, want, apply(t, text, p))
	}
	d := doc(t, "- a: 1\n  # c\n  b: 2\n")
	p, err := d.RemoveKey(d.Root().Content[0], "a")
	require.NoError(t, err)
	require.Equal(t, "- b: 2\n", apply(t, "- a: 1\n  # c\n  b: 2\n", p))
	d = doc(t, "- a: 1\n")
	_, err = d.RemoveKey(d.Root().Content[0], "a")
	require.ErrorContains(t, err, "must keep a key")
}

func TestWords(t *testing.T) {
	d := doc(t, "labels:\n  a: \"x\"\n  b:\n")
	for key, want := range map[string]string{"a": "labels:\n  a: \"1.0\"\n  b:\n",
		"b": "labels:\n  a: \"x\"\n  b: '1.0'\n", "c": "labels:\n  a: \"x\"\n  b:\n  c: '1.0'\n",
		"on": "labels:\n  a: \"x\"\n  b:\n  'on': '1.0'\n"} {
		p, err := d.SetWord(d.Root(), "labels", key, "1.0")
		require.NoError(t, err)
		require.Equal(t, want, apply(t, "labels:\n  a: \"x\"\n  b:\n", p))
	}
	require.False(t, yamltext.Empty([]byte("--- {a: 1}\n")))
	require.True(t, yamltext.Empty([]byte("--- # c\n# d\n")))
}
