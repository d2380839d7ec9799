package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// A request counts for the lane that it entered, even if it failed in a later service.
func TestLaneAndCode(t *testing.T) {
	for name, c := range map[string]struct {
		met  string
		err  error
		lane string
		code string
	}{
		"answered": {"mocka@v3 -> mockb@v3 -> mockc@v3", nil, "v3", "200"},
		"failed behind it": {"", status.Error(codes.Internal,
			"mocka@v3: rpc error: code = Internal desc = mockb@v1: broken"), "v3", "500"},
		"not reached": {"", status.Error(codes.Unavailable, `unknown cluster selected for RPC: `+
			`"cluster:outbound|8000|v3|mocka.default.svc.cluster.local"`), "v3", "503"},
		"something else": {"", errors.New("no route"), "unknown", "503"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.lane, laneOf(c.met, c.err))
			require.Equal(t, c.code, codeOf(c.err))
		})
	}
}
