package istio_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"pgregory.net/rapid"

	"istio.io/istio/pkg/config/analysis/analyzers"
	"istio.io/istio/pkg/config/analysis/diag"
	"istio.io/istio/pkg/config/analysis/local"
	"istio.io/istio/pkg/config/schema/collections"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/internal/istiospec"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/oracle/istio/mesh"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/routing"
)

// accepted fails the test unless Istio's validation accepts every object of Istio. Its warning
// about a match that another one covers is allowed.
func accepted(t require.TestingT, objects ...manifest.Object) {
	for _, c := range mesh.Configs(t, objects...) {
		schema, found := collections.Pilot.FindByGroupVersionAliasesKind(c.GroupVersionKind)
		require.True(t, found, "%s", c.GroupVersionKind)
		_, err := schema.ValidateConfig(c)
		require.NoError(t, err, "%s %s/%s", c.GroupVersionKind.Kind, c.Namespace, c.Name)
	}
	for _, o := range objects {
		require.Empty(t, refused(o), "%s", o.Ref)
	}
}

// refused returns our reasons why Istio would refuse an object.
func refused(o manifest.Object) []istiospec.Fault {
	switch {
	case o.VirtualService() != nil:
		return istiospec.VirtualService(o.Ref.Namespace, o.VirtualService())
	case o.Gateway() != nil:
		return istiospec.Gateway(o.Ref.Name, o.Gateway())
	case o.DestinationRule() != nil:
		return istiospec.DestinationRule(o.Ref.Namespace, o.DestinationRule())
	}
	return nil
}

// rendered draws a release, and returns its set with the lane kinds.
func rendered(t *rapid.T) (lanes.App, manifest.Set) {
	app := gen.Shop(t)
	plan := gen.Plan(t, app)
	set, err := release.Render(app, plan, gen.State(t, plan), release.Options{})
	require.NoError(t, err)
	return app, set
}

func TestIstioAcceptsWhatReleaseRenders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, set := rendered(t)
		accepted(t, set.All()...)
		accepted(t, plain(t, set).All()...)
	})
}

// TestIstioAcceptsWhatRoutingAccepts draws builders, some with faults. Istio's validation accepts
// what routing's Validate accepts.
func TestIstioAcceptsWhatRoutingAccepts(t *testing.T) {
	built := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		vs := virtualService(t)
		if len(vs.Validate()) == 0 {
			built["VirtualService"]++
			value, err := vs.Build()
			require.NoError(t, err)
			accepted(t, object(t, value), object(t, routing.V1Beta1(value)))
		}
		if dr := destinationRule(t); len(dr.Validate()) == 0 {
			built["DestinationRule"]++
			value, err := dr.Build()
			require.NoError(t, err)
			accepted(t, object(t, value))
		}
		if gateway := gateway(t); len(gateway.Validate()) == 0 {
			built["Gateway"]++
			value, err := gateway.Build()
			require.NoError(t, err)
			accepted(t, object(t, value), object(t, routing.GatewayV1Beta1(value)))
		}
	})
	require.Len(t, built, 3, "each kind is built now and then")
}

// TestAnalyzersFindNoErrorInPlainIstio runs all of Istio's analyzers on the objects of a cluster.
func TestAnalyzersFindNoErrorInPlainIstio(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		app, set := rendered(t)
		found := errorsOf(analyze(t, surrounded(t, app, plain(t, set)).All()...))
		// IST0112 asks for a port in every destination of a Service with several ports. The routes
		// between lanes have none on purpose: istiod keeps the port of the call
		// (pilot/pkg/networking/core/route, GetDestinationCluster), and one route serves all ports.
		found = slices.DeleteFunc(found, func(message string) bool { return strings.Contains(message, "[IST0112]") })
		require.Empty(t, found)
	})
}

