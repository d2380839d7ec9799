package istio_test

import (
	"flag"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
)

var apps = flag.Int("apps", 200, "how many random apps are compared with istiod")

// perIstiod is the number of apps that one istiod serves: starting it takes longer than testing an
// app.
const perIstiod = 10

// TestIstiodRoutesAsPreviewSays compares istiod's routes with preview, for random apps. It compares
// where the calls of every pod and the requests to the gateway go. preview reads the lane kinds,
// and the objects of plain Istio.
func TestIstiodRoutesAsPreviewSays(t *testing.T) {
	compared := counts{}
	for first := 0; first < *apps; first += perIstiod {
		t.Run(fmt.Sprintf("from-app-%d", first), func(t *testing.T) {
			var all []drawn
			var objects []manifest.Object
			var running []runtime.Object
			for i := first; i < min(first+perIstiod, *apps); i++ {
				d := drawApp(t, i, true)
				all = append(all, d)
				objects = append(objects, d.plain.All()...)
				running = append(running, d.cluster.objects(nil)...)
			}
			s := startIstiod(t, running, objects...)
			for _, d := range all {
				t.Run(fmt.Sprintf("app-%d", d.seed), func(t *testing.T) { d.compare(t, s, compared) })
			}
		})
	}
	t.Logf("compared: %v", compared)
}

// counts says how often something was seen.
type counts map[string]int

// compare compares the answers for every caller and every destination, and then whole requests. For
// a varied app the lane kinds have another meaning: it leaves them out.
func (d drawn) compare(t *testing.T, s istiod, compared counts) {
	meshes := map[string]preview.Mesh{"plain Istio": preview.New(d.plain)}
	if !d.varied {
		meshes["lane kinds"] = preview.New(d.asm)
	}
	w := walk{drawn: d, routes: map[*corev1.Pod][]*route.RouteConfiguration{},
		clusters: map[*corev1.Pod]map[string]bool{}}
	for _, pod := range d.cluster.pods {
		w.add(s, pod, s.Sidecar(pod))
		w.compareCalls(t, pod, meshes, compared)
	}
	for _, pod := range d.others() { // ASM does not document what the lane kinds mean for pods in no lane
		w.add(s, pod, s.Sidecar(pod))
		w.compareCalls(t, pod, map[string]preview.Mesh{"plain Istio": meshes["plain Istio"]}, compared)
	}
	w.add(s, d.gateway, s.Gateway(d.gateway))
	servers := d.plain.Kind("Gateway")[0].Gateway().Servers
	require.Len(t, w.routes[d.gateway], len(servers))
	for _, server := range servers {
		w.compareRequests(t, server.Port.Number, meshes, compared)
	}
}

// compareCalls compares the destinations of every call of a pod.
func (w walk) compareCalls(t *testing.T, pod *corev1.Pod, meshes map[string]preview.Mesh, compared counts) {
	for _, service := range w.cluster.services {
		for _, port := range service.Spec.Ports {
			for _, headers := range w.callHeaders() {
				got := w.call(t, pod, service.Name, port.Port, headers)
				call := preview.Call{
					Namespace: pod.Namespace, Labels: pod.Labels, Host: service.Name + "." + service.Namespace,
					Port: uint32(port.Port), Path: callPath, Headers: headers,
				}
				for name, mesh := range meshes {
					require.Equal(t, got, clustersOfShares(t, mesh, call), "%s: %s/%s calls %s:%d with %v", name,
						pod.Namespace, pod.Name, service.Name, port.Port, headers)
				}
				compared["calls"]++
				if strings.Contains(got, unknown) {
					compared["calls that know no pods"]++
				}
			}
		}
	}
}

