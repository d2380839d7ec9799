package routing_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/routing"
)

type istio = routing.IstioLanesBuilder

func serviceOf(namespace, name string, ports ...int32) *corev1.Service {
	s := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	s.Spec.Selector = map[string]string{"app": name}
	for _, port := range ports {
		s.Spec.Ports = append(s.Spec.Ports, corev1.ServicePort{Name: fmt.Sprint("http-", port), Port: port})
	}
	return s
}

func deploymentOf(namespace, app, version string) *appsv1.Deployment {
	d := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: app + "-" + version}}
	d.Spec.Template.Labels = map[string]string{"app": app, "version": version}
	return d
}

func laneOf(name string, selector map[string]string) *lanes.ASMSwimLane {
	lane := &lanes.ASMSwimLane{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{lanes.LabelLaneGroup: "mock"}}}
	lane.Spec.LabelSelector = selector
	return lane
}

// strict returns good input: three services, of which one lies in another
// namespace, in lanes v1 and v2.
func strict() istio {
	group := &lanes.ASMSwimLaneGroup{ObjectMeta: metav1.ObjectMeta{Name: "mock"}}
	group.Spec.Ingress = &lanes.GroupIngress{Gateway: &lanes.GatewayRef{Name: "gw", Namespace: "istio-system"}}
	b := istio{Group: group}
	for _, s := range []struct {
		namespace, name string
		ports           []int32
	}{{"default", "mocka", []int32{8000}}, {"shop", "mockb", []int32{8000, 9000}}, {"default", "mockc", []int32{8000}}} {
		group.Spec.Services = append(group.Spec.Services, lanes.ServiceRef{Namespace: s.namespace, Name: s.name})
		b.Services = append(b.Services, serviceOf(s.namespace, s.name, s.ports...))
		for _, v := range []string{"v1", "v2"} {
			b.Deployments = append(b.Deployments, deploymentOf(s.namespace, s.name, v))
		}
	}
	for _, v := range []string{"v1", "v2"} {
		b.Lanes = append(b.Lanes, laneOf(v, map[string]string{"version": v}))
	}
	return b
}

// permissive returns good input: as strict, and a lane "try" that has mockb
// alone, beside the baseline v1. Calls to mockc fall back to v2.
func permissive() istio {
	b := strict()
	b.Group.Spec.IsPermissive = new(true)
	b.Group.Spec.PermissiveModeConfiguration = &lanes.PermissiveModeConfiguration{
		FallbackTarget: "v1", ServiceLevelFallbackTarget: map[string]string{"default/mockc": "v2"},
		TraceHeader: "baggage", RouteHeader: "x-lane",
	}
	b.Lanes = append(b.Lanes, laneOf("try", map[string]string{"team": "blue", "track": "canary"}))
	d := deploymentOf("shop", "mockb", "v3")
	d.Spec.Template.Labels["team"], d.Spec.Template.Labels["track"] = "blue", "canary"
	b.Deployments = append(b.Deployments, d)
	return b
}

// weighted gives the input ASM's weighted strategy.
func weighted(b istio, percents ...int32) istio {
	b.Group.Spec.Ingress.IngressRouting = &lanes.IngressRouting{
		Strategy: lanes.RoutingWeighted,
		WeightedRoutingRule: &lanes.WeightedRoutingRule{Hosts: []string{"*"}, RequestMatches: []lanes.RequestMatch{
			{URI: &lanes.StringMatch{Exact: "/mock"}, Headers: map[string]lanes.StringMatch{"x-user": {Regex: "a|b"}}},
			{URI: &lanes.StringMatch{Prefix: "/try/"}},
		}},
	}
	for i, percent := range percents {
		b.Lanes[i].Spec.IngressWeight = &lanes.IngressWeight{Destination: &lanes.RouteDestination{Host: lanes.Host("mocka", "default")}, Weight: new(percent)}
	}
	return b
}

func rule(name string, match *lanes.RequestMatch, hosts ...string) lanes.IngressRule {
	return lanes.IngressRule{Name: name, Online: new(true), Hosts: hosts, Match: match,
		Route: &lanes.IngressRoute{Destination: &lanes.RouteDestination{Host: lanes.Host("mocka", "default"), PortNum: new(uint32(8000))}}}
}

