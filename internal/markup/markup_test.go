package markup_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/markup"
)

func TestCell(t *testing.T) {
	for in, want := range map[string]string{
		"":                  "",
		"a b":               "a b",
		" a\r\n\tb ":        "a b",
		"a | b":             `a \| b`,
		"p99 < 1s\n| 10min": `p99 < 1s \| 10min`,
	} {
		require.Equal(t, want, markup.Cell(in))
	}
}

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                     "",
		"mockä@v1 'x' \\ -> b": "mockä@v1 'x' \\ -> b",
		"a\r\n\tb":             `a\r\n\tb`,
		"\x1b[2Ja\u0085\u2028": `\x1b[2Ja\u0085\u2028`,
	} {
		require.Equal(t, want, markup.Line(in))
	}
}

func TestLabelCannotBeLeft(t *testing.T) {
	for in, want := range map[string]string{
		"":                    `""`,
		"mocka@v1 (no pods)":  `"mocka@v1 (no pods)"`,
		`a"] --> b["`:         `"a#34;#93; --#62; b#91;#34;"`,
		"#quot;":              `"#35;quot#59;"`,
		"<script>":            `"#60;script#62;"`,
		"**bold** `code` _x_": `"#42;#42;bold#42;#42; #96;code#96; #95;x#95;"`,
		"two\nlines":          `"two lines"`,
		"ü":                   `"#252;"`,
	} {
		got := markup.Label(in)
		require.Equal(t, want, got)
		require.Equal(t, 2, strings.Count(got, `"`))
		require.NotContains(t, got, "\n")
	}
}
