package kube_test

import (
	"fmt"
	"strings"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/routing"
)

// replicas is a number of pods; with a maximum it is the range of an autoscaler.
type replicas struct{ min, max int64 }

// loaded is a plan with its load. The last lane is the candidate's. A lane without pods of a
// service falls back to the first lane.
type loaded struct {
	name     string
	lanes    []string
	services []string            // the first is the entry
	calls    map[string][]string // a service calls a callee as often as it lists it
	pods     map[string]replicas // by service and lane: "web v1"
	before   []int
	stages   [][]int
	back     []int
	rate     int64            // requests a second
	testers  int64            // requests a second that a header sends to the candidate
	perPod   map[string]int64 // default: twice the load of a pod before the release
	floors   []release.Floor
	metric   autoscalingv2.MetricSourceType // the metric of the autoscalers
	faults   []string                       // the faults that capacity must report, and the walk must show
}

// of returns the number of pods of a service in a lane.
func (p loaded) of(of podsOf) (replicas, bool) {
	r, has := p.pods[of.service+" "+of.version]
	return r, has
}

// loadedPlans are chosen plans: each shows one reason why a place is safe or not.
func loadedPlans() []loaded {
	const (
		pods     = autoscalingv2.PodsMetricSourceType
		object   = autoscalingv2.ObjectMetricSourceType
		external = autoscalingv2.ExternalMetricSourceType
	)
	floor := func(stage, lane string, n int64) release.Floor {
		return release.Floor{Stage: stage, Lane: lane, Service: release.ServiceName{Name: "web"}, Replicas: n}
	}
	cart := map[string][]string{"web": {"cart"}}
	return []loaded{
		{name: "enough", pods: map[string]replicas{"web v1": {5, 0}, "web v2": {5, 0}}},
		{name: "one-beside-five", pods: map[string]replicas{"web v1": {5, 0}, "web v2": {1, 0}},
			faults: []string{"s2: web@v2: needs 5 pods, has 1"}},
		{name: "scaled-down", metric: pods, pods: map[string]replicas{"web v1": {1, 5}, "web v2": {1, 5}},
			faults: []string{"s1: web@v1: needs 5 pods, has 1 to 5, and an autoscaler may have taken them away",
				"rollback: web@v1: needs 5 pods, has 1 to 5, and an autoscaler may have taken them away"}},
		{name: "a-minimum", metric: object, pods: map[string]replicas{"web v1": {5, 8}, "web v2": {1, 5}}},
		{name: "floors", metric: external, pods: map[string]replicas{"web v1": {1, 5}, "web v2": {1, 0}},
			floors: []release.Floor{floor("s1", "v1", 5), floor("s2", "v2", 5)}},
		{name: "a-low-maximum", metric: pods, pods: map[string]replicas{"web v1": {5, 0}, "web v2": {1, 3}},
			faults: []string{"s2: web@v2: needs 5 pods, has 1 to 3"}},
		{name: "called-twice", metric: object, services: []string{"web", "cart"},
			calls: map[string][]string{"web": {"cart", "cart"}}, perPod: map[string]int64{"web": 2, "cart": 4},
			pods:   map[string]replicas{"web v1": {5, 0}, "web v2": {5, 0}, "cart v1": {5, 0}, "cart v2": {1, 4}},
			faults: []string{"s2: cart@v2: needs 5 pods, has 1 to 4"}},
		{name: "fan-out", metric: external, services: []string{"web", "cart", "pay", "stock"},
			calls: map[string][]string{"web": {"cart", "pay"}, "cart": {"stock"}, "pay": {"stock"}},
			pods: map[string]replicas{"web v1": {2, 0}, "cart v1": {1, 0}, "pay v1": {1, 0}, "stock v1": {1, 4},
				"web v2": {2, 0}, "cart v2": {1, 0}, "pay v2": {1, 0}, "stock v2": {4, 0}},
			perPod: map[string]int64{"web": 5, "cart": 10, "pay": 10, "stock": 5},
			faults: []string{"s1: stock@v1: needs 4 pods, has 1 to 4, and an autoscaler may have taken them away",
				"rollback: stock@v1: needs 4 pods, has 1 to 4, and an autoscaler may have taken them away"}},
		{name: "fallback", metric: pods, services: []string{"web", "cart"}, calls: cart,
			pods: map[string]replicas{"web v1": {5, 0}, "web v2": {5, 0}, "cart v1": {1, 5}}},
		{name: "three-lanes", metric: pods, lanes: []string{"v1", "v2", "v3"}, rate: 20,
			before: []int{50, 50, 0}, stages: [][]int{{60, 30, 10}, {0, 0, 100}}, back: []int{50, 50, 0},
			pods: map[string]replicas{"web v1": {2, 6}, "web v2": {5, 0}, "web v3": {1, 10}},
			faults: []string{"s1: web@v1: needs 6 pods, has 2 to 6, and an autoscaler may have taken them away",
				"rollback: web@v1: needs 5 pods, has 2 to 6, and an autoscaler may have taken them away"}},
		{name: "testers", metric: object, testers: 2, pods: map[string]replicas{"web v1": {5, 0}, "web v2": {1, 5}},
			faults: []string{"s2: web@v2: needs 6 pods, has 1 to 5"}},
		{name: "measured", metric: object, services: []string{"web", "cart"}, calls: cart, rate: 1,
			perPod: map[string]int64{},
			pods:   map[string]replicas{"web v1": {4, 0}, "web v2": {1, 0}, "cart v1": {4, 0}, "cart v2": {1, 2}},
			faults: []string{"s2: web@v2: needs 2 pods, has 1"}},
	}
}

