package yamltext_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

func TestSetNumberKeepsTheQuotes(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1 # c\n":                 "a: 25 # c\n",
		"a: '1'\n":                   "a: '25'\n",
		`{"a": "1"}`:                 `{"a": "25"}`,
		"\ufeffa: 1\n":               "\ufeffa: 25\n",
		"é: {ü: ö, a: 1}\na: 2\n":    "é: {ü: ö, a: 1}\na: 25\n",
		"x: y\u2028a: 1\n":           "x: y\u2028a: 25\n",
		"x: y\u0085\ra: 1\r\n":       "x: y\u0085\ra: 25\r\n",
		"---\nx: y\n\n\na:  \n  1\n": "---\nx: y\n\n\na:  \n  25\n",
	} {
		d := doc(t, text)
		p, needed, err := d.SetNumber(d.Root(), "a", 25)
		require.NoError(t, err)
		require.True(t, needed)
		require.Equal(t, want, apply(t, text, p))
	}
	for _, text := range []string{"a: 25", "a: '25'", "a: 25.0", "a: 2.5e1"} {
		d := doc(t, text)
		_, needed, err := d.SetNumber(d.Root(), "a", 25)
		require.NoError(t, err)
		require.False(t, needed, "%q is that number", text)
	}
}

func TestSetNumberWritesWhereAValueWouldStand(t *testing.T) {
	for text, want := range map[string]string{
		"a:":                     "a: 25",
		"a:\r\nb: 1\r\n":         "a: 25\r\nb: 1\r\n",
		"a: \nb: 1\n":            "a: 25\nb: 1\n",
		"a: # c: d\nb: 1\n":      "a: 25 # c: d\nb: 1\n",
		"a:  # c: d\n":           "a: 25 # c: d\n",
		"a : \n":                 "a : 25\n",
		"'a':\n\n\nb: 1\n":       "'a': 25\n\n\nb: 1\n",
		"{a: , b: 1}":            "{a: 25, b: 1}",
		"{\"a\":, \"b\": \"1\"}": "{\"a\": 25, \"b\": \"1\"}",
		"{a: }":                  "{a: 25}",
	} {
		d := doc(t, text)
		p, needed, err := d.SetNumber(d.Root(), "a", 25)
		require.NoError(t, err)
		require.True(t, needed)
		require.Equal(t, want, apply(t, text, p), "%q", text)
	}
	for _, text := range []string{"{a, b: 1}", "? a\n? b\n", "? a\n:\n"} {
		d := doc(t, text)
		_, _, err := d.SetNumber(d.Root(), "a", 25)
		requireAt(t, err, "line 1: must have a colon behind a")
	}
}

// The end of a mapping is the end of its last value, in any form.
func TestAddKeyComesAfterTheLastValue(t *testing.T) {
	const after = "\nc: d\n"
	for before, want := range map[string]string{
		"a:\n  x: y":                      "a:\n  x: y\n  k: v",
		"a:\n  x: 'y\n    ''z'":           "a:\n  x: 'y\n    ''z'\n  k: v",
		"a:\n  x: \"y\n    \\\"z\" # c":   "a:\n  x: \"y\n    \\\"z\" # c\n  k: v",
		"a:\n  x: |\n    y\n\n     z":     "a:\n  x: |\n    y\n\n     z\n  k: v",
		"a:\n  x: >- # 2\n    y\n":        "a:\n  x: >- # 2\n    y\n  k: v\n",
		"a:\n  x: |\n\n    y":             "a:\n  x: |\n\n    y\n  k: v",
		"a:\n  ? x":                       "a:\n  ? x\n  k: v",
		"b: &b\na: {x: *b }":              "b: &b\na: {x: *b, k: v }",
		"a:\n  x: |":                      "a:\n  x: |\n  k: v",
		"a:\n  x:":                        "a:\n  x:\n  k: v",
		"a:\n  x: [y,\n    z]":            "a:\n  x: [y,\n    z]\n  k: v",
		"a:\n  x: {y: [z]}":               "a:\n  x: {y: [z]}\n  k: v",
		"b: &b\na:\n  x: *b":              "b: &b\na:\n  x: *b\n  k: v",
		"a: {x: y # {\n  }":               "a: {x: y, k: v # {\n  }",
		"a: {x: y\n  }":                   "a: {x: y, k: v\n  }",
		"a: {x: [y, # ]\n    # ]\n    ]}": "a: {x: [y, # ]\n    # ]\n    ], k: v}",
		"a: { # c\n  }":                   "a: {k: v # c\n  }",
		"a: {x: y,}":                      "a: {x: y, k: v,}",
		"a: {x: }":                        "a: {x: , k: v}",
		"a: {x}":                          "a: {x, k: v}",
		"a: { }":                          "a: {k: v }",
	} {
		d := doc(t, before+after)
		p, err := d.AddKey(yamltext.Child(d.Root(), "a"), "k", "v")
		require.NoError(t, err, "%q", before)
		require.Equal(t, want+after, apply(t, before+after, p))
	}
}