// TestAnalyzersFindPlantedErrors checks the test itself: the analyzers see the objects, and report
// their faults as errors.
func TestAnalyzersFindPlantedErrors(t *testing.T) {
	app, set := seedSet(t, "initial-canary")
	for _, kind := range []string{"DestinationRule", "Gateway", "Service"} {
		var left []manifest.Object
		for _, o := range surrounded(t, app, plain(t, set)).All() {
			if o.Ref.Kind != kind {
				left = append(left, o)
			}
		}
		require.NotEmpty(t, errorsOf(analyze(t, left...)), "without any %s", kind)
	}
}

// surrounded returns the set with the other objects of a cluster: a pod for each Deployment, the
// gateway's pod and Service, other owners' Gateways, and namespaces with injected sidecars.
func surrounded(t require.TestingT, app lanes.App, set manifest.Set) manifest.Set {
	var objects []manifest.Object
	for _, o := range set.All() { // objects in a cluster name their namespaces
		o.Value = o.Value.DeepCopyObject()
		o.Meta().SetNamespace(o.Ref.Namespace)
		objects = append(objects, o)
		if d, ok := o.Value.(*appsv1.Deployment); ok { // even at 0 replicas: missing pods are not the routes' fault
			objects = append(objects, object(t, mesh.PodOf(d.Name, d.Namespace, d.Spec.Template.Labels)))
		}
	}
	pod := mesh.GatewayPod(app)
	port := app.Gateway.Port
	if app.Gateway.Shared || port == 0 {
		port = 80
	}
	if app.Gateway.Shared {
		gateway, err := routing.GatewayBuilder{
			Name: app.Gateway.Name, Namespace: app.Gateway.Namespace, Selector: pod.Labels,
			Servers: []routing.Server{{Port: port, Name: "http", Protocol: "HTTP", Hosts: []string{"*"}}},
		}.Build()
		require.NoError(t, err)
		objects = append(objects, object(t, gateway))
	}
	objects = append(objects, object(t, pod), object(t, &corev1.Service{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Service"},
		ObjectMeta: metav1.ObjectMeta{Name: pod.Name, Namespace: pod.Namespace},
		Spec: corev1.ServiceSpec{Selector: pod.Labels,
			Ports: []corev1.ServicePort{{Name: "http", Port: int32(port), Protocol: corev1.ProtocolTCP}}},
	}))
	for _, ref := range release.External(app) { // mirrors send copies there
		if ref.Kind == "Service" {
			objects = append(objects, object(t, &corev1.Service{
				TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Service"},
				ObjectMeta: metav1.ObjectMeta{Name: ref.Name, Namespace: ref.Namespace},
				Spec: corev1.ServiceSpec{
					Ports: []corev1.ServicePort{{Name: "http", Port: cmp.Or(app.Gateway.Route.Mirror.Port, 80)}}},
			}))
		}
	}
	seen := map[string]bool{}
	for _, o := range set.All() {
		if ns := o.Ref.Namespace; ns != "" && !seen[ns] {
			seen[ns] = true
			objects = append(objects, object(t, &corev1.Namespace{
				TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
				ObjectMeta: metav1.ObjectMeta{Name: ns, Labels: map[string]string{"istio-injection": "enabled"}},
			}))
		}
	}
	return manifest.NewSet(objects...)
}

// analyze returns the messages of Istio's analyzers about objects.
func analyze(t require.TestingT, objects ...manifest.Object) diag.Messages {
	var all []runtime.Object
	for _, o := range objects {
		all = append(all, o.Value)
	}
	text, err := manifest.Encode(all...)
	require.NoError(t, err)
	analyzer := local.NewSourceAnalyzer(analyzers.AllCombined(), "", "istio-system", nil)
	require.NoError(t, analyzer.AddTestReaderKubeSource(
		[]local.ReaderSource{{Name: "set.yaml", Reader: strings.NewReader(string(text))}}))
	stop := make(chan struct{})
	defer close(stop)
	result, err := analyzer.Analyze(stop)
	require.NoError(t, err)
	require.Empty(t, result.SkippedAnalyzers)
	return result.Messages
}

func errorsOf(messages diag.Messages) (out []string) {
	for _, m := range messages {
		if m.Type.Level() == diag.Error {
			out = append(out, m.String())
		}
	}
	return out
}
