// Package cluster reads and watches a controller's releases in a cluster. It also finds out who
// else writes there.
package cluster

import (
	"context"
	"maps"
	"slices"
	"strings"

	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/release"
)

// reading collects the objects of one release.
type reading struct {
	client.Reader
	found []runtime.Object
	seen  map[string]bool
	needs Needs
}

// VirtualService is the kind of the holders of weights. Holders are read unstructured: an update
// then keeps fields that this program does not know.
func VirtualService() schema.GroupVersionKind {
	return networkingv1.SchemeGroupVersion.WithKind("VirtualService")
}

// Needs are the names that a release depends on: namespaces, lanes and lane groups.
type Needs map[string]bool

// Of reports whether the release may depend on an object.
func (n Needs) Of(o client.Object) bool {
	return n[o.GetNamespace()] || o.GetNamespace() == "" && n[o.GetName()]
}

// Read returns the release in the cluster, and its needs. An error comes from the API server, or
// names objects that cannot be decoded.
func Read(ctx context.Context, from client.Reader, plan *corev1.ConfigMap, config release.Config) (release.Live,
	Needs,
	error) {
	r := &reading{Reader: from, seen: map[string]bool{}, needs: Needs{plan.Namespace: true}}
	routes, groups := map[types.NamespacedName]bool{}, map[string]bool{}
	if config.LaneGroup != "" {
		groups[config.LaneGroup] = true
	}
	for _, s := range config.Services {
		r.needs[(release.EntryRoute{Namespace: s.Namespace}).Ref().Namespace] = true
	}
	for _, route := range config.Routes {
		key := types.NamespacedName{Namespace: route.Ref().Namespace, Name: route.Name}
		if r.needs[key.Namespace] = true; routes[key] {
			continue // another route of the same VirtualService
		}
		routes[key] = true
		if _, err := r.get(ctx, VirtualService(), key); err != nil {
			return release.Live{}, nil, err
		}
	}
	for _, w := range config.Plan.Before {
		lane, err := r.get(ctx, lanes.GroupVersion().WithKind(lanes.KindLane), types.NamespacedName{Name: w.Lane})
		if err != nil {
			return release.Live{}, nil, err
		}
		if r.needs[w.Lane] = true; lane != nil && lane.GetLabels()[lanes.LabelLaneGroup] != "" {
			groups[lane.GetLabels()[lanes.LabelLaneGroup]] = true
		}
	}
	if err := r.groups(ctx, slices.Sorted(maps.Keys(groups))); err != nil {
		return release.Live{}, nil, err
	}
	if err := r.plans(ctx, plan, config); err != nil {
		return release.Live{}, nil, err
	}
	for _, namespace := range slices.Sorted(maps.Keys(r.needs)) {
		lists := []client.ObjectList{&corev1.ServiceList{}, &appsv1.DeploymentList{},
			&autoscalingv2.HorizontalPodAutoscalerList{}}
		if len(groups) == 0 { // without groups the lanes are subsets
			routes := &unstructured.UnstructuredList{}
			routes.SetGroupVersionKind(VirtualService())
			lists = append(lists, &networkingv1.DestinationRuleList{}, routes)
		}
		for _, list := range lists {
			if err := r.list(ctx, list, client.InNamespace(namespace)); err != nil {
				return release.Live{}, nil, err
			}
		}
	}
	live, err := release.Read(config, r.found...)
	return live, r.needs, err
}

// get reads and adds an object. It returns nil if the object or its kind does not exist.
func (r *reading) get(ctx context.Context, kind schema.GroupVersionKind,
	key types.NamespacedName) (*unstructured.Unstructured, error) {
	o := &unstructured.Unstructured{}
	o.SetGroupVersionKind(kind)
	if err := r.Get(ctx, key, o); apierrors.IsNotFound(err) || meta.IsNoMatchError(err) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	r.add(o)
	return o, nil
}

// add adds an object, unless it is unstructured and was added before.
func (r *reading) add(o client.Object) {
	key := o.GetObjectKind().GroupVersionKind().Kind + "/" + o.GetNamespace() + "/" + o.GetName()
	if _, untyped := o.(*unstructured.Unstructured); untyped && r.seen[key] {
		return
	}
	r.seen[key] = true
	r.found = append(r.found, o)
}

// list adds all objects of a kind, except VirtualServices that bear another release.
func (r *reading) list(ctx context.Context, list client.ObjectList, options ...client.ListOption) error {
	if err := r.List(ctx, list, options...); meta.IsNoMatchError(err) {
		return nil
	} else if err != nil {
		return err
	}
	return meta.EachListItem(list, func(o runtime.Object) error {
		object := o.(client.Object)
		marked := slices.ContainsFunc(slices.Collect(maps.Keys(object.GetAnnotations())), release.IsMark)
		if object.GetObjectKind().GroupVersionKind() != VirtualService() || !marked {
			r.add(object)
		}
		return nil
	})
}

// groups adds lane groups with all of their lanes, and needs the namespaces of their services.
func (r *reading) groups(ctx context.Context, names []string) error {
	for _, name := range names {
		group, err := r.get(ctx, lanes.GroupVersion().WithKind(lanes.KindLaneGroup), types.NamespacedName{Name: name})
		if err != nil {
			return err
		}
		r.needs[name] = true
		var typed lanes.ASMSwimLaneGroup
		if group != nil && runtime.DefaultUnstructuredConverter.FromUnstructured(group.Object, &typed) == nil {
			for _, s := range typed.Spec.Services {
				r.needs[s.Namespace] = true
			}
		}
		all := &unstructured.UnstructuredList{}
		all.SetGroupVersionKind(lanes.GroupVersion().WithKind(lanes.KindLane))
		if err := r.list(ctx, all, client.MatchingLabels{lanes.LabelLaneGroup: name}); err != nil {
			return err
		}
	}
	return nil
}

// plans adds the plan, and other plans for the same VirtualServices. The keys of the annotations
// depend on whether a VirtualService has several plans.
func (r *reading) plans(ctx context.Context, plan *corev1.ConfigMap, config release.Config) error {
	var all corev1.ConfigMapList
	if err := r.List(ctx, &all, client.MatchingLabels{release.LabelPlan: "1"}); err != nil {
		return err
	}
	for i := range all.Items {
		o := &all.Items[i]
		shares := slices.ContainsFunc(config.Routes,
			func(e release.EntryRoute) bool { return strings.Contains(o.Data["routes"], e.Name) })
		if client.ObjectKeyFromObject(o) != client.ObjectKeyFromObject(plan) && !shares {
			continue
		}
		fields, err := runtime.DefaultUnstructuredConverter.ToUnstructured(o)
		if err != nil {
			return err
		}
		u := &unstructured.Unstructured{Object: fields}
		u.SetGroupVersionKind(corev1.SchemeGroupVersion.WithKind("ConfigMap"))
		r.add(u)
	}
	return nil
}
