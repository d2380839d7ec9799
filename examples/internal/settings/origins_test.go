package settings_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/internal/settings"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

func TestOriginsNameTheSources(t *testing.T) {
	service := func(name, annotations string) string {
		return "apiVersion: v1\nkind: Service\nmetadata:\n  name: " + name + annotations + "\n---\n"
	}
	from := "\n  annotations:\n    config.kubernetes.io/origin: |\n      path: base/services.yaml"
	set, err := manifest.Decode(
		manifest.File{Name: "stdin", Data: []byte(service("built", from) + service("bare", ""))},
		manifest.File{Name: "copied.yaml", Data: []byte(service("copied", from))},
	)
	require.NoError(t, err)
	of := func(name, file string, line int) validate.Finding {
		ref := manifest.Ref{Kind: "Service", Namespace: "default", Name: name}
		return validate.Finding{Code: "SL101", Object: ref, File: file, Line: line}
	}
	found := validate.Findings{of("built", "stdin", 3), of("bare", "stdin", 9), of("copied", "copied.yaml", 2),
		of("gone", "stdin", 1)}
	isOutput := func(file string) bool { return file == "stdin" }
	require.Equal(t, validate.Merge(validate.Findings{
		of("built", "base/services.yaml", 0), of("bare", "stdin", 9), of("copied", "copied.yaml", 2),
		of("gone", "stdin", 1),
	}), settings.Origins(set, isOutput, found))
	require.Equal(t, "stdin", found[0].File, "the findings that are given stay as they are")
}
