package yamltext_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// conflicts returns "LINE" for every document with merge conflict markers, and "LINE between" for
// every document between them.
func conflicts(t *testing.T, text string) []string {
	t.Helper()
	var out []string
	for _, d := range yamltext.Split("f", []byte(text), 99) {
		err := d.Parse()
		if err == nil {
			_, err = d.JSON()
		}
		if err == nil {
			continue
		}
		at, isError := err.(*yamltext.Error)
		require.True(t, isError, "%q", text)
		switch at.Message {
		case "merge conflict markers: resolve the conflict":
			out = append(out, fmt.Sprint(at.Line))
		case "must not be between merge conflict markers: resolve the conflict":
			out = append(out, fmt.Sprint(at.Line, " between"))
		}
	}
	return out
}

func TestParseNamesMergeConflicts(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"in a mapping": {"a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n", []string{"2"}},
		"with the base": {"a: 1\n<<<<<<< HEAD\nb: 1\n||||||| 1234567\nb: 0\n=======\nb: 2\n>>>>>>> x\n",
			[]string{"2"}},
		"without names": {"a: 1\n<<<<<<<\nb: 1\n=======\nb: 2\n>>>>>>>\n", []string{"2"}},
		"after another document": {"a: 1\n---\na: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n---\na: 1\n",
			[]string{"4"}},
		"two": {"<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n---\na: 1\n<<<<<<< HEAD\nb: 1\n" +
			"=======\nb: 2\n>>>>>>> x\n", []string{"1", "8"}},
		"over a marker": {"a: 1\n<<<<<<< HEAD\nb: 1\n---\na: 1\n=======\nb: 2\n>>>>>>> x\n---\na: 1\n",
			[]string{"2", "6"}},
		"over many": {"a: 1\n---\na: 1\n<<<<<<< HEAD\n---\nb: 1\n---\na: 1\n=======\n---\nb: 2\n---\n" +
			">>>>>>> x\nb: 1\n---\na: 1\n", []string{"4", "6 between", "9", "11 between", "13"}},
		"end and begin": {"a: 1\n<<<<<<< HEAD\n---\nb: 1\n=======\n>>>>>>> x\n<<<<<<< HEAD\n---\n=======\n" +
			">>>>>>> x\n", []string{"2", "7", "9"}},
		"in JSON": {"{\n\"a\": 1,\n<<<<<<< HEAD\n\"b\": 1\n=======\n\"b\": 2\n>>>>>>> x\n}\n",
			[]string{"3"}},
		"that is YAML: flow":   {"{a: b\n<<<<<<< HEAD\n=======\n, c: d\n>>>>>>> x\n}\n", []string{"2"}},
		"that is YAML: quotes": {"a: \"b\n<<<<<<< HEAD\nc\n=======\nd\n>>>>>>> x\ne\"\n", []string{"2"}},
		"that is YAML: documents": {"<<<<<<< HEAD\n---\na: 1\n---\n=======\n---\na: \"\n>>>>>>> x\n\"\n",
			[]string{"1", "3 between", "5", "8"}},
		"that is YAML up to 1.1":   {"{a: b\n<<<<<<< HEAD\n, <<: 1}\n", []string{"2"}},
		"only the end":             {"a: 1\n>>>>>>> x\n", []string{"2"}},
		"only the middle":          {"a: 1\n=======\n", []string{"2"}},
		"only the beginning":       {"a: 1\n<<<<<<< HEAD\n---\na: 1\n", []string{"2"}},
		"only the end, elsewhere":  {"a: 1\n---\na: 1\n>>>>>>> x\n---\na: 1\n", []string{"4"}},
		"in a block of text":       {"a: |\n  <<<<<<< HEAD\n  b\n  =======\n  c\n  >>>>>>> x\n", nil},
		"as a block of text":       {"|\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> x\n", nil},
		"text of headlines":        {"a: \"Title\n=======\n  text\"\n", nil},
		"text of one of them":      {"a: \"b\n<<<<<<< HEAD\n\"\n---\nb: \"\n=======\n\"\n", nil},
		"text in another order":    {"a: \"b\n>>>>>>> x\n=======\n<<<<<<< HEAD\n\"\n", nil},
		"commented":                {"a: 1\n# <<<<<<< HEAD\n# =======\n# >>>>>>> x\n", nil},
		"indented":                 {"a: b\n  <<<<<<< HEAD\n  =======\n  >>>>>>> x\n", nil},
		"other lines":              {"a: 1\n<<<<<<<<\n: 1\n", nil},
		"other lines, not alone":   {"a: 1\n<<<<<<<x\n", nil},
		"nothing but comments":     {"# a\n", nil},
		"comments between markers": {"a: 1\n<<<<<<< HEAD\n---\n# a\n---\n=======\n>>>>>>> x\n", []string{"2", "6"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, ending := range []string{"\n", "\r\n"} {
				require.Equal(t, test.want, conflicts(t, strings.ReplaceAll(test.text, "\n", ending)))
			}
		})
	}
	// Outside of a conflict the same text means something else.
	docs := yamltext.Split("f", []byte("b: 1\n---\n<<<<<<< HEAD\n---\nb: 1\n---\n=======\n>>>>>>> x\n"), 99)
	require.Equal(t, docs[0].Body(), docs[2].Body())
	require.NotEqual(t, docs[0].Key(), docs[2].Key())
}
