package istiolanes_test

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
	"github.com/swimlane-go/swimlane/routing/istiolanes"
)

type istio = istiolanes.Builder

func serviceOf(namespace, name string, ports ...int32) *corev1.Service {
	s := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	s.Spec.Selector = map[string]string{"app": name}
	for _, port := range ports {
		s.Spec.Ports = append(s.Spec.Ports, corev1.ServicePort{Name: fmt.Sprint("http-", port), Port: port})
	}
	return s
}

func workloadOf(namespace, app, version string) istiolanes.Workload {
	d := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: app + "-" + version}}
	d.Spec.Template.Labels = map[string]string{"app": app, "version": version}
	return istiolanes.WorkloadOf(d)
}

func laneOf(name string, selector map[string]string) *lanes.ASMSwimLane {
	lane := &lanes.ASMSwimLane{ObjectMeta: metav1.ObjectMeta{Name: name,
		Labels: map[string]string{lanes.LabelLaneGroup: "mock"}}}
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
	}{{"default", "mocka", []int32{8000}}, {"shop", "mockb", []int32{8000, 9000}},
		{"default", "mockc", []int32{8000}}} {
		group.Spec.Services = append(group.Spec.Services, lanes.ServiceRef{Namespace: s.namespace, Name: s.name})
		b.Services = append(b.Services, serviceOf(s.namespace, s.name, s.ports...))
		for _, v := range []string{"v1", "v2"} {
			b.Workloads = append(b.Workloads, workloadOf(s.namespace, s.name, v))
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
	d := workloadOf("shop", "mockb", "v3")
	d.Labels["team"], d.Labels["track"] = "blue", "canary"
	b.Workloads = append(b.Workloads, d)
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
		b.Lanes[i].Spec.IngressWeight = &lanes.IngressWeight{
			Destination: &lanes.RouteDestination{Host: lanes.Host("mocka", "default")}, Weight: new(percent)}
	}
	return b
}

func rule(name string, match *lanes.RequestMatch, hosts ...string) lanes.IngressRule {
	return lanes.IngressRule{Name: name, Online: new(true), Hosts: hosts, Match: match,
		Route: &lanes.IngressRoute{Destination: &lanes.RouteDestination{Host: lanes.Host("mocka", "default"),
			PortNum: new(uint32(8000))}}}
}

