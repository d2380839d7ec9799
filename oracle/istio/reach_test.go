package istio_test

import (
	"fmt"
	"math/big"
	"net/netip"
	"strings"
	"testing"

	endpoint "github.com/envoyproxy/go-control-plane/envoy/config/endpoint/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"istio.io/istio/pilot/pkg/model"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/preview"
)

// view is istiod's configuration of a proxy.
type view struct {
	routes   []*route.RouteConfiguration
	clusters map[string]bool
	// pods are the pods of clusters, by cluster.
	pods map[string][]*corev1.Pod
}

// view returns istiod's configuration of a proxy in a cluster of pods.
func (s istiod) view(proxy *model.Proxy, pods []*corev1.Pod) view {
	v := view{routes: s.Routes(proxy), clusters: map[string]bool{}, pods: map[string][]*corev1.Pod{}}
	for _, c := range s.Clusters(proxy) {
		v.clusters[c.Name] = true
	}
	at := map[string]*corev1.Pod{}
	for _, pod := range pods {
		at[pod.Status.PodIP] = pod
	}
	for _, e := range s.Endpoints(proxy) {
		for _, ip := range addresses(e) {
			if pod := at[ip]; pod != nil {
				v.pods[e.ClusterName] = append(v.pods[e.ClusterName], pod)
			}
		}
	}
	return v
}

// addresses returns the IP addresses of pods.
func addresses(e *endpoint.ClusterLoadAssignment) []string {
	var out []string
	for _, locality := range e.Endpoints {
		for _, lb := range locality.LbEndpoints {
			ip := lb.GetEndpoint().GetAddress().GetSocketAddress().GetAddress()
			if _, err := netip.ParseAddr(ip); err == nil {
				out = append(out, ip)
			}
		}
	}
	return out
}

// take returns the destinations of a request of a proxy, in preview's form, with their shares.
func (v view) take(t testing.TB, name string, port int32, r request) map[string]*big.Rat {
	t.Helper()
	nowhere := func(why string) map[string]*big.Rat { return map[string]*big.Rat{"(" + why + ")": big.NewRat(1, 1)} }
	rc := routeConfiguration(v.routes, name)
	if rc == nil {
		return nowhere("no route")
	}
	taken, err := routeFor(rc, port, r)
	require.NoError(t, err)
	if taken == nil {
		return nowhere("no route")
	}
	out := map[string]*big.Rat{}
	for cluster, part := range clustersOf(taken) {
		if cluster == "PassthroughCluster" { // the request goes wherever the name leads
			cluster = "outbound|||" + strings.ToLower(r.host)
		}
		for _, at := range v.behind(cluster) {
			add(out, at.String(), new(big.Rat).Mul(part, big.NewRat(1, int64(len(v.behind(cluster))))))
		}
	}
	return out
}

// stop is a Service in a version, or a fault.
type stop struct{ service, version, fault string }

func (p stop) String() string {
	return preview.Stop{Service: p.service, Lane: p.version, Failure: preview.Failure(p.fault)}.String()
}

// behind returns the stops of requests to a cluster.
func (v view) behind(cluster string) []stop {
	_, subset, host, _ := model.ParseSubsetKey(cluster)
	name, _, _ := strings.Cut(string(host), ".")
	if !v.clusters[cluster] {
		for c := range v.clusters {
			if strings.HasSuffix(c, "|"+string(host)) {
				return []stop{{name, subset, string(preview.NoSubset)}}
			}
		}
		return []stop{{name, "", string(preview.NoService)}}
	}
	var out []stop
	for _, pod := range v.pods[cluster] {
		out = append(out, stop{name, pod.Labels[lanes.LabelVersion], ""})
	}
	if len(out) == 0 {
		return []stop{{name, subset, string(preview.NoPods)}}
	}
	return out
}

// hop returns preview's destinations of a call, with their shares.
func hop(t testing.TB, mesh preview.Mesh, c preview.Call) map[string]*big.Rat {
	t.Helper()
	shares, err := mesh.Hop(c)
	require.NoError(t, err)
	out := map[string]*big.Rat{}
	for _, s := range shares {
		name, _, _ := strings.Cut(s.Host, ".")
		add(out, stop{name, s.Lane, string(s.Failure)}.String(), s.Weight)
	}
	return out
}

// enters returns preview's outcomes of a request to the gateways, with their shares.
func enters(t testing.TB, mesh preview.Mesh, r preview.Request) map[string]*big.Rat {
	t.Helper()
	result, err := mesh.Trace(r)
	require.NoError(t, err, fmt.Sprint(r))
	out := map[string]*big.Rat{}
	for _, o := range result.Outcomes {
		add(out, o.String(), o.Share)
	}
	return out
}
