package istio_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/metadata"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/oracle/istio/mesh"
	"github.com/swimlane-go/swimlane/preview"
)

// onWire is the number of random apps with real requests.
const onWire = 6

// TestRandomAppsOnRealRequests runs random apps, chains and fans of services, in both modes. The
// requests meet the outcomes of preview, with their shares, and no others.
func TestRandomAppsOnRealRequests(t *testing.T) {
	strict, permissive := 0, 0
	for seed := 0; strict < onWire/2 || permissive < onWire/2; seed++ {
		d := drawApp(t, seed, false)
		r, want := d.answered(t)
		if len(want) < 2 || len(d.app.Entry().Calls) == 0 {
			continue // there is little to see
		}
		var forward []string
		if p := d.app.Permissive; p != nil {
			if permissive++; permissive > onWire/2 {
				continue
			}
			forward = append(forward, p.RouteHeader)
		} else if strict++; strict > onWire/2 {
			continue
		}
		t.Run(fmt.Sprintf("app-%d", seed), func(t *testing.T) {
			p := startPlane(t, d.app, values[*lanes.ASMSwimLane](d.asm, lanes.KindLane), d.plain, forward...)
			replay := mesh.NewReplay(t)
			served, _ := p.GatewayResources(d.gateway, r.host)
			replay.Publish(served)
			ctx := metadata.NewOutgoingContext(t.Context(), metadata.New(r.headers))
			split(ctx, t, mesh.DialReplay(t, replay, "xds:///"+r.host), r.path, want)
		})
	}
}

// answered returns a request that always gets an answer, and its outcomes by preview. Of the
// requests that a gRPC client can send, it has the most outcomes. It returns nil if there is no
// such request.
func (d drawn) answered(t *testing.T) (request, map[string]float64) {
	t.Helper()
	var best request
	var most map[string]float64
	for _, r := range d.requests() {
		if !sendable(r) {
			continue
		}
		result, err := preview.New(d.plain).Trace(preview.Request{Host: r.host, Path: r.path, Headers: r.headers,
			Calls: d.calls()})
		require.NoError(t, err)
		outcomes := map[string]float64{}
		failing := false
		for _, o := range result.Outcomes {
			share, _ := o.Share.Float64()
			outcomes[o.String()] += share
			failing = failing || strings.Contains(o.String(), "(")
		}
		if !failing && len(outcomes) > len(most) {
			best, most = r, outcomes
		}
	}
	return best, most
}

// sendable reports whether a gRPC client can send a path and headers unchanged.
func sendable(r request) bool {
	texts := append(slices.Collect(maps.Values(r.headers)), r.path)
	return !slices.ContainsFunc(texts, func(s string) bool {
		return strings.ContainsFunc(s,
			func(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune("\"#?%", c) })
	})
}