// A text without a line end behind the value gets none.
func TestAddKeyAtTheEndOfTheText(t *testing.T) {
	for text, want := range map[string]string{
		"a:\n  x: |\n    y":    "a:\n  x: |\n    y\n  k: v",
		"a:\n  x: |\n    y\n":  "a:\n  x: |\n    y\n  k: v\n",
		"a:\r\n  x: y\r\n  z:": "a:\r\n  x: y\r\n  z:\r\n  k: v",
		"a:\n  ? x":            "a:\n  ? x\n  k: v",
	} {
		d := doc(t, text)
		p, err := d.AddKey(yamltext.Child(d.Root(), "a"), "k", "v")
		require.NoError(t, err)
		require.Equal(t, want, apply(t, text, p))
	}
}

// An edit that needs an unknown end is refused, at its line.
func TestEditsRefuseWhatHasNoKnownEnd(t *testing.T) {
	const lines, bracket = "must not hold a value of several lines", "must end with a bracket"
	for text, want := range map[string]string{
		"a:\n  m: x\n    y\n":           "line 2: " + lines,
		"a:\n  m: |2\n      x\n":        "line 2: " + lines,
		"a:\n  m: &m 'x'\n":             "line 2: " + lines,
		"a:\n  m: !!str \"x\"\n":        "line 2: " + lines,
		"a:\n  m: {x: !!null }\n":       "line 2: " + bracket,
		"a:\n  m: [x, [!!str ]]\n":      "line 2: " + bracket,
		"a: {\n  m: x\n  y\n}\n":        "line 2: " + lines,
		"a:\n  m: {x: {y: z\n    z}}\n": "line 2: " + lines,
	} {
		d := doc(t, text)
		outer := yamltext.Child(d.Root(), "a")
		m := yamltext.Child(outer, "m")
		_, err := d.AddKey(outer, "k", "v")
		requireAt(t, err, want, "%q", text)
		_, err = d.AddNode(outer, "k", &yaml.Node{Kind: yaml.ScalarNode, Value: "v"})
		requireAt(t, err, want)
		_, err = d.SetText(outer, "none", "k", "v")
		requireAt(t, err, want)
		_, err = d.RemoveKey(outer, "m")
		requireAt(t, err, want)
		_, err = d.RemoveKeys(d.Root(), "a", "m")
		requireAt(t, err, want)
		if m.Kind == yaml.ScalarNode {
			_, _, err = d.SetNumber(outer, "m", 1)
			requireAt(t, err, want)
			_, err = d.SetText(d.Root(), "a", "m", "v")
			requireAt(t, err, want)
		}
	}
}

// A key of several lines cannot be removed, and nothing can be written below it.
func TestEditsRefuseKeysOfSeveralLines(t *testing.T) {
	d := doc(t, "? 'a\n\n  b'\n:\n")
	_, err := d.RemoveKey(d.Root(), "a\nb")
	requireAt(t, err, "line 1: must not hold a value of several lines")
	_, err = d.SetText(d.Root(), "a\nb", "k", "v")
	requireAt(t, err, "line 1: must not hold a value of several lines")
}

func TestRemoveKeysKeepsTheOthers(t *testing.T) {
	for text, want := range map[string]string{
		"m:\n  a: 1\n  b: 2\n  c: 3\n":          "m:\n  b: 2\n",
		"m:\r\n  a: 1\r\n  b: 2\r\n  c: 3":      "m:\r\n  b: 2",
		"m: {a: 1, b: 2, c: 3} # c\n":           "m: {b: 2} # c\n",
		"m: {a: 1, c: 3, b: 2}\n":               "m: {b: 2}\n",
		"m: {b: 2, a: 1, c: 3}\n":               "m: {b: 2}\n",
		"m: {a: 1, # one\n  b: 2,\n  c: 3\n}\n": "m: { # one\n  b: 2\n}\n",
		"x: y\nm:\n  a: 1\n  c: 3\n":            "x: y\n",
		"x: y\r\nm:\r\n  a: 1\r\n  c: 3":        "x: y",
		`{"x": "y", "m": {"a": 1, "c": 3}}`:     `{"x": "y"}`,
	} {
		d := doc(t, text)
		patches, err := d.RemoveKeys(d.Root(), "m", "a", "c")
		require.NoError(t, err)
		require.Equal(t, want, apply(t, text, patches...))
	}
}

