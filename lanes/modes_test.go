package lanes_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/lanes"
)

// permissiveGroup returns a good builder of a permissive group whose lanes share
// requests by weight.
func permissiveGroup() lanes.LaneGroupBuilder {
	return lanes.LaneGroupBuilder{
		Name:     "mock",
		Gateway:  lanes.GatewayRef{Name: "ingressgateway", Namespace: "istio-system", Type: lanes.IngressASM},
		Services: []lanes.ServiceRef{{Name: "mocka", Namespace: "default", Cluster: &lanes.ClusterRef{ID: "c1"}}},
		Permissive: &lanes.PermissiveModeConfiguration{
			FallbackTarget: "s1", ServiceLevelFallbackTarget: map[string]string{"default/mocka": "s2"},
			TraceHeader: "baggage", RouteHeader: "x-lane",
		},
		Routing: &lanes.IngressRouting{
			Strategy: lanes.RoutingWeighted,
			WeightedRoutingRule: &lanes.WeightedRoutingRule{
				Hosts: []string{"*"},
				RequestMatches: []lanes.RequestMatch{{URI: &lanes.StringMatch{Exact: "/mock"},
					Headers: map[string]lanes.StringMatch{"test": {Exact: "yes"}}}},
			},
		},
	}
}

func TestPermissiveWeightedGroup(t *testing.T) {
	b := permissiveGroup()
	group, err := b.Build()
	require.NoError(t, err)
	text, err := yaml.Marshal(group)
	require.NoError(t, err)
	const want = `
apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLaneGroup
metadata: {name: mock}
spec:
  isPermissive: true
  permissiveModeConfiguration: {fallbackTarget: s1, serviceLevelFallbackTarget: {default/mocka: s2}, traceHeader: baggage, routeHeader: x-lane}
  ingress:
    gateway: {name: ingressgateway, namespace: istio-system, type: ASM}
    ingressRouting:
      ingressRoutingStrategy: weighted
      weightedRoutingRule: {hosts: ['*'], requestMatches: [{uri: {exact: /mock}, headers: {test: {exact: "yes"}}}]}
  services: [{name: mocka, namespace: default, cluster: {id: c1}}]
`
	require.YAMLEq(t, want, string(text))

	b.Permissive.ServiceLevelFallbackTarget["default/mocka"] = "changed"
	b.Routing.WeightedRoutingRule.Hosts[0] = "changed"
	b.Routing.WeightedRoutingRule.RequestMatches[0].Headers["test"] = lanes.StringMatch{Exact: "changed"}
	b.Services[0].Cluster.ID = "changed"
	text, err = yaml.Marshal(group)
	require.NoError(t, err)
	require.YAMLEq(t, want, string(text), "nothing is shared")
}

func TestGroupModesAreChecked(t *testing.T) {
	invalid, required := fieldtest.Invalid, fieldtest.Required
	const config, routing = "spec.permissiveModeConfiguration", "spec.ingress.ingressRouting"
	for name, test := range map[string]struct {
		spoil func(b *lanes.LaneGroupBuilder)
		want  field.ErrorList
	}{
		"nothing":           {func(*lanes.LaneGroupBuilder) {}, nil},
		"same header twice": {func(b *lanes.LaneGroupBuilder) { b.Permissive.TraceHeader = "x-lane" }, nil},
		"rules": {func(b *lanes.LaneGroupBuilder) {
			b.Routing = &lanes.IngressRouting{Strategy: lanes.RoutingRuleBased}
		}, nil},
		"empty": {func(b *lanes.LaneGroupBuilder) {
			*b.Permissive, *b.Routing = lanes.PermissiveModeConfiguration{}, lanes.IngressRouting{}
		},
			field.ErrorList{required(config + ".fallbackTarget"), invalid(config+".traceHeader", "format=header"),
				invalid(config+".routeHeader", "format=header"),
				fieldtest.NotSupported(routing + ".ingressRoutingStrategy")}},
		"baggage": {func(b *lanes.LaneGroupBuilder) { b.Permissive.RouteHeader = "baggage" },
			field.ErrorList{invalid(config+".routeHeader", "trace-header")}},
		"trace id": {func(b *lanes.LaneGroupBuilder) { b.Permissive.RouteHeader = "x-request-id" },
			field.ErrorList{invalid(config+".routeHeader", "trace-header")}},
		"fallback lane": {func(b *lanes.LaneGroupBuilder) { b.Permissive.ServiceLevelFallbackTarget["a/b"] = "S1" },
			field.ErrorList{invalid(config+".serviceLevelFallbackTarget[a/b]", dnsLabel)}},
		"hyphen": {func(b *lanes.LaneGroupBuilder) { b.Routing.Strategy = "rule-based" },
			field.ErrorList{fieldtest.NotSupported(routing + ".ingressRoutingStrategy")}},
		"rule of weight": {func(b *lanes.LaneGroupBuilder) { b.Routing.Strategy = lanes.RoutingRuleBased },
			field.ErrorList{fieldtest.Forbidden(routing + ".weightedRoutingRule")}},
		"no rule": {func(b *lanes.LaneGroupBuilder) { b.Routing.WeightedRoutingRule = nil },
			field.ErrorList{required(routing + ".weightedRoutingRule")}},
		"bad rule": {func(b *lanes.LaneGroupBuilder) {
			b.Routing.WeightedRoutingRule.Hosts = nil
			b.Routing.WeightedRoutingRule.RequestMatches[0].URI.Prefix = "/x"
		}, field.ErrorList{required(routing + ".weightedRoutingRule.hosts"),
			invalid(routing+".weightedRoutingRule.requestMatches[0].uri", "one-of")}},
		"empty cluster": {func(b *lanes.LaneGroupBuilder) { b.Services[0].Cluster.ID = "" },
			field.ErrorList{required("spec.services[0].cluster")}},
	} {
		t.Run(name, func(t *testing.T) {
			b := permissiveGroup()
			test.spoil(&b)
			requireBuilds(t, test.want, b)
		})
	}
}

