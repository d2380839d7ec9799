package kube_test

import (
	"errors"
	"time"

	"github.com/stretchr/testify/require"
	networking "istio.io/api/networking/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/routing"
	"github.com/swimlane-go/swimlane/routing/istiolanes"
)

// objects collects built objects.
type objects struct {
	t   *rapid.T
	all []manifest.Object
}

func (o *objects) set() manifest.Set { return manifest.NewSet(o.all...) }

func (o *objects) put(value runtime.Object) {
	object, err := manifest.NewObject(value, "")
	require.NoError(o.t, err)
	o.all = append(o.all, object)
}

// build adds the object of a builder, and returns it.
func build[T runtime.Object](o *objects, b interface{ Build() (T, error) }) T {
	value, err := b.Build()
	require.NoError(o.t, err)
	o.put(value)
	return value
}

// released draws a release of an app, and returns its objects in one of its states. For an app that
// no release can shift it returns the declared objects.
func released(t *rapid.T, app lanes.App) manifest.Set {
	if app.Strategy == lanes.RoutingRuleBased {
		return declared(t, app)
	}
	plan := gen.Plan(t, app)
	state := gen.State(t, plan)
	if state.Closed() {
		set, err := release.Render(app, plan, state, release.Options{Mode: release.Retire})
		if !errors.Is(err, release.ErrFallback) {
			require.NoError(t, err)
			return set
		}
	}
	set, err := release.Render(app, plan, state, release.Options{})
	require.NoError(t, err)
	return set
}

// declared returns the objects that an app itself declares.
func declared(t *rapid.T, app lanes.App) manifest.Set {
	o := objects{t: t}
	build(&o, app.LaneGroup())
	for _, s := range app.Services {
		build(&o, app.Service(s))
	}
	for _, v := range app.Versions {
		build(&o, app.Lane(v))
		for _, s := range app.Services {
			if v.Has(s.Name) {
				build(&o, app.Deployment(v, s))
			}
		}
	}
	return o.set()
}

// derived returns the objects of a version "next" that are derived from an app's first version.
func derived(t *rapid.T, app lanes.App) manifest.Set {
	const next = "next"
	from := app.Versions[0]
	source := objects{t: t} // not deployed themselves
	o := objects{t: t}
	build(&o, lanes.DerivedLane{From: build(&source, app.Lane(from)), Name: "lane-" + next, OldVersion: from.Name,
		Version: next})
	for _, s := range app.Services {
		if !from.Has(s.Name) {
			continue
		}
		old := build(&source, app.Deployment(from, s))
		scaled := rapid.Bool().Draw(t, "scaled")
		d := build(&o, lanes.DerivedDeployment{From: old, Version: next,
			Images: map[string]string{"default": "registry.example.com/next:1"}, Scaled: scaled})
		if scaled {
			scaler := autoscaler(s.Name, from.Name)
			scaler.Namespace = old.Namespace
			build(&o, lanes.DerivedAutoscaler{From: scaler, OldVersion: from.Name, Version: next, Target: d.Name})
		}
		if rapid.Bool().Draw(t, "budget") {
			guard := budget(s.Name, from.Name)
			guard.Namespace = old.Namespace
			build(&o, lanes.DerivedBudget{From: guard, OldVersion: from.Name, Version: next})
		}
	}
	return o.set()
}

// autoscaler returns an autoscaler for the Deployment of a service in a version.
func autoscaler(service, version string) *autoscalingv2.HorizontalPodAutoscaler {
	name := lanes.DeploymentName(service, version)
	return &autoscalingv2.HorizontalPodAutoscaler{
		TypeMeta:   metav1.TypeMeta{APIVersion: "autoscaling/v2", Kind: "HorizontalPodAutoscaler"},
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: autoscalingv2.HorizontalPodAutoscalerSpec{
			ScaleTargetRef: autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment",
				Name: name},
			MinReplicas: new(int32(2)),
			MaxReplicas: 5,
		},
	}
}

// budget returns a disruption budget for the pods of a service in a version.
func budget(service, version string) *policyv1.PodDisruptionBudget {
	return &policyv1.PodDisruptionBudget{
		TypeMeta:   metav1.TypeMeta{APIVersion: "policy/v1", Kind: "PodDisruptionBudget"},
		ObjectMeta: metav1.ObjectMeta{Name: lanes.DeploymentName(service, version)},
		Spec: policyv1.PodDisruptionBudgetSpec{
			MinAvailable: new(intstr.FromInt32(1)),
			Selector: &metav1.LabelSelector{MatchLabels: map[string]string{lanes.LabelApp: service,
				lanes.LabelVersion: version}},
		},
	}
}

