package istio_test

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/oracle/istio/mesh"
)

// plane is a data plane that runs a set.
type plane struct {
	*mesh.Plane
	t       testing.TB
	cluster cluster
}

// startPlane runs an app. set has its objects on plain Istio. lanesOf are the lanes after which
// pods name themselves. A pod passes the headers named forward on to the services that it calls.
func startPlane(t testing.TB, app lanes.App, lanesOf []*lanes.ASMSwimLane, set manifest.Set, forward ...string) *plane {
	t.Helper()
	c := clusterOf(set)
	listeners := make([]net.Listener, len(c.pods))
	ports := map[string]int32{}
	for i, pod := range c.pods {
		mesh.Place(pod, fmt.Sprintf("127.0.%d.%d", 10+i/200, 1+i%200))
		var err error
		listeners[i], err = net.Listen("tcp", pod.Status.PodIP+":0")
		require.NoError(t, err)
		ports[pod.Status.PodIP] = int32(listeners[i].Addr().(*net.TCPAddr).Port)
	}
	p := &plane{mesh.NewPlane(t, mesh.Start(t, c.objects(ports), set.All()...)), t, c}
	for i, pod := range c.pods {
		p.Run(app, pod, laneOf(t, lanesOf, pod), listeners[i], forward...)
	}
	return p
}

// workers is the number of senders at the same time.
const workers = 8

// send makes n requests and returns the number of requests for each trace, and the errors.
func send(ctx context.Context, conn *grpc.ClientConn, path string, n int) (met map[string]int, errs []error) {
	var mu sync.Mutex
	met = map[string]int{}
	work := make(chan struct{}, n)
	for range n {
		work <- struct{}{}
	}
	close(work)
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for range work {
				trace, err := mesh.Call(ctx, conn, path)
				mu.Lock()
				if err != nil {
					errs = append(errs, err)
				} else {
					met[trace]++
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return met, errs
}
