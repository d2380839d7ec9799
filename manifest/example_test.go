package manifest_test

import (
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// A weight is changed in the text that somebody wrote; all else stays.
func ExampleSet_Edit() {
	set, err := manifest.Decode(manifest.File{Name: "mock-route.yaml", Data: []byte(`# the entry of the app
apiVersion: networking.istio.io/v1beta1
kind: VirtualService
metadata: {name: mock, namespace: istio-system}
spec:
  hosts: ['*']
  gateways: [ingressgateway]
  http:
  - route:
    - destination: {host: mocka, subset: v1}  # stable
      weight: 90
    - destination: {host: mocka, subset: v2}  # next
      weight: 10
`)})
	if err != nil {
		fmt.Println(err)
		return
	}
	route := manifest.Ref{Group: "networking.istio.io", Kind: "VirtualService", Namespace: "istio-system", Name: "mock"}
	edit, err := set.Edit(manifest.SetWeights{Object: route,
		Weights: rollout.Weights{rollout.W("v1", 50), rollout.W("v2", 50)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(edit.Files[0].After))
	fmt.Print(manifest.Diff(set, edit.After))
	// Output:
	// # the entry of the app
	// apiVersion: networking.istio.io/v1beta1
	// kind: VirtualService
	// metadata: {name: mock, namespace: istio-system}
	// spec:
	//   hosts: ['*']
	//   gateways: [ingressgateway]
	//   http:
	//   - route:
	//     - destination: {host: mocka, subset: v1}  # stable
	//       weight: 50
	//     - destination: {host: mocka, subset: v2}  # next
	//       weight: 50
	//   VirtualService istio-system/mock: weight of lane v1: 90 -> 50
	//   VirtualService istio-system/mock: weight of lane v2: 10 -> 50
}

// What was written by hand becomes what was built, and keeps its comments.
func ExampleChanges() {
	byHand, err := manifest.Decode(manifest.File{Name: "team.yaml", Data: []byte(`apiVersion: v1
kind: ConfigMap
metadata: {name: team}
data:
  owner: "shop" # ask them first
  room: "12"
`)})
	if err != nil {
		fmt.Println(err)
		return
	}
	team, err := manifest.NewObject(&unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1", "kind": "ConfigMap", "metadata": map[string]any{"name": "team"},
		"data": map[string]any{"owner": "mesh", "phone": "7"},
	}}, "")
	if err != nil {
		fmt.Println(err)
		return
	}
	changes, err := manifest.Changes(byHand, manifest.NewSet(team))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range changes {
		fmt.Printf("%T\n", c)
	}
	edit, err := byHand.Edit(changes...)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(string(edit.Files[0].After))
	// Output:
	// manifest.SetField
	// manifest.RemoveField
	// manifest.SetField
	// apiVersion: v1
	// kind: ConfigMap
	// metadata: {name: team}
	// data:
	//   owner: "mesh" # ask them first
	//   phone: "7"
}

// Each fault is found, with its place and its kind.
func ExampleEditErrors() {
	set, err := manifest.Decode(manifest.File{Name: "team.yaml",
		Data: []byte("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: team\n")})
	if err != nil {
		fmt.Println(err)
		return
	}
	team := manifest.Ref{Kind: "ConfigMap", Name: "team"}
	_, err = set.Edit(
		manifest.RemoveAnnotations{Object: team, Keys: []string{"owner"}},
		manifest.SetAnnotation{Object: team, Key: "room", Value: "{{ .room }}"})
	for _, e := range manifest.EditErrors(err) {
		fmt.Println(e.File, e.Line, e.Field, errors.Is(e, manifest.ErrNotFound))
	}
	// Output:
	// team.yaml 3 metadata.annotations.owner true
	// team.yaml 3 metadata.annotations.room false
}
