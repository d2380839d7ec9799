package istio_test

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"istio.io/istio/pilot/pkg/model"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/oracle/istio/mesh"
	"github.com/swimlane-go/swimlane/preview"
)

// walk follows requests by istiod's configuration only.
type walk struct {
	drawn
	routes   map[*corev1.Pod][]*route.RouteConfiguration
	clusters map[*corev1.Pod]map[string]bool // the clusters of a pod, for a varied app only
}

// add adds istiod's configuration of a pod.
func (w walk) add(s istiod, pod *corev1.Pod, proxy *model.Proxy) {
	w.routes[pod] = s.Routes(proxy)
	if !w.varied {
		return
	}
	w.clusters[pod] = map[string]bool{}
	for _, c := range s.Clusters(proxy) {
		w.clusters[pod][c.Name] = true
	}
}

func (w walk) knows(from *corev1.Pod, cluster string) bool {
	return !w.varied || w.clusters[from][cluster]
}

// call returns the clusters of a call with their shares, and marks the unknown ones.
func (w walk) call(t *testing.T, from *corev1.Pod, to string, port int32, headers map[string]string) string {
	t.Helper()
	out := map[string]*big.Rat{}
	for cluster, part := range clustersOf(w.route(t, from, to, port, headers)) {
		if !w.knows(from, cluster) {
			cluster += unknown
		}
		add(out, cluster, part)
	}
	return printed(out)
}

// unknown marks a cluster that the proxy does not have.
const unknown = " (unknown)"

// route returns the route of a call.
func (w walk) route(t *testing.T, from *corev1.Pod, to string, port int32, headers map[string]string) *route.Route {
	t.Helper()
	rc := routeConfiguration(w.routes[from], strconv.Itoa(int(port)))
	require.NotNil(t, rc)
	r, err := routeFor(rc, port, request{host: lanes.Host(to, w.app.Namespace), path: callPath, headers: headers})
	require.NoError(t, err)
	require.NotNil(t, r, "a call to %s with %v", to, headers)
	if w.timeout && !w.varied {
		require.Equal(t, 3*time.Second, r.GetRoute().Timeout.AsDuration())
	}
	return r
}

// enter returns the possible traces of a request to the gateway, in preview's form, with their
// probabilities.
func (w walk) enter(t *testing.T, gateway *route.RouteConfiguration, port uint32, r request) map[string]*big.Rat {
	t.Helper()
	taken, err := routeFor(gateway, int32(port), r)
	require.NoError(t, err)
	if taken == nil {
		return map[string]*big.Rat{"(no route)": big.NewRat(1, 1)}
	}
	return w.along(t, w.gateway, taken, r.headers)
}

// along returns the possible traces along a route of a pod.
func (w walk) along(t *testing.T, from *corev1.Pod, r *route.Route, headers map[string]string) map[string]*big.Rat {
	t.Helper()
	all := mesh.DestinationsOf(r)
	sum := int64(0)
	for _, to := range all {
		require.Positive(t, to.Weight(), "istiod leaves out what has no weight")
		sum += int64(to.Weight())
	}
	out := map[string]*big.Rat{}
	for _, to := range all {
		passed := maps.Clone(headers)
		if passed == nil {
			passed = map[string]string{}
		}
		for _, h := range to.Headers() {
			passed[strings.ToLower(h.Header.Key)] = h.Header.Value
		}
		for met, part := range w.reached(t, from, *to.Cluster, passed) {
			add(out, met, new(big.Rat).Mul(part, big.NewRat(int64(to.Weight()), sum)))
		}
	}
	return out
}

