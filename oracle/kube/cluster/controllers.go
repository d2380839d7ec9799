package cluster

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/go-logr/logr"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/scale"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/controller/deployment"
	"k8s.io/kubernetes/pkg/controller/disruption"
	"k8s.io/kubernetes/pkg/controller/replicaset"
)

// Controllers has the arguments for making controllers.
type Controllers struct {
	Client  *kubernetes.Clientset
	Factory informers.SharedInformerFactory
	Scales  scale.ScalesGetter
	Mapper  meta.RESTMapper
}

// Controller makes a controller and returns a function that runs it until the context ends.
type Controller func(ctx context.Context, t testing.TB, of Controllers) func(context.Context)

// RunControllers runs Kubernetes' controllers of Deployments, ReplicaSets and disruption budgets,
// and more, until the test ends. It also runs a kubelet that reports every pod as ready without
// running it.
func (c Cluster) RunControllers(t testing.TB, more ...Controller) *kubernetes.Clientset {
	t.Helper()
	ctx, cancel := context.WithCancel(klog.NewContext(context.Background(), logr.Discard()))
	client, err := kubernetes.NewForConfig(c.Config)
	require.NoError(t, err)
	scales, err := scale.NewForConfig(c.Config, c.Mapper, dynamic.LegacyAPIPathResolverFunc,
		scale.NewDiscoveryScaleKindResolver(client))
	require.NoError(t, err)
	factory := informers.NewSharedInformerFactory(client, 0)
	apps, core, policy := factory.Apps().V1(), factory.Core().V1(), factory.Policy().V1()
	deployments, err := deployment.NewDeploymentController(ctx, apps.Deployments(), apps.ReplicaSets(), core.Pods(),
		client)
	require.NoError(t, err)
	replicas := replicaset.NewReplicaSetController(ctx, apps.ReplicaSets(), core.Pods(), client,
		replicaset.BurstReplicas)
	budgets := disruption.NewDisruptionController(ctx, core.Pods(), policy.PodDisruptionBudgets(),
		core.ReplicationControllers(), apps.ReplicaSets(), apps.Deployments(), apps.StatefulSets(),
		client, c.Mapper, scales, client)
	runKubelet(ctx, t, client, core.Pods().Informer())
	var others []func(context.Context)
	for _, make := range more {
		others = append(others, make(ctx, t, Controllers{client, factory, scales, c.Mapper}))
	}

	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	var running sync.WaitGroup
	running.Go(func() { deployments.Run(ctx, 2) })
	running.Go(func() { replicas.Run(ctx, 2) })
	running.Go(func() { budgets.Run(ctx, 2) })
	for _, run := range others {
		running.Go(func() { run(ctx) })
	}
	t.Cleanup(func() {
		cancel()
		running.Wait()
		factory.Shutdown()
	})
	return client
}

// NodeName is the name of the node to which pods are bound. No Node object has it.
const NodeName = "node"

// runKubelet binds every pod to the node and reports it as ready, as a scheduler and a kubelet do.
func runKubelet(ctx context.Context, t testing.TB, client *kubernetes.Clientset, pods cache.SharedIndexInformer) {
	t.Helper()
	var addresses atomic.Int32
	next := func(pod *corev1.Pod) error {
		api := client.CoreV1().Pods(pod.Namespace)
		switch {
		case pod.DeletionTimestamp != nil:
			return api.Delete(ctx, pod.Name, *metav1.NewDeleteOptions(0))
		case pod.Spec.NodeName == "":
			return api.Bind(ctx, &corev1.Binding{ObjectMeta: metav1.ObjectMeta{Name: pod.Name},
				Target: corev1.ObjectReference{Kind: "Node", Name: NodeName}}, metav1.CreateOptions{})
		case pod.Status.PodIP == "":
			pod = pod.DeepCopy()
			pod.Status.Phase = corev1.PodRunning
			n := addresses.Add(1)
			pod.Status.PodIP = fmt.Sprintf("10.8.%d.%d", n/256, n%256)
			pod.Status.PodIPs = []corev1.PodIP{{IP: pod.Status.PodIP}}
			pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue,
				LastTransitionTime: metav1.Now()}}
			_, err := api.UpdateStatus(ctx, pod, metav1.UpdateOptions{})
			return err
		}
		return nil
	}
	// An error means that the pod has changed since: another event follows.
	_, err := pods.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(o any) { _ = next(o.(*corev1.Pod)) },
		UpdateFunc: func(_, o any) { _ = next(o.(*corev1.Pod)) },
	})
	require.NoError(t, err)
}
