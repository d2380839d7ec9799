package trial

import (
	"slices"
	"time"

	networking "istio.io/api/networking/v1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// Form is the way in which a cluster holds lanes and weights.
type Form string

const (
	// Routes: the lanes are ASM's, and two VirtualServices hold the weights.
	Routes Form = "routes"
	// Lanes: the lanes are ASM's and bear the weights. The lane group bears the state.
	Lanes Form = "lanes"
	// Subsets: the lanes are Istio's subsets, and two VirtualServices hold the weights.
	Subsets Form = "subsets"
)

// Home is the namespace with the short names of lanes. Elsewhere they have the namespace as prefix,
// since lanes are cluster-scoped.
const Home = "shop"

// Begins returns the time at which the releases begin.
func Begins() time.Time { return time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC) }

// Objects returns the objects of a release in a namespace before it begins. The plan's ConfigMap is
// the last. The Deployments report that their pods are available.
func Objects(form Form, namespace string, plan rollout.Plan, floors ...release.Floor) ([]client.Object, error) {
	app := mock.App()
	app.Namespace, app.Gateway.Namespace = namespace, namespace
	config := release.Config{Name: "mock", Plan: plan, Candidate: release.Candidate{Version: "v3", From: "v2"}}
	before := mock.Plan()
	if namespace != Home {
		app.Name = namespace
		for i, v := range app.Versions {
			app.Versions[i].Lane = namespace + "-" + v.Name
		}
		config.Candidate.Lane = namespace + "-v3"
		before, config.Plan = inLanes(before, namespace), inLanes(plan, namespace)
		floors = slices.Clone(floors)
		for i := range floors {
			floors[i].Lane = namespace + "-" + floors[i].Lane
		}
	}
	config.Floors = floors
	if form == Lanes {
		app.Strategy, config.LaneGroup = lanes.RoutingWeighted, app.Name
	}
	state, err := before.Prepare(Begins())
	if err != nil {
		return nil, err
	}
	set, err := release.Render(app, before, state, release.Options{})
	if err != nil {
		return nil, err
	}
	var out []client.Object
	for _, o := range release.WithoutState(set).All() {
		value := o.Value.DeepCopyObject().(client.Object)
		switch {
		case o.Gateway() != nil, form == Subsets && (o.Lane() != nil || o.LaneGroup() != nil):
			continue
		case o.VirtualService() != nil:
			for _, name := range []string{"first", "second"} {
				vs := &networkingv1.VirtualService{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
				o.VirtualService().DeepCopyInto(&vs.Spec)
				vs.Spec.Hosts = []string{name + ".example.com"}
				out = append(out, vs)
				config.Routes = append(config.Routes, release.EntryRoute{Namespace: namespace, Name: name})
			}
			continue
		}
		if d, is := value.(*appsv1.Deployment); is {
			Ready(d)
		}
		out = append(out, value)
	}
	if form == Subsets {
		out = append(out, rules(app)...)
	}
	cm, err := config.ConfigMap()
	if err != nil {
		return nil, err
	}
	cm.Namespace = namespace
	return append(out, cm), nil
}

// Ready sets the status of a Deployment: all of its pods are available.
func Ready(d *appsv1.Deployment) {
	n := int32(1)
	if d.Spec.Replicas != nil {
		n = *d.Spec.Replicas
	}
	d.Status = appsv1.DeploymentStatus{
		ObservedGeneration: d.Generation, Replicas: n, UpdatedReplicas: n, AvailableReplicas: n, ReadyReplicas: n,
	}
}

// rules returns a DestinationRule for each service, with a subset for each lane.
func rules(app lanes.App) []client.Object {
	var out []client.Object
	for _, s := range app.Services {
		rule := &networkingv1.DestinationRule{ObjectMeta: metav1.ObjectMeta{Namespace: app.Namespace, Name: s.Name}}
		rule.Spec.Host = s.Name + "." + app.Namespace + ".svc.cluster.local"
		for _, v := range app.Versions {
			rule.Spec.Subsets = append(rule.Spec.Subsets, &networking.Subset{
				Name: v.LaneName(), Labels: map[string]string{lanes.LabelVersion: v.Name},
			})
		}
		out = append(out, rule)
	}
	return out
}

// inLanes returns the plan with the names of lanes prefixed by the app.
func inLanes(p rollout.Plan, app string) rollout.Plan {
	rename := func(w rollout.Weights) rollout.Weights {
		var out rollout.Weights
		for _, x := range w {
			out = append(out, rollout.W(app+"-"+x.Lane, x.Percent))
		}
		return out
	}
	p.Candidate, p.Before, p.Rollback = app+"-"+p.Candidate, rename(p.Before), rename(p.Rollback)
	p.Stages = slices.Clone(p.Stages)
	for i := range p.Stages {
		p.Stages[i].Weights = rename(p.Stages[i].Weights)
	}
	return p
}
