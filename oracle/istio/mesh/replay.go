package mesh

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	v3 "istio.io/istio/pilot/pkg/xds/v3"
)

// ads says that a resource comes from the server of the resource with this reference.
var ads = &core.ConfigSource{
	ConfigSourceSpecifier: &core.ConfigSource_Ads{Ads: &core.AggregatedConfigSource{}},
	ResourceApiVersion:    core.ApiVersion_V3,
}

// Resources are the resources of an xDS server, by type and name.
type Resources map[string]map[string]*anypb.Any

func (r Resources) put(t testing.TB, typ, name string, m proto.Message) {
	t.Helper()
	a, err := anypb.New(m)
	require.NoError(t, err)
	if r[typ] == nil {
		r[typ] = map[string]*anypb.Any{}
	}
	r[typ][name] = a
}

// Replay is an xDS server of given resources. It pushes changes in istiod's order: clusters and
// endpoints before routes.
type Replay struct {
	discovery.UnimplementedAggregatedDiscoveryServiceServer
	t testing.TB
	// Hold, unless nil, is called before the answer to a request for new names; it may block.
	Hold func(typ string, names []string)

	mu      sync.Mutex
	serves  Resources
	changed chan struct{} // closed when serves is replaced
}

// NewReplay returns a server without resources.
func NewReplay(t testing.TB) *Replay {
	return &Replay{t: t, changed: make(chan struct{})}
}

// Publish replaces all resources.
func (r *Replay) Publish(serves Resources) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.serves = serves
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *Replay) current() (Resources, <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.serves, r.changed
}

// pushOrder is istiod's order.
var pushOrder = [...]string{v3.ClusterType, v3.EndpointType, v3.ListenerType, v3.RouteType}

// closing ends the answer of a gRPC client that is closed while it reads a response: no refusal.
const closing = "xdsChannel is closed"

// StreamAggregatedResources serves one client.
func (r *Replay) StreamAggregatedResources(
	stream discovery.AggregatedDiscoveryService_StreamAggregatedResourcesServer) error {
	requests := make(chan *discovery.DiscoveryRequest)
	go func() {
		defer close(requests)
		for {
			request, err := stream.Recv()
			if err != nil {
				return
			}
			select {
			case requests <- request:
			case <-stream.Context().Done():
				return
			}
		}
	}()
	type watch struct {
		names []string
		sent  []*anypb.Any
	}
	watches := map[string]*watch{}
	nonce := 0
	send := func(serves Resources, typ string, always bool) error {
		w := watches[typ]
		if w == nil {
			return nil
		}
		var found []*anypb.Any
		for _, name := range w.names {
			if a := serves[typ][name]; a != nil {
				found = append(found, a)
			}
		}
		if !always && slices.EqualFunc(found, w.sent, func(a, b *anypb.Any) bool { return proto.Equal(a, b) }) {
			return nil
		}
		w.sent = found
		nonce++
		return stream.Send(&discovery.DiscoveryResponse{
			TypeUrl: typ, Resources: found, VersionInfo: strconv.Itoa(nonce), Nonce: strconv.Itoa(nonce),
		})
	}
	serves, changed := r.current()
	for {
		select {
		case request, open := <-requests:
			if !open {
				return nil
			}
			if e := request.GetErrorDetail(); e != nil {
				if strings.HasSuffix(e.Message, closing) {
					return nil
				}
				r.t.Errorf("client refuses %s: %s", request.TypeUrl, e.Message)
			}
			names := slices.Sorted(slices.Values(request.ResourceNames))
			if w := watches[request.TypeUrl]; w != nil && slices.Equal(w.names, names) {
				continue // it is an acknowledgement
			}
			if r.Hold != nil {
				r.Hold(request.TypeUrl, names)
			}
			watches[request.TypeUrl] = &watch{names: names}
			if err := send(serves, request.TypeUrl, true); err != nil {
				return err
			}
		case <-changed:
			serves, changed = r.current()
			for _, typ := range pushOrder {
				if err := send(serves, typ, false); err != nil {
					return err
				}
			}
		}
	}
}

// Names returns the names of the resources of a type, sorted.
func (r Resources) Names(typ string) []string { return slices.Sorted(maps.Keys(r[typ])) }
