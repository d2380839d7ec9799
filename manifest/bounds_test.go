package manifest_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

func decodeText(r manifest.Reader, text string) (manifest.Set, error) {
	return r.Decode(manifest.File{Name: "in.yaml", Data: []byte(text)})
}

// The value of an alias counts each time, be it many small values or a single long one.
func TestDecodeBoundsWhatAliasesStandFor(t *testing.T) {
	long := configMap("a") + "data: {a: &a " + strings.Repeat("x", 1000) + "}\nmore: [" + strings.Repeat("*a, ", 1999) +
		"*a]\n"
	many := configMap("a") + "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for c := 'a'; c < 'h'; c++ {
		many += fmt.Sprintf("%c: &%c [%s]\n", c+1, c+1, strings.Repeat(fmt.Sprintf("*%c, ", c), 10))
	}
	for name, text := range map[string]string{"one that is long": long, "many small ones": many} {
		t.Run(name, func(t *testing.T) {
			_, err := decodeText(manifest.Reader{MaxExpandedSize: 1 << 20}, text)
			require.ErrorContains(t, err, "must not be larger than 1048576 bytes with its aliases expanded")
		})
	}
	_, err := decodeText(manifest.Reader{}, long)
	require.NoError(t, err, "as large as the file, and no hostile one")
	_, err = decodeText(manifest.Reader{}, configMap("a")+"data: &a {a: *a}\n")
	require.ErrorContains(t, err, "contains its own alias")
}

// The depth counts at the aliases, not only at their anchor.
func TestDecodeBoundsTheDepthOfWhatAliasesStandFor(t *testing.T) {
	text := configMap("a") + "a: &a " + strings.Repeat("[", 60) + strings.Repeat("]", 60) + "\nb: " +
		strings.Repeat("[", 60) + "*a" + strings.Repeat("]", 60) + "\n"
	_, err := decodeText(manifest.Reader{}, text)
	require.ErrorContains(t, err, "must not be nested deeper than 100")
	_, err = decodeText(manifest.Reader{MaxDepth: 121}, text)
	require.NoError(t, err)
}

func TestDecodeBoundsKeys(t *testing.T) {
	key := strings.Repeat("k", 1024)
	_, err := decodeText(manifest.Reader{}, configMap("a")+"data:\n  ? "+key+"\n  : x\n")
	require.NoError(t, err)
	_, err = decodeText(manifest.Reader{}, configMap("a")+"data:\n  ? "+key+"k\n  : x\n")
	require.ErrorContains(t, err, "must not have a key longer than 1024 bytes")
}

// A file of nothing but faults has a bounded number of them, and the last one counts the others. An
// encoder still refuses to lose unknown keys.
func TestDecodeBoundsFaults(t *testing.T) {
	virtualService := "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\nspec:\n"
	for name, text := range map[string]string{
		"unknown keys":    virtualService + lines(2000, " u%d: 1\n"),
		"wrong types":     virtualService + " http:\n" + lines(2000, " - {name: [%d]}\n"),
		"keys twice":      virtualService + " u: 1\n" + lines(2000, " u: %d\n"),
		"documents":       lines(2000, "---\n- %d\n"),
		"items of a List": "apiVersion: v1\nkind: List\nitems:\n" + lines(2000, "- %d\n"),
		"root keys":       virtualService + " hosts: [a]\n" + lines(2000, "u%d: 1\n"),
	} {
		t.Run(name, func(t *testing.T) {
			set, err := decodeText(manifest.Reader{}, text)
			require.NoError(t, err)
			faults := set.Faults()
			require.Len(t, faults, 1001)
			last := faults[1000]
			require.Equal(t, manifest.TooMany, last.Kind)
			require.Equal(t, "in.yaml", last.File)
			require.Regexp(t, `^must have at most 1000 faults: there are (999|1000|1001) more$`, last.Message)
			require.Equal(t, faults[999].Line, last.Line)
			if set.Len() > 0 {
				_, err = set.YAML()
				require.Equal(t, name != "wrong types", err != nil, "keys would be lost")
			}
		})
	}
}

// Only a fault costs the writing of a path, so a value under long keys costs no more than one under
// short keys.
func TestDecodeCostsNoMoreUnderLongKeys(t *testing.T) {
	cost := func(key string) uint64 {
		text := configMap("a")
		for depth := range 50 {
			text += strings.Repeat(" ", depth) + key + ":\n"
		}
		text += strings.Repeat(" ", 50) + "[" + strings.Repeat("0, ", 20_000) + "0]\n"
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := decodeText(manifest.Reader{}, text)
		runtime.ReadMemStats(&after)
		require.NoError(t, err)
		return after.TotalAlloc - before.TotalAlloc
	}
	require.Less(t, cost(strings.Repeat("k", 1000)), 2*cost("k"))
}

// The files of an edit are read within the bounds of those before it.
func TestEditKeepsTheBoundsOfTheReader(t *testing.T) {
	text := configMap("deep") + "data: " + strings.Repeat("[", 150) + strings.Repeat("]", 150) + "\n"
	_, err := decodeText(manifest.Reader{}, text)
	require.Error(t, err)
	set, err := decodeText(manifest.Reader{MaxDepth: 200}, text)
	require.NoError(t, err)
	edit, err := set.Edit(manifest.SetAnnotation{Object: set.All()[0].Ref, Key: "a", Value: "b"})
	require.NoError(t, err)
	require.Len(t, edit.Files, 1)
}

// lines returns a text of n lines, each with its number.
func lines(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}
