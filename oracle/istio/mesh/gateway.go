package mesh

import (
	"fmt"
	"net"
	"net/http"
	"testing"

	cluster3 "github.com/envoyproxy/go-control-plane/envoy/config/cluster/v3"
	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	endpoint "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	router "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/router/v3"
	hcm "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	corev1 "k8s.io/api/core/v1"

	v3 "istio.io/istio/pilot/pkg/xds/v3"
)

// GatewayResources returns istiod's configuration of a gateway pod in a form for a gRPC client of
// target. The routes and endpoints are istiod's. The clusters are made from the endpoints, and the
// listener refers to the routes.
func (p *Plane) GatewayResources(pod *corev1.Pod, target string) (Resources, *route.RouteConfiguration) {
	t := p.t
	t.Helper()
	proxy := p.Istiod.Gateway(pod)
	routes := p.Istiod.Routes(proxy)
	require.Len(t, routes, 1, "the gateway has one port")
	served := proto.Clone(routes[0]).(*route.RouteConfiguration)
	out := Resources{}
	endpoints := map[string]*endpoint.ClusterLoadAssignment{}
	for _, e := range p.Istiod.Endpoints(proxy) {
		endpoints[e.ClusterName] = e
		out.putCluster(t, e)
	}
	for _, d := range Destinations(served) {
		if headers := d.Headers(); len(headers) > 0 {
			own := p.addingHeaders(endpoints[*d.Cluster], headers)
			*d.Cluster = own.ClusterName
			out.putCluster(t, own)
		}
	}
	out.put(t, v3.RouteType, served.Name, served)
	routerFilter, err := anypb.New(&router.Router{})
	require.NoError(t, err)
	manager, err := anypb.New(&hcm.HttpConnectionManager{
		RouteSpecifier: &hcm.HttpConnectionManager_Rds{Rds: &hcm.Rds{RouteConfigName: served.Name, ConfigSource: ads}},
		HttpFilters: []*hcm.HttpFilter{{Name: "router",
			ConfigType: &hcm.HttpFilter_TypedConfig{TypedConfig: routerFilter}}},
	})
	require.NoError(t, err)
	out.put(t, v3.ListenerType, target,
		&listener.Listener{Name: target, ApiListener: &listener.ApiListener{ApiListener: manager}})
	return out, routes[0]
}

func (r Resources) putCluster(t testing.TB, e *endpoint.ClusterLoadAssignment) {
	t.Helper()
	r.put(t, v3.EndpointType, e.ClusterName, e)
	r.put(t, v3.ClusterType, e.ClusterName, &cluster3.Cluster{
		Name:                 e.ClusterName,
		ClusterDiscoveryType: &cluster3.Cluster_Type{Type: cluster3.Cluster_EDS},
		EdsClusterConfig:     &cluster3.Cluster_EdsClusterConfig{EdsConfig: ads, ServiceName: e.ClusterName},
	})
}

// Endpoints returns the addresses of a cluster.
func (r Resources) Endpoints(t testing.TB, cluster string) []*endpoint.LbEndpoint {
	t.Helper()
	var e endpoint.ClusterLoadAssignment
	require.NoError(t, r[v3.EndpointType][cluster].UnmarshalTo(&e))
	var out []*endpoint.LbEndpoint
	for _, locality := range e.Endpoints {
		out = append(out, locality.LbEndpoints...)
	}
	return out
}

// Destination is a destination of a route, to be read or changed.
type Destination struct {
	Route    *route.Route
	weighted *route.WeightedCluster_ClusterWeight // nil for a single destination
	Cluster  *string
}

// Headers returns the request headers that the destination adds.
func (d Destination) Headers() []*core.HeaderValueOption {
	return append(d.weighted.GetRequestHeadersToAdd(), d.Route.GetRequestHeadersToAdd()...)
}

// Weight returns the destination's share in percent.
func (d Destination) Weight() int {
	if d.weighted == nil {
		return 100
	}
	return int(d.weighted.Weight.GetValue())
}

// Destinations returns the destinations of all routes.
func Destinations(rc *route.RouteConfiguration) []Destination {
	var out []Destination
	for _, host := range rc.VirtualHosts {
		for _, r := range host.Routes {
			out = append(out, DestinationsOf(r)...)
		}
	}
	return out
}

// DestinationsOf returns the destinations of one route.
func DestinationsOf(r *route.Route) []Destination {
	var out []Destination
	switch to := r.GetRoute().GetClusterSpecifier().(type) {
	case *route.RouteAction_Cluster:
		out = append(out, Destination{r, nil, &to.Cluster})
	case *route.RouteAction_WeightedClusters:
		for _, w := range to.WeightedClusters.Clusters {
			out = append(out, Destination{r, w, &w.Name})
		}
	}
	return out
}

// addingHeaders returns endpoints that add headers to each request and pass it on to the endpoints
// of e. Envoy adds the headers itself; a gRPC client does not.
func (p *Plane) addingHeaders(e *endpoint.ClusterLoadAssignment,
	headers []*core.HeaderValueOption) *endpoint.ClusterLoadAssignment {
	p.t.Helper()
	own := proto.Clone(e).(*endpoint.ClusterLoadAssignment)
	for _, h := range headers {
		own.ClusterName += fmt.Sprintf("|%s=%s", h.Header.Key, h.Header.Value)
	}
	for _, locality := range own.Endpoints {
		for _, lb := range locality.LbEndpoints {
			socket := lb.GetEndpoint().Address.GetSocketAddress()
			pod := p.Handlers[fmt.Sprintf("%s:%d", socket.Address, socket.GetPortValue())]
			require.NotNil(p.t, pod)
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(p.t, err)
			Serve(p.t, l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				for _, h := range headers {
					r.Header.Set(h.Header.Key, h.Header.Value)
				}
				pod.ServeHTTP(w, r)
			}))
			socket.Address = "127.0.0.1"
			socket.PortSpecifier = &core.SocketAddress_PortValue{PortValue: uint32(l.Addr().(*net.TCPAddr).Port)}
		}
	}
	return own
}
