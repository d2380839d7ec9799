package istio_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	networking "istio.io/api/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/oracle/istio/mesh"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/routing"
)

// drawn is a random app with its objects.
type drawn struct {
	seed    int
	app     lanes.App
	asm     manifest.Set // with the lane kinds
	plain   manifest.Set // for Istio without ASM
	cluster cluster
	gateway *corev1.Pod
	timeout bool // the group's patch gives every call a timeout
	// varied says that plain means something else than the lane kinds: the visibility of its
	// objects and the ports that they name are random.
	varied bool
}

// drawApp draws the app of a seed. Apps of other seeds have other namespaces and gateways. With
// vary, headers have random letter case, and some apps vary on plain Istio. (gRPC clients compare
// the letter case of headers, Envoy does not.)
func drawApp(t testing.TB, seed int, vary bool) drawn {
	d := drawn{seed: seed}
	rapid.Custom(func(r *rapid.T) int {
		ruleBased := rapid.IntRange(0, 3).Draw(r, "rules") == 3
		app := rapid.Custom(gen.App).Draw(r, "app")
		if ruleBased {
			app = rapid.Custom(gen.RuleBased).Draw(r, "app with rules")
		}
		own := fmt.Sprintf("app-%d", seed)
		app.Namespace = own
		app.Gateway.Namespace = rapid.SampledFrom([]string{own, own + "-edge"}).Draw(r, "gateway namespace")
		app.Gateway.Selector = map[string]string{"istio": own}
		app.Gateway.Shared = false
		app.Gateway.Hosts = slices.DeleteFunc(app.Gateway.Hosts, func(host string) bool { return host == "localhost" })
		if ruleBased {
			d.asm = declared(t, &app, rapid.IntRange(0, 3).Draw(r, "one lane") == 3)
		} else {
			plan := gen.Plan(r, app)
			var err error
			d.asm, err = release.Render(app, plan, gen.State(r, plan), release.Options{})
			require.NoError(t, err)
		}
		d.app = app
		if app.Strategy == "" && rapid.Bool().Draw(r, "pins") {
			d.asm = pinned(app, d.asm)
		}
		d.timeout = rapid.Bool().Draw(r, "patch")
		d.asm = relabelled(r, d.asm, d.timeout)
		if !vary {
			d.plain = plain(t, d.asm)
			return 0
		}
		d.asm = respelledHeaders(r, d.asm)
		d.plain = respelledHeaders(r, plain(t, d.asm))
		if d.varied = rapid.IntRange(0, 2).Draw(r, "varied") == 2; d.varied {
			d.plain = newVariation(r, t, app).vary(d.plain)
		}
		return 0
	}).Example(seed)
	d.cluster = clusterOf(d.plain)
	for i, pod := range d.cluster.pods {
		mesh.Place(pod, address(20, seed*1000+i))
	}
	for i, service := range d.cluster.services {
		service.Spec.ClusterIP = address(10, seed*100+i)
		service.Spec.ClusterIPs = []string{service.Spec.ClusterIP}
	}
	d.gateway = mesh.GatewayPod(d.app)
	return d
}

// pinHeader is a header that names the lane of a request, in apps with pins.
const pinHeader = "x-pin"

// pinned returns a set with additional routes: one for each lane, for requests with a header.
func pinned(app lanes.App, set manifest.Set) manifest.Set {
	out := set.All()
	for i, o := range out {
		if o.Ref.Kind != "VirtualService" {
			continue
		}
		o.Value = o.Value.DeepCopyObject()
		spec := o.VirtualService()
		var pins []*networking.HTTPRoute
		for _, v := range app.Versions {
			to := &networking.HTTPRouteDestination{Destination: &networking.Destination{
				Host: lanes.Host(app.Entry().Name, app.Namespace), Subset: v.LaneName(),
			}}
			if p := app.Permissive; p != nil {
				to.Destination.Subset = app.ServingLane(v, app.Entry().Name)
				to.Headers = &networking.Headers{
					Request: &networking.Headers_HeaderOperations{Set: map[string]string{p.RouteHeader: v.LaneName()}}}
			}
			pins = append(pins, &networking.HTTPRoute{
				Match: []*networking.HTTPMatchRequest{{Headers: map[string]*networking.StringMatch{
					pinHeader: {MatchType: &networking.StringMatch_Exact{Exact: v.LaneName()}},
				}}},
				Route: []*networking.HTTPRouteDestination{to},
			})
		}
		spec.Http = append(pins, spec.Http...)
		out[i] = o
	}
	return manifest.NewSet(out...)
}

