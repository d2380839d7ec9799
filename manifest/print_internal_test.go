package manifest

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// requirePrintsLikeLibrary fails unless the mapping in a JSON text is printed as the YAML library
// prints it. It reports whether the printer did so without the library.
func requirePrintsLikeLibrary(t require.TestingT, data []byte) bool {
	node, err := toNode(json.RawMessage(data))
	require.NoError(t, err)
	p := printer{}
	p.mapping(node, 0)
	want, wantErr := libraryYAML(node)
	got, err := appendYAML([]byte("a: b\n---\n"), node)
	require.Equal(t, wantErr, err, "%s", data)
	require.Equal(t, "a: b\n---\n"+markup.Text(want), string(got), "%s", data)
	return !p.gaveUp
}

func TestPrinterPrintsLikeTheLibrary(t *testing.T) {
	for _, text := range []string{
		"a", "a b", " a", "a ", "a:", "a: b", "a:b", "a #b", "a#b", "#a", "-", "-a", "- a", "--", "---", "--- a", "...",
		"?", "?a", "? a", ":", ":a", ": a", "*", "&a", "!a", "|", ">", "%", "@a", "`", "'", "it's", "'a", `"`, `a"b`,
		"[a]", "{a}", "a,b", ",a", "", "y", "true", "null", "~", "1", "1.5", "-1", ".5", ".inf", "0x1f", "1e3", "1_0",
		"2001-01-01", "2001-12-14t21:59:43.10-05:00", "12:30:45", "<<", "=", "a\\b", "a\nb", "a\nb\n", "a\n\nb",
		"a\n b", "a \nb", "a\n b ", "\na", "a\n\n", "1\n2", "# a\nb", "https://a:80/b?c=d&e", `{"a":"b"}`,
	} {
		for _, value := range []any{
			map[string]any{"k": text}, map[string]any{text: text}, map[string]any{"k": []any{text, []any{text, text}}},
			map[string]any{"k": []any{[]any{map[string]any{"a": text, "b": map[string]any{"c": text, "d": []any{text}}}}}},
		} {
			data, err := json.Marshal(value)
			require.NoError(t, err)
			requirePrintsLikeLibrary(t, data)
		}
	}
	for _, data := range []string{
		`{"a":{},"b":[],"c":null,"d":[{},[],null,1e5,-0.5,true]}`, `{"a":[[[1,2],[3]],[[]]]}`,
		`{"a":[{"b":[{"c":[1]},{"c":{"d":[2]}}]}]}`,
	} {
		require.True(t, requirePrintsLikeLibrary(t, []byte(data)))
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringMatching(`[ -~\n]{0,9}`), rapid.StringMatching(`[-a:#?'" \n.0]{0,5}`), rapid.String())
		data, err := json.Marshal(rapid.MapOfN(text, anyValueOf(text, 3), 1, 4).Draw(t, "value"))
		require.NoError(t, err)
		requirePrintsLikeLibrary(t, data)
	})
}

// The library is needed for escapes and for long keys, and for nothing that people usually write.
func TestPrinterGivesUpOnRareValues(t *testing.T) {
	for data, want := range map[string]bool{
		`{"a":"b","c":"yes","d":"a: b","e":"a\nb\n","f":"it's","g":"2001-12-14t21:59:43.10-05:00"}`: true,
		`{"a":"ä"}`:     false,
		`{"a\nb":1}`:    false,
		`{"a":"\t"}`:    false,
		`{"a":"b \nc"}`: false,
		`{"` + string(bytes.Repeat([]byte("a"), 128)) + `":1}`: true,
		`{"` + string(bytes.Repeat([]byte("a"), 129)) + `":1}`: false,
	} {
		require.Equal(t, want, requirePrintsLikeLibrary(t, []byte(data)), data)
	}
}

func FuzzPrint(f *testing.F) {
	f.Add([]byte(`{"apiVersion":"v1","kind":"ConfigMap","data":{"a":"b: c","d":"e\nf\n"},"l":[[1,{"g":[]}],"*"]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var value map[string]any
		if json.Unmarshal(data, &value) != nil || len(value) == 0 {
			return
		}
		compact, err := json.Marshal(value)
		require.NoError(t, err)
		requirePrintsLikeLibrary(t, compact)
	})
}
