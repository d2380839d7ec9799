package lanes_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
)

func TestAddToScheme(t *testing.T) {
	scheme := runtime.NewScheme()
	require.NoError(t, lanes.AddToScheme(scheme))
	for kind, want := range map[string]runtime.Object{
		"ASMSwimLane":          &lanes.ASMSwimLane{},
		"ASMSwimLaneList":      &lanes.ASMSwimLaneList{},
		"ASMSwimLaneGroup":     &lanes.ASMSwimLaneGroup{},
		"ASMSwimLaneGroupList": &lanes.ASMSwimLaneGroupList{},
	} {
		gvk := schema.GroupVersionKind{Group: "istio.alibabacloud.com", Version: "v1", Kind: kind}
		got, err := scheme.New(gvk)
		require.NoError(t, err)
		require.IsType(t, want, got)
		kinds, _, err := scheme.ObjectKinds(want)
		require.NoError(t, err)
		require.Equal(t, []schema.GroupVersionKind{gvk}, kinds)
	}
}

// A deep copy shares nothing with its original: what one side changes the other
// does not see.
func TestDeepCopy(t *testing.T) {
	const text = `
apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLaneGroup
metadata: {name: mock}
spec:
  isPermissive: true
  ingress: {gateway: {name: ingressgateway, namespace: istio-system, type: ASM}}
  services: [{name: mocka, namespace: default}]
`
	var group lanes.ASMSwimLaneGroup
	require.NoError(t, yaml.UnmarshalStrict([]byte(text), &group))
	c, ok := group.DeepCopyObject().(*lanes.ASMSwimLaneGroup)
	require.True(t, ok)
	require.Equal(t, &group, c)
	c.Spec.Ingress.Gateway.Name = "other"
	c.Spec.Services[0].Name = "other"
	require.Equal(t, "ingressgateway", group.Spec.Ingress.Gateway.Name)
	require.Equal(t, "mocka", group.Spec.Services[0].Name)

	lane := lanes.ASMSwimLane{Spec: lanes.ASMSwimLaneSpec{
		LabelSelector: map[string]string{"version": "v1"},
		Services:      []lanes.ServiceRef{{Name: "mocka", Namespace: "default"}},
	}}
	list := lanes.ASMSwimLaneList{Items: []lanes.ASMSwimLane{lane}}
	l, ok := list.DeepCopyObject().(*lanes.ASMSwimLaneList)
	require.True(t, ok)
	require.Equal(t, &list, l)
	l.Items[0].Spec.LabelSelector["version"] = "v2"
	l.Items[0].Spec.Services[0].Name = "other"
	require.Equal(t, "v1", lane.Spec.LabelSelector["version"])
	require.Equal(t, "mocka", lane.Spec.Services[0].Name)

	groups := lanes.ASMSwimLaneGroupList{Items: []lanes.ASMSwimLaneGroup{group}}
	g, ok := groups.DeepCopyObject().(*lanes.ASMSwimLaneGroupList)
	require.True(t, ok)
	g.Items[0].Spec.Services[0].Name = "other"
	require.Equal(t, "mocka", group.Spec.Services[0].Name)
}

// requireCopies holds that a copy equals its original, is another value, and
// that a copy of nil is nil.
func requireCopies[T any, P interface {
	*T
	DeepCopy() *T
}](t require.TestingT, value T) {
	p := P(&value)
	c := p.DeepCopy()
	require.Equal(t, &value, c)
	require.NotSame(t, &value, c)
	require.Nil(t, P(nil).DeepCopy())
}

func TestDeepCopyOfEveryType(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		app := gen.App(t)
		for _, m := range app.Gateway.Matches {
			requireCopies(t, m)
			for _, header := range m.Headers {
				requireCopies(t, header)
			}
		}
		lane, err := app.Lane(app.Versions[0]).Build()
		require.NoError(t, err)
		requireCopies(t, *lane)
		requireCopies(t, lane.Spec)
		requireCopies(t, lanes.ASMSwimLaneList{Items: []lanes.ASMSwimLane{*lane}})
		group, err := app.LaneGroup().Build()
		require.NoError(t, err)
		requireCopies(t, *group)
		requireCopies(t, group.Spec)
		requireCopies(t, *group.Spec.Ingress)
		requireCopies(t, *group.Spec.Ingress.Gateway)
		requireCopies(t, group.Spec.Services[0])
		requireCopies(t, lanes.ASMSwimLaneGroupList{Items: []lanes.ASMSwimLaneGroup{*group}})
	})
}
