package mesh

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/lanes"
)

// traceHeader is a header of responses. It has the services and lanes that a request met, as
// preview prints them: "mocka@v1 -> mockb@v1".
const traceHeader = "met"

// Trace returns the trace of a request that met me and then the traces of its calls.
func Trace(me string, after []string) string {
	switch len(after) {
	case 0:
		return me
	case 1:
		return me + " -> " + after[0]
	}
	return me + " -> [" + strings.Join(after, ", ") + "]"
}

// Plane is a data plane. Each pod has a server on its own loopback address. A server calls the next
// services by istiod's configuration for that pod.
type Plane struct {
	Istiod Istiod
	// Handlers are the handlers of the pods, by "address:port".
	Handlers map[string]http.Handler
	// Broken says whether a call to a service in a lane fails. Nil means that no call fails.
	Broken func(service, lane string) bool

	t testing.TB
}

// NewPlane returns a plane without pods that ends with the test.
func NewPlane(t testing.TB, istiod Istiod) *Plane {
	return &Plane{Istiod: istiod, Handlers: map[string]http.Handler{}, t: t}
}

// Run serves a pod of an app in a lane. It passes the headers named forward on to the services that
// it calls.
func (p *Plane) Run(app lanes.App, pod *corev1.Pod, lane string, on net.Listener, forward ...string) {
	h := p.handler(app, pod, lane, forward)
	p.Handlers[on.Addr().String()] = h
	Serve(p.t, on, h)
}

// handler returns the handler of a pod.
func (p *Plane) handler(app lanes.App, pod *corev1.Pod, lane string, forward []string) http.Handler {
	service := pod.Labels[lanes.LabelApp]
	var next []*grpc.ClientConn
	for _, callee := range Calls(app, service) {
		next = append(next, p.DialAs(pod,
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
		if p.Broken != nil && p.Broken(service, lane) {
			respond(w, "", status.Error(codes.Internal, me+": broken")) // a code that nobody retries
			return
		}
		var met []string
		for _, conn := range next {
			below, err := Call(ctx, conn, "/next/call")
			if err != nil {
				respond(w, "", fmt.Errorf("%s: %w", me, err))
				return
			}
			met = append(met, below)
		}
		respond(w, Trace(me, met), nil)
	})
}

// Calls returns the services that a service calls, in the order of its calls.
func Calls(app lanes.App, service string) []lanes.AppService {
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

// Call makes one call and returns its trace.
func Call(ctx context.Context, conn *grpc.ClientConn, method string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute) // ends a test that hangs
	defer cancel()
	var header metadata.MD
	if err := conn.Invoke(ctx, method, &emptypb.Empty{}, &emptypb.Empty{}, grpc.Header(&header)); err != nil {
		return "", err
	}
	return strings.Join(header.Get(traceHeader), ""), nil
}

// Serve serves HTTP/2 without TLS.
func Serve(t testing.TB, listener net.Listener, h http.Handler) {
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
