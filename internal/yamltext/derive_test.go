package yamltext_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// value returns the node of a value, with its strings tagged as in JSON.
func value(t testing.TB, text string) *yaml.Node {
	t.Helper()
	var root yaml.Node
	require.NoError(t, yaml.Unmarshal([]byte(text), &root))
	for _, n := range yamltext.Subtree(&root) {
		n.Style = 0
		if n.Kind == yaml.ScalarNode && n.Tag == "!!str" && yamltext.Ambiguous(n.Value) {
			n.Style = yaml.DoubleQuotedStyle
		}
		if n.Tag != "!!str" {
			n.Tag = ""
		}
	}
	return root.Content[0]
}

func TestDeriveChangesWhatDiffers(t *testing.T) {
	for name, test := range map[string]struct{ text, from, to, want string }{
		"nothing":     {"b: 1 # c\na: ~\n\n", "{b: 1}", "{b: 1}", "b: 1 # c\na: ~\n"},
		"no line end": {"a: b", "{a: b}", "{a: c}", "a: c\n"},
		"CRLF":        {"a: b # x\r\nc: d\r\n", "{a: b, c: d}", "{a: v, c: d}", "a: v # x\r\nc: d\r\n"},
		"quotes": {"a: 'x' # c\nb: \"y\" # c\nc: z # c\n", "{a: x, b: y, c: z}",
			"{a: \"it's\", b: '\"', c: '1'}", "a: 'it''s' # c\nb: \"\\\"\" # c\nc: '1' # c\n"},
		"in brackets": {"a: {b: x:1.0, c: [v1, 2]} # c\n", "{a: {b: 'x:1.0', c: [v1, 2]}}",
			"{a: {b: 'y/x:1.1', c: [v2, 3]}}", "a: {b: y/x:1.1, c: [v2, 3]} # c\n"},
		"a number": {"a: 1   # one\nb: '2'\t# two\nc: 3 # three\nd: [4] # four\n",
			"{a: 1, b: 2, c: 3, d: [4]}", "{a: 9, b: 8, c: 3, d: [7]}", "a: 9\nb: '8'\nc: 3 # three\nd: [7] # four\n"},
		"another type": {"a: '1'\nb: 50% # c\nc: 1\n", "{a: '1', b: '50%', c: 1}", "{a: 2, b: 3, c: '4'}",
			"a: 2\nb: 3\nc: \"4\"\n"},
		"a key that goes": {"a: 1 # c\n# of b\nb:\n  c: 1\n\n  # in it\n  d: 1\n# of e\ne: {f: 1, g: 2}\n",
			"{a: 1, b: {c: 1, d: 1}, e: {f: 1, g: 2}}", "{a: 1, e: {g: 2}}", "a: 1 # c\n# of b\n# of e\ne: {g: 2}\n"},
		"a key that comes": {"a:\n    b: 1 # c\n# of d\nd: {}\ne: f\n", "{a: {b: 1}, e: f}",
			"{a: {b: 1, x: {k: [1]}}, d: {z: w}, e: f, g: 'no'}",
			"a:\n    b: 1 # c\n    x:\n      k:\n      - 1\n# of d\nd: {z: w}\ne: f\ng: \"no\"\n"},
		"one for another": {"a:\n  b: 1\nc: 1\n", "{a: {b: 1}, c: 1}", "{a: {d: 2}, c: 1}", "a:\n  d: 2\nc: 1\n"},
		"items": {"a:\n- b: v1 # c\n  c: |\n    v1\n- plain of\n  lines\n",
			"{a: [{b: v1, c: \"v1\\n\"}, plain of lines]}", "{a: [{b: v2, c: \"v1\\n\"}, plain of lines]}",
			"a:\n- b: v2 # c\n  c: |\n    v1\n- plain of\n  lines\n"},
		"keys in any order": {"b: 1\na: 2\n", "{a: 2, b: 1}", "{b: 1, a: 2}", "b: 1\na: 2\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := doc(t, test.text).Derive(value(t, test.from), value(t, test.to))
			require.NoError(t, err)
			require.Equal(t, test.want, string(got))
		})
	}
}

