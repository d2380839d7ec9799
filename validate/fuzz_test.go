package validate_test

import (
	"os"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// Whatever a file holds, a check ends, says the same twice, and what it says is one line
// that is in the file.
func FuzzCheck(f *testing.F) {
	for _, pattern := range []string{"testdata/bad/*.yaml", "testdata/good/*.yaml"} {
		for _, path := range glob(f, pattern) {
			data, err := os.ReadFile(path)
			require.NoError(f, err)
			if len(data) < 20_000 {
				f.Add(data)
			}
		}
	}
	codes := map[validate.Code]bool{}
	for _, rule := range validate.Rules() {
		codes[rule.Code] = true
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 20_000 {
			return // what takes long to shrink finds nothing more
		}
		set, _ := manifest.Decode(manifest.File{Name: "a.yaml", Data: data})
		findings := validate.Suppress(set, nil, validate.Check(set))
		require.Equal(t, findings, validate.Suppress(set, nil, validate.Check(set)))
		for _, f := range findings {
			require.True(t, codes[f.Code], f)
			require.NotContains(t, f.String(), "\n")
			require.True(t, utf8.ValidString(f.String()), "%q", f.String())
			require.Positive(t, f.Line, f)
			require.NotEmpty(t, f.Message)
		}
		change := validate.CheckChange(set, set)
		require.Empty(t, change, "what stays as it is changes nothing")
	})
}