// reached returns the possible traces from a cluster on.
func (w walk) reached(t *testing.T, from *corev1.Pod, cluster string, headers map[string]string) map[string]*big.Rat {
	t.Helper()
	_, subset, host, port := model.ParseSubsetKey(cluster)
	name, _, _ := strings.Cut(string(host), ".")
	ends := func(why preview.Failure) map[string]*big.Rat {
		return map[string]*big.Rat{preview.Stop{Service: name, Lane: subset, Failure: why}.String(): big.NewRat(1, 1)}
	}
	switch {
	case !w.knows(from, model.BuildSubsetKey(model.TrafficDirectionOutbound, "", host, port)):
		return ends(preview.NoPort)
	case !w.knows(from, cluster):
		return ends(preview.NoSubset)
	}
	pods := w.podsOf(name, subset)
	sum := int64(0)
	for _, pod := range pods {
		sum += w.cluster.replicas[pod]
	}
	if sum == 0 {
		return ends(preview.NoPods)
	}
	out := map[string]*big.Rat{}
	for _, pod := range pods {
		for met, part := range w.within(t, name, pod, headers) {
			add(out, met, new(big.Rat).Mul(part, big.NewRat(w.cluster.replicas[pod], sum)))
		}
	}
	return out
}

// within returns the possible traces from a pod on.
func (w walk) within(t *testing.T, name string, pod *corev1.Pod, headers map[string]string) map[string]*big.Rat {
	t.Helper()
	// Each part is a list of the traces of the calls so far.
	type partial struct {
		met  []string
		part *big.Rat
	}
	partials := []partial{{nil, big.NewRat(1, 1)}}
	for _, callee := range mesh.Calls(w.app, name) {
		below := w.along(t, pod, w.route(t, pod, callee.Name, callee.Port, headers), headers)
		var next []partial
		for _, p := range partials {
			for _, met := range slices.Sorted(maps.Keys(below)) {
				next = append(next, partial{append(slices.Clone(p.met), met), new(big.Rat).Mul(p.part, below[met])})
			}
		}
		partials = next
	}
	out := map[string]*big.Rat{}
	for _, p := range partials {
		add(out, mesh.Trace(name+"@"+laneOf(t, values[*lanes.ASMSwimLane](w.asm, lanes.KindLane), pod), p.met), p.part)
	}
	return out
}

// podsOf returns the pods of a service in a lane. An empty lane means all lanes.
func (w walk) podsOf(service, lane string) []*corev1.Pod {
	var out []*corev1.Pod
	for _, l := range values[*lanes.ASMSwimLane](w.asm, lanes.KindLane) {
		for _, pod := range w.cluster.pods {
			if (lane == "" || l.Name == lane) && pod.Labels[lanes.LabelApp] == service &&
				labels.SelectorFromSet(l.Spec.LabelSelector).Matches(labels.Set(pod.Labels)) {
				out = append(out, pod)
			}
		}
	}
	return out
}

// clustersOf returns the shares of the clusters of a route. It sums up several destinations with
// the same cluster.
func clustersOf(r *route.Route) map[string]*big.Rat {
	sum := int64(0)
	for _, to := range mesh.DestinationsOf(r) {
		sum += int64(to.Weight())
	}
	out := map[string]*big.Rat{}
	for _, to := range mesh.DestinationsOf(r) {
		add(out, *to.Cluster, big.NewRat(int64(to.Weight()), sum))
	}
	return out
}

// clustersOfShares returns preview's clusters of a call, with their shares.
func clustersOfShares(t *testing.T, mesh preview.Mesh, call preview.Call) string {
	t.Helper()
	shares, err := mesh.Hop(call)
	require.NoError(t, err)
	out := map[string]*big.Rat{}
	for _, s := range shares {
		cluster := fmt.Sprintf("outbound|%d|%s|%s", s.Port, s.Subset, s.Host)
		if s.Failure == preview.NoSubset || s.Failure == preview.NoPort || s.Failure == preview.NoService {
			cluster += unknown
		}
		add(out, cluster, s.Weight)
	}
	return printed(out)
}

func add(to map[string]*big.Rat, key string, part *big.Rat) {
	if to[key] == nil {
		to[key] = new(big.Rat)
	}
	to[key].Add(to[key], part)
}

func printed(parts map[string]*big.Rat) string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(parts)) {
		out = append(out, parts[key].RatString()+" "+key)
	}
	return strings.Join(out, "\n")
}
