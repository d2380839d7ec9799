package istio_test

import (
	"slices"
	"testing"

	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xdstest"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/oracle/istio/mesh"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// TestStepsKeepRequestsInLanes makes the commits of a release on plain Istio, from before the
// candidate until the old lanes are gone. The objects of a commit arrive in any order. At every
// moment istiod has a cluster with pods for each name in its routes, and no request leaves its
// lane.
func TestStepsKeepRequestsInLanes(t *testing.T) {
	app, plan := mock.App(), mock.Plan()
	render := func(state rollout.State, mode release.Mode) manifest.Set {
		set, err := release.Render(app, plan, state, release.Options{Mode: mode})
		require.NoError(t, err)
		return plain(t, set)
	}
	prepared, err := plan.Prepare(t0)
	require.NoError(t, err)
	last := stateAt(t, plan, plan.Stages[len(plan.Stages)-1].Name)
	finished, err := plan.Finish(last, t0)
	require.NoError(t, err)
	sets := []manifest.Set{
		render(stateAt(t, plan, "rolledback"), release.Retire), // v1 and v2
		render(prepared, release.Keep),
		render(stateAt(t, plan, plan.Stages[0].Name), release.Keep),
		render(last, release.Keep),
		render(finished, release.Retire), // v3
	}
	for i, from := range sets[:len(sets)-1] {
		for _, step := range release.Steps(from, sets[i+1]) {
			for n, set := range moments(from, step.Set) {
				m := startMoment(t, app, set)
				require.Empty(t, m.missingPods(app), "to set %d: %s: moment %d", i+1, step.Title, n)
				require.Empty(t, m.leaving(t, app), "to set %d: %s: moment %d", i+1, step.Title, n)
			}
			from = step.Set
		}
	}
	// The docs warn of this: no prepared set in between.
	leaving := 0
	for _, step := range release.Steps(sets[0], sets[2]) {
		for _, set := range moments(sets[0], step.Set) {
			m := startMoment(t, app, set)
			require.Empty(t, m.missingPods(app))
			leaving += len(m.leaving(t, app))
		}
		sets[0] = step.Set
	}
	require.NotZero(t, leaving)
}

// TestMissingPodsAreFound checks the test itself: without DestinationRules the routes name lanes
// that istiod does not know.
func TestMissingPodsAreFound(t *testing.T) {
	app, set := seedSet(t, "initial-canary")
	var objects []manifest.Object
	for _, o := range plain(t, set).All() {
		if o.Ref.Kind != "DestinationRule" {
			objects = append(objects, o)
		}
	}
	require.NotEmpty(t, startMoment(t, app, manifest.NewSet(objects...)).missingPods(app))
}

// moments returns the sets between two sets: the changed objects arrive one by one, in order and in
// reverse.
func moments(from, to manifest.Set) []manifest.Set {
	var changed []manifest.Ref
	for _, d := range manifest.Diff(from, to) {
		if !slices.Contains(changed, d.Object) {
			changed = append(changed, d.Object)
		}
	}
	var out []manifest.Set
	for range 2 {
		for n := range len(changed) + 1 {
			var objects []manifest.Object
			for _, o := range from.All() {
				if !slices.Contains(changed[:n], o.Ref) {
					objects = append(objects, o)
				}
			}
			for _, ref := range changed[:n] {
				if o, stays := to.Get(ref); stays {
					objects = append(objects, o)
				}
			}
			out = append(out, manifest.NewSet(objects...))
		}
		slices.Reverse(changed)
	}
	return out
}

// moment is istiod's configuration for a set.
type moment struct {
	istiod
	cluster cluster
	gateway *corev1.Pod
	proxies map[*corev1.Pod]*model.Proxy // with the gateway's pod
	routes  map[*corev1.Pod][]*route.RouteConfiguration
}

func startMoment(t *testing.T, app lanes.App, set manifest.Set) moment {
	t.Helper()
	m := moment{cluster: clusterOf(set), proxies: map[*corev1.Pod]*model.Proxy{},
		routes: map[*corev1.Pod][]*route.RouteConfiguration{}}
	for i, pod := range m.cluster.pods {
		mesh.Place(pod, address(20, i))
	}
	m.istiod = startIstiod(t, m.cluster.objects(nil), set.All()...)
	for _, pod := range m.cluster.pods {
		m.proxies[pod] = m.Sidecar(pod)
	}
	m.gateway = mesh.GatewayPod(app)
	m.proxies[m.gateway] = m.istiod.Gateway(m.gateway)
	for pod, proxy := range m.proxies {
		m.routes[pod] = m.Routes(proxy)
	}
	require.Len(t, m.routes[m.gateway], 1)
	return m
}

// missingPods returns the clusters of the app that have no pods in istiod although a route of the
// gateway or of a pod names them.
func (m moment) missingPods(app lanes.App) []string {
	var missing []string
	for pod, proxy := range m.proxies {
		endpoints := xdstest.ExtractLoadAssignments(m.Endpoints(proxy))
		for _, rc := range m.routes[pod] {
			for _, name := range appClusters(rc, app) {
				if len(endpoints[name]) == 0 {
					missing = append(missing, pod.Name+" -> "+name)
				}
			}
		}
	}
	return missing
}

// leaving returns the possible traces of requests that leave their lane.
func (m moment) leaving(t *testing.T, app lanes.App) []string {
	t.Helper()
	_, asm := seedSet(t, "initial-canary") // has the lanes
	w := walk{drawn: drawn{app: app, asm: asm, cluster: m.cluster, gateway: m.gateway}, routes: m.routes}
	var out []string
	for met := range w.enter(t, m.routes[m.gateway][0], 80, request{host: "any.test", path: "/mock"}) {
		if met != traceOf("v1") && met != traceOf("v2") && met != traceOf("v3") {
			out = append(out, met)
		}
	}
	return out
}

// appClusters returns the clusters of the app's services in routes.
func appClusters(rc *route.RouteConfiguration, app lanes.App) []string {
	var out []string
	for _, d := range mesh.Destinations(rc) {
		_, _, host, _ := model.ParseSubsetKey(*d.Cluster)
		for _, s := range app.Services {
			if string(host) == lanes.Host(s.Name, app.Namespace) {
				out = append(out, *d.Cluster)
			}
		}
	}
	return out
}