func TestDeriveRefuses(t *testing.T) {
	for text, test := range map[string]struct{ from, to, want string }{
		`{"a": "b"}`:                 {"{a: b}", "{a: c}", "must be one document of YAML"},
		"# nothing\n":                {"{a: b}", "{a: c}", "must be one document of YAML"},
		"a: &x b\n":                  {"{a: b}", "{a: c}", "without an anchor"},
		"a: b\nc: !!str d\n":         {"{a: b, c: d}", "{a: c, c: d}", "without a tag"},
		"a: [b]\n":                   {"{a: [b]}", "{a: [b, c]}", "must keep its items"},
		"x: y\na: {b: c}\n":          {"{a: {b: c}}", "{a: c}", "must keep its kind"},
		"a: |\n  b\n":                {"{a: \"b\\n\"}", "{a: c}", "several lines"},
		"a: b\n  c\n":                {"{a: b c}", "{a: c}", "several lines"},
		"a: b\n":                     {"{a: b}", "{a: \"c\\nd\"}", "several lines"},
		"a:\n":                       {"{a: ''}", "{a: b}", "written out"},
		"a: \n":                      {"{a: 0}", "{a: 1}", "written out"},
		"a: 1\n  2\n":                {"{a: 1}", "{a: 2}", "several lines"},
		"a:\n- b:\n    c\n      d\n": {"{a: [{b: c d}]}", "{a: [{}]}", "several lines"},
		"a:\n  b: c\n    d\n":        {"{a: {b: c d}}", "{a: {b: c d, e: f}}", "several lines"},
	} {
		t.Run(text, func(t *testing.T) {
			d := yamltext.Split("f", []byte(text), 9)[0]
			require.NoError(t, d.Parse())
			got, err := d.Derive(value(t, test.from), value(t, test.to))
			require.ErrorContains(t, err, test.want)
			require.Empty(t, got)
		})
	}
}

// The comments at the top of a file belong to the file. The comments directly above the first key
// of any other document belong to that document.
func TestDeriveTakesTheCommentsOfTheDocument(t *testing.T) {
	const rest = "# in it\nb: c\n# at its end\n"
	for before, want := range map[string]string{
		"":                         "",
		"# file\n":                 "",
		"---\n# file\n":            "",
		"\n---\n\n# file\n":        "",
		"\ufeff# file\n":           "",
		"# file\n\n":               "",
		"# file\n\n# one\n# two\n": "# one\n# two\n",
		"# file\n---\n# one\n":     "# one\n",
		"x: y\n--- # marker\n# section\n\n  # one\n": "  # one\n",
		"x: y\n---\n\n":    "",
		"x: y # no\n---\n": "",
	} {
		d := last(t, before+"a: 1\n"+rest+"\n\n")
		require.NoError(t, d.Parse())
		got, err := d.Derive(value(t, "{a: 1}"), value(t, "{a: 2}"))
		require.NoError(t, err)
		require.Equal(t, want+"a: 2\n"+rest, string(got), "%q", before)
	}
}

func TestRewordReplacesWholeWordsOfComments(t *testing.T) {
	words := map[string]string{"v2": "v3", "a-v2": "a-v3"}
	for text, want := range map[string]string{
		"# v2\na: v2 # (v2), \"v2\": version=v2, app:v2. v2\n#v2": "# v3\na: v2 # (v3), \"v3\": version=v3, app:v3. v3\n#v3",
		"a: 1 # of a-v2's v2.\n":                                  "a: 1 # of a-v3's v3.\n",
		"a: 1 # v2.1 v2-old b-v2 xv2 v2x v2_ apis/v2 v2/b v2é\n":  "a: 1 # v2.1 v2-old b-v2 xv2 v2x v2_ apis/v2 v2/b v2é\n",
		"a: 'x # v2'\nb: \"# v2\n  # v2\" # v2\n":                 "a: 'x # v2'\nb: \"# v2\n  # v2\" # v3\n",
		"a: | # v2\n  # v2\nb: >-\n  # v2\n":                      "a: | # v3\n  # v2\nb: >-\n  # v2\n",
		"a: |\n  # v2\nb#: c#v2\n":                                "a: |\n  # v2\nb#: c#v2\n",
		"a: [b, # v2\n  # v2\n  c] # v2\n":                        "a: [b, # v3\n  # v3\n  c] # v3\n",
		"a: plain\n  # v2\nb: # v2\n  c:\n  # v2\n":               "a: plain\n  # v3\nb: # v3\n  c:\n  # v3\n",
		"a: of\n  lines#v2\n  v2 # v2\r\n":                        "a: of\n  lines#v2\n  v2 # v3\r\n",
	} {
		d := yamltext.Split("f", []byte(text), 9)[0]
		require.NoError(t, d.Parse())
		got, err := d.Reword(words)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
	d := last(t, "# v2\n---\na: b # v2\n")
	require.NoError(t, d.Parse())
	got, err := d.Reword(words)
	require.NoError(t, err)
	require.Equal(t, "a: b # v3\n", string(got))
}
