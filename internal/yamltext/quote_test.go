package yamltext_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
	k8syaml "sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

func TestOneLine(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "a b": true, "é{}": true, "a\nb": false, "a\r": false, "a\tb": false, "a\x00": false, "a\x7f": false,
		"a\u0085b": false, "a\u2028b": false, "a\u2029b": false,
	} {
		require.Equal(t, want, yamltext.OneLine(text), "%q", text)
	}
}

func TestAmbiguous(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "Yes": true, "n": true, "~": true, "=": true, "<<": true, "NULL": true, "2024": true, "1e3": true,
		"0x1F": true,
		".5":   true, ".NaN": true, "-.inf": true, "1:30": true, "2024-01-02": true, "1_000": true,
		"v1": false, "candidate": false, "nope": false, "1.x-beta": false, "2024-spring": false,
	} {
		require.Equal(t, want, yamltext.Ambiguous(text), "%q", text)
	}
}

// A text that is not ambiguous is read as the same string.
func TestWhatIsNotAmbiguousIsAString(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9a-fxoyenTINUL_.+-][0-9a-fxoysnlueiAFNIT_.:+-]{0,6}[0-9a-z]?`).Draw(t, "text")
		if text[0] == '-' && len(text) == 1 || text[len(text)-1] == ':' || yamltext.Ambiguous(text) {
			return
		}
		data, err := k8syaml.YAMLToJSON([]byte("a: " + text))
		require.NoError(t, err)
		want, err := json.Marshal(map[string]string{"a": text})
		require.NoError(t, err)
		require.Equal(t, string(want), string(data))
	})
}
