package yamltext_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// bodies returns the texts of documents, each with its line before it.
func bodies(docs []*yamltext.Document) []string {
	var out []string
	for _, d := range docs {
		out = append(out, string(rune('0'+d.Line))+" "+string(d.Body()))
	}
	return out
}

func TestSplit(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                nil,
		"a: 1":                            {"1 a: 1"},
		"\r\n---\r\na: 1":                 {"3 a: 1"},
		"---\n\n---\na: 1\n---\n":         {"4 a: 1\n"},
		"a: 1\r\n---\r\nb: 1\r\n":         {"1 a: 1\r\n", "3 b: 1\r\n"},
		"# c\r# c\r---\n---\nb: 1\n":      {"1 # c\r# c\r---\n", "5 b: 1\n"},
		"a: 1\n...\n---\nb: 1\n":          {"1 a: 1\n...\n", "4 b: 1\n"},
		"--- {a: 1}\n--- # c\nb: 1\n":     {"1  {a: 1}\n", "3 b: 1\n"},
		"a: 1\n---x\n----\nb: 1\n":        {"1 a: 1\n---x\n----\nb: 1\n"},
		"\n{\"a\": 1}\n\n{\"b\": 1} {}\n": {"1 \n{\"a\": 1}", "2 \n\n{\"b\": 1}", "4  {}"},
		"{\"a\": 1}\n---\nb: 1\n":         {"1 {\"a\": 1}", "3 b: 1\n"},
		"{a: 1}\n{b: 1}\n":                {"1 {a: 1}\n{b: 1}\n"},
	} {
		require.Equal(t, want, bodies(yamltext.Split("f", []byte(text), 9)), "%q", text)
	}
	require.Len(t, yamltext.Split("f", []byte(strings.Repeat("a: 1\n---\n", 9)), 3), 4,
		"the first over the limit is the last")
	require.Len(t, yamltext.Split("f", []byte(strings.Repeat("{}\n", 9)), 3), 4)
}

func TestDocumentsKnowTheirKey(t *testing.T) {
	docs := yamltext.Split("f", []byte("{}\n---\n{}"), 9)
	require.NotEqual(t, docs[0].Key(), docs[1].Key(), "the first is JSON")
	again := yamltext.Split("g", []byte("# c\n---\n{}"), 9)
	require.Equal(t, docs[1].Key(), again[1].Key())
}

// doc returns a text as a document, parsed.
func doc(t *testing.T, text string) *yamltext.Document {
	t.Helper()
	docs := yamltext.Split("f", []byte(text), 9)
	require.Len(t, docs, 1)
	require.NoError(t, docs[0].Parse())
	require.Nil(t, docs[0].Misread)
	return docs[0]
}

// apply returns a text with patches.
func apply(t *testing.T, text string, patches ...yamltext.Patch) string {
	t.Helper()
	out, err := yamltext.Apply([]byte(text), patches)
	require.NoError(t, err)
	return string(out)
}

func TestAddNodeWritesAsTheNeighboursAre(t *testing.T) {
	node := func() *yaml.Node {
		var n yaml.Node
		require.NoError(t, yaml.Unmarshal([]byte("{c: {d: e}, f: 1}"), &n))
		for _, n := range yamltext.Subtree(n.Content[0]) {
			n.Style = 0
		}
		return n.Content[0]
	}
	for text, want := range map[string]string{
		"a:\n  x: y\n":             "a:\n  x: y\n  b:\n    c:\n      d: e\n    f: 1\n",
		"a:\n    x:\n        y: z": "a:\n    x:\n        y: z\n    b:\n        c:\n            d: e\n        f: 1",
		"a: {x: y} # c\n":          "a: {x: y, b: {c: {d: e}, f: 1}} # c\n",
		"a: {}\n":                  "a: {b: {c: {d: e}, f: 1}}\n",
		`{"a": {"x": "y"}}`:        `{"a": {"x": "y", "b": {"c": {"d": "e"}, "f": 1}}}`,
	} {
		d := doc(t, text)
		p, err := d.AddNode(yamltext.Child(d.Root(), "a"), "b", node())
		require.NoError(t, err)
		require.Equal(t, want, apply(t, text, p))
	}
}