// whole returns the plan with defaults: ten requests a second, one service in two lanes, and pods
// that carry two requests a second.
func (p loaded) whole() loaded {
	if p.lanes == nil {
		p.lanes, p.before, p.back = []string{"v1", "v2"}, []int{100, 0}, []int{100, 0}
		p.stages = [][]int{{90, 10}, {0, 100}}
	}
	if p.services == nil {
		p.services = []string{"web"}
	}
	if p.rate == 0 {
		p.rate = 10
	}
	if p.perPod == nil {
		p.perPod = map[string]int64{}
		for _, s := range p.services {
			p.perPod[s] = 2
		}
	}
	return p
}

// demand returns the demand of the plan.
func (p loaded) demand() release.Demand {
	var d release.Demand
	if len(p.perPod) == 0 {
		return d
	}
	d.Requests = []release.Requests{{Path: "/", Rate: float64(p.rate)}}
	if p.testers > 0 {
		d.Requests = append(d.Requests,
			release.Requests{Path: "/", Headers: map[string]string{"x-tester": "yes"}, Rate: float64(p.testers)})
	}
	d.PerPod = map[string]float64{}
	for s, n := range p.perPod {
		d.PerPod[s] = float64(n)
	}
	return d
}

// places returns the weights of all places.
func (p loaded) places() [][]int {
	return append(append([][]int{p.before}, p.stages...), p.back)
}

// loads returns the thousandths of calls a second at some weights. It follows each call, and does
// not use package capacity.
func (p loaded) loads(namespace string, weights []int) map[podsOf]int64 {
	out := map[podsOf]int64{}
	var walk func(service, lane string, calls int64)
	walk = func(service, lane string, calls int64) {
		serving := lane
		if _, has := p.of(podsOf{"", service, lane}); !has {
			serving = p.lanes[0]
		}
		out[podsOf{namespace, service, serving}] += calls
		for _, callee := range p.calls[service] {
			walk(callee, lane, calls)
		}
	}
	last := len(p.lanes) - 1
	for i, lane := range p.lanes {
		calls := p.rate * 10 * int64(weights[i])
		if i == last {
			calls += 1000 * p.testers
		}
		if calls > 0 {
			walk(p.services[0], lane, calls)
		}
	}
	return out
}

// targets returns the thousandths of calls a second that one pod carries.
func (p loaded) targets(namespace string) map[podsOf]int64 {
	before, pods := map[string]int64{}, map[string]int64{}
	for of, calls := range p.loads(namespace, p.before) {
		r, _ := p.of(of)
		before[of.service] += calls
		pods[of.service] += r.min
	}
	out := map[podsOf]int64{}
	for _, service := range p.services {
		for _, lane := range p.lanes {
			of := podsOf{namespace, service, lane}
			if _, has := p.of(of); !has {
				continue
			}
			if out[of] = 1000 * p.perPod[service]; len(p.perPod) == 0 {
				out[of] = 2 * before[service] / pods[service]
			}
		}
	}
	return out
}

