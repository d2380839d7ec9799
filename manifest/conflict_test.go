package manifest_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/manifest"
)

func TestDecodeNamesMergeConflicts(t *testing.T) {
	text := "# the entry\n" + configMap("a") + "---\n" +
		strings.Replace(vs(twoLanes), "      weight: 60     # 60%\n",
			"<<<<<<< HEAD\n      weight: 60\n=======\n      weight: 50\n>>>>>>> theirs\n", 1) + "---\n" + configMap("b")
	line := strings.Count(text[:strings.Index(text, "<<<<<<<")], "\n") + 1
	set, err := decodeText(manifest.Reader{}, text)
	require.EqualError(t, err, fmt.Sprintf("in.yaml:%d: merge conflict markers: resolve the conflict", line))
	require.Len(t, set.All(), 2, "the other documents")
	require.Equal(t, manifest.Unreadable, set.Faults()[0].Kind)
	require.Equal(t, line, set.Faults()[0].Line)

	// Text that only looks like a conflict is none.
	require.Len(t, decode(t, strings.Replace(configMap("a"), "ConfigMap", "Secret", 1)+
		"data:\n  x: |\n    <<<<<<< HEAD\n    =======\n  y: \"=======\"\n=======x: z\n"), 1)
}

// A conflict over several documents is named in each. A document between its markers is the text of
// one side only, and is not read.
func TestDecodeNamesConflictsOverDocuments(t *testing.T) {
	text := configMap("a") + "<<<<<<< HEAD\n---\n" + configMap("b") + "=======\n---\n" + configMap("c") + "---\n" +
		configMap("d") + ">>>>>>> theirs\n---\n" + configMap("e")
	set, err := decodeText(manifest.Reader{}, text)
	require.EqualError(t, err, strings.Join([]string{
		"in.yaml:5: merge conflict markers: resolve the conflict",
		"in.yaml:11: merge conflict markers: resolve the conflict",
		"in.yaml:13: must not be between merge conflict markers: resolve the conflict",
		"in.yaml:22: merge conflict markers: resolve the conflict",
	}, "\n"))
	require.Equal(t, []string{"e:24"}, places(set.All()))
}

// TestConflictsAreFound holds for a conflict between any two lines of a file: it is named at its
// line, no document that it reaches into is read, and all others are.
func TestConflictsAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bodies := []string{"", "data:\n  t: |\n    <<<<<<< HEAD\n    =======\n    >>>>>>> x\n",
			"data: {a: b,\n  c: d}\n", "data:\n  t: \"a\n\n    b\"\n", "# =======\n"}
		n := rapid.IntRange(1, 5).Draw(t, "documents")
		var lines []string
		var docOf []int // by line; a mark before the line belongs to that document
		for i := range n {
			text := configMap(fmt.Sprint("c", i)) + rapid.SampledFrom(bodies).Draw(t, "body")
			for line := range strings.Lines(text) {
				lines, docOf = append(lines, line), append(docOf, i)
			}
			if i < n-1 {
				lines, docOf = append(lines, "---\n"), append(docOf, i)
			}
		}
		lines, docOf = append(lines, ""), append(docOf, n-1)
		at := rapid.SliceOfN(rapid.IntRange(0, len(lines)-1), 3, 3).Draw(t, "markers")
		slices.Sort(at)
		from, to := docOf[at[0]], docOf[at[2]]
		for i, marker := range []string{">>>>>>> theirs\n", "=======\n", "<<<<<<< HEAD\n"} {
			lines[at[2-i]] = marker + lines[at[2-i]]
		}
		text := strings.Join(lines, "")
		set, err := decodeText(manifest.Reader{}, text)
		var first *manifest.DecodeError
		require.ErrorAs(t, err, &first, "%s", text)
		require.Equal(t, at[0]+1, first.Line, "%s", text)
		for line := range strings.Lines(err.Error()) {
			require.Contains(t, line, "merge conflict markers: resolve the conflict", "%s", text)
		}
		var want, got []string
		for i := range n {
			if i < from || i > to {
				want = append(want, fmt.Sprint("c", i))
			}
		}
		for _, o := range set.All() {
			got = append(got, o.Ref.Name)
		}
		require.Equal(t, want, got, "%s", text)
	})
}

// FuzzConflicts holds that no text with markers makes the reader panic, and that no message names a
// line: the place does.
func FuzzConflicts(f *testing.F) {
	for _, text := range []string{"<<<<<<< HEAD\n", "a: 1\n=======\n---\n>>>>>>> x\n",
		"<<<<<<<\n---\n=======\n---\n{}\n---\n>>>>>>>\n", "{\"a\": 1}\n<<<<<<< HEAD\n=======\n>>>>>>> x\n",
		"a: |\n  <<<<<<< HEAD\n  =======\n  >>>>>>> x\n", "<<<<<<< HEAD\n=======\n---\n=======\n>>>>>>> x\n>>>>>>> x\n",
		"a: *b\n||||||| x\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 16<<10 {
			return
		}
		set, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: data})
		var at *manifest.DecodeError
		if errors.As(err, &at) {
			require.NotContains(t, at.Err.Error(), "yaml: line")
			require.NotEmpty(t, set.Faults())
		}
	})
}
