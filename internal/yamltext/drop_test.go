package yamltext_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// A document that gave up its nodes has them again when they are asked for: the same ones for
// everybody.
func TestDroppedNodesAreReadAgain(t *testing.T) {
	for _, text := range []string{"a: 1\n---\n# x\nb: [1, {c: d}]\n---\n", `{"b": 1}`, "# nothing\n", "\ufeffa: &x 1\nb: *x\n",
		"a: 1\r\nb: |\r\n  c\r\n"} {
		d, want := last(t, text), last(t, text)
		require.NoError(t, d.Parse())
		require.NoError(t, want.Parse())
		d.Drop()
		taken := last(t, text)
		taken.Take(d)
		require.Equal(t, want.Root(), taken.Root(), "%q", text)
		require.Equal(t, want.Misread, d.Misread)

		roots := make([]*yaml.Node, 8)
		var all sync.WaitGroup
		for i := range roots {
			all.Go(func() { roots[i] = d.Root() })
		}
		all.Wait()
		for _, root := range roots {
			require.Same(t, roots[0], root)
			require.Equal(t, want.Root(), root, "%q", text)
		}
	}
}

// Nodes that were not dropped are shared with a document of the same text.
func TestTakenNodesAreShared(t *testing.T) {
	const text = "a: 1\n"
	d, taken := last(t, text), last(t, text)
	require.NoError(t, d.Parse())
	taken.Take(d)
	require.Same(t, d.Root(), taken.Root())
	require.Nil(t, yamltext.Split("f", []byte(text), 9)[0].Root())
}
