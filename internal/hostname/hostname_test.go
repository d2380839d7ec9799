package hostname_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/hostname"
)

func TestFull(t *testing.T) {
	for host, want := range map[string]string{
		"mocka":          "mocka.shop.svc.cluster.local",
		"MockA":          "MockA.shop.svc.cluster.local",
		"mocka.default":  "mocka.default",
		"*":              "*",
		"*.example.com":  "*.example.com",
		"2001:db8::1":    "2001:db8::1",
		"192.0.2.1":      "192.0.2.1",
		"":               "",
		"a.example.com.": "a.example.com.",
	} {
		require.Equal(t, want, hostname.Full(host, "shop"))
	}
}
