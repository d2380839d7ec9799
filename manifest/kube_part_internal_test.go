package manifest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Every file that the short cut takes, the whole way takes. The texts have lines that matter to the
// reader, and differ in a few of them.
func TestReadingPartsIsReadingAll(t *testing.T) {
	lines := rapid.SampledFrom([]string{
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n",
		"apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Secret, metadata: {name: c}}]\n",
		"---\n", "---\n", "---\n", "--- # c\n", "--- a\n", "---", "...\n", "\n", "# c\n", "a: [\n", " - b\n", "{}\n",
		"data: |\n  a\n", "\r\n",
		`{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "j"}}` + "\n", "%YAML 1.1\n", "\xef\xbb\xbf",
	})
	taken, parts := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		some := func(n int) string { return strings.Join(rapid.SliceOfN(lines, 0, n).Draw(t, "lines"), "") }
		head, tail := some(6), some(6)
		read := func(text string) fileReading {
			return Reader{}.withDefaults().file(File{Name: "in.yaml", Data: []byte(text)}, nil)
		}
		before, after := read(head+some(3)+tail), read(head+some(3)+tail)
		e := &editor{docs: map[Ref]bool{}}
		if rapid.Bool().Draw(t, "edited") {
			e.docs[Ref{Kind: "ConfigMap", Name: "a"}] = true
		}
		if e.readParts(before, after) {
			require.NoError(t, e.readWhole(before, after), "%q\n%q", before.Data, after.Data)
			taken++
			if from, _, _ := changedParts(before.Data, after.Data); len(from) < len(before.Data) {
				parts++
			}
		}
	})
	require.Positive(t, taken)
	require.Positive(t, parts)
}

// An edit of one document of many is read back alone.
func TestChangedPartsAreWholeDocuments(t *testing.T) {
	for name, test := range map[string]struct{ before, after, from, to string }{
		"the middle":       {"a\n---\nb\nx\n---\nc\n", "a\n---\nB\nx\n---\nc\n", "b\nx\n---\n", "B\nx\n---\n"},
		"the first":        {"a\nx\n---\nb\n---\nc\n", "A\nx\n---\nb\n---\nc\n", "a\nx\n---\n", "A\nx\n---\n"},
		"the last":         {"a\n---\nb\n", "a\n---\nB\n", "b\n", "B\n"},
		"one more":         {"a\n---\nb\n", "a\n---\nb\n---\nc\n", "b\n", "b\n---\nc\n"},
		"markers in a row": {"a\n---\n---\nb\n", "a\n---\n---\nB\n", "---\nb\n", "---\nB\n"},
		"a marker that is not": {"a\n---\nb\n---\nc\n", "a\n x---\nb\n---\nc\n", "a\n---\nb\n---\n",
			"a\n x---\nb\n---\n"},
		"one document": {"a\n", "b\n", "a\n", "b\n"},
	} {
		t.Run(name, func(t *testing.T) {
			from, to, ok := changedParts([]byte(test.before), []byte(test.after))
			require.True(t, ok)
			require.Equal(t, test.from, string(from))
			require.Equal(t, test.to, string(to))
		})
	}
	_, _, ok := changedParts([]byte("a: b\n"), []byte(" {}"))
	require.False(t, ok)
}
