package jsonpointer_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/jsonpointer"
)

func TestPointers(t *testing.T) {
	for pointer, steps := range map[string][]string{
		"/spec/http/0":                         {"spec", "http", "0"},
		"/metadata/annotations/example.com~1a": {"metadata", "annotations", "example.com/a"},
		"/~0~1":                                {"~/"},
		"/~01":                                 {"~1"},
		"/":                                    {""},
	} {
		require.Equal(t, pointer, jsonpointer.To(steps...))
		require.Equal(t, steps, jsonpointer.Steps(pointer))
	}
	require.Empty(t, jsonpointer.To())
}

func TestStepsReadWhatToWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(rapid.StringMatching(`[a~/01]*`), 1, 4).Draw(t, "steps")
		require.Equal(t, steps, jsonpointer.Steps(jsonpointer.To(steps...)))
	})
}
