package yamltext_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

func TestPlainRefusesWhatIsWrittenElsewhereOrTwice(t *testing.T) {
	for text, want := range map[string]string{
		"x: &x {y: 1}\na: {b: *x}\n":      "an alias",
		"a: {b: &x 1}\n":                  "an anchor",
		"a: {b: !!str 1}\n":               "a tag",
		"x: &x {y: 1}\na: {<<: *x}\n":     "a merge key",
		"a: {b: 1, c: 2, b: 3}\n":         "a repeated key",
		"a:\n- {b: 1, c: {d: 1, d: 1}}\n": "a repeated key",
		"a: [b, 1, b, {b: b, c: b}]\n":    "",
	} {
		err := yamltext.Plain(yamltext.Subtree(yamltext.Child(doc(t, text).Root(), "a"))...)
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.EqualError(t, err, "must be written without "+want+" to be edited")
	}
}

func TestNodesAreFoundByTheirKeys(t *testing.T) {
	root := doc(t, "a:\n  b: {c: 1}\n  d: [1, 2]\n").Root()
	require.Equal(t, "1", yamltext.Child(root, "a", "b", "c").Value)
	require.Same(t, root, yamltext.Child(root))
	for _, path := range [][]string{{"b"}, {"a", "b", "c", "1"}, {"a", "d", "1"}, {"none", "b"}} {
		require.Nil(t, yamltext.Child(root, path...))
	}
	key, value := yamltext.Entry(root, "a")
	require.Equal(t, 1, key.Line)
	require.Equal(t, 2, value.Line)

	require.Len(t, yamltext.Items(yamltext.Child(root, "a", "d")), 2)
	require.Empty(t, yamltext.Items(yamltext.Child(root, "a", "b")))
	require.Empty(t, yamltext.Items(nil))
}
