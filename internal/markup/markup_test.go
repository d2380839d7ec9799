package markup_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/markup"
)

func TestCell(t *testing.T) {
	for in, want := range map[string]string{
		"":                  "",
		"a b":               "a b",
		" a\r\n\tb ":        "a b",
		"a | b":             `a \| b`,
		"\x1b[2J\u202e|":    `\u001b[2J\u202e\|`,
		`a \| b\\|c\d`:      `a \\\| b\\\\\|c\d`,
		"p99 < 1s\n| 10min": `p99 < 1s \| 10min`,
		"ask @team":         "ask (at)team",
		"<b>a</b> <!-- x":   "&lt;b>a&lt;/b> &lt;!-- x",
	} {
		require.Equal(t, want, markup.Cell(in))
	}
}

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                               "",
		"mockä@v1 'x' \\ -> b 中 \ufffd":  "mockä@v1 'x' \\ -> b 中 \ufffd",
		"a\r\n\tb":                       `a\r\n\tb`,
		"\x1b[2Ja\u0085\x7f\x00":         `\u001b[2Ja\u0085\u007f\u0000`,
		"a\u2028\u2029b":                 `a\u2028\u2029b`,
		"\u202eevil\u202c \u2066x\u2069": `\u202eevil\u202c \u2066x\u2069`,
		"\u200e\u200f\u061c":             `\u200e\u200f\u061c`,
		"\xff\xe2\x80x":                  `\xff\xe2\x80x`,
		"\ufffd\xff":                     "\ufffd\\xff",
	} {
		require.Equal(t, want, markup.Line(in))
		kept := strings.NewReplacer(`\n`, "\n", `\t`, "\t").Replace(want)
		require.Equal(t, kept, markup.Text(in), "newlines and tabs are text")
	}
}

// Escaped JSON keeps its meaning.
func TestTextKeepsTheMeaningOfJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := map[string]string{rapid.String().Draw(t,
			"key"): rapid.StringOf(rapid.RuneFrom(nil, unicode.Cc, unicode.Bidi_Control, unicode.Letter)).Draw(t,
			"value")}
		data, err := json.MarshalIndent(value, "", "\t")
		require.NoError(t, err)
		text := markup.Text(string(data))
		require.False(t, strings.ContainsFunc(text,
			func(r rune) bool { return markup.Hides(r) && r != '\n' && r != '\t' }), "%q", text)
		var back map[string]string
		require.NoError(t, json.Unmarshal([]byte(text), &back))
		require.Equal(t, value, back)
	})
}

func TestProseMentionsNobody(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "",
		"ask @ops-team, @org/team":   "ask (at)ops-team, (at)org/team",
		"@a":                         "(at)a",
		"(@_a) \"@1\" .@b *@c* -@d":  "((at)_a) \"(at)1\" .(at)b *(at)c* -(at)d",
		"@@a @ a, 5 @ 3, @":          "@(at)a @ a, 5 @ 3, @",
		"mocka@v1, a.b@example.com":  "mocka@v1, a.b@example.com",
		"ü@name @名字":                 "ü(at)name (at)名字",
		"done\n\nCo-authored-by: @a": `done\n\nCo-authored-by: (at)a`,
		"x\n@a":                      `x\n(at)a`,
		"\xff@a @\u202ea":            `\xff(at)a @\u202ea`,
	} {
		require.Equal(t, want, markup.Prose(in))
	}
}

func TestLabelCannotBeLeft(t *testing.T) {
	for in, want := range map[string]string{
		"":                    `" "`,
		" \n":                 `" "`,
		"fa:fa-ban b: c":      `"fa#58;fa-ban b: c"`,
		"mocka@v1 (no pods)":  `"mocka@v1 (no pods)"`,
		`a"] --> b["`:         `"a#34;#93; --#62; b#91;#34;"`,
		"#quot;":              `"#35;quot#59;"`,
		"<script>":            `"#60;script#62;"`,
		"**bold** `code` _x_": `"#42;#42;bold#42;#42; #96;code#96; #95;x#95;"`,
		"two\nlines":          `"two lines"`,
		"ü":                   `"#252;"`,
		"\u202e":              `"#92;u202e"`,
	} {
		got := markup.Label(in)
		require.Equal(t, want, got)
		require.Equal(t, 2, strings.Count(got, `"`))
		require.NotContains(t, got, "\n")
	}
}