// live returns the prepared release in a namespace, as the library writes it.
func (p loaded) live(t require.TestingT, namespace string, config release.Config) release.Live {
	app := lanes.App{
		Name: "shop", Namespace: namespace,
		Gateway:    lanes.Gateway{Name: "gw", Namespace: namespace, Route: &lanes.RouteOptions{Name: "all"}},
		Permissive: &lanes.Permissive{Baseline: "v1", RouteHeader: "x-lane", TraceHeader: "x-lane"},
	}
	for _, s := range p.services {
		template := mock.App().Versions[0].Services[0].Template
		app.Services = append(app.Services, lanes.AppService{Name: s, Port: 80, Template: template})
	}
	for _, lane := range p.lanes {
		v := lanes.Version{Name: lane}
		for _, s := range p.services {
			if _, has := p.of(podsOf{"", s, lane}); !has {
				v.Without = append(v.Without, s)
			}
		}
		app.Versions = append(app.Versions, v)
	}
	options := release.Options{}
	if p.testers > 0 {
		options.Routes = []routing.Route{p.testersRoute(namespace)}
	}
	var scalers []manifest.Object
	options.Each = func(o release.Object) error {
		if s, is := o.(*corev1.Service); is { // an App cannot say that a service is called twice
			metav1.SetMetaDataAnnotation(&s.ObjectMeta, release.AnnotationCalls, strings.Join(p.calls[s.Name], ","))
		}
		d, is := o.(*appsv1.Deployment)
		if !is {
			return nil
		}
		k := podsOf{"", d.Spec.Template.Labels[lanes.LabelApp], d.Spec.Template.Labels[lanes.LabelVersion]}
		n, _ := p.of(k)
		if d.Spec.Replicas = new(int32(n.min)); n.max == 0 {
			return nil
		}
		d.Spec.Replicas = nil
		scaler := autoscaler(k.service, k.version)
		scaler.Namespace = namespace
		scaler.Spec.MinReplicas, scaler.Spec.MaxReplicas = new(int32(n.min)), int32(n.max)
		scaler.Spec.Metrics = []autoscalingv2.MetricSpec{p.asks(k, p.targets("")[k])}
		object, err := manifest.NewObject(scaler, "")
		scalers = append(scalers, object)
		return err
	}
	state, err := config.Plan.Prepare(metav1.Now().Time)
	require.NoError(t, err)
	set, err := release.Render(app, config.Plan, state, options)
	require.NoError(t, err)
	return release.ReadSet(config, manifest.NewSet(append(set.All(), scalers...)...))
}

// testersRoute sends requests with a header to the candidate.
func (p loaded) testersRoute(namespace string) routing.Route {
	candidate := p.lanes[len(p.lanes)-1]
	tester := map[string]routing.Condition{"x-tester": routing.Exact("yes")}
	lane := routing.HeaderOperations{Set: map[string]string{"x-lane": candidate}}
	to := routing.Destination{Host: fmt.Sprintf("%s.%s.svc.cluster.local", p.services[0], namespace), Subset: candidate,
		Weight: 100, Headers: routing.Headers{Request: lane}}
	return routing.Route{Name: "testers", Matches: []routing.Match{{Headers: tester}},
		Destinations: []routing.Destination{to}}
}

// asks returns the metric of an autoscaler.
func (p loaded) asks(of podsOf, target int64) autoscalingv2.MetricSpec {
	name := autoscalingv2.MetricIdentifier{Name: "calls"}
	average := autoscalingv2.MetricTarget{Type: autoscalingv2.AverageValueMetricType,
		AverageValue: resource.NewMilliQuantity(target, resource.DecimalSI)}
	out := autoscalingv2.MetricSpec{Type: p.metric}
	switch p.metric {
	case autoscalingv2.PodsMetricSourceType:
		out.Pods = &autoscalingv2.PodsMetricSource{Metric: name, Target: average}
	case autoscalingv2.ObjectMetricSourceType:
		object := autoscalingv2.CrossVersionObjectReference{APIVersion: "apps/v1", Kind: "Deployment",
			Name: lanes.DeploymentName(of.service, of.version)}
		out.Object = &autoscalingv2.ObjectMetricSource{DescribedObject: object, Metric: name, Target: average}
	default:
		name.Selector = &metav1.LabelSelector{MatchLabels: of.labels()}
		out.External = &autoscalingv2.ExternalMetricSource{Metric: name, Target: average}
	}
	return out
}
