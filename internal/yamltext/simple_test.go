package yamltext

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

// requireSimple fails if a text is read as simple, but the YAML library reads something else. It
// reports whether the text is simple.
func requireSimple(t require.TestingT, text string) bool {
	if !isClear([]byte(text)) {
		return false
	}
	got := readSimple(text)
	if got == nil {
		return false
	}
	decoder := yaml.NewDecoder(bytes.NewReader([]byte(text)))
	var want, more yaml.Node
	require.NoError(t, decoder.Decode(&want), "%q", text)
	for _, n := range Subtree(want.Content[0]) {
		n.HeadComment, n.LineComment, n.FootComment = "", "", ""
	}
	require.Equal(t, want.Content[0], got, "%q", text)
	require.True(t, errors.Is(decoder.Decode(&more), io.EOF), "%q", text)
	return true
}

func TestSimpleTexts(t *testing.T) {
	for text, want := range map[string]bool{
		"a: b\n": true, "# c\n\n  # d\na: b # e\n\n": true, "  a: b\n  c: d\n": true, "- a\n- b\n": true,
		"a:\n  b:\n    c: 1\n  d: [x, {y: z, w: []}]\ne: 'f'\n": true, "a:\n- b\n- c: d\n  e: f\ng: h\n": true,
		"a:\n  - b\n  -   c: d\n      e:\n      - f\n": true, "- - a\n  - b\n-\n  - c\n- # x\n  d: e\n": true,
		"a:\nb:\n  c:\nd: \n": true, "-\n- a\n": true, "a: |\n  b\n   c\n\n  d\ne: f\n": true,
		"a:\n- |-\n  b: c\n  # d\n\n# e\n- f\n": true, "a: |\n    b\n": true, "\"a b\": \"c: #d\"\n": true,
		"a: x:y\nb: http://c:80/?d=e&f#g\n": true, "a: - b\n": false, "a: -b\n": true, "a: b - c\n": true,
		"a: yes\nb: 1.5\nc: 0x1f\nd: ~\ne: null\nf: 2001-01-01\n<<: {a: b}\n": true, "ä: ö # ü\n": true,
		"ä: {ö: ü, b: é}\n": true, "a: b\na: c\n": true, "- --a\n- ...\n": true, "a: {\"b\": 'c'}\n": true,
		"a: b\n  c\n": false, "a: 'b'\n  c: d\n": false, "a: b: c\n": false, "a: &b c\n": false, "a: *b\n": false,
		"a: !b c\n": false, "a: \"\\n\"\n": false, "a: 'it''s'\n": false, "a: [b,\n  c]\n": false, "a: {b}\n": false,
		"a: [b: c]\n": false, "a: [b, ]\n": false, "a: [, b]\n": false, "a: >\n  b\n": false, "a: |2\n  b\n": false,
		"a: |+\n  b\n": false, "a: |\n\n  b\n": false, "a: |\n  b\n c\n": false, "a: |\nb: c\n": false,
		"? a\n: b\n": false, "a\n": false, "a : b\n": false, "a:\n    b: c\n  d: e\n": false, "a:\n  b\n": false,
		"a: \"b\"c\n": false, "a: [b]c\n": false, "[a]: b\n": false, "--- a: b\n": false, "...\na: b\n": false,
		"%a: b\n": false, "a: b": false, "": false, "# a\n": false, "a:\tb\n": false, "a: b\r\n": false,
		"a: {b: c}: d\n": false, "- a\nb: c\n": false, "a: [b}\n": false, "a: {b:c}\n": false, "a: [b #c\n": false,
		strings.Repeat("- ", 100) + "a\n": true, strings.Repeat("- ", 101) + "a\n": false,
		"a: " + strings.Repeat("[", 99) + strings.Repeat("]", 99) + "\n":   true,
		"a: " + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "\n": false,
		strings.Repeat("a", 256) + ": b\n":                                 true, strings.Repeat("a", 257) + ": b\n": false,
		"a: [" + strings.Repeat("b, ", 200) + "c]\n": true,
	} {
		require.Equal(t, want, requireSimple(t, text), "%q", text)
	}
	lines := rapid.SliceOfN(rapid.StringMatching(
		`( {0,4}(- ){0,2}([ab]|"c"|'d'|- )?(:|: |)([a1]|\[x, y\]|\{z: w\}|\||\|-|#| # c|"s"|-)?)|[-a: #'"|\[\]{},?\n]{0,6}`),
		1, 6)
	rapid.Check(t, func(t *rapid.T) { requireSimple(t, strings.Join(lines.Draw(t, "lines"), "\n")+"\n") })
}

// FuzzSimple holds that the YAML library reads a simple text alike.
func FuzzSimple(f *testing.F) {
	for _, seed := range []string{
		"# a\nb:\n  c: d # e\n  f:\n  - g: 'h'\n    i: [j, {k: \"l\"}]\n", "- - a\n  -\n- |\n  b\n\n   c\n# d\n-   e: f\n",
		"a: |-\n b\n\n\nc:\n", "ä: {ö: é}\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) { requireSimple(t, text) })
}
