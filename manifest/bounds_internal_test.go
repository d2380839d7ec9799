package manifest

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

// A document that is too large when it is read was refused unread: a document measures no more than
// its separators say, whatever it repeats.
func TestSeparatorsCountEveryValue(t *testing.T) {
	piece := rapid.SampledFrom([]string{"a", "a", `""`, ",", ",", ":", ": ", "?", "? ", "- ", "-", "[", "]", "{", "}",
		"\n", "\r", "\u0085", "\u2028", " "})
	rapid.Check(t, func(t *rapid.T) {
		unit := strings.Join(rapid.SliceOfN(piece, 1, 8).Draw(t, "unit"), "")
		around := rapid.SampledFrom([]string{"", "[]", "{}"}).Draw(t, "around")
		text := around[:len(around)/2] + strings.Repeat(unit, 10) + around[len(around)/2:]
		var root yaml.Node
		if yaml.Unmarshal([]byte(text), &root) != nil || len(root.Content) == 0 {
			return
		}
		b := bounds{Reader: Reader{}.withDefaults(), anchored: map[*yaml.Node]extent{}}
		measured, err := b.measure(root.Content[0])
		require.NoError(t, err)
		require.LessOrEqual(t, measured.size, atMost([]byte(text))+3*valueSize, "%q", text)
	})
}
