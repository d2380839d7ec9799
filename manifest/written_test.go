package manifest_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"

	"github.com/swimlane-go/swimlane/manifest"
)

// The same key in a merged mapping is an override, and no fault.
func TestDecodeTakesAnchorsAndMerges(t *testing.T) {
	objects := decode(t, `apiVersion: apps/v1
kind: Deployment
metadata:
  name: a
  labels: &labels {app: a, version: v1}
spec:
  selector: {matchLabels: *labels}
  template: {metadata: {labels: {<<: *labels, version: v2}}, spec: {containers: []}}
`)
	d, ok := objects[0].Value.(*appsv1.Deployment)
	require.True(t, ok)
	require.Equal(t, map[string]string{"app": "a", "version": "v1"}, d.Spec.Selector.MatchLabels)
	require.Equal(t, map[string]string{"app": "a", "version": "v2"}, d.Spec.Template.Labels)
}

func TestDecodeTakesLists(t *testing.T) {
	text := `apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: ConfigMap
  metadata: {name: a}
-
  # about b
  apiVersion: v1
  kind: Service
  metadata: {name: b}
  spec: {sessionaffinity: None}
`
	set, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: []byte(text)})
	require.NoError(t, err)
	require.Equal(t, []string{"a:4", "b:9"}, places(set.All()))
	require.Len(t, set.Faults(), 1)
	require.Equal(t, 12, set.Faults()[0].Line)

	require.Empty(t, decode(t, "apiVersion: v1\nkind: List\nitems: []\n"))
	require.Empty(t, decode(t, `{"apiVersion": "v1", "kind": "L\u0069st", "items": []}`))
	_, err = manifest.Decode(manifest.File{Name: "in.yaml",
		Data: []byte("apiVersion: v1\nkind: List\nx: &x [{}]\nitems: *x\n")})
	require.ErrorContains(t, err, "alias")
}

func TestLineOf(t *testing.T) {
	objects := decode(t, `# comment
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: mock
  annotations: {"a.b/c": x}
spec:
  http:
  - match:
    - uri:
        exact: /mock
    route:
    - destination: {host: a}
    -
      destination:
        host: b
      weight: 0
`)
	for path, line := range map[string]int{
		"":                             2,
		"metadata.name":                5,
		"metadata.annotations[a.b/c]":  6,
		"spec.http[0]":                 9,
		"spec.http[0].match[0].uri":    10,
		"spec.http[0].route":           12,
		"spec.http[0].route[0].weight": 13, // not written: where it would be
		"spec.http[0].route[1].weight": 17,
		"spec.http[0].route[9]":        12,
		"spec.nothing.of[3].the.kind":  7,
		"spec.http[":                   8,
		"spec.http[x]":                 8,
	} {
		require.Equal(t, line, objects[0].LineOf(path), path)
	}
	require.Zero(t, mockSet(t).All()[0].LineOf("metadata.name"), "a built object stands on no line")
}

// Fields that the typed view lacks are not lost by printing.
func TestEncodeRefusesToLoseKeys(t *testing.T) {
	for _, text := range []string{
		route("v1", `{route: [{destination: {host: a}, fallback: {target: {host: a}}}]}`),
		"apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\nmetadata: {name: v1}\nspec: {newField: 1}\n",
	} {
		set, err := manifest.Decode(manifest.File{Name: "in.yaml", Data: []byte(text)})
		require.NoError(t, err)
		_, err = set.YAML()
		require.ErrorContains(t, err, "would be lost")
		_, err = set.Files()
		require.ErrorContains(t, err, "would be lost")
	}
}

// Fields that ASM adds are written, though the typed view lacks them.
func TestHasTellsWhatIsWritten(t *testing.T) {
	set, err := manifest.Decode(manifest.File{Name: "a.yaml",
		Data: []byte("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: a}\n" +
			"spec: {hosts: [a], dubbo: [{services: []}]}\n")})
	require.NoError(t, err)
	o := set.All()[0]
	require.True(t, o.Has("spec.dubbo"))
	require.True(t, o.Has("spec.dubbo[0].services"))
	require.False(t, o.Has("spec.http"))
	built, err := manifest.NewObject(o.Value, "")
	require.NoError(t, err)
	require.False(t, built.Has("spec"))
}