func TestKeysComeAndGo(t *testing.T) {
	for text, want := range map[string]string{
		"a:\n  x: y\n":                      "a:\n  x: y\n  m:\n    k: 'it''s'\n",
		"a:\r\n  x: y\r\n  m:\r\n":          "a:\r\n  x: y\r\n  m:\r\n    k: 'it''s'\r\n",
		"a: {x: y}\n":                       "a: {x: y, m: {k: 'it''s'}}\n",
		"a:\n  x:   {y: z}\n":               "a:\n  x:   {y: z}\n  m:\n    k: 'it''s'\n",
		"a: {m: , x: y}\n":                  "a: {m: {k: 'it''s'}, x: y}\n",
		"a:\n  m: {o: p}\n":                 "a:\n  m: {o: p, k: 'it''s'}\n",
		`{"a": {"m": {"k": "old"}}}`:        `{"a": {"m": {"k": "it's"}}}`,
		"a:\n  m:\n    k: old # c\n":        "a:\n  m:\n    k: 'it''s' # c\n",
		"a:\n  m: ~\n  x: y\n":              "a:\n  m: {k: 'it''s'}\n  x: y\n",
		"a:\n  m:\n    o: \"p\n      q\"\n": "a:\n  m:\n    o: \"p\n      q\"\n    k: 'it''s'\n",
	} {
		d := doc(t, text)
		p, err := d.SetText(yamltext.Child(d.Root(), "a"), "m", "k", "it's")
		require.NoError(t, err)
		after := apply(t, text, p)
		require.Equal(t, want, after)

		d = doc(t, after)
		patches, err := d.RemoveKeys(yamltext.Child(d.Root(), "a"), "m", "k")
		require.NoError(t, err)
		gone := doc(t, apply(t, after, patches...))
		require.Nil(t, yamltext.Child(gone.Root(), "a", "m", "k"))
	}
	d := doc(t, "a:\n  m: text\n")
	_, err := d.SetText(yamltext.Child(d.Root(), "a"), "m", "k", "v")
	require.ErrorContains(t, err, "m must be a mapping")
	_, err = d.RemoveKey(d.Root(), "none")
	require.ErrorContains(t, err, "must have none")
}

func TestItemsComeAndGo(t *testing.T) {
	for text, want := range map[string]string{
		"a:\n- n: x # c\n  w: 1\n":    "a:\n- n: x # c\n  w: 1\n- n: z\n  w: 2\n  k: v\n",
		"a: [{n: x, w: 1}]\n":         "a: [{n: x, w: 1}, {n: z, w: 2, k: v}]\n",
		"a: [{n: x, w: 1 }]\n":        "a: [{n: x, w: 1 }, {n: z, w: 2, k: v }]\n",
		`{"a": [{"n": "x", "w": 1}]}`: `{"a": [{"n": "x", "w": 1}, {"n": "z", "w": 2, "k": v}]}`,
		"a:\n  -\n    # c\n    n: 'x'\n    w: 1": "a:\n  -\n    # c\n    n: 'x'\n    w: 1\n  -\n    n: 'z'\n" +
			"    w: 2\n    k: v",
	} {
		d := doc(t, text)
		list := yamltext.Child(d.Root(), "a")
		p, err := d.AddItem(list, yamltext.Copy{Values: []yamltext.Value{
			{Node: yamltext.Child(list.Content[0], "n"), Text: "z", IsText: true},
			{Node: yamltext.Child(list.Content[0], "w"), Text: "2"},
			{Node: nil, Text: "not asked for"},
		}, Key: "k", Text: "v"})
		require.NoError(t, err)
		after := apply(t, text, p)
		require.Equal(t, want, after)

		d = doc(t, after)
		p, err = d.RemoveItem(yamltext.Child(d.Root(), "a"), 1)
		require.NoError(t, err)
		require.Equal(t, text, apply(t, after, p))
	}
}

func TestApplyRefusesToChangeAPlaceTwice(t *testing.T) {
	_, err := yamltext.Apply([]byte("abc"),
		[]yamltext.Patch{{Span: yamltext.Span{Start: 0, End: 2}}, {Span: yamltext.Span{Start: 1, End: 3}, Text: "x"}})
	require.ErrorContains(t, err, "twice in one place")
	require.Equal(t, "xcy", apply(t, "abc", yamltext.Patch{Span: yamltext.Span{Start: 3, End: 3}, Text: "y"},
		yamltext.Patch{Span: yamltext.Span{Start: 0, End: 2}, Text: "x"}), "in the order of their places")
}

func TestAppendPartsDocuments(t *testing.T) {
	for text, want := range map[string]string{
		"":                 "b: 1\n",
		"# c":              "# c\nb: 1\n",
		"a: 1":             "a: 1\n---\nb: 1\n",
		"a: 1\r\n":         "a: 1\r\n---\r\nb: 1\r\n",
		"a: 1\n...\n":      "a: 1\n...\n---\nb: 1\n",
		"---\n# nothing\n": "---\n# nothing\nb: 1\n",
	} {
		require.Equal(t, want, string(yamltext.Append([]byte(text), []byte("b: 1\n"))))
	}
	require.Equal(t, "a: 1", string(yamltext.Append([]byte("a: 1"), nil)))
}

func TestWithoutMarker(t *testing.T) {
	for text, want := range map[string]string{"---\na: 1\n": "a: 1\n", "--- # c\r\na: 1": "a: 1",
		"--- {a: 1}\n": " {a: 1}\n", "a: 1\n---\n": "a: 1\n---\n", "---": "", "--- # c\rb: 1\n": " # c\rb: 1\n",
		"--- # \xff\n": " # \xff\n", "--- # \x01\n": " # \x01\n"} {
		require.Equal(t, want, string(yamltext.WithoutMarker([]byte(text))))
	}
}

