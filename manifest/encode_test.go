package manifest_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	networking "istio.io/api/networking/v1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/manifest"
)

func TestEncodePrintsWhatACarefulPersonWrites(t *testing.T) {
	data, err := mockSet(t).YAML()
	require.NoError(t, err)
	golden.Equal(t, "mock.yaml", string(data))
}

func TestEncodeIsDeterministic(t *testing.T) {
	first, err := mockSet(t).YAML()
	require.NoError(t, err)
	for range 10 {
		again, err := mockSet(t).YAML()
		require.NoError(t, err)
		require.True(t, bytes.Equal(first, again))
	}
}

func TestEncodeDecodesToTheSameMeaning(t *testing.T) {
	set := mockSet(t)
	data, err := set.YAML()
	require.NoError(t, err)
	got := decode(t, string(data))
	require.Len(t, got, set.Len())
	for i, want := range set.All() {
		requireSame(t, want, got[i])
	}
	again, err := manifest.NewSet(got...).YAML()
	require.NoError(t, err)
	require.Equal(t, string(data), string(again))
}

const noisyDeployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: a
spec:
  selector: null
  template:
    spec:
      volumes:
      - name: scratch
        emptyDir: {}
      - name: claim
        ephemeral:
          volumeClaimTemplate:
            spec: {}
      initContainers:
      - name: init
      containers:
      - name: default
`

// The additions of marshalling are dropped; an empty map with a meaning stays.
func TestEncodeDropsByPath(t *testing.T) {
	deployment := &appsv1.Deployment{
		TypeMeta:   metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"},
		ObjectMeta: metav1.ObjectMeta{Name: "a"},
		Spec: appsv1.DeploymentSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			InitContainers: []corev1.Container{{Name: "init"}},
			Containers:     []corev1.Container{{Name: "default"}},
			Volumes: []corev1.Volume{
				{Name: "scratch", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
				{Name: "claim", VolumeSource: corev1.VolumeSource{
					Ephemeral: &corev1.EphemeralVolumeSource{
						VolumeClaimTemplate: &corev1.PersistentVolumeClaimTemplate{}}}},
			},
		}}},
	}
	service := &corev1.Service{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Service"},
		ObjectMeta: metav1.ObjectMeta{Name: "a"},
		Spec:       corev1.ServiceSpec{Ports: []corev1.ServicePort{{Port: 80}}},
	}
	vs := virtualService(&networking.HTTPRoute{
		Retries:          &networking.HTTPRetry{},
		MirrorPercentage: &networking.Percent{},
		Route:            []*networking.HTTPRouteDestination{{Destination: &networking.Destination{Host: "a"}}},
	})
	for _, test := range []struct {
		value runtime.Object
		want  string
	}{
		{deployment, noisyDeployment},
		{service, "apiVersion: v1\nkind: Service\nmetadata:\n  name: a\nspec:\n  ports:\n  - port: 80\n"},
		{vs, `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: a
spec:
  http:
  - route:
    - destination:
        host: a
    retries: {}
    mirrorPercentage: {}
`},
		{&unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "example.com/v1", "kind": "Thing", "metadata": map[string]any{"name": "a"},
			"spec":   map[string]any{"strategy": map[string]any{}, "creationTimestamp": nil},
			"status": map[string]any{"ready": int64(1)},
		}},
			"apiVersion: example.com/v1\nkind: Thing\nmetadata:\n  name: a\nspec:\n  creationTimestamp: null\n" +
				"  strategy: {}\nstatus:\n  ready: 1\n"},
	} {
		data, err := manifest.Encode(test.value)
		require.NoError(t, err)
		require.Equal(t, test.want, string(data))
	}
}

func virtualService(routes ...*networking.HTTPRoute) *networkingv1.VirtualService {
	return &networkingv1.VirtualService{
		TypeMeta:   metav1.TypeMeta{APIVersion: "networking.istio.io/v1", Kind: "VirtualService"},
		ObjectMeta: metav1.ObjectMeta{Name: "a"},
		Spec:       networking.VirtualService{Http: routes},
	}
}

// protobuf's JSON leaves a weight of 0 out, and a reader would think that it was forgotten. A
// single destination gets everything in any case.
func TestEncodeKeepsWeightZeroAmongSeveral(t *testing.T) {
	for _, test := range []struct {
		weights []int32
		want    []string
	}{
		{[]int32{0}, nil},
		{[]int32{100}, []string{"100"}},
		{[]int32{0, 100}, []string{"0", "100"}},
		{[]int32{50, 50, 0}, []string{"50", "50", "0"}},
		{[]int32{0, 0}, []string{"0", "0"}},
	} {
		route := &networking.HTTPRoute{}
		var tcp networking.TCPRoute
		for i, weight := range test.weights {
			to := &networking.Destination{Host: fmt.Sprint("h", i)}
			route.Route = append(route.Route, &networking.HTTPRouteDestination{Destination: to, Weight: weight})
			tcp.Route = append(tcp.Route, &networking.RouteDestination{Destination: to, Weight: weight})
		}
		vs := virtualService(route)
		vs.Spec.Tcp = []*networking.TCPRoute{&tcp}
		data, err := manifest.Encode(vs)
		require.NoError(t, err)
		var got []string
		for line := range strings.Lines(string(data)) {
			if weight, found := strings.CutPrefix(strings.TrimSpace(line), "weight: "); found {
				got = append(got, weight)
			}
		}
		require.Equal(t, append(test.want, test.want...), got, "once for http, once for tcp")
	}
}

func TestEncodeRefusesWhatIsNoObject(t *testing.T) {
	for name, value := range map[string]runtime.Object{
		"nil":         nil,
		"nil pointer": (*appsv1.Deployment)(nil),
		"no kind":     &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "a"}},
		"no name":     &corev1.Service{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Service"}},
		"no metadata": &metav1.Status{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Status"}},
	} {
		data, err := manifest.Encode(value)
		require.Error(t, err, name)
		require.Empty(t, data, name)
	}
}

func TestEncodeWritesTheKindThatTypedClientsLeaveOut(t *testing.T) {
	data, err := manifest.Encode(&appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "a"}})
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(data), "apiVersion: apps/v1\nkind: Deployment\n"), string(data))
}

func TestFilesGroupObjectsByFile(t *testing.T) {
	set := mockSet(t)
	files, err := set.Files()
	require.NoError(t, err)
	var names []string
	total := 0
	for _, f := range files {
		names = append(names, f.Name)
		total += len(decode(t, string(f.Data)))
	}
	require.Equal(t, []string{"mock-v1.yaml", "mock-v2.yaml", "mock-v3.yaml", "swimlanegroup.yaml", "swimlanes.yaml",
		"mock-route.yaml"}, names)
	require.Equal(t, set.Len(), total)

	o := set.All()[0]
	o.File = ""
	_, err = manifest.NewSet(o).Files()
	require.ErrorContains(t, err, "Service default/mocka: must belong into a file")
}