func TestLaneOfEachStrategy(t *testing.T) {
	destination := &lanes.RouteDestination{Host: lanes.Host("mocka", ""), PortNum: new(uint32(8000))}
	selector := map[string]string{"version": "v1"}
	rules := lanes.LaneBuilder{Name: "v1", Group: "mock", Selector: selector, Rules: []lanes.IngressRule{{
		Name: "r1", Online: new(false), Hosts: []string{"*"},
		Match: &lanes.RequestMatch{URI: &lanes.StringMatch{Prefix: "/mock"}},
		Route: &lanes.IngressRoute{Destination: destination},
	}}}
	weighted := lanes.LaneBuilder{Name: "v1", Group: "mock", Selector: selector,
		Services: []lanes.ServiceRef{{Name: "mocka", Namespace: "default"}},
		Weight:   &lanes.IngressWeight{Destination: destination, Weight: new(int32(0))}}
	for want, b := range map[string]lanes.LaneBuilder{
		`{labelSelector: {version: v1}, ingressRules: [{name: r1, online: false, hosts: ['*'], match: {uri: {prefix: /mock}}, route: {destination: {host: mocka.default.svc.cluster.local, portNum: 8000}}}]}`: rules,
		`{labelSelector: {version: v1}, services: [{name: mocka, namespace: default}], ingressWeight: {destination: {host: mocka.default.svc.cluster.local, portNum: 8000}, weight: 0}}`:                       weighted,
	} {
		lane, err := b.Build()
		require.NoError(t, err)
		text, err := yaml.Marshal(lane.Spec)
		require.NoError(t, err)
		require.YAMLEq(t, want, string(text))
	}
	lane, err := weighted.Build()
	require.NoError(t, err)
	*weighted.Weight.Weight, weighted.Services[0].Name = 9, "changed"
	require.EqualValues(t, 0, *lane.Spec.IngressWeight.Weight, "nothing is shared")
	require.Equal(t, "mocka", lane.Spec.Services[0].Name)

	invalid, required := fieldtest.Invalid, fieldtest.Required
	const rule, weight = "spec.ingressRules", "spec.ingressWeight"
	for name, test := range map[string]struct {
		b    lanes.LaneBuilder
		want field.ErrorList
	}{
		"empty rules": {lanes.LaneBuilder{Rules: []lanes.IngressRule{{},
			{Name: "a", Hosts: []string{"*"}, Route: &lanes.IngressRoute{}},
			{Name: "a", Hosts: []string{"*"}, Match: &lanes.RequestMatch{URI: &lanes.StringMatch{}},
				Route: &lanes.IngressRoute{Destination: destination}}}},
			field.ErrorList{required(rule + "[0].name"), required(rule + "[0].hosts"), required(rule + "[0].route"),
				required(rule + "[1].route.destination"), fieldtest.Duplicate(rule + "[2].name"),
				invalid(rule+"[2].match.uri", "one-of")}},
		"empty weight": {lanes.LaneBuilder{Weight: &lanes.IngressWeight{}},
			field.ErrorList{required(weight + ".weight"), required(weight + ".destination")}},
		"weight of 101": {lanes.LaneBuilder{Weight: &lanes.IngressWeight{Weight: new(int32(101)),
			Destination: &lanes.RouteDestination{PortNum: new(uint32(0))}}},
			field.ErrorList{invalid(weight+".weight", "percent"), required(weight + ".destination.host"),
				invalid(weight+".destination.portNum", "port")}},
		"two strategies": {lanes.LaneBuilder{Rules: rules.Rules,
			Weight: &lanes.IngressWeight{Weight: new(int32(1)), Destination: destination}},
			field.ErrorList{fieldtest.Forbidden(weight)}},
		"empty services": {lanes.LaneBuilder{Services: []lanes.ServiceRef{{}}},
			field.ErrorList{required("spec.services[0].name"), required("spec.services[0].namespace")}},
		"negative weight": {lanes.LaneBuilder{Weight: &lanes.IngressWeight{Weight: new(int32(-1)),
			Destination: destination}}, field.ErrorList{invalid(weight+".weight", "percent")}},
	} {
		t.Run(name, func(t *testing.T) {
			test.b.Name, test.b.Group, test.b.Selector = "v1", "mock", selector
			requireBuilds(t, test.want, test.b)
		})
	}
}
