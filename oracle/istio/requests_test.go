package istio_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"istio.io/istio/pkg/test/util/retry"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/oracle/istio/mesh"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/rollout"
)

// requests is the number of requests by which each split is judged.
const requests = 10_000

// TestSeedReleaseOnRealRequests releases the mock app on Istio without ASM. It sends requests at
// every stage and after the roll back.
func TestSeedReleaseOnRealRequests(t *testing.T) {
	app, set := seedSet(t, "initial-canary")
	p := startPlane(t, app, values[*lanes.ASMSwimLane](set, lanes.KindLane), plain(t, set))
	for _, place := range seedPlaces() {
		t.Run(place, func(t *testing.T) {
			_, set := seedSet(t, place)
			weights := mock.Plan().Weights(stateAt(t, mock.Plan(), place))
			p.Istiod.Apply(t, entry(t, set))
			r := mesh.NewReplay(t)
			r.Publish(p.gatewayAt(app, weights))
			conn := mesh.DialReplay(t, r, "xds:///shop.example.com")
			want := map[string]float64{}
			for _, w := range weights {
				if w.Percent > 0 {
					want[traceOf(w.Lane)] = float64(w.Percent) / 100
				}
			}
			require.Equal(t, want, previewed(t, set, "/mock"), "preview of the lane kinds")
			require.Equal(t, want, previewed(t, plain(t, set), "/mock"), "preview of plain Istio")
			split(t.Context(), t, conn, "/mock", want)
		})
	}
}

// previewed returns preview's outcomes of a request, with their shares.
func previewed(t testing.TB, set manifest.Set, path string) map[string]float64 {
	t.Helper()
	result, err := preview.New(set).Trace(preview.Request{Path: path})
	require.NoError(t, err)
	require.Equal(t, preview.Isolated, result.Verdict.Kind, "%s", result.Verdict)
	out := map[string]float64{}
	for _, o := range result.Outcomes {
		out[o.String()], _ = o.Share.Float64()
	}
	return out
}

// entry returns the entry route of a set.
func entry(t testing.TB, set manifest.Set) manifest.Object {
	t.Helper()
	found := set.Kind("VirtualService")
	require.Len(t, found, 1)
	return found[0]
}

// gatewayAt waits until istiod has configured the app's gateway with the weights, and returns these
// resources.
func (p *plane) gatewayAt(app lanes.App, weights rollout.Weights) mesh.Resources {
	p.t.Helper()
	want := map[string]int{}
	for _, w := range weights {
		if w.Percent > 0 {
			want[clusterName(app, w.Lane)] = w.Percent
		}
	}
	var out mesh.Resources
	retry.UntilSuccessOrFail(p.t, func() error {
		served, routes := p.GatewayResources(mesh.GatewayPod(app), "shop.example.com")
		got := map[string]int{}
		for _, d := range mesh.Destinations(routes) {
			if len(d.Route.Match.Headers) == 0 { // not a pin
				got[*d.Cluster] += d.Weight()
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			return fmt.Errorf("the gateway has weights %v, must have %v", got, want)
		}
		out = served
		return nil
	})
	return out
}

// clusterName returns Istio's name for a lane of the app's entry service.
func clusterName(app lanes.App, lane string) string {
	return fmt.Sprintf("outbound|%d|%s|%s", app.Entry().Port, lane, lanes.Host(app.Entry().Name, app.Namespace))
}

// split sends requests. It fails the test unless each meets one of the wanted traces, and each
// trace has its share within 4 sigma. By chance about one sample in five thousand is outside: a
// second one then decides.
func split(ctx context.Context, t *testing.T, conn *grpc.ClientConn, path string, want map[string]float64) {
	t.Helper()
	for again := range 2 {
		met, errs := send(ctx, conn, path, requests)
		require.Empty(t, errs)
		for trace := range met {
			require.Contains(t, want, trace, "nothing else may be met")
		}
		t.Logf("%d requests: %v", requests, met)
		off := ""
		for trace, share := range want {
			if !within(met[trace], requests, share) {
				off += fmt.Sprintf(" %s %d times, its share is %g", trace, met[trace], share)
			}
		}
		if off == "" {
			return
		}
		require.Zero(t, again, "twice:%s", off)
	}
}

// within reports whether count of n is within 4 sigma of its share.
func within(count, n int, share float64) bool {
	return math.Abs(float64(count)-float64(n)*share) <= 4*math.Sqrt(float64(n)*share*(1-share))
}