// ruleBased gives the input rules: v1 takes every request, v2 those with a tag.
func ruleBased(b istio) istio {
	tag := &lanes.RequestMatch{Headers: map[string]lanes.StringMatch{"x-tag": {Exact: "v2"}}}
	b.Group.Spec.Ingress.IngressRouting = &lanes.IngressRouting{Strategy: lanes.RoutingRuleBased}
	b.Lanes[0].Spec.IngressRules = []lanes.IngressRule{rule("all", nil, "*.example.org", "shop.example.com")}
	b.Lanes[1].Spec.IngressRules = []lanes.IngressRule{rule("tag", tag, "*.example.org", "shop.example.com"),
		rule("host", nil, "v2.example.com")}
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

func TestBuild(t *testing.T) {
	patched := permissive()
	patched.Group.Spec.DefaultTrafficPolicyPatch = raw(
		`{"connectionPool": {"tcp": {"connectTimeout": "500ms"}}, "loadBalancer": {"simple": "LEAST_REQUEST"}}`)
	patched.Group.Spec.DefaultHTTPRoutePatch = raw(`{"timeout": "1m", "retries": {"attempts": 2}}`)
	patched.Group.Spec.Services[1].TrafficPolicyPatch = raw(
		`{"connection_pool": {"tcp": {"maxConnections": 5}}, "loadBalancer": null}`)
	patched.Group.Spec.Services[1].HTTPRoutePatch = raw(`{"timeout": null, "retries": {"perTryTimeout": "2s"}}`)
	rules := ruleBased(permissive())
	rules.Lanes[2].Spec.IngressRules = []lanes.IngressRule{rule("tag",
		&lanes.RequestMatch{Headers: map[string]lanes.StringMatch{"x-tag": {Exact: "try"}}}, "*.example.org",
		"shop.example.com")}
	for name, b := range map[string]istio{
		"strict":              strict(),
		"strict-weighted":     weighted(strict(), 90, 10),
		"permissive":          permissive(),
		"permissive-weighted": weighted(permissive(), 60, 30, 10),
		"permissive-rules":    rules,
		"permissive-patches":  weighted(patched, 100, 0, 0),
		"strict-rules-unnamed": func() istio {
			b := ruleBased(strict())
			b.Group.Spec.Ingress.IngressRouting = nil
			return b
		}(),
	} {
		t.Run(name, func(t *testing.T) {
			require.Empty(t, b.Validate())
			golden.Equal(t, name+".yaml", yamlOf(t, b))
		})
	}
}

func raw(s string) *runtime.RawExtension { return &runtime.RawExtension{Raw: []byte(s)} }

// What lanes.Group finds wrong has a table there; here are its paths, and what the
// Builder finds itself.
func TestValidateFinds(t *testing.T) {
	invalid, required, notFound := fieldtest.Invalid, fieldtest.Required, fieldtest.NotFound
	const selector = "lanes[0].spec.labelSelector"
	for name, test := range map[string]struct {
		b     istio
		spoil func(b *istio)
		want  field.ErrorList
	}{
		"nothing":    {strict(), func(*istio) {}, nil},
		"everything": {istio{}, func(*istio) {}, field.ErrorList{required("group")}},
		"no lanes": {strict(), func(b *istio) { b.Lanes = nil },
			field.ErrorList{required("group.metadata.name")}},
		"no group": {strict(), func(b *istio) { b.Group = nil }, field.ErrorList{required("group")}},
		"nils": {strict(), func(b *istio) { b.Lanes[1], b.Services[2] = nil, nil },
			field.ErrorList{required("lanes[1]"), required("services[2]"), notFound("group.spec.services[2]")}},
		"service not found": {strict(), func(b *istio) { b.Services[1].Namespace = "default" },
			field.ErrorList{notFound("group.spec.services[1]")}},
		"service twice": {strict(), func(b *istio) { b.Services = append(b.Services, b.Services[0]) },
			field.ErrorList{fieldtest.Duplicate("services[3]")}},
		"strict lane lacks": {strict(), func(b *istio) { b.Workloads = b.Workloads[1:] },
			field.ErrorList{invalid(selector, "incomplete")}},
		"labels on no pod": {strict(), func(b *istio) {
			d := &appsv1.Deployment{}
			d.Labels = b.Workloads[0].Labels
			b.Workloads[0] = istiolanes.WorkloadOf(d)
		}, field.ErrorList{invalid(selector, "incomplete")}},
		"pods elsewhere": {strict(), func(b *istio) { b.Workloads[0].Namespace = "elsewhere" },
			field.ErrorList{invalid(selector, "incomplete")}},
		"pods of no namespace": {strict(), func(b *istio) { b.Workloads[0].Namespace = "" }, nil},
		"service of a version": {strict(), func(b *istio) { b.Services[0].Spec.Selector["version"] = "v1" },
			field.ErrorList{invalid("lanes[1].spec.labelSelector", "incomplete")}},
		"service selects none": {strict(), func(b *istio) { b.Services[0].Spec.Selector = nil },
			field.ErrorList{invalid(selector, "incomplete"), invalid("lanes[1].spec.labelSelector", "incomplete")}},
		"no port": {weighted(strict(), 100),
			func(b *istio) { b.Lanes[0].Spec.IngressWeight.Destination.Host = lanes.Host("mockb", "shop") },
			field.ErrorList{required("lanes[0].spec.ingressWeight.destination.portNum")}},
		"another port": {weighted(strict(), 100),
			func(b *istio) { b.Lanes[0].Spec.IngressWeight.Destination.PortNum = new(uint32(81)) },
			field.ErrorList{notFound("lanes[0].spec.ingressWeight.destination.portNum")}},
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

// An error says which workload two lanes share.
func TestFaultsNameWorkloads(t *testing.T) {
	b := permissive()
	b.Workloads[6].Labels["version"] = "v2"
	_, err := b.Build()
	require.EqualError(t, err,
		"lanes of group mock: lanes[2].spec.labelSelector: Invalid value: must select no pod of another lane: it selects those of Deployment shop/mockb-v3 as lane v2 does")
}

// Two services of one name, and groups and services whose names run together, get
// objects of their own; the longest names are valid.
func TestNamesAreApart(t *testing.T) {
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
