package manifest_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	yamlv3 "go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// tricky are strings that some reader of YAML reads as something else.
var tricky = []string{
	"", " ", "y", "n", "Yes", "no", "on", "OFF", "true", "False", "null", "Null", "~", "=", "<<", "-", "?", ":", "- a",
	"a: b", "a #b", "#b",
	"0", "012", "0o14", "0x1F", "0b1", "1_000", "1e3", "1.0", ".5", "+1", "-1", ".inf", "-.INF", ".NaN", "nan",
	"190:20:30", "1:2", "2026-03-11",
	"2026-03-11T08:00:00Z", "v1", "1.36", "e3", "0x", "a\nb", "a\nb\n", "\na", "a\n\n", " a\nb", "a\tb", "\ta",
	"a\r\nb", "tab\t\nx", "---", "--- a", "...",
	"---\na: b", "a\n---\nb", "a\n...\nb", "%TAG", "@a", "`a", "!a", "&a", "*a", "{a}", "[a]", "'a'", `"a"`, `a\b`, "|",
	">", "{{ .Values.x }}", "é", "\u00a0", "\u2028", "a\u0085b",
	"\u202eevil\u202c", "\u2066'\u2069", "a\n\u200eb", `\u200e` + "\u200e", "\ufeff", "\U0001f600", "\x7f", "\x00",
	"\x1b", "trailing ", "trailing:", "http://mockb:8000/", "a, b", "127.0.0.1", "::1",
}

// requireText holds that every reader reads back the string that was printed.
func requireText(t require.TestingT, s string) {
	lane := &lanes.ASMSwimLane{
		TypeMeta:   metav1.TypeMeta{APIVersion: "istio.alibabacloud.com/v1", Kind: "ASMSwimLane"},
		ObjectMeta: metav1.ObjectMeta{Name: "v1", Annotations: map[string]string{"text": s}},
	}
	if len(s) <= 1024 { // what a key may have: see Reader
		lane.Annotations[s] = "key"
	}
	data, err := manifest.Encode(lane)
	require.NoError(t, err)
	require.Equal(t, markup.Text(string(data)), string(data), "shows what it holds")
	// As Kubernetes' readers do, and as those of YAML 1.2.
	type object struct {
		Metadata struct {
			Annotations map[string]string `json:"annotations" yaml:"annotations"`
		} `json:"metadata" yaml:"metadata"`
	}
	var kube, v3 object
	require.NoError(t, yaml.Unmarshal(data, &kube), "%q in:\n%s", s, data)
	require.NoError(t, yamlv3.Unmarshal(data, &v3), "%q in:\n%s", s, data)
	require.Equal(t, lane.Annotations, kube.Metadata.Annotations, "%q in:\n%s", s, data)
	require.Equal(t, lane.Annotations, v3.Metadata.Annotations, "%q in:\n%s", s, data)
	// A document that is followed by another stays one document.
	two, err := manifest.Encode(lane, lane)
	require.NoError(t, err)
	set, err := manifest.Decode(manifest.File{Data: two})
	require.NoError(t, err, "%q", s)
	require.Equal(t, 2, set.Len(), "%q", s)
}

func TestEncodeQuotesSoThatEveryReaderReadsTheSame(t *testing.T) {
	for _, s := range tricky {
		requireText(t, s)
	}
	rapid.Check(t, func(t *rapid.T) {
		requireText(t, rapid.OneOf(
			rapid.String(),
			rapid.StringMatching(`[-+.0-9_:xXoeEaAbBfFnNiItTyYuUlLsSrR\n \t#]{0,12}`),
			rapid.Map(rapid.SliceOfN(rapid.SampledFrom(tricky), 1, 3), func(parts []string) string {
				out := ""
				for _, p := range parts {
					out += p
				}
				return out
			}),
		).Draw(t, "text"))
	})
}

func FuzzEncodeText(f *testing.F) {
	for _, s := range tricky {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		requireText(t, strings.ToValidUTF8(s, "?")) // JSON holds nothing else
	})
}
