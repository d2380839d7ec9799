package manifest_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
)

// An error leaves out unknown parts.
func TestEditErrorHasNoHoles(t *testing.T) {
	ref := manifest.Ref{Kind: "Service", Namespace: "default", Name: "a"}
	for want, err := range map[string]manifest.EditError{
		"must be such that it can be edited": {},
		"must sum to 100":                    {Kind: manifest.ErrSum},
		"Service default/a: must be there":   {Ref: ref, Kind: manifest.ErrNotFound},
		"a.yaml: x":                          {File: "a.yaml", Err: errors.New("x")},
		"Service default/a at a.yaml:3: x": {Ref: ref, Field: "spec", File: "a.yaml", Line: 3,
			Err: errors.New("x")},
		"Service default/a at ./::x.yaml:3: must sum to 100": {Ref: ref, File: "::x.yaml", Line: 3,
			Kind: manifest.ErrSum},
		"Service default/a at a\\nb.yaml:3: must sum to 100": {Ref: ref, File: "a\nb.yaml", Line: 3,
			Kind: manifest.ErrSum},
	} {
		require.EqualError(t, &err, want)
		require.NotContains(t, err.Unwrap(), nil)
	}
}
