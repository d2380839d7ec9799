package yamltext_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// A text without quotes gets them where it would be read as something else. A number gets none, and
// existing quotes are kept.
func TestAddItemQuotesTextThatNeedsIt(t *testing.T) {
	for _, test := range []struct {
		item   string
		isText bool
		want   string
	}{
		{"n: x", true, `n: "2024"`},
		{"n: x", false, "n: 2024"},
		{"n: 'x'", true, "n: '2024'"},
		{"n: 'x'", false, "n: '2024'"},
		{`n: "x"`, true, `n: "2024"`},
	} {
		text := "a:\n- " + test.item + "\n"
		d := doc(t, text)
		list := yamltext.Child(d.Root(), "a")
		p, err := d.AddItem(list, yamltext.Copy{
			Values: []yamltext.Value{{Node: yamltext.Child(list.Content[0], "n"), Text: "2024", IsText: test.isText}}})
		require.NoError(t, err)
		require.Equal(t, text+"- "+test.want+"\n", apply(t, text, p))
	}
}

// The comments of an item are about that item: a copy has none.
func TestAddItemCopiesNoComments(t *testing.T) {
	for text, want := range map[string]string{
		"a:\n- n: x # c\n  # c\n\n  w: '#' \t# c":            "- n: x\n  w: '#'",
		"a:\r\n- n: x # c\r\n  w: '#1'\r\n# c\r\n":           "- n: x\r\n  w: '#1'\r\n",
		"a:\n# c\n- # c\n  n: x#y\n  w: \"# \\\" #\" # \"\n": "-\n  n: x#y\n  w: \"# \\\" #\"\n",
		"a: [{n: x, w: 1}, # c\n  {n: y, w: 2}] # c\n":       ", {n: x, w: 1}",
	} {
		d := doc(t, text)
		p, err := d.AddItem(yamltext.Child(d.Root(), "a"), yamltext.Copy{})
		require.NoError(t, err)
		require.Equal(t, want, strings.TrimPrefix(p.Text, "\n"), "%q", text)
	}
}

func TestItemsWithoutAKnownPlaceAreRefused(t *testing.T) {
	const lines, dash = "line 2: must not hold a value of several lines",
		"line 2: must begin with a dash on its own line"
	for text, want := range map[string]string{
		"a:\n- |2\n    x\n":             lines,
		"a:\n- n: !!str 'x'\n":          lines,
		"a: [x,\n {n: y\n    z}]\n":     lines,
		"a:\n  ? - n: x\n  : y\n":       dash,
		"a:\n- - n: x\n":                dash,
		"a: [\n {x: !!null }]\n":        "line 2: must end with a bracket",
		"a:\n\n- n: x\n- {x: !!str }\n": "line 4: must end with a bracket",
	} {
		d := doc(t, text)
		var list *yaml.Node
		for _, n := range yamltext.Subtree(d.Root()) {
			if n.Kind == yaml.SequenceNode {
				list = n // the innermost
			}
		}
		_, err := d.AddItem(list, yamltext.Copy{})
		requireAt(t, err, want, "%q", text)
		_, err = d.RemoveItem(list, len(list.Content)-1)
		requireAt(t, err, want, "%q", text)
	}

	// A value that a copy replaces needs a known end too.
	d := doc(t, "a:\n- n: \"x\n    y\"\n  m: z\n")
	list := yamltext.Child(d.Root(), "a")
	copied := yamltext.Copy{Values: []yamltext.Value{{Node: yamltext.Child(list.Content[0], "n"), Text: "z"}}}
	_, err := d.AddItem(list, copied)
	requireAt(t, err, lines)

	// A missing value has none.
	d = doc(t, "a:\n- m: z\n  n:")
	list = yamltext.Child(d.Root(), "a")
	_, err = d.AddItem(list, yamltext.Copy{
		Values: []yamltext.Value{{Node: yamltext.Child(list.Content[0], "n"), Text: "z"}}})
	requireAt(t, err, "line 3: must have a value to be copied")
	d = doc(t, "a:\n- n: \"x\n    y\"\n  m: z\n")
	list = yamltext.Child(d.Root(), "a")

	// And no value is replaced twice.
	copied.Values = make([]yamltext.Value, 2)
	for i := range copied.Values {
		copied.Values[i] = yamltext.Value{Node: yamltext.Child(list.Content[0], "m"), Text: "z"}
	}
	_, err = d.AddItem(list, copied)
	require.ErrorContains(t, err, "twice in one place")
}

// Items are removed with one comma each, in any order and number.
func TestRemoveItemsOfAFlowSequence(t *testing.T) {
	for text, want := range map[string]map[string]string{
		"a: [x, y, z]\n": {"0": "[y, z]", "1": "[x, z]", "2": "[x, y]", "01": "[z]", "02": "[y]",
			"12": "[x]", "21": "[x]", "012": "[]"},
		"a: [ x,y ,z, ]\n": {"0": "[ y ,z, ]", "2": "[ x,y, ]", "12": "[ x, ]"},
		"a: [x, # c\n  y, # d\n  z]": {"0": "[ # c\n  y, # d\n  z]", "1": "[x, # c\n   # d\n  z]",
			"2": "[x, # c\n  y, # d\n  ]"},
		"a: [x,\n  y,\n  z\n  ]": {"1": "[x,\n  \n  z\n  ]", "2": "[x,\n  y\n  ]", "12": "[x\n  ]"},
	} {
		for items, want := range want {
			d := doc(t, text)
			var patches []yamltext.Patch
			for _, i := range items {
				p, err := d.RemoveItem(yamltext.Child(d.Root(), "a"), int(i-'0'))
				require.NoError(t, err)
				patches = append(patches, p)
			}
			after := apply(t, text, patches...)
			require.Equal(t, want, strings.TrimSuffix(strings.TrimPrefix(after, "a: "), "\n"), "%q without %s", text,
				items)
		}
	}
}

// The lines of an item are removed with it, up to the end of the text.
func TestRemoveItemsOfABlockSequence(t *testing.T) {
	for text, want := range map[string][2]string{
		"a:\n- x # c\n- y\n": {"a:\n- y\n", "a:\n- x # c\n"},
		"a:\r\n- x\r\n- y":   {"a:\r\n- y", "a:\r\n- x"},
		"a:\n  -\n    # c\n    n: x\n  - |\n    - y\n\n    z\nb: c": {"a:\n  - |\n    - y\n\n    z\nb: c",
			"a:\n  -\n    # c\n    n: x\nb: c"},
		"- x\n- y": {"- y", "- x"},
	} {
		for i, want := range want {
			d := doc(t, text)
			list := d.Root()
			if list.Kind == yaml.MappingNode {
				list = yamltext.Child(list, "a")
			}
			p, err := d.RemoveItem(list, i)
			require.NoError(t, err)
			require.Equal(t, want, apply(t, text, p))
		}
	}
}

// A marker before the list is not removed with it.
func TestRemoveItemKeepsTheMarker(t *testing.T) {
	d := doc(t, "---\n- x")
	p, err := d.RemoveItem(d.Root(), 0)
	require.NoError(t, err)
	require.Equal(t, "---\n", apply(t, "---\n- x", p))
}
