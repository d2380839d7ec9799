package validate_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

// A file of testdata/change/from becomes that of the same name in bad, which says what
// is wrong, and in good, of which nothing is. All of them are good by themselves.
func TestCheckChangeFindsWhatMustStay(t *testing.T) {
	for _, path := range glob(t, "testdata/change/bad/*.yaml") {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			from, bad, good := read(t, "testdata/change/from/"+name), read(t, path),
				read(t, "testdata/change/good/"+name)
			require.Equal(t, wanted(t, path), where(validate.CheckChange(from, bad)))
			require.Error(t, validate.CheckChange(from, bad).Err())
			require.Empty(t, validate.CheckChange(from, good))
			require.Empty(t, validate.CheckChange(bad, bad))
			for _, set := range []manifest.Set{from, bad, good} {
				require.NoError(t, validate.Checker{Partial: true}.Check(set).Err())
			}
		})
	}
	require.Empty(t, validate.CheckChange(manifest.NewSet(), manifest.NewSet()))
}