// compareRequests compares the outcomes of requests to a port of the gateway.
func (w walk) compareRequests(t *testing.T, port uint32, meshes map[string]preview.Mesh, compared counts) {
	gateway := routeConfiguration(w.routes[w.gateway], fmt.Sprintf("http.%d", port))
	require.NotNil(t, gateway)
	for _, r := range w.requests() {
		for name, mesh := range meshes {
			if name == "lane kinds" && w.asking(r) > 1 {
				continue // ASM does not document which of several lanes comes first
			}
			result, err := mesh.Trace(preview.Request{Host: r.host, Port: port, Path: r.path, Headers: r.headers,
				Calls: w.calls()})
			require.NoError(t, err)
			if result.Outcomes == nil {
				compared["requests with too many outcomes"]++
				continue
			}
			got := w.enter(t, gateway, port, r)
			shares := map[string]*big.Rat{}
			for _, o := range result.Outcomes {
				add(shares, o.String(), o.Share)
			}
			require.Equal(t, printed(got), printed(shares), "%s: port %d, %+v", name, port, r)
			if len(got) == 1 && got["(no route)"] != nil {
				compared["requests without a route"]++
			} else {
				compared["requests"]++
			}
		}
	}
}

// callPath is the path of the calls between services.
const callPath = "/next/call"

// callHeaders returns the headers of calls: none, each lane in the route header of a permissive
// app, and a lane that does not exist.
func (d drawn) callHeaders() []map[string]string {
	out := []map[string]string{nil}
	if p := d.app.Permissive; p != nil {
		for _, v := range d.app.Versions {
			out = append(out, map[string]string{p.RouteHeader: v.LaneName()})
		}
		out = append(out, map[string]string{p.RouteHeader: "no-such-lane"})
	}
	return out
}

func (d drawn) calls() map[string][]string {
	out := map[string][]string{}
	for _, s := range d.app.Services {
		out[s.Name] = s.Calls
	}
	return out
}

// requests returns requests to the gateway for each of its hosts and one other host. Some may meet
// a match; others meet none.
func (d drawn) requests() []request {
	matches := slices.Clone(d.app.Gateway.Matches)
	for _, v := range d.app.Versions {
		matches = append(matches, v.Matches...)
	}
	all := []request{{path: "/"}, {path: "/mock/12"}, {path: "/v1", headers: map[string]string{"x-user": "v1"}}}
	for _, v := range d.app.Versions {
		all = append(all, request{path: "/", headers: map[string]string{pinHeader: v.LaneName()}})
	}
	for _, m := range matches {
		r := request{path: "/other", headers: map[string]string{}}
		if m.URI != nil {
			r.path = sample(*m.URI, "/mock/7")
			all = append(all, request{path: r.path})
		}
		for _, name := range slices.Sorted(maps.Keys(m.Headers)) {
			r.headers[name] = sample(m.Headers[name], "123")
			all = append(all, request{path: r.path, headers: maps.Clone(r.headers)})
		}
		all = append(all, r)
	}
	var out []request
	for _, host := range append(slices.Clone(d.app.Gateway.Hosts), "*", "unknown.test") {
		host = strings.Replace(host, "*.", "any.", 1)
		if host == "*" {
			host = "any.test"
		}
		for _, r := range all {
			r.host = host
			out = append(out, r)
		}
	}
	return out
}

// asking returns the number of lanes with a rule for a request.
func (d drawn) asking(r request) int {
	n := 0
	for _, v := range d.app.Versions {
		if slices.ContainsFunc(v.Matches, func(m lanes.RequestMatch) bool {
			if m.URI != nil && !takes(*m.URI, r.path) {
				return false
			}
			for name, want := range m.Headers {
				if value, found := r.headers[name]; !found || !takes(want, value) {
					return false
				}
			}
			return true
		}) {
			n++
		}
	}
	return n
}

func takes(m lanes.StringMatch, s string) bool {
	switch {
	case m.Exact != "":
		return s == m.Exact
	case m.Prefix != "":
		return strings.HasPrefix(s, m.Prefix)
	}
	return whole(m.Regex, s)
}

// sample returns a string that meets a match; for a regular expression it is the guess.
func sample(m lanes.StringMatch, guess string) string {
	switch {
	case m.Exact != "":
		return m.Exact
	case m.Prefix != "":
		return m.Prefix + "x"
	}
	return guess
}
