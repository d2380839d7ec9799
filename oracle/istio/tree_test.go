package istio_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/oracle/istio/mesh"
)

// tree is a set with an istiod that serves it.
type tree struct {
	istiod
	set     manifest.Set
	cluster cluster
}

// plant starts istiod with the set in documents, and with other running objects.
func plant(t testing.TB, others []runtime.Object, documents ...string) tree {
	t.Helper()
	set, err := manifest.Decode(manifest.File{Name: "all.yaml", Data: []byte(strings.Join(documents, "\n---\n"))})
	require.NoError(t, err)
	require.Empty(t, set.Faults())
	c := clusterOf(set)
	for i, pod := range c.pods {
		mesh.Place(pod, address(20, i))
	}
	running := append(append(c.objects(nil), namespaces(set)...), others...)
	return tree{startIstiod(t, running, set.All()...), set, c}
}

// pod returns the pod with a name.
func (tr tree) pod(t testing.TB, name string) *corev1.Pod {
	t.Helper()
	for _, pod := range tr.cluster.pods {
		if pod.Name == name {
			return pod
		}
	}
	require.Fail(t, "no pod "+name)
	return nil
}

// door returns a pod for the gateways of a namespace.
func (tr tree) door(t testing.TB, namespace string) *corev1.Pod {
	t.Helper()
	pod := mesh.PodOf("door", namespace, map[string]string{"istio": "ingressgateway"})
	mesh.Place(pod, "10.99.0.1")
	return pod
}

// ingress is a Gateway for every host.
const ingress = `
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: gw, namespace: edge}
spec:
  selector: {istio: ingressgateway}
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]`

// vs returns a VirtualService with a spec in flow style.
func vs(namespace, name, spec string) string {
	return istioObject("VirtualService", namespace, name, spec)
}

func istioObject(kind, namespace, name, spec string) string {
	return fmt.Sprintf("apiVersion: networking.istio.io/v1\nkind: %s\nmetadata: {name: %s, namespace: %s}\nspec: {%s}",
		kind, name, namespace, spec)
}

// workloads returns Deployments of Services, in two versions.
func workloads(namespace string, services ...string) string {
	var out []string
	for _, s := range services {
		for _, v := range []string{"v1", "v2"} {
			out = append(out, fmt.Sprintf(`apiVersion: apps/v1
kind: Deployment
metadata: {name: %[1]s-%[2]s, namespace: %[3]s}
spec:
  selector: {matchLabels: {app: %[1]s, version: %[2]s}}
  template:
    metadata: {labels: {app: %[1]s, version: %[2]s}}
    spec: {containers: [{name: default, image: i}]}`, s, v, namespace))
		}
	}
	return strings.Join(out, "\n---\n")
}
