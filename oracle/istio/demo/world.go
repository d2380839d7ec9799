package main

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	versioned "istio.io/client-go/pkg/clientset/versioned"
	externalversions "istio.io/client-go/pkg/informers/externalversions"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/utils/ptr"

	"istio.io/istio/pkg/config/schema/gvk"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/oracle/istio/mesh"
)

// world copies the objects of the API server to istiod, and runs the pods. run handles all events,
// one after the other.
type world struct {
	t       *testing.T
	app     lanes.App
	istiod  mesh.Istiod
	plane   *mesh.Plane
	gateway *mesh.Replay
	port    int32
	faults  faults
	events  chan func()
	done    <-chan struct{}

	served map[string]bool                       // addresses of pods that run
	known  map[string]*discoveryv1.EndpointSlice // with addresses of this data plane, by name
}

// look is the interval at which the gateway gets its configuration from istiod.
const look = 50 * time.Millisecond

// follow watches the API server.
func (w *world) follow(client kubernetes.Interface, routes versioned.Interface) {
	w.served, w.known = map[string]bool{}, map[string]*discoveryv1.EndpointSlice{}
	of, ofIstio := informers.NewSharedInformerFactory(client, 0), externalversions.NewSharedInformerFactory(routes, 0)
	watch(w, of.Core().V1().Services().Informer(), w.service, nil)
	watch(w, of.Core().V1().Pods().Informer(), w.pod, w.gonePod)
	watch(w, of.Discovery().V1().EndpointSlices().Informer(), w.endpoints, nil)
	networking := ofIstio.Networking().V1()
	watch(w, networking.Gateways().Informer(), func(o *networkingv1.Gateway) {
		w.configure(&networkingv1.Gateway{ObjectMeta: named(o), Spec: *o.Spec.DeepCopy()})
	}, nil)
	watch(w, networking.DestinationRules().Informer(), func(o *networkingv1.DestinationRule) {
		w.configure(&networkingv1.DestinationRule{ObjectMeta: named(o), Spec: *o.Spec.DeepCopy()})
	}, func(o *networkingv1.DestinationRule) {
		_ = w.istiod.Store().Delete(gvk.DestinationRule, o.Name, o.Namespace, nil)
	})
	watch(w, networking.VirtualServices().Informer(), func(o *networkingv1.VirtualService) {
		w.configure(&networkingv1.VirtualService{ObjectMeta: named(o), Spec: *o.Spec.DeepCopy()})
	}, func(o *networkingv1.VirtualService) {
		_ = w.istiod.Store().Delete(gvk.VirtualService, o.Name, o.Namespace, nil)
	})
	of.Start(w.done)
	ofIstio.Start(w.done)
	w.t.Cleanup(of.Shutdown)
	w.t.Cleanup(ofIstio.Shutdown)
}

// watch calls there for objects that exist, and gone for deleted ones. gone may be nil.
func watch[T any](w *world, informer cache.SharedIndexInformer, there, gone func(T)) {
	handle := func(f func(T), o any) {
		if value, is := o.(T); is && f != nil {
			select {
			case w.events <- func() { f(value) }:
			case <-w.done:
			}
		}
	}
	_, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(o any) { handle(there, o) },
		UpdateFunc: func(_, o any) { handle(there, o) },
		DeleteFunc: func(o any) { handle(gone, o) },
	})
	require.NoError(w.t, err)
}

// run handles events, and updates the gateway from istiod, until the end.
func (w *world) run() {
	again := time.NewTicker(look)
	defer again.Stop()
	pod := mesh.GatewayPod(w.app)
	for {
		select {
		case <-w.done:
			return
		case f := <-w.events:
			f()
		case <-again.C:
			if len(w.istiod.Routes(w.istiod.Gateway(pod))) == 1 {
				served, _ := w.plane.GatewayResources(pod, target)
				w.gateway.Publish(served)
			}
		}
	}
}

