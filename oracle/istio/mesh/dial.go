package mesh

import (
	"encoding/json"
	"fmt"
	"net"
	"testing"

	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	grpcxds "google.golang.org/grpc/xds"
	corev1 "k8s.io/api/core/v1"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pkg/config/constants"
	bootstrap "istio.io/istio/pkg/istio-agent/grpcxds"
)

// DialAs dials a target as a program in a pod does that speaks xDS itself.
func (p *Plane) DialAs(pod *corev1.Pod, target string) *grpc.ClientConn {
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
		DiscoveryAddress: p.Istiod.Listener.Addr().String(),
	})
	require.NoError(p.t, err)
	text, err := json.Marshal(b)
	require.NoError(p.t, err)
	return dial(p.t, text, target)
}

// DialReplay dials a target of the resources that r serves.
func DialReplay(t testing.TB, r *Replay, target string) *grpc.ClientConn {
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