// A place that no patch replaces is found again.
func TestMovedFollowsAPlace(t *testing.T) {
	const text = "a: 1\nb: [x, y, z] # c\n"
	at := strings.Index(text, "# c")
	list := doc(t, text)
	var patches []yamltext.Patch
	for i := 2; i > 0; i-- {
		p, err := list.RemoveItem(yamltext.Child(list.Root(), "b"), i)
		require.NoError(t, err)
		patches = append(patches, p)
	}
	patches = append(patches,
		yamltext.Patch{Span: yamltext.Span{Start: at, End: at}, Text: "more "}, // right before it
		yamltext.Patch{Span: yamltext.Span{Start: len(text), End: len(text)}, Text: "d: 1\n"},
		yamltext.Patch{Span: yamltext.Span{Start: 0, End: 1}, Text: "first\nsecond"})
	after := apply(t, text, patches...)
	moved, kept := yamltext.Moved([]byte(text), patches, at)
	require.True(t, kept)
	require.Equal(t, "# c\nd: 1\n", after[moved:])
	require.Equal(t, 3, yamltext.LineAt([]byte(after), moved))
	_, kept = yamltext.Moved([]byte(text), []yamltext.Patch{{Span: yamltext.Span{Start: at - 1, End: at + 1}}}, at)
	require.False(t, kept)
}

// A line of the patched text is traced to its line before, or to the line above an added one.
func TestLineBefore(t *testing.T) {
	for _, end := range []string{"\n", "\r\n"} {
		text := []byte(strings.ReplaceAll("a: 1\nb: 2\nc: 3\n- d: 4\ne: 5\n", "\n", end))
		at := func(s string) int { return strings.Index(string(text), s) }
		patches := []yamltext.Patch{
			{Span: yamltext.Span{Start: at("b"), End: at("b")}, Text: "new: 1" + end + "newer: 1" + end},
			{Span: yamltext.Span{Start: at("2"), End: at("2") + 1}, Text: "22"},
			{Span: yamltext.Span{Start: at("c"), End: at("- d")}},
			{Span: yamltext.Span{Start: at("d"), End: at("d")}, Text: "first: 1" + end + "  "},
		}
		// a, new, newer, b, - first, d, e
		for i, want := range []int{1, 1, 1, 2, 4, 4, 5, 6, 6} {
			require.Equal(t, want, yamltext.LineBefore(text, patches, i+1), "line %d", i+1)
		}
		require.Equal(t, 7, yamltext.LineBefore(text,
			[]yamltext.Patch{{Span: yamltext.Span{Start: 3, End: 5}}, {Span: yamltext.Span{Start: 4, End: 6}}}, 7),
			"what cannot be")
	}
}

// The comments at the top of a file stay when its first document goes, unless they are
// directly above its first key.
func TestRemoveKeepsTheHeaderOfTheFile(t *testing.T) {
	const licence = "# Licence\n#\n# all rights\n"
	for text, want := range map[string]struct {
		rest string
		top  int
	}{
		licence + "a: 1\n":                      {"", 0},
		licence + "\na: 1\n":                    {licence + "\n", len(licence) + 1},
		licence + "\n# of a\na: 1\n":            {licence + "\n", len(licence) + 1},
		licence + "\r\n# b\n \t\n\n# a\na: 1\n": {licence + "\r\n# b\n \t\n\n", len(licence) + 10},
		"\n\n# of a\na: 1\n":                    {"", 0},
		"---\n" + licence + "\na: 1\n":          {"---\n" + licence + "\n", len(licence) + 5},
		"\ufeff" + licence + "\na: 1\n":         {"\ufeff" + licence + "\n", len(licence) + 4},
	} {
		d := doc(t, text)
		require.Equal(t, want.rest, apply(t, text, d.Remove()), "%q", text)
		at, first := d.Top()
		require.Equal(t, want.top, at, "%q", text)
		require.True(t, first, "%q", text)
	}
	text := licence + "---\n# of a\n\na: 1\n"
	d := last(t, text)
	require.NoError(t, d.Parse())
	require.Equal(t, licence, apply(t, text, d.Remove()))
	_, first := d.Top()
	require.False(t, first, "a document of comments stands before it")
}

func TestAppendKeepsTheLineEnds(t *testing.T) {
	for _, test := range []struct{ text, added, want string }{
		{"", "b: 1\r\n---\nc: 1\r\n", "b: 1\r\n---\r\nc: 1\r\n"},
		{"", "b: 1\n---\nc: 1\r\n", "b: 1\n---\nc: 1\n"},
		{"a: 1\n", "b: 1\r\n", "a: 1\n---\nb: 1\n"},
		{"a: 1\r\n", "b: 1\r\n", "a: 1\r\n---\r\nb: 1\r\n"},
		{"a: 1", "b: 1\n", "a: 1\n---\nb: 1\n"},
		{"# c\n", "b: 1\n", "# c\nb: 1\n"},
		{"a: 1", "", "a: 1"},
	} {
		require.Equal(t, test.want, string(yamltext.Append([]byte(test.text), []byte(test.added))))
	}
}
