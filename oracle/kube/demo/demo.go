package main

import (
	"context"
	"testing"
	"time"

	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/stretchr/testify/require"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	networkingv1beta1 "istio.io/client-go/pkg/apis/networking/v1beta1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/kubernetes/pkg/controller/endpointslice"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"

	releases "github.com/swimlane-go/swimlane/examples/controller/cluster"
	"github.com/swimlane-go/swimlane/examples/controller/facts"
	"github.com/swimlane-go/swimlane/examples/controller/metrics"
	"github.com/swimlane-go/swimlane/examples/controller/reconciler"
	"github.com/swimlane-go/swimlane/examples/controller/source"
	"github.com/swimlane-go/swimlane/examples/controller/source/prometheus"
	"github.com/swimlane-go/swimlane/examples/controller/status"
	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/oracle/kube/cluster"
	"github.com/swimlane-go/swimlane/rollout/counters"
)

// The controller measures windows of interval that ended lag ago. One window proves little, however
// bad it is: a decision takes about four.
const (
	interval = time.Second
	lag      = time.Second
)

// demo is the cluster of both releases.
type demo struct {
	config *rest.Config
	scheme *runtime.Scheme
	client client.WithWatch
	store  v1.API // has the counts of the mesh
	plans  []*corev1.ConfigMap
}

// newDemo returns a demo with the namespace and the node that it needs.
func newDemo(ctx context.Context, t *testing.T, c cluster.Cluster) *demo {
	t.Helper()
	d := &demo{config: rest.CopyConfig(c.Config), scheme: runtime.NewScheme()}
	d.config.ContentType, d.config.AcceptContentTypes = runtime.ContentTypeJSON, runtime.ContentTypeJSON
	require.NoError(t, clientgoscheme.AddToScheme(d.scheme))
	require.NoError(t, networkingv1.AddToScheme(d.scheme))
	require.NoError(t, networkingv1beta1.AddToScheme(d.scheme)) // the library builds this version
	var err error
	d.client, err = client.NewWithWatch(d.config, client.Options{Scheme: d.scheme})
	require.NoError(t, err)
	c.Namespace(ctx, t, mock.App().Gateway.Namespace)
	require.NoError(t, d.client.Create(ctx, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: cluster.NodeName}}))
	return d
}

// endpointSlices makes Kubernetes' controller of EndpointSlices.
func endpointSlices(ctx context.Context, _ testing.TB, of cluster.Controllers) func(context.Context) {
	core, slices := of.Factory.Core().V1(), of.Factory.Discovery().V1().EndpointSlices()
	c := endpointslice.NewController(ctx, core.Pods(), core.Services(), core.Nodes(), slices, 100, of.Client, 0)
	return func(ctx context.Context) { c.Run(ctx, 2) }
}

// startController runs the controller of examples/controller until the test ends. The store at the
// address is its source of facts.
func (d *demo) startController(t *testing.T, address string) {
	t.Helper()
	const name = "swimlane"
	asked, err := api.NewClient(api.Config{Address: address})
	require.NoError(t, err)
	d.store = v1.NewAPI(asked)
	m, err := ctrl.NewManager(d.config, ctrl.Options{
		Scheme: d.scheme, Metrics: server.Options{BindAddress: "0"},
		Client: client.Options{Cache: &client.CacheOptions{Unstructured: true}},
	})
	require.NoError(t, err)
	counted := prometheus.Source{API: d.store, Timeout: 10 * time.Second, Format: counters.IstioRequests()}
	r := &reconciler.Reconciler{
		Client: m.GetClient(), Direct: m.GetAPIReader(), Clock: clock.RealClock{}, Name: name,
		Gatherer: facts.Gatherer{Source: source.ByMetric{metric: counted}, Interval: interval, Lag: lag},
		Reporter: status.Reporter{Events: m.GetEventRecorder(name), Metrics: &metrics.Releases{}},
	}
	require.NoError(t, releases.Watch(m, r, r.Dependents, controller.Options{}))
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan error, 1)
	go func() { stopped <- m.Start(ctx) }()
	t.Cleanup(func() {
		cancel()
		<-stopped
	})
}
