package position_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/position"
)

func TestOf(t *testing.T) {
	require.Equal(t, "a.yaml:7: March", position.Of("a.yaml", 7, time.March))
	require.Equal(t, "March", position.Of("", 0, time.March))
	require.Equal(t, `a\n\u202e.yaml:7: b\u001b[2J`, position.Of("a\n\u202e.yaml", 7, text("b\x1b[2J")))
	require.Equal(t, `b\u2066`, position.Of("", 0, text("b\u2066")))
}

func TestFile(t *testing.T) {
	for name, want := range map[string]string{
		"":                       "",
		"a.yaml":                 "a.yaml",
		"deep/a b.yaml":          "deep/a b.yaml",
		"C:a.yaml":               "./C:a.yaml",
		"::error::a.yaml":        "./::error::a.yaml",
		"Signed-off-by: x.yaml":  "./Signed-off-by: x.yaml",
		"./::error::":            "./::error::",
		"/::error::":             "/::error::",
		"x\n::error file=a.yaml": `./x\n::error file=a.yaml`,
	} {
		require.Equal(t, want, position.File(name))
	}
	require.Equal(t, "./:a.yaml:7: March", position.Of(":a.yaml", 7, time.March))
}

type text string

func (t text) String() string { return string(t) }
