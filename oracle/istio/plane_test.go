package istio_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	grpcxds "google.golang.org/grpc/xds"
	"google.golang.org/protobuf/types/known/emptypb"
	corev1 "k8s.io/api/core/v1"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/config/constants"
	bootstrap "istio.io/istio/pkg/istio-agent/grpcxds"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// traceHeader of a response says what the request met, as preview prints it:
// "mocka@v1 -> mockb@v1".
const traceHeader = "met"

// trace returns what a request met at me and in the calls after it.
func trace(me string, after []string) string {
	switch len(after) {
	case 0:
		return me
	case 1:
		return me + " -> " + after[0]
	}
	return me + " -> [" + strings.Join(after, ", ") + "]"
}

// plane is a data plane: a server for each pod, on a loopback address of its
// own, which calls the next services as istiod's configuration for that very pod
// has it.
type plane struct {
	t       testing.TB
	istiod  istiod
	cluster cluster
	// handlers of the pods, by "address:port".
	handlers map[string]http.Handler
	// broken says whether a call to a service in a lane fails. Nil means that none does.
	broken func(service, lane string) bool
}

// startPlane runs an app whose objects, of plain Istio, are set. lanesOf are the
// lanes by which pods name themselves. A pod passes the headers called forward
// on to what it calls.
func startPlane(t testing.TB, app lanes.App, lanesOf []*lanes.ASMSwimLane, set manifest.Set, forward ...string) *plane {
	t.Helper()
	p := &plane{t: t, cluster: clusterOf(set), handlers: map[string]http.Handler{}}
	listeners := make([]net.Listener, len(p.cluster.pods))
	ports := map[string]int32{}
	for i, pod := range p.cluster.pods {
		place(pod, fmt.Sprintf("127.0.%d.%d", 10+i/200, 1+i%200))
		var err error
		listeners[i], err = net.Listen("tcp", pod.Status.PodIP+":0")
		require.NoError(t, err)
		ports[pod.Status.PodIP] = int32(listeners[i].Addr().(*net.TCPAddr).Port)
	}
	p.istiod = startIstiod(t, p.cluster.objects(ports), set.All()...)
	for i, pod := range p.cluster.pods {
		h := p.handler(app, pod, laneOf(t, lanesOf, pod), forward)
		p.handlers[listeners[i].Addr().String()] = h
		serve(t, listeners[i], h)
	}
	return p
}

// handler returns what a pod answers.
func (p *plane) handler(app lanes.App, pod *corev1.Pod, lane string, forward []string) http.Handler {
	service := pod.Labels[lanes.LabelApp]
	var next []*grpc.ClientConn
	for _, callee := range calls(app, service) {
		next = append(next, p.dialAs(pod,
			fmt.Sprintf("xds:///%s:%d", lanes.Host(callee.Name, app.Namespace), callee.Port)))
	}
	me := service + "@" + lane
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		for _, name := range forward {
			if value := r.Header.Get(name); value != "" {
				ctx = metadata.AppendToOutgoingContext(ctx, name, value)
			}
		}
		if p.broken != nil && p.broken(service, lane) {
			respond(w, "", status.Error(codes.Internal, me+": broken")) // which nobody repeats
			return
		}
		var met []string
		for _, conn := range next {
			below, err := call(ctx, conn, "/next/call")
			if err != nil {
				respond(w, "", fmt.Errorf("%s: %w", me, err))
				return
			}
			met = append(met, below)
		}
		respond(w, trace(me, met), nil)
	})
}

// calls returns the services that a service calls, in the order of its calls.
func calls(app lanes.App, service string) []lanes.AppService {
	byName := map[string]lanes.AppService{}
	for _, s := range app.Services {
		byName[s.Name] = s
	}
	var out []lanes.AppService
	for _, name := range byName[service].Calls {
		out = append(out, byName[name])
	}
	return out
}

// respond answers a gRPC call that returns an empty message.
func respond(w http.ResponseWriter, met string, err error) {
	h := w.Header()
	h.Set("Content-Type", "application/grpc")
	if err != nil {
		code := codes.Unavailable
		if status.Code(err) == codes.Internal {
			code = codes.Internal
		}
		h.Set("Grpc-Status", strconv.Itoa(int(code)))
		h.Set("Grpc-Message", err.Error())
		return
	}
	h.Set("Trailer", "Grpc-Status")
	h.Set(traceHeader, met)
	_, _ = w.Write([]byte{0, 0, 0, 0, 0})
	h.Set("Grpc-Status", "0")
}

// call makes one call and returns what it met.
func call(ctx context.Context, conn *grpc.ClientConn, method string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute) // against a test that hangs
	defer cancel()
	var header metadata.MD
	if err := conn.Invoke(ctx, method, &emptypb.Empty{}, &emptypb.Empty{}, grpc.Header(&header)); err != nil {
		return "", err
	}
	return strings.Join(header.Get(traceHeader), ""), nil
}

// serve serves HTTP/2 without TLS.
func serve(t testing.TB, listener net.Listener, h http.Handler) {
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	server := &http.Server{Handler: h, Protocols: &protocols}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-done
	})
}

// dialAs dials a target as the program in a pod does that speaks xDS itself.
func (p *plane) dialAs(pod *corev1.Pod, target string) *grpc.ClientConn {
	p.t.Helper()
	b, err := bootstrap.GenerateBootstrap(bootstrap.GenerateBootstrapOptions{
		Node: &model.Node{
			ID: fmt.Sprintf("sidecar~%s~%s.%s~%s.svc.cluster.local", pod.Status.PodIP, pod.Name, pod.Namespace,
				pod.Namespace),
			Metadata: &model.BootstrapNodeMetadata{NodeMetadata: model.NodeMetadata{
				Namespace: pod.Namespace, Generator: "grpc", ClusterID: constants.DefaultClusterName,
				Labels: pod.Labels,
			}},
		},
		DiscoveryAddress: p.istiod.Listener.Addr().String(),
	})
	require.NoError(p.t, err)
	text, err := json.Marshal(b)
	require.NoError(p.t, err)
	return dial(p.t, text, target)
}

// dialReplay dials a target of the resources that r serves.
func dialReplay(t testing.TB, r *replay, target string) *grpc.ClientConn {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer()
	discovery.RegisterAggregatedDiscoveryServiceServer(server, r)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	text, err := json.Marshal(bootstrap.Bootstrap{XDSServers: []bootstrap.XdsServer{{
		ServerURI:      listener.Addr().String(),
		ChannelCreds:   []bootstrap.ChannelCreds{{Type: "insecure"}},
		ServerFeatures: []string{"xds_v3"},
	}}})
	require.NoError(t, err)
	return dial(t, text, target)
}

func dial(t testing.TB, bootstrap []byte, target string) *grpc.ClientConn {
	t.Helper()
	builder, err := grpcxds.NewXDSResolverWithConfigForTesting(bootstrap)
	require.NoError(t, err)
	conn, err := grpc.NewClient(target, grpc.WithResolvers(builder),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// workers send requests at the same time.
const workers = 8

// send makes n requests and returns how many met what, and the errors.
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
				trace, err := call(ctx, conn, path)
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
