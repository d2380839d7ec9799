package settings_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/internal/settings"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/validate"
)

func TestSettingsAddToAChecker(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lint.yaml")
	text := "external: [Gateway/istio-system/gw, ASMSwimLaneGroup/shop]\npartial: true\nclusterDomain: example\n" +
		"ignore: [{code: SL101}]\n"
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	s, err := settings.Read(path)
	require.NoError(t, err)
	require.Equal(t, []validate.Ignore{{Code: "SL101"}}, s.Ignore)
	before := validate.Checker{External: []manifest.Ref{{Kind: "Service", Namespace: "a", Name: "b"}},
		ClusterDomain: "mine"}
	after := s.Apply(before)
	require.Equal(t, validate.Checker{Partial: true, ClusterDomain: "mine", External: []manifest.Ref{
		{Kind: "Service", Namespace: "a", Name: "b"},
		{Group: "networking.istio.io", Kind: "Gateway", Namespace: "istio-system", Name: "gw"},
		{Group: "istio.alibabacloud.com", Kind: "ASMSwimLaneGroup", Name: "shop"},
	}}, after)
	require.Len(t, before.External, 1, "the checker that is given stays as it is")
	require.Equal(t, "example", s.Apply(validate.Checker{}).ClusterDomain)
}

func TestSettingsAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"a: b":                             "x: ",
		"external: [Pod/a/b]":              "x: external[0]: must be KIND/NAMESPACE/NAME",
		"external: [Service/a]":            "x: external[0]: ",
		"external: [Service//b]":           "x: external[0]: ",
		"ignore: [{code: SL009}]":          "x: ignore[0].code: ",
		"ignore: [{codes: SL101}]":         "x: ",
		"partial: 1":                       "x: ",
		"external: [ASMSwimLaneGroup/a/b]": "x: external[0]: ",
	} {
		_, err := settings.Parse("x", []byte(text))
		require.ErrorContains(t, err, want, text)
	}
	_, err := settings.Read(t.TempDir())
	require.ErrorContains(t, err, "must be a file of at most 1048576 bytes")
	_, err = settings.Read(filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}
