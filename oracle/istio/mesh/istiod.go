// Package mesh is Istio in process: istiod, and gRPC's xDS client as a data plane on loopback
// sockets.
package mesh

import (
	"bytes"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"istio.io/istio/pilot/pkg/config/kube/crd"
	"istio.io/istio/pilot/pkg/model"
	"istio.io/istio/pilot/test/xds"
	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/constants"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// born is the creation time of objects without one. With one age for all, their names decide.
var born = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

// istioGroup is the API group of istiod's configuration.
const istioGroup = "networking.istio.io"

// Configs returns the Istio objects of a set as istiod reads them, from their YAML.
func Configs(t require.TestingT, objects ...manifest.Object) []config.Config {
	var values []runtime.Object
	for _, o := range objects {
		if o.Ref.Group == istioGroup {
			values = append(values, o.Value)
		}
	}
	text, err := manifest.Encode(values...)
	require.NoError(t, err)
	out, others, err := crd.ParseInputs(string(bytes.TrimSpace(text)))
	require.NoError(t, err, "%s", text)
	require.Empty(t, others)
	require.Len(t, out, len(values))
	for i := range out {
		if out[i].Namespace == "" {
			out[i].Namespace = lanes.DefaultNamespace
		}
		out[i].Domain = constants.DefaultClusterLocalDomain // completes short hosts
		if out[i].CreationTimestamp.IsZero() {
			out[i].CreationTimestamp = born // else the store gives each another age
		}
	}
	return out
}

// Istiod is Istio's control plane, in process.
type Istiod struct {
	*xds.FakeDiscoveryServer
}

// Start runs istiod with Istio's objects and with the objects that run in a cluster. It serves xDS
// on a port of 127.0.0.1.
func Start(t testing.TB, running []runtime.Object, objects ...manifest.Object) Istiod {
	t.Helper()
	return Istiod{xds.NewFakeDiscoveryServer(t, xds.FakeOptions{
		KubernetesObjects: running,
		Configs:           Configs(t, objects...),
		ListenerBuilder:   func() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") },
	})}
}

// Apply creates or updates objects.
func (s Istiod) Apply(t testing.TB, objects ...manifest.Object) {
	t.Helper()
	for _, c := range Configs(t, objects...) {
		var err error
		if s.Store().Get(c.GroupVersionKind, c.Name, c.Namespace) == nil {
			_, err = s.Store().Create(c)
		} else {
			_, err = s.Store().Update(c)
		}
		require.NoError(t, err)
	}
}

// Sidecar returns the proxy beside a pod, as istiod configures it now.
func (s Istiod) Sidecar(pod *corev1.Pod) *model.Proxy { return s.proxy(model.SidecarProxy, pod) }

// Gateway returns the proxy of a gateway pod.
func (s Istiod) Gateway(pod *corev1.Pod) *model.Proxy { return s.proxy(model.Router, pod) }

func (s Istiod) proxy(kind model.NodeType, pod *corev1.Pod) *model.Proxy {
	return s.SetupProxy(&model.Proxy{
		Type:            kind,
		ID:              pod.Name + "." + pod.Namespace,
		ConfigNamespace: pod.Namespace,
		Labels:          pod.Labels,
		Metadata:        &model.NodeMetadata{Namespace: pod.Namespace, Labels: pod.Labels},
		IPAddresses:     []string{pod.Status.PodIP},
	})
}