// A scalar or an empty document is not written as JSON, though JSON allows scalars.
func TestOnlyBracketsAreJSON(t *testing.T) {
	for text, want := range map[string]bool{`{"a": 1}`: true, `["a"]`: true, "{a: 1}": false, "{}": false, `"a"`: false,
		`"a": 1`: false, "{'a': 1}": false} {
		require.Equal(t, want, doc(t, text).IsJSON(), text)
	}
}

// Text in JSON is escaped as JSON needs it, and no further.
func TestSetTextInJSON(t *testing.T) {
	const text, value = `{"a": {"m": {"k": "old"}}}`, "<a & \"b\" \\>"
	d := doc(t, text)
	p, err := d.SetText(yamltext.Child(d.Root(), "a"), "m", "k", value)
	require.NoError(t, err)
	require.Equal(t, `{"a": {"m": {"k": "<a & \"b\" \\>"}}}`, apply(t, text, p))
}

func TestSetStringKeepsTheQuotes(t *testing.T) {
	for _, test := range []struct{ before, text, after string }{
		{"a: x:1 # c\n", "reg.example/y@sha256:ab", "a: reg.example/y@sha256:ab # c\n"},
		{"a: 'x' # c\n", "it's", "a: 'it''s' # c\n"},
		{"a: \"x\"\n", `"y"`, `a: "\"y\""` + "\n"},
		{"a: {a: x}\n", "y:1.0", "a: {a: y:1.0}\n"},
		{"a: [{a: x}]\n", "y, z", "a: [{a: 'y, z'}]\n"},
		{"a: x\n", "", "a: ''\n"}, {"a: x\n", "no", "a: 'no'\n"}, {"a: x\n", "1.20", "a: '1.20'\n"},
		{"a: x\n", "1.20-rc", "a: 1.20-rc\n"},
		{"a: x\n", "y:", "a: 'y:'\n"}, {"a: x\n", "-y", "a: '-y'\n"}, {"a: x\n", "y #z", "a: 'y #z'\n"},
		{"a: x\n", "@y", "a: '@y'\n"},
		{`{"a": "x"}`, "y", `{"a": "y"}`},
	} {
		d := doc(t, test.before)
		node := yamltext.Child(d.Root(), "a")
		for _, n := range yamltext.Subtree(node) {
			if inner := yamltext.Child(n, "a"); inner != nil {
				node = inner
			}
		}
		p, err := d.SetString(node, test.text)
		require.NoError(t, err)
		after := apply(t, test.before, p)
		require.Equal(t, test.after, after)
		doc(t, after)
	}
	for before, want := range map[string]string{"a:\n": "must be a string that is written out",
		"a: {}\n": "must be a string that is written out", "a: |\n  x\n": "several lines"} {
		d := doc(t, before)
		_, err := d.SetString(yamltext.Child(d.Root(), "a"), "y")
		require.ErrorContains(t, err, want)
	}
	d := doc(t, "a: x\n")
	_, err := d.SetString(yamltext.Child(d.Root(), "a"), "y\nz")
	require.ErrorContains(t, err, "several lines")
}

// Added lists are indented like the existing ones.
func TestAddNodeIndentsListsAsTheirNeighbours(t *testing.T) {
	for before, want := range map[string]string{
		"a: b\n":              "a: b\nk:\n- 1\n",
		"a: [b]\n":            "a: [b]\nk:\n- 1\n",
		"a:\n- b\n":           "a:\n- b\nk:\n- 1\n",
		"a:\n  c:\n    - b\n": "a:\n  c:\n    - b\nk:\n  - 1\n",
	} {
		d := doc(t, before)
		list := &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: "1"}}}
		p, err := d.AddNode(d.Root(), "k", list)
		require.NoError(t, err)
		require.Equal(t, want, apply(t, before, p))
	}
}