// ruleBased gives the input rules: v1 takes every request, v2 those with a tag.
func ruleBased(b istio) istio {
	tag := &lanes.RequestMatch{Headers: map[string]lanes.StringMatch{"x-tag": {Exact: "v2"}}}
	b.Group.Spec.Ingress.IngressRouting = &lanes.IngressRouting{Strategy: lanes.RoutingRuleBased}
	b.Lanes[0].Spec.IngressRules = []lanes.IngressRule{rule("all", nil, "*.example.org", "shop.example.com")}
	b.Lanes[1].Spec.IngressRules = []lanes.IngressRule{rule("tag", tag, "*.example.org", "shop.example.com"), rule("host", nil, "v2.example.com")}
	off := rule("off", &lanes.RequestMatch{URI: &lanes.StringMatch{Prefix: "/off"}}, "*")
	off.Online = nil
	b.Lanes[1].Spec.IngressRules = append(b.Lanes[1].Spec.IngressRules, off)
	return b
}

func yamlOf(t require.TestingT, b istio) string {
	built, err := b.Build()
	require.NoError(t, err)
	var all []runtime.Object
	for _, dr := range built.DestinationRules {
		all = append(all, dr)
	}
	for _, vs := range built.VirtualServices {
		all = append(all, vs)
	}
	text, err := manifest.Encode(all...)
	require.NoError(t, err)
	return string(text)
}

func TestIstioLanes(t *testing.T) {
	patched := permissive()
	patched.Group.Spec.DefaultTrafficPolicyPatch = raw(`{"connectionPool": {"tcp": {"connectTimeout": "500ms"}}, "loadBalancer": {"simple": "LEAST_REQUEST"}}`)
	patched.Group.Spec.DefaultHTTPRoutePatch = raw(`{"timeout": "1m", "retries": {"attempts": 2}}`)
	patched.Group.Spec.Services[1].TrafficPolicyPatch = raw(`{"connection_pool": {"tcp": {"maxConnections": 5}}, "loadBalancer": null}`)
	patched.Group.Spec.Services[1].HTTPRoutePatch = raw(`{"timeout": null, "retries": {"perTryTimeout": "2s"}}`)
	rules := ruleBased(permissive())
	rules.Lanes[2].Spec.IngressRules = []lanes.IngressRule{rule("tag", &lanes.RequestMatch{Headers: map[string]lanes.StringMatch{"x-tag": {Exact: "try"}}}, "*.example.org", "shop.example.com")}
	for name, b := range map[string]istio{
		"strict":               strict(),
		"strict-weighted":      weighted(strict(), 90, 10),
		"permissive":           permissive(),
		"permissive-weighted":  weighted(permissive(), 60, 30, 10),
		"permissive-rules":     rules,
		"permissive-patches":   weighted(patched, 100, 0, 0),
		"strict-rules-unnamed": func() istio { b := ruleBased(strict()); b.Group.Spec.Ingress.IngressRouting = nil; return b }(),
	} {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, b.Validate())
			golden.Equal(t, "istio-"+name+".yaml", yamlOf(t, b))
		})
	}
}

func raw(s string) *runtime.RawExtension { return &runtime.RawExtension{Raw: []byte(s)} }

