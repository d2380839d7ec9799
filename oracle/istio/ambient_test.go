package istio_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	listener "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	route "github.com/envoyproxy/go-control-plane/envoy/config/route/v3"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"istio.io/api/label"
	"istio.io/istio/pilot/pkg/features"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xdstest"
	"istio.io/istio/pkg/config/constants"
	kubelib "istio.io/istio/pkg/kube"
	"istio.io/istio/pkg/test"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/oracle/istio/mesh"
)

// ambient lets istiod serve ambient meshes during a test, with its defaults for them.
func ambient(t test.Failer) {
	for _, feature := range []*bool{
		&features.EnableAmbient, &features.EnableAmbientWaypoints, &features.EnableIngressWaypointRouting,
		&features.EnableHBONESend,
	} {
		test.SetForTest(t, feature, true)
	}
}

// waypoint is the proxy that requests to Services pass in an ambient mesh.
type waypoint struct {
	name, namespace string
	pod             *corev1.Pod
	service         *corev1.Service
}

// newWaypoint returns the ith waypoint of a test.
func newWaypoint(name, namespace string, i int) waypoint {
	labels := map[string]string{
		label.IoK8sNetworkingGatewayGatewayName.Name: name,
		label.GatewayManaged.Name:                    constants.ManagedGatewayMeshControllerLabel,
	}
	w := waypoint{name, namespace, mesh.PodOf(name, namespace, labels), &corev1.Service{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Service"},
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace, Labels: labels},
		Spec: corev1.ServiceSpec{
			ClusterIP:  address(11, i),
			ClusterIPs: []string{address(11, i)},
			Selector:   labels,
			Ports:      []corev1.ServicePort{{Name: "mesh", Port: 15008}},
		},
	}}
	mesh.Place(w.pod, address(21, i))
	return w
}

// objects returns the objects of a running waypoint: a Gateway for Services of every namespace, its
// Service and its pod.
func (w waypoint) objects(t testing.TB) []runtime.Object {
	t.Helper()
	gateway := fmt.Sprintf(`
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: %[1]s, namespace: %[2]s}
spec:
  gatewayClassName: istio-waypoint
  listeners:
  - {name: mesh, port: 15008, protocol: HBONE, allowedRoutes: {namespaces: {from: All}}}
status:
  addresses: [{type: Hostname, value: %[1]s.%[2]s.svc.cluster.local}]`, w.name, w.namespace)
	o, _, err := kubelib.IstioCodec.UniversalDeserializer().Decode([]byte(gateway), nil, nil)
	require.NoError(t, err)
	return append(cluster{services: []*corev1.Service{w.service}, pods: []*corev1.Pod{w.pod}}.objects(nil), o)
}

// waypoint returns the proxy of a waypoint.
func (s istiod) waypoint(w waypoint) *model.Proxy {
	return s.SetupProxy(&model.Proxy{
		Type:            model.Waypoint,
		ID:              w.pod.Name + "." + w.namespace,
		ConfigNamespace: w.namespace,
		Labels:          w.pod.Labels,
		Metadata:        &model.NodeMetadata{Namespace: w.namespace, Labels: w.pod.Labels},
		IPAddresses:     []string{w.pod.Status.PodIP},
	})
}

// inbound returns the routes of a waypoint for a port of a host, nil if it does not serve the port.
func inbound(t testing.TB, listeners []*listener.Listener, host string, port int32) *route.RouteConfiguration {
	t.Helper()
	l := xdstest.ExtractListener("main_internal", listeners)
	require.NotNil(t, l)
	chain := fmt.Sprintf("inbound-vip|%d|http|%s", port, host)
	if !slices.Contains(xdstest.ExtractFilterChainNames(l), chain) {
		return nil
	}
	return xdstest.ExtractHTTPConnectionManager(t, xdstest.ExtractFilterChain(chain, l)).GetRouteConfig()
}

// asOutbound returns a sidecar's name of a waypoint's cluster.
func asOutbound(cluster string) string {
	direction, subset, host, port := model.ParseSubsetKey(cluster)
	if direction == model.TrafficDirectionInboundVIP {
		subset = strings.TrimPrefix(strings.TrimPrefix(subset, "http"), "/")
	}
	return fmt.Sprintf("outbound|%d|%s|%s", port, subset, host)
}

// labelled returns a set in which objects of a kind and namespace have more labels. If the set
// lacks a Namespace, labelled adds it.
func labelled(t testing.TB, set manifest.Set, kind, namespace string, labels map[string]string) manifest.Set {
	t.Helper()
	out := set.All()
	found := false
	for i, o := range out {
		at := o.Ref.Namespace
		if kind == "Namespace" {
			at = o.Ref.Name
		}
		if o.Ref.Kind != kind || at != namespace {
			continue
		}
		found = true
		value := o.Value.DeepCopyObject()
		all := value.(metav1.Object).GetLabels()
		if all == nil {
			all = map[string]string{}
		}
		for k, v := range labels {
			all[k] = v
		}
		value.(metav1.Object).SetLabels(all)
		out[i].Value = value
	}
	if !found {
		require.Equal(t, "Namespace", kind, "the set has no such object")
		u := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Namespace",
			"metadata": map[string]any{"name": namespace}}}
		u.SetLabels(labels)
		out = append(out, object(t, u))
	}
	return manifest.NewSet(out...)
}

// namespaces returns the Namespaces of a set as objects of a cluster.
func namespaces(set manifest.Set) []runtime.Object {
	var out []runtime.Object
	for _, o := range set.Kind("Namespace") {
		out = append(out, &corev1.Namespace{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
			ObjectMeta: metav1.ObjectMeta{Name: o.Ref.Name, Labels: o.Meta().GetLabels()},
		})
	}
	return out
}