// named returns the metadata that istiod needs.
func named(o metav1.Object) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: o.GetNamespace(), Name: o.GetName(), Labels: o.GetLabels()}
}

func (w *world) configure(o runtime.Object) {
	object, err := manifest.NewObject(o, "")
	require.NoError(w.t, err)
	w.istiod.Apply(w.t, object)
}

func (w *world) service(s *corev1.Service) {
	client := w.istiod.KubeClient().Kube().CoreV1().Services(s.Namespace)
	o := &corev1.Service{ObjectMeta: named(s), Spec: *s.Spec.DeepCopy()}
	upsert(w, client.Create, client.Update, o)
}

// pod runs a pod that has an address: 10.8.0.1 in the cluster is 127.8.0.1 here.
func (w *world) pod(p *corev1.Pod) {
	if p.Status.PodIP == "" || p.Labels[lanes.LabelApp] == "" {
		return
	}
	client := w.istiod.KubeClient().Kube().CoreV1().Pods(p.Namespace)
	own := &corev1.Pod{ObjectMeta: named(p), Spec: *p.Spec.DeepCopy(), Status: *p.Status.DeepCopy()}
	mesh.Place(own, loopback(p.Status.PodIP))
	upsert(w, client.Create, client.Update, own)
	if w.served[own.Status.PodIP] {
		return
	}
	service, lane := p.Labels[lanes.LabelApp], p.Labels[lanes.LabelVersion]
	w.faults.set(service, lane, p.Spec.Containers)
	listener, err := net.Listen("tcp", fmt.Sprintf("%s:%d", own.Status.PodIP, w.port))
	require.NoError(w.t, err)
	w.plane.Run(w.app, own, lane, listener)
	w.served[own.Status.PodIP] = true
	for _, s := range w.known { // a slice may already have the address
		w.give(s)
	}
}

// gonePod deletes a pod from istiod. The pod answers its requests, and gets no more.
func (w *world) gonePod(p *corev1.Pod) {
	client := w.istiod.KubeClient().Kube().CoreV1().Pods(p.Namespace)
	err := client.Delete(context.Background(), p.Name, metav1.DeleteOptions{})
	require.True(w.t, err == nil || apierrors.IsNotFound(err), err)
}

func loopback(ip string) string {
	_, rest, _ := strings.Cut(ip, ".")
	return "127." + rest
}

// endpoints keeps a slice with the addresses and the port of the pods here.
func (w *world) endpoints(s *discoveryv1.EndpointSlice) {
	own := &discoveryv1.EndpointSlice{ObjectMeta: named(s), AddressType: s.AddressType}
	for _, p := range s.Ports {
		p.Port = ptr.To(w.port)
		own.Ports = append(own.Ports, p)
	}
	for _, e := range s.Endpoints {
		e = *e.DeepCopy()
		for i := range e.Addresses {
			e.Addresses[i] = loopback(e.Addresses[i])
		}
		own.Endpoints = append(own.Endpoints, e)
	}
	w.known[s.Namespace+"/"+s.Name] = own
	w.give(own)
}

// give writes a slice to istiod, without the pods that do not run yet.
func (w *world) give(s *discoveryv1.EndpointSlice) {
	s = s.DeepCopy()
	s.Endpoints = slices.DeleteFunc(s.Endpoints, func(e discoveryv1.Endpoint) bool { return !w.served[e.Addresses[0]] })
	client := w.istiod.KubeClient().Kube().DiscoveryV1().EndpointSlices(s.Namespace)
	upsert(w, client.Create, client.Update, s)
}

// upsert updates an object, or creates it.
func upsert[T any](w *world, create func(context.Context, T, metav1.CreateOptions) (T, error),
	update func(context.Context, T, metav1.UpdateOptions) (T, error), o T,
) {
	_, err := update(context.Background(), o, metav1.UpdateOptions{})
	if apierrors.IsNotFound(err) {
		_, err = create(context.Background(), o, metav1.CreateOptions{})
	}
	require.NoError(w.t, err)
}