func TestIstioLanesFaults(t *testing.T) {
	invalid, required, notFound := fieldtest.Invalid, fieldtest.Required, fieldtest.NotFound
	const (
		config   = "group.spec.permissiveModeConfiguration"
		selector = "lanes[0].spec.labelSelector"
		strategy = "group.spec.ingress.ingressRouting.ingressRoutingStrategy"
	)
	missing := func(b istio) istio { b.Deployments = b.Deployments[1:]; return b } // lane v1 lacks mocka
	for name, test := range map[string]struct {
		b     istio
		spoil func(b *istio)
		want  field.ErrorList
	}{
		"nothing":               {strict(), func(*istio) {}, nil},
		"everything":            {istio{}, func(*istio) {}, field.ErrorList{required("group"), required("lanes")}},
		"nils":                  {strict(), func(b *istio) { b.Lanes[1], b.Services[2], b.Deployments[0] = nil, nil, nil }, field.ErrorList{required("lanes[1]"), required("services[2]"), required("deployments[0]"), notFound("group.spec.services[2]"), invalid(selector, "incomplete")}},
		"empty group":           {strict(), func(b *istio) { b.Group = &lanes.ASMSwimLaneGroup{} }, field.ErrorList{required("group.metadata.name"), required("group.spec.services"), required("group.spec.ingress.gateway.name"), required("group.spec.ingress.gateway.namespace")}},
		"empty lane":            {strict(), func(b *istio) { *b.Lanes[0] = lanes.ASMSwimLane{} }, field.ErrorList{required("lanes[0].metadata.name"), required("lanes[0].metadata.labels[swimlane-group]"), required(selector)}},
		"two of a name":         {strict(), func(b *istio) { b.Lanes[1].Name = "v1" }, field.ErrorList{fieldtest.Duplicate("lanes[1].metadata.name")}},
		"lane of another group": {strict(), func(b *istio) { b.Lanes[1].Labels[lanes.LabelLaneGroup] = "shop" }, field.ErrorList{invalid("lanes[1].metadata.labels[swimlane-group]", "group")}},
		"service not found":     {strict(), func(b *istio) { b.Services[1].Namespace = "default" }, field.ErrorList{notFound("group.spec.services[1]")}},
		"service twice":         {strict(), func(b *istio) { b.Services = append(b.Services, b.Services[0]) }, field.ErrorList{fieldtest.Duplicate("services[3]")}},
		"listed twice":          {strict(), func(b *istio) { b.Group.Spec.Services[2] = b.Group.Spec.Services[0] }, field.ErrorList{fieldtest.Duplicate("group.spec.services[2]")}},
		"bad selector":          {strict(), func(b *istio) { b.Lanes[0].Spec.LabelSelector = map[string]string{"version": "v 1"} }, field.ErrorList{invalid(selector+"[version]", "format=label-value"), invalid(selector, "incomplete")}},
		"strict lane lacks":     {missing(strict()), func(*istio) {}, field.ErrorList{invalid(selector, "incomplete")}},
		"strict lane lists":     {strict(), func(b *istio) { b.Lanes[1].Spec.Services = b.Group.Spec.Services[:1] }, field.ErrorList{invalid("lanes[1].spec.services", "incomplete")}},
		"labels on no pod": {strict(), func(b *istio) {
			b.Deployments[0].Labels = b.Deployments[0].Spec.Template.Labels
			b.Deployments[0].Spec.Template.Labels = nil
		}, field.ErrorList{invalid(selector, "incomplete")}},
		"pods elsewhere":       {strict(), func(b *istio) { b.Deployments[0].Namespace = "elsewhere" }, field.ErrorList{invalid(selector, "incomplete")}},
		"service of a version": {strict(), func(b *istio) { b.Services[0].Spec.Selector["version"] = "v1" }, field.ErrorList{invalid("lanes[1].spec.labelSelector", "incomplete")}},
		"service selects none": {strict(), func(b *istio) { b.Services[0].Spec.Selector = nil }, field.ErrorList{invalid(selector, "incomplete"), invalid("lanes[1].spec.labelSelector", "incomplete")}},
		"lists another": {permissive(), func(b *istio) {
			b.Lanes[2].Spec.Services = []lanes.ServiceRef{{Name: "mockb", Namespace: "shop"}, {Name: "mockb", Namespace: "default"}}
		}, field.ErrorList{notFound("lanes[2].spec.services[1]")}},
		"shared pods": {permissive(), func(b *istio) { b.Deployments[6].Spec.Template.Labels["version"] = "v2" }, field.ErrorList{invalid("lanes[2].spec.labelSelector", "overlap")}},
		"same selector": {permissive(), func(b *istio) {
			b.Lanes[2].Spec = lanes.ASMSwimLaneSpec{LabelSelector: map[string]string{"version": "v2"}}
		}, field.ErrorList{invalid("lanes[2].spec.labelSelector", "overlap")}},
		"narrower selector": {permissive(), func(b *istio) {
			b.Lanes[0].Spec.LabelSelector = map[string]string{"team": "blue", "track": "canary", "x": "y"}
			b.Lanes[0].Spec.Services = b.Group.Spec.Services
		}, field.ErrorList{invalid("lanes[2].spec.labelSelector", "overlap")}},
		"shared pods elsewhere": {permissive(), func(b *istio) {
			d := deploymentOf("default", "other", "v1")
			d.Spec.Template.Labels["team"], d.Spec.Template.Labels["track"] = "blue", "canary"
			b.Deployments = append(b.Deployments, d)
		}, nil},
		"no configuration": {permissive(), func(b *istio) { b.Group.Spec.PermissiveModeConfiguration = nil }, field.ErrorList{required(config)}},
		"no headers": {permissive(), func(b *istio) {
			b.Group.Spec.PermissiveModeConfiguration.RouteHeader = ""
			b.Group.Spec.PermissiveModeConfiguration.TraceHeader = ""
		}, field.ErrorList{invalid(config+".routeHeader", "format=header"), invalid(config+".traceHeader", "format=header")}},
		"route header taken":  {permissive(), func(b *istio) { b.Group.Spec.PermissiveModeConfiguration.RouteHeader = "baggage" }, field.ErrorList{invalid(config+".routeHeader", "trace-header")}},
		"no baseline":         {permissive(), func(b *istio) { b.Group.Spec.PermissiveModeConfiguration.FallbackTarget = "" }, field.ErrorList{required(config + ".fallbackTarget")}},
		"baseline is no lane": {permissive(), func(b *istio) { b.Group.Spec.PermissiveModeConfiguration.FallbackTarget = "v9" }, field.ErrorList{notFound(config + ".fallbackTarget")}},
		"baseline lacks":      {missing(permissive()), func(*istio) {}, field.ErrorList{invalid(selector, "incomplete")}},
		"other lane lacks":    {permissive(), func(b *istio) { b.Deployments = append(b.Deployments[:1], b.Deployments[2:]...) }, nil},
		"fallbacks": {permissive(), func(b *istio) {
			b.Group.Spec.PermissiveModeConfiguration.ServiceLevelFallbackTarget = map[string]string{"mocka": "try", "default/mocka": "v1", "mockb": "v9", "mockx": "v1", "default/mockb": "v1"}
		}, field.ErrorList{
			invalid(config+".serviceLevelFallbackTarget[mocka]", "service"), notFound(config + ".serviceLevelFallbackTarget[mockb]"),
			invalid(config+".serviceLevelFallbackTarget[mockx]", "service"), invalid(config+".serviceLevelFallbackTarget[default/mockb]", "service"),
		}},
		"fallback lacks": {permissive(), func(b *istio) { b.Group.Spec.PermissiveModeConfiguration.ServiceLevelFallbackTarget["mocka"] = "try" }, field.ErrorList{invalid(config+".serviceLevelFallbackTarget[mocka]", "incomplete")}},
		"name of two services": {permissive(), func(b *istio) {
			b.Group.Spec.Services[1].Namespace, b.Group.Spec.Services[1].Name = "shop", "mockc"
			b.Services[1] = serviceOf("shop", "mockc", 1)
			b.Deployments = append(b.Deployments, deploymentOf("shop", "mockc", "v1"))
			b.Group.Spec.PermissiveModeConfiguration.ServiceLevelFallbackTarget["mockc"] = "v1"
		}, field.ErrorList{invalid(config+".serviceLevelFallbackTarget[mockc]", "service")}},
		"strict with a configuration": {strict(), func(b *istio) { b.Group.Spec.PermissiveModeConfiguration = &lanes.PermissiveModeConfiguration{} }, nil},
		"bad strategy":                {strict(), func(b *istio) { weighted(*b, 90, 10); b.Group.Spec.Ingress.IngressRouting.Strategy = "rule-based" }, field.ErrorList{fieldtest.NotSupported(strategy)}},
		"sum":                         {weighted(strict(), 90, 20), func(*istio) {}, field.ErrorList{invalid(strategy, "sum")}},
		"no weights":                  {weighted(strict()), func(*istio) {}, field.ErrorList{invalid(strategy, "sum")}},
		"weights of a lane": {weighted(strict(), 100, 0), func(b *istio) {
			b.Lanes[0].Spec.IngressWeight.Destination.Host = "mocka"
			b.Lanes[1].Spec.IngressWeight.Destination, b.Lanes[1].Spec.IngressWeight.Weight = nil, nil
		}, field.ErrorList{invalid("lanes[0].spec.ingressWeight.destination.host", "service"), required("lanes[1].spec.ingressWeight.destination"), required("lanes[1].spec.ingressWeight.weight")}},
		"two entries": {weighted(strict(), 100, 0), func(b *istio) { b.Lanes[1].Spec.IngressWeight.Destination.Host = lanes.Host("mockc", "") }, field.ErrorList{invalid("lanes[1].spec.ingressWeight.destination.host", "entry")}},
		"no port":     {weighted(strict(), 100), func(b *istio) { b.Lanes[0].Spec.IngressWeight.Destination.Host = lanes.Host("mockb", "shop") }, field.ErrorList{required("lanes[0].spec.ingressWeight.destination.portNum")}},
		"bad port":    {weighted(strict(), 100), func(b *istio) { b.Lanes[0].Spec.IngressWeight.Destination.PortNum = new(uint32(81)) }, field.ErrorList{notFound("lanes[0].spec.ingressWeight.destination.portNum")}},
		"rules": {ruleBased(strict()), func(b *istio) {
			b.Lanes[0].Spec.IngressRules[0].Route.Destination.Host = "elsewhere.default.svc.cluster.local"
			b.Lanes[1].Spec.IngressRules[0].Route = nil
			b.Lanes[1].Spec.IngressRules[1].Hosts = []string{"shop.example.com"} // every request: lane v1 has it
		}, field.ErrorList{invalid("lanes[0].spec.ingressRules[0].route.destination.host", "service"), required("lanes[1].spec.ingressRules[0].route"), invalid("lanes[1].spec.ingressRules[1].match", "overlap")}},
		"the same match": {ruleBased(strict()), func(b *istio) {
			b.Lanes[0].Spec.IngressRules = append(b.Lanes[0].Spec.IngressRules, rule("again", &lanes.RequestMatch{Headers: map[string]lanes.StringMatch{"x-tag": {Exact: "v2"}}}, "*.example.org"))
		}, field.ErrorList{invalid("lanes[1].spec.ingressRules[0].match", "overlap")}},
		"every request, said in another way": {ruleBased(strict()), func(b *istio) {
			b.Lanes[1].Spec.IngressRules[1] = rule("any", &lanes.RequestMatch{URI: &lanes.StringMatch{Regex: ".*"}}, "shop.example.com")
		}, field.ErrorList{invalid("lanes[1].spec.ingressRules[1].match", "overlap")}},
		"offline rules": {ruleBased(strict()), func(b *istio) {
			b.Lanes[1].Spec.IngressRules[0].Online = new(false)
			b.Lanes[0].Spec.IngressRules = append(b.Lanes[0].Spec.IngressRules, rule("again", b.Lanes[1].Spec.IngressRules[0].Match, "*.example.org"))
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			test.spoil(&test.b)
			fieldtest.Equal(t, test.want, test.b.Validate())
			built, err := test.b.Build()
			fieldtest.Equal(t, test.want, fieldtest.Of(err))
			require.Equal(t, len(test.want) == 0, err == nil)
			require.Equal(t, len(test.want) == 0, built.DestinationRules != nil)
		})
	}
}

// Two services of one name, and groups and services whose names run together, get
// objects of their own; the longest names are valid.
func TestIstioLanesNames(t *testing.T) {
	names := map[string]bool{}
	long := strings.Repeat("a", 63)
	for _, test := range []struct{ group, service string }{{"a", "b-c"}, {"a-b", "c"}, {"a", "b"}, {long, long}} {
		b := strict()
		b.Group.Name = test.group
		b.Group.Spec.Services = b.Group.Spec.Services[:2] // in two namespaces
		for i := range b.Group.Spec.Services {
			b.Group.Spec.Services[i].Name, b.Services[i].Name = test.service, test.service
		}
		for _, lane := range b.Lanes {
			lane.Labels[lanes.LabelLaneGroup] = test.group
		}
		built, err := b.Build()
		require.NoError(t, err)
		require.Len(t, built.DestinationRules, 2)
		for i, dr := range built.DestinationRules {
			require.False(t, names[dr.Namespace+"/"+dr.Name], dr.Name)
			names[dr.Namespace+"/"+dr.Name] = true
			require.Equal(t, dr.ObjectMeta, built.VirtualServices[i].ObjectMeta)
		}
	}
}