// declared returns the objects of an app with routing rules, which no release shifts. With oneLane
// it keeps only the first version. It removes second rules for the same requests.
func declared(t testing.TB, app *lanes.App, oneLane bool) manifest.Set {
	if oneLane && app.Permissive == nil {
		app.Versions = app.Versions[:1]
	}
	seen := map[string]bool{}
	for i := range app.Versions {
		v := &app.Versions[i]
		v.Matches = slices.DeleteFunc(v.Matches, func(m lanes.RequestMatch) bool {
			text, err := json.Marshal(m)
			require.NoError(t, err)
			was := seen[string(text)]
			seen[string(text)] = true
			return was
		})
	}
	var out []manifest.Object
	for _, s := range app.Services {
		out = append(out, built(t, app.Service(s)))
		for _, v := range app.Versions {
			if v.Has(s.Name) {
				out = append(out, built(t, app.Deployment(v, s)))
			}
		}
	}
	out = append(out, built(t, app.LaneGroup()))
	for _, v := range app.Versions {
		out = append(out, built(t, app.Lane(v)))
	}
	out = append(out, built(t, routing.GatewayBuilder{
		Name: app.Gateway.Name, Namespace: app.Gateway.Namespace, Selector: app.Gateway.Selector,
		Servers: []routing.Server{{Port: cmp.Or(app.Gateway.Port, 80), Name: "http", Protocol: "HTTP",
			Hosts: app.Gateway.AllHosts()}},
	}))
	return manifest.NewSet(out...)
}

func built[T runtime.Object](t testing.TB, builder interface{ Build() (T, error) }) manifest.Object {
	value, err := builder.Build()
	require.NoError(t, err)
	return object(t, value)
}

// relabelled returns a set in which lanes select pods by other labels than the version. They use
// the traffic tag, several labels, or an additional label of the pods. With timeout the group's
// patch sets a timeout.
func relabelled(t *rapid.T, set manifest.Set, timeout bool) manifest.Set {
	style := rapid.SampledFrom([]string{"version", "tag", "both", "own"}).Draw(t, "selectors")
	laneOf := map[string]string{} // by version
	for _, lane := range values[*lanes.ASMSwimLane](set, lanes.KindLane) {
		laneOf[lane.Spec.LabelSelector[lanes.LabelVersion]] = lane.Name
	}
	var out []manifest.Object
	for _, o := range set.All() {
		switch value := o.Value.(type) {
		case *lanes.ASMSwimLane:
			lane := value.DeepCopy()
			version := lane.Spec.LabelSelector[lanes.LabelVersion]
			switch style {
			case "tag":
				lane.Spec.LabelSelector = map[string]string{lanes.LabelTrafficTag: version}
			case "both":
				lane.Spec.LabelSelector[lanes.LabelTrafficTag] = version
			case "own":
				lane.Spec.LabelSelector = map[string]string{"example.com/lane": lane.Name}
			}
			o.Value = lane
		case *lanes.ASMSwimLaneGroup:
			group := value.DeepCopy()
			if timeout {
				group.Spec.DefaultHTTPRoutePatch = &runtime.RawExtension{Raw: []byte(`{"timeout": "3s"}`)}
			}
			o.Value = group
		case *appsv1.Deployment:
			d := value.DeepCopy()
			if style == "own" {
				d.Spec.Template.Labels["example.com/lane"] = laneOf[d.Spec.Template.Labels[lanes.LabelVersion]]
			}
			o.Value = d
		}
		out = append(out, o)
	}
	return manifest.NewSet(out...)
}