// meshed returns the Istio objects that make an app's lanes without ASM, with patches of
// everything.
func meshed(t *rapid.T, app lanes.App) manifest.Set {
	b := istiolanes.Builder{}
	var names []string
	for _, v := range app.Versions {
		names = append(names, v.LaneName())
	}
	weights := gen.Weights(t, names)
	source := objects{t: t} // not deployed themselves
	b.Group = build(&source, app.LaneGroup())
	b.Group.Spec.DefaultTrafficPolicyPatch = &runtime.RawExtension{
		Raw: []byte(`{"connectionPool": {"tcp": {"maxConnections": 9}}}`)}
	b.Group.Spec.DefaultHTTPRoutePatch = &runtime.RawExtension{
		Raw: []byte(`{"timeout": "3s", "retries": {"attempts": 2}}`)}
	for i, v := range app.Versions {
		lane := app.Lane(v)
		if app.Strategy == lanes.RoutingWeighted {
			lane.Weight = app.IngressWeight(weights[i].Percent)
		}
		b.Lanes = append(b.Lanes, apart(build(&source, lane)))
		for _, s := range app.Services {
			if v.Has(s.Name) {
				b.Workloads = append(b.Workloads, istiolanes.WorkloadOf(build(&source, app.Deployment(v, s))))
			}
		}
	}
	for _, s := range app.Services {
		b.Services = append(b.Services, build(&source, app.Service(s)))
	}
	built, err := b.Build()
	require.NoError(t, err)
	o := objects{t: t}
	for _, rule := range built.DestinationRules {
		o.put(rule)
	}
	for _, vs := range built.VirtualServices {
		o.put(vs)
	}
	return o.set()
}

// apart gives each rule of a lane a different match: on Istio no two rules may be for the same
// requests.
func apart(lane *lanes.ASMSwimLane) *lanes.ASMSwimLane {
	for _, rule := range lane.Spec.IngressRules {
		if rule.Match.Headers == nil {
			rule.Match.Headers = map[string]lanes.StringMatch{}
		}
		rule.Match.Headers["x-rule"] = lanes.StringMatch{Exact: rule.Name}
	}
	return lane
}

// routed returns Istio objects that use every field of their builders.
func routed(t *rapid.T, app lanes.App) manifest.Set {
	o := objects{t: t}
	var all []*lanes.ASMSwimLane
	for _, v := range app.Versions {
		lane, err := app.Lane(v).Build()
		require.NoError(t, err)
		all = append(all, lane)
	}
	host := lanes.Host(app.Entry().Name, app.Namespace)
	policy := &networking.TrafficPolicy{
		ConnectionPool: &networking.ConnectionPoolSettings{
			Http: &networking.ConnectionPoolSettings_HTTPSettings{MaxRetries: 3}}}
	build(&o, routing.DestinationRuleBuilder{Name: "rule", Namespace: app.Namespace, Host: host,
		Subsets: routing.LaneSubsets(all...), TrafficPolicy: policy})

	var names []string
	for _, v := range app.Versions {
		names = append(names, v.LaneName())
	}
	vs := routing.VirtualServiceBuilder{Name: "pinned", Namespace: app.Namespace, Hosts: []string{host},
		Gateways: []string{"mesh", app.Gateway.Namespace + "/" + app.Gateway.Name}}
	for _, name := range names { // a route for each lane, for requests with its header
		vs.Routes = append(vs.Routes, routing.Route{
			Name: "to-" + name,
			Matches: []routing.Match{{Path: routing.Prefix("/"),
				Headers: map[string]routing.Condition{"x-lane": routing.Exact(name)}, Method: routing.Regex("GET|HEAD"),
				Authority: routing.Exact("a.example.com")}},
			Destinations: []routing.Destination{{Host: host, Subset: name, Port: uint32(app.Entry().Port),
				Weight: 100}},
			Timeout: time.Duration(rapid.IntRange(1, 100_000).Draw(t, "timeout")) * time.Millisecond,
			Retries: &routing.Retries{Attempts: 2, PerTryTimeout: time.Second, On: "5xx,reset"},
		})
	}
	vs.Routes = append(vs.Routes, weighted(t, host, names))
	build(&o, vs)
	vs.Name += "-before"
	old, err := vs.Build()
	require.NoError(t, err)
	o.put(routing.V1Beta1(old))

	hosts := rapid.SampledFrom([][]string{{"*"}, {"shop.example.com", "*.example.org"}}).Draw(t, "hosts")
	build(&o, routing.GatewayBuilder{Name: "tls", Namespace: app.Gateway.Namespace,
		Selector: map[string]string{"istio": "ingressgateway"}, Servers: []routing.Server{
			{Port: 80, Name: "http", Protocol: "HTTP", Hosts: hosts},
			{Port: 443, Name: "https", Protocol: "HTTPS", Hosts: hosts,
				TLS: &networking.ServerTLSSettings{Mode: networking.ServerTLSSettings_SIMPLE, CredentialName: "cert"}},
		}})
	return o.set()
}

// weighted draws a route for all requests, with weights for the lanes.
func weighted(t *rapid.T, host string, names []string) routing.Route {
	route := routing.Route{
		Headers: routing.Headers{Response: routing.HeaderOperations{Remove: []string{"server"}}},
		Retries: &routing.Retries{},
		Mirror: &routing.Mirror{Host: host, Subset: names[0],
			Percent: rapid.Ptr(rapid.Float64Range(0, 100), true).Draw(t, "percent")},
	}
	for _, w := range gen.Weights(t, names) {
		route.Destinations = append(route.Destinations,
			routing.Destination{Host: host, Subset: w.Lane, Weight: w.Percent, Headers: routing.Headers{
				Request: routing.HeaderOperations{Set: map[string]string{"x-lane": w.Lane},
					Add: map[string]string{"x-by": "weight"}},
			}})
	}
	return route
}
