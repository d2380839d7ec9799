package main

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	networking "istio.io/api/networking/v1"
	networkingv1beta1 "istio.io/client-go/pkg/apis/networking/v1beta1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// tree is a set in parts that can be broken.
type tree struct {
	app         lanes.App
	group       *lanes.ASMSwimLaneGroup
	lanes       []*lanes.ASMSwimLane
	services    []*corev1.Service
	deployments []*appsv1.Deployment
	route       *networkingv1beta1.VirtualService // nil if the lanes take the requests
	gateway     *networking.Gateway
	others      []runtime.Object
}

func takeApart(app lanes.App, set manifest.Set) *tree {
	w := &tree{app: app}
	for _, o := range set.All() {
		switch v := o.Value.DeepCopyObject().(type) {
		case *lanes.ASMSwimLaneGroup:
			w.group = v
		case *lanes.ASMSwimLane:
			w.lanes = append(w.lanes, v)
		case *corev1.Service:
			w.services = append(w.services, v)
		case *appsv1.Deployment:
			w.deployments = append(w.deployments, v)
		case *networkingv1beta1.VirtualService:
			w.route = v
		default:
			if gw := (manifest.Object{Value: v}).Gateway(); gw != nil {
				w.gateway = gw
			}
			w.others = append(w.others, v)
		}
	}
	return w
}

// set returns the tree as a set, as if it were read from a file.
func (w *tree) set(t *rapid.T) manifest.Set {
	values := slices.Clone(w.others)
	if w.group != nil {
		values = append(values, w.group)
	}
	for _, lane := range w.lanes {
		values = append(values, lane)
	}
	for _, s := range w.services {
		values = append(values, s)
	}
	for _, d := range w.deployments {
		values = append(values, d)
	}
	if w.route != nil {
		values = append(values, w.route)
	}
	text, err := manifest.Encode(values...)
	require.NoError(t, err)
	set, err := manifest.Decode(manifest.File{Name: "all.yaml", Data: text})
	require.NoError(t, err)
	return set
}

// one draws an item of a list; from an empty list it returns the zero value.
func one[T any](t *rapid.T, all []T) (v T) {
	if len(all) > 0 {
		v = rapid.SampledFrom(all).Draw(t, "which")
	}
	return v
}

// destination draws a destination of the entry route; nil if it has none.
func (w *tree) destination(t *rapid.T) *networking.HTTPRouteDestination {
	if w.route == nil {
		return nil
	}
	http := w.route.Spec.Http
	return one(t, http[len(http)-1].Route) // the routes before it may have no destinations
}

func (w *tree) config() *lanes.PermissiveModeConfiguration {
	return w.group.Spec.PermissiveModeConfiguration
}

// entry draws a destination of the requests that enter a lane; nil if the lanes have none.
func (w *tree) entry(t *rapid.T) *lanes.RouteDestination {
	lane := one(t, w.lanes)
	switch {
	case lane.Spec.IngressWeight != nil:
		return lane.Spec.IngressWeight.Destination
	case len(lane.Spec.IngressRules) > 0:
		return one(t, lane.Spec.IngressRules).Route.Destination
	}
	return nil
}

// spoil changes a tree up to twice, and returns the names of the changes.
func spoil(t *rapid.T, w *tree) []string {
	names := rapid.SliceOfN(rapid.SampledFrom(sortedNames(spoilings)), 0, 2).Draw(t, "spoilings")
	for _, name := range names {
		if len(w.lanes) == 0 || len(w.services) == 0 || len(w.deployments) == 0 || len(w.group.Spec.Services) == 0 {
			break
		}
		spoilings[name](t, w)
	}
	return names
}

func sortedNames[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for name := range m {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// Every change alters some tree: one that never fits would test nothing.
func TestSpoilingsSpoil(t *testing.T) {
	changed := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		app, set := drawn(t)
		for _, name := range sortedNames(spoilings) {
			if changed[name] {
				continue
			}
			w := takeApart(app, set)
			before := text(t, w.set(t))
			spoilings[name](t, w)
			changed[name] = text(t, w.set(t)) != before
		}
	})
	for name := range spoilings {
		require.True(t, changed[name], name)
	}
}

func text(t *rapid.T, set manifest.Set) string {
	out, err := set.YAML()
	require.NoError(t, err)
	return string(out)
}
