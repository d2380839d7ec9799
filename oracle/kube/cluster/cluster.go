// Package cluster is a Kubernetes cluster in process: the real kube-apiserver with its etcd, and
// some of the real controllers. It has no nodes, so no container runs.
package cluster

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.etcd.io/etcd/server/v3/embed"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/wait"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/apiserver/pkg/storage/storagebackend"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	kubeapiserver "k8s.io/kubernetes/cmd/kube-apiserver/app/testing"
	"sigs.k8s.io/yaml"
)

// Cluster is a kube-apiserver with its etcd. No controllers run until [Cluster.RunControllers].
type Cluster struct {
	// Config is the configuration of an administrator, without a limit of requests.
	Config *rest.Config
	// Client and Mapper are for all kinds.
	Client dynamic.Interface
	Mapper *restmapper.DeferredDiscoveryRESTMapper
}

// Start returns a cluster with CRDs that ends with the test. Each of crds is a stream of YAML.
func Start(t testing.TB, crds ...[]byte) Cluster {
	t.Helper()
	storage := storagebackend.NewDefaultConfig("/registry", nil)
	storage.Transport.ServerList = []string{startEtcd(t)}
	server := kubeapiserver.StartTestServerOrDie(t,
		&kubeapiserver.TestServerInstanceOptions{EnableCertAuth: true, DisableInvariantChecks: true},
		// The controller of this plugin does not run: no namespace would get its service account.
		[]string{"--disable-admission-plugins=ServiceAccount", "--authorization-mode=RBAC"}, storage)
	t.Cleanup(server.TearDownFn)
	config := rest.CopyConfig(server.ClientConfig)
	config.QPS = -1 // no limit
	client, err := dynamic.NewForConfig(config)
	require.NoError(t, err)
	finder, err := discovery.NewDiscoveryClientForConfig(config)
	require.NoError(t, err)
	c := Cluster{config, client, restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(finder))}
	for _, stream := range crds {
		c.install(t, stream)
	}
	return c
}

// startEtcd starts an etcd that ends with the test, and returns its address.
func startEtcd(t testing.TB) string {
	t.Helper()
	config := embed.NewConfig()
	config.Dir = t.TempDir()
	config.LogLevel = "fatal"
	config.UnsafeNoFsync = true
	free := []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}}
	config.ListenClientUrls, config.AdvertiseClientUrls = free, free
	config.ListenPeerUrls, config.AdvertisePeerUrls = free, free
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	etcd, err := embed.StartEtcd(config)
	require.NoError(t, err)
	t.Cleanup(etcd.Close)
	select {
	case <-etcd.Server.ReadyNotify():
	case err := <-etcd.Err():
		require.NoError(t, err)
	}
	return "http://" + etcd.Clients[0].Addr().String()
}

// install applies CRDs and returns when the server serves all of their kinds.
func (c Cluster) install(t testing.TB, crds []byte) {
	t.Helper()
	docs := Documents(t, crds)
	for _, doc := range docs {
		_, err := c.Apply(t.Context(), "", doc)
		require.NoError(t, err)
	}
	for _, doc := range docs {
		var crd apiextensionsv1.CustomResourceDefinition
		require.NoError(t, yaml.Unmarshal(doc, &crd))
		for _, version := range crd.Spec.Versions {
			kind := schema.GroupVersionKind{Group: crd.Spec.Group, Version: version.Name, Kind: crd.Spec.Names.Kind}
			var last error
			err := wait.PollUntilContextTimeout(t.Context(), 10*time.Millisecond, time.Minute, true,
				func(ctx context.Context) (bool, error) {
					last = c.serves(ctx, kind)
					return last == nil, nil
				})
			require.NoError(t, err, "%v: %v", kind, last)
		}
	}
}

// serves returns an error unless the server serves a kind.
func (c Cluster) serves(ctx context.Context, kind schema.GroupVersionKind) error {
	mapping, err := c.Mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		c.Mapper.Reset() // it caches which kinds are missing
		return err
	}
	_, err = c.Client.Resource(mapping.Resource).List(ctx, metav1.ListOptions{Limit: 1})
	return err
}

// Documents returns the documents of a YAML stream that are not empty.
func Documents(t require.TestingT, stream []byte) [][]byte {
	var docs [][]byte
	for r := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(stream))); ; {
		doc, err := r.Read()
		if errors.Is(err, io.EOF) {
			return docs
		}
		require.NoError(t, err)
		if data, err := yaml.YAMLToJSON(doc); err != nil || string(data) != "null" {
			docs = append(docs, doc)
		}
	}
}

// Decode returns a document as the API server reads it.
func Decode(doc []byte) (*unstructured.Unstructured, error) {
	data, err := yaml.YAMLToJSON(doc)
	if err != nil {
		return nil, err
	}
	o := &unstructured.Unstructured{}
	return o, o.UnmarshalJSON(data)
}

// Resource returns a client for the kind of an object. If the kind is namespaced, it uses the
// object's namespace, else the given one.
func (c Cluster) Resource(o *unstructured.Unstructured, namespace string) (dynamic.ResourceInterface, error) {
	gvk := o.GroupVersionKind()
	mapping, err := c.Mapper.RESTMapping(gvk.GroupKind(), gvk.Version)
	if err != nil {
		return nil, err
	}
	if mapping.Scope.Name() == meta.RESTScopeNameRoot {
		return c.Client.Resource(mapping.Resource), nil
	}
	return c.Client.Resource(mapping.Resource).Namespace(cmp.Or(o.GetNamespace(), namespace)), nil
}

// Apply applies a document on the server, strictly, and returns the resulting object of the server.
// An object without a namespace goes into the given one. With metav1.DryRunAll the server writes
// nothing.
func (c Cluster) Apply(ctx context.Context, namespace string, doc []byte,
	dryRun ...string) (*unstructured.Unstructured, error) {
	o, err := Decode(doc)
	if err != nil {
		return nil, err
	}
	resource, err := c.Resource(o, namespace)
	if err != nil {
		return nil, err
	}
	return resource.Patch(ctx, o.GetName(), types.ApplyYAMLPatchType, doc, metav1.PatchOptions{
		FieldManager: "swimlane", FieldValidation: metav1.FieldValidationStrict, DryRun: dryRun,
	})
}

// Namespace creates a namespace.
func (c Cluster) Namespace(ctx context.Context, t require.TestingT, name string) {
	_, err := c.Apply(ctx, "", []byte("{apiVersion: v1, kind: Namespace, metadata: {name: "+name+"}}"))
	require.NoError(t, err)
}
