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
	"github.com/swimlane-go/swimlane/preview"
)

// walk follows requests by the routes that istiod makes, and nothing else.
type walk struct {
	drawn
	routes map[*corev1.Pod][]*route.RouteConfiguration
}

// call returns the clusters of a call, with their parts.
func (w walk) call(t *testing.T, routes []*route.RouteConfiguration, to lanes.AppService, headers map[string]string) string {
	t.Helper()
	return printed(clustersOf(w.route(t, routes, to, headers)))
}

// route returns the route of a call.
func (w walk) route(t *testing.T, routes []*route.RouteConfiguration, to lanes.AppService, headers map[string]string) *route.Route {
	t.Helper()
	rc := routeConfiguration(routes, strconv.Itoa(int(to.Port)))
	require.NotNil(t, rc)
	r, err := routeFor(rc, to.Port, request{host: lanes.Host(to.Name, w.app.Namespace), path: callPath, headers: headers})
	require.NoError(t, err)
	require.NotNil(t, r, "a call to %s with %v", to.Name, headers)
	if w.timeout {
		require.Equal(t, 3*time.Second, r.GetRoute().Timeout.AsDuration())
	}
	return r
}

// enter returns what a request to the gateway meets, as preview prints it, with
// the probability of each.
func (w walk) enter(t *testing.T, gateway *route.RouteConfiguration, r request) map[string]*big.Rat {
	t.Helper()
	port, err := strconv.Atoi(strings.TrimPrefix(gateway.Name, "http."))
	require.NoError(t, err)
	taken, err := routeFor(gateway, int32(port), r)
	require.NoError(t, err)
	if taken == nil {
		return map[string]*big.Rat{"(no route)": big.NewRat(1, 1)}
	}
	return w.along(t, taken, r.headers)
}

// along returns what may be met along a route.
func (w walk) along(t *testing.T, r *route.Route, headers map[string]string) map[string]*big.Rat {
	t.Helper()
	all := destinationsOf(r)
	sum := int64(0)
	for _, to := range all {
		require.Positive(t, to.weight(), "istiod leaves out what has no weight")
		sum += int64(to.weight())
	}
	out := map[string]*big.Rat{}
	for _, to := range all {
		passed := maps.Clone(headers)
		if passed == nil {
			passed = map[string]string{}
		}
		for _, h := range to.headers() {
			passed[h.Header.Key] = h.Header.Value
		}
		for met, part := range w.reached(t, *to.cluster, passed) {
			add(out, met, part.Mul(part, big.NewRat(int64(to.weight()), sum)))
		}
	}
	return out
}

// reached returns what may be met in a cluster and after it.
func (w walk) reached(t *testing.T, cluster string, headers map[string]string) map[string]*big.Rat {
	t.Helper()
	_, subset, host, _ := model.ParseSubsetKey(cluster)
	name, _, _ := strings.Cut(string(host), ".")
	if subset == "" {
		return map[string]*big.Rat{name + "@any": big.NewRat(1, 1)}
	}
	me := name + "@" + subset
	pod := w.podOf(name, subset)
	if pod == nil {
		return map[string]*big.Rat{me + " (no pods)": big.NewRat(1, 1)}
	}
	// Each part is a list of what the calls so far have met.
	type partial struct {
		met  []string
		part *big.Rat
	}
	partials := []partial{{nil, big.NewRat(1, 1)}}
	for _, callee := range calls(w.app, name) {
		below := w.along(t, w.route(t, w.routes[pod], callee, headers), headers)
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
		add(out, trace(me, p.met), p.part)
	}
	return out
}

// podOf returns the pod of a service in a lane, nil when there is none.
func (w walk) podOf(service, lane string) *corev1.Pod {
	for _, l := range values[*lanes.ASMSwimLane](w.asm, lanes.KindLane) {
		for _, pod := range w.cluster.pods {
			if l.Name == lane && pod.Labels[lanes.LabelApp] == service && labels.SelectorFromSet(l.Spec.LabelSelector).Matches(labels.Set(pod.Labels)) {
				return pod
			}
		}
	}
	return nil
}

// clustersOf returns the parts of the clusters of a route; several destinations of
// one cluster are one.
func clustersOf(r *route.Route) map[string]*big.Rat {
	sum := int64(0)
	for _, to := range destinationsOf(r) {
		sum += int64(to.weight())
	}
	out := map[string]*big.Rat{}
	for _, to := range destinationsOf(r) {
		add(out, *to.cluster, big.NewRat(int64(to.weight()), sum))
	}
	return out
}

// clustersOfShares returns the clusters that preview means.
func clustersOfShares(t *testing.T, mesh preview.Mesh, call preview.Call) string {
	t.Helper()
	shares, err := mesh.Hop(call)
	require.NoError(t, err)
	out := map[string]*big.Rat{}
	for _, s := range shares {
		add(out, fmt.Sprintf("outbound|%d|%s|%s", s.Port, s.Subset, s.Host), s.Weight)
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
