package manifest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// pair is the type of the texts in these tests.
type pair struct {
	Name string `json:"name"`
	List []struct {
		Number int `json:"number"`
	} `json:"list"`
	Wait rollout.Duration `json:"wait"` // written as text of its own form
}

// textOf returns the text at data.a of a ConfigMap.
func textOf(t *testing.T, file string) manifest.Text {
	t.Helper()
	set, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: []byte(file)})
	require.NoError(t, err)
	o := set.All()[0]
	value, _, err := unstructured.NestedString(o.Value.(*unstructured.Unstructured).Object, "data", "a")
	require.NoError(t, err)
	return o.Text("data.a", value)
}

const holder = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n"

func TestTextKnowsTheLinesOfItsFile(t *testing.T) {
	for body, want := range map[string][]string{ // the lines of name, list[1].number, list[1].none, none
		"  a: |\n    name: b\n    list:\n    - number: 1\n    - number: 2\n":            {"6", "9", "9", "5"},
		"  a: |-4 # c\n\n\n      name: b\n      list:\n      - number: 1\n      - {}\n": {"8", "11", "11", "5"},
		"  a:\n    |\n    name: b\n    list: [{number: 1}, {number: 2}]\n":              {"7", "8", "8", "5"},
		"  a: >\n    {name: b,\n    list: [{number: 1}, {number: 2}]}\n":                {"5", "5", "5", "5"},
		"  a: \"name: b\\nlist:\\n- {}\\n- number: 2\"\n":                               {"5", "5", "5", "5"},
		"  a: &x |\n    name: b\n    list: [{}, {}]\n":                                  {"5", "5", "5", "5"},
		"  a: |\n    name: b\n  a: |\n    name: c\n    list: [{}, {}]\n":                {"5", "5", "5", "5"},
	} {
		for _, eol := range []string{"\n", "\r\n"} {
			text := textOf(t, strings.ReplaceAll(holder+body, "\n", eol))
			var got pair
			require.Empty(t, text.Decode(&got), body)
			require.NotEmpty(t, got.Name)
			var lines []string
			for _, path := range []string{"name", "list[1].number", "list[1].none", "none"} {
				lines = append(lines, fmt.Sprint(text.LineOf(path)))
			}
			require.Equal(t, want, lines, "%q", body)
		}
	}
}

func TestTextIsReadStrictly(t *testing.T) {
	for body, want := range map[string][]string{
		"  a: ''\n":             nil,
		"  a: |\n    # none\n":  nil,
		"  a: |\n    null\n":    nil,
		"  a: |\n    name: ~\n": nil,
		"  a: |\n    nam: b\n    list:\n    - {nr: 1}\n": {"6 UnknownKey nam: must be one of list, name, wait",
			"8 UnknownKey list[0].nr: must be one of number"},
		"  a: |\n    name: b\n    name: c\n": {
			"7 DuplicateKey name: must appear once: it is also set on line 6"},
		"  a: '{name: b, name: c}'\n": {"5 DuplicateKey name: must appear once"},
		"  a: |\n    list:\n    - number: x\n    - 7\n": {
			"7 WrongType list[0].number: must be a whole number, not the string \"x\"",
			"8 WrongType list[1]: must be a mapping, not the number 7"},
		"  a: |\n    wait: 10x\n    list: []\n": {
			"6 WrongType wait: must be a duration such as 90s, 10m or 1h30m, not \"10x\""},
		"  a: |\n    wait: [10m]\n":                   {"6 WrongType wait: must be a string, not a list"},
		"  a: |\n    wait: 10m\n":                     nil,
		"  a: |\n    - b\n":                           {"5 WrongType : must be a mapping, not a list"},
		"  a: |\n    name: b\n    ---\n    name: c\n": {"8 Unreadable : must be one document"},
		"  a: |\n    name: b\n    ...\n    name: c\n": {
			"8 Unreadable : must come after a line ---: Kubernetes' reader skips it and everything after it"},
		"  a: |\n    name: b\n    - c\n": {"7 Unreadable : must be YAML: did not find expected key"},
		"  a: \"name: [\"\n":             {"5 Unreadable : must be YAML: did not find expected node content"},
		"  a: |\n    name: *b\n":         {"6 Unreadable : must be YAML: unknown anchor 'b' referenced"},
		"  a: |\n    list: " + strings.Repeat("[", 200) + strings.Repeat("]", 200) +
			"\n": {"6 Unreadable : must not be nested deeper than 100"},
	} {
		var got pair
		var lines []string
		for _, f := range textOf(t, holder+body).Decode(&got) {
			require.Equal(t, manifest.Ref{Kind: "ConfigMap", Name: "x"}, f.Object)
			require.NotEmpty(t, f.File)
			lines = append(lines, fmt.Sprintf("%d %s %s: %s", f.Line, f.Kind, f.Field, f.Message))
		}
		require.Equal(t, want, lines, "%q", body)
	}
}

func TestTextOfABuiltObject(t *testing.T) {
	u := &unstructured.Unstructured{}
	u.SetAPIVersion("v1")
	u.SetKind("ConfigMap")
	u.SetName("x")
	o, err := manifest.NewObject(u, "")
	require.NoError(t, err)
	text := o.Text("data.a", "nam: b\n")
	var got pair
	faults := text.Decode(&got)
	require.Len(t, faults, 1)
	require.Zero(t, faults[0].Line)
	require.Zero(t, text.LineOf("name"))
}
