package kube_test

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"

	"github.com/swimlane-go/swimlane/lanes"
	kube "github.com/swimlane-go/swimlane/oracle/kube/cluster"
)

// cluster is a cluster with the CRDs of the lane kinds and of Istio.
type cluster struct {
	kube.Cluster
	config *rest.Config
	client dynamic.Interface
	mapper *restmapper.DeferredDiscoveryRESTMapper
}

// startCluster returns a cluster that ends with the test.
func startCluster(t *testing.T) cluster {
	t.Helper()
	c := kube.Start(t, laneCRDs(t), istioCRDs(t))
	return cluster{c, c.Config, c.Client, c.Mapper}
}

func documents(t require.TestingT, stream []byte) [][]byte { return kube.Documents(t, stream) }

func decode(doc []byte) (*unstructured.Unstructured, error) { return kube.Decode(doc) }

func (c cluster) resource(o *unstructured.Unstructured, namespace string) (dynamic.ResourceInterface, error) {
	return c.Resource(o, namespace)
}

func (c cluster) apply(ctx context.Context, namespace string, doc []byte,
	dryRun ...string) (*unstructured.Unstructured, error) {
	return c.Apply(ctx, namespace, doc, dryRun...)
}

func (c cluster) namespace(ctx context.Context, t require.TestingT, name string) {
	c.Namespace(ctx, t, name)
}

func laneCRDs(t *testing.T) []byte {
	t.Helper()
	files, err := fs.Glob(lanes.CRDs(), "*.yaml")
	require.NoError(t, err)
	var all bytes.Buffer
	for _, name := range files {
		text, err := fs.ReadFile(lanes.CRDs(), name)
		require.NoError(t, err)
		fmt.Fprintf(&all, "---\n%s", text)
	}
	return all.Bytes()
}

// istioCRDs returns the CRDs of Istio's API, in the version that the library uses.
func istioCRDs(t *testing.T) []byte {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "istio.io/api").Output()
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "kubernetes",
		"customresourcedefinitions.gen.yaml"))
	require.NoError(t, err)
	return text
}
