package manifest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

func TestInline(t *testing.T) {
	for want, value := range map[string]any{
		"[{lane: v1, percent: 60}, {lane: \"on\", percent: 40}]": rollout.Weights{rollout.W("v1", 60),
			rollout.W("on", 40)},
		"registry:5000/a/b:1.0": "registry:5000/a/b:1.0",
		`{a: "x\ny", b: "7", c: [], d: null, e: 'a: #b'}`: map[string]any{"a": "x\ny", "b": "7", "c": []int{}, "d": nil,
			"e": "a: #b"},
		`['a,b', '{{ x }}', '- c', '@d', '*e', "~"]`: []string{"a,b", "{{ x }}", "- c", "@d", "*e", "~"},
	} {
		got, err := manifest.Inline(value)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err := manifest.Inline(func() {})
	require.Error(t, err)
}

// Kubernetes' reader reads back what was written, wherever the line is.
func TestInlineIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.MapOf(rapid.StringMatching("[a-z]{1,3}"), rapid.String()).Draw(t, "value")
		text, err := manifest.Inline(value)
		require.NoError(t, err)
		require.False(t, strings.ContainsAny(text, "\n\r\u0085\u2028\u2029"), "%q", text)
		var got []map[string]string
		data, err := yaml.YAMLToJSON([]byte("- " + text + " # comment\n"))
		require.NoError(t, err, "%s", text)
		require.NoError(t, json.Unmarshal(data, &got), "%s", text)
		if len(value) == 0 {
			return
		}
		want, err := json.Marshal([]map[string]string{value}) // which mends invalid UTF-8
		require.NoError(t, err)
		require.JSONEq(t, string(want), string(data))
	})
}
