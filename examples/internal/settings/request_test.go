package settings_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/internal/settings"
	"github.com/swimlane-go/swimlane/preview"
)

func TestRequestsAreParsed(t *testing.T) {
	for text, want := range map[string]preview.Request{
		"/":                {Path: "/"},
		"shop.example/a/b": {Host: "shop.example", Path: "/a/b"},
	} {
		got, err := settings.ParseRequest(text)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, text := range []string{"", "shop.example"} {
		_, err := settings.ParseRequest(text)
		require.EqualError(t, err, "must be [HOST]/PATH")
	}
}
