package lanes_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
)

// permissiveShop returns a good permissive app: v2 has no cart.
func permissiveShop() lanes.App {
	a := shop()
	a.Versions[1].Without = []string{"cart"}
	a.Versions[1].Lane = "shop-v2"
	a.Permissive = &lanes.Permissive{Baseline: "v1", TraceHeader: "x-request-id", RouteHeader: "x-lane"}
	return a
}

func TestAppModesAreChecked(t *testing.T) {
	invalid, required, notFound, forbidden := fieldtest.Invalid, fieldtest.Required, fieldtest.NotFound,
		fieldtest.Forbidden
	match := []lanes.RequestMatch{{URI: &lanes.StringMatch{Exact: "/v2"}}}
	for name, test := range map[string]struct {
		spoil func(a *lanes.App)
		want  field.ErrorList
	}{
		"nothing":      {func(*lanes.App) {}, nil},
		"one header":   {func(a *lanes.App) { a.Permissive.TraceHeader = "x-lane" }, nil},
		"own fallback": {func(a *lanes.App) { a.Permissive.Fallbacks = map[string]string{"web": "v2"} }, nil},
		"no template needed": {func(a *lanes.App) {
			a.Services[1].Template = nil
			a.Versions[0].Services = []lanes.VersionService{{Name: "cart", Template: pod()}}
		}, nil},
		"strict": {func(a *lanes.App) { a.Permissive = nil }, field.ErrorList{forbidden("versions[1].without")}},
		"empty": {func(a *lanes.App) { *a.Permissive = lanes.Permissive{} }, field.ErrorList{
			required("permissive.baseline"), invalid("permissive.traceHeader", "format=header"),
			invalid("permissive.routeHeader", "format=header")}},
		"baseline unknown": {func(a *lanes.App) { a.Permissive.Baseline = "shop-v2" },
			field.ErrorList{notFound("permissive.baseline")}},
		"baseline lacks": {func(a *lanes.App) { a.Permissive.Baseline = "v2" },
			field.ErrorList{invalid("permissive.baseline", "baseline")}},
		"fallback lacks": {func(a *lanes.App) { a.Permissive.Fallbacks = map[string]string{"cart": "v2"} },
			field.ErrorList{invalid("permissive.fallbacks[cart]", "fallback")}},
		"fallbacks unknown": {func(a *lanes.App) {
			a.Permissive.Fallbacks = map[string]string{"cart": "v9",
				"x": "v1"}
		}, field.ErrorList{notFound("permissive.fallbacks[cart]"), notFound("permissive.fallbacks[x]")}},
		"baggage": {func(a *lanes.App) { a.Permissive.RouteHeader = "baggage" },
			field.ErrorList{invalid("permissive.routeHeader", "trace-header")}},
		"lacks unknown": {func(a *lanes.App) { a.Versions[1].Without = []string{"x"} },
			field.ErrorList{notFound("versions[1].without[0]")}},
		"lacks twice": {func(a *lanes.App) { a.Versions[1].Without = []string{"cart", "cart"} },
			field.ErrorList{fieldtest.Duplicate("versions[1].without[1]")}},
		"lacks all": {func(a *lanes.App) { a.Versions[1].Without = []string{"cart", "web"} },
			field.ErrorList{invalid("versions[1].without", "")}},
		"lacks and has": {func(a *lanes.App) {
			a.Versions[1].Services = []lanes.VersionService{{Name: "cart", Template: pod()}}
		}, field.ErrorList{forbidden("versions[1].services[0]")}},
		"strategy": {func(a *lanes.App) { a.Strategy = "rule-based" },
			field.ErrorList{fieldtest.NotSupported("strategy")}},
		"weighted": {func(a *lanes.App) { a.Strategy = lanes.RoutingWeighted }, nil},
		"rules": {func(a *lanes.App) { a.Strategy, a.Versions[1].Matches = lanes.RoutingRuleBased, match },
			nil},
		"rules elsewhere": {func(a *lanes.App) { a.Versions[1].Matches = match },
			field.ErrorList{forbidden("versions[1].matches")}},
		"rules for the app": {func(a *lanes.App) { a.Strategy, a.Gateway.Matches = lanes.RoutingRuleBased, match },
			field.ErrorList{forbidden("gateway.matches")}},
		"rules that are bad": {func(a *lanes.App) {
			a.Strategy, a.Versions[1].Matches = lanes.RoutingRuleBased,
				[]lanes.RequestMatch{{URI: &lanes.StringMatch{}}}
		}, field.ErrorList{invalid("versions[1].matches[0].uri", "one-of")}},
	} {
		t.Run(name, func(t *testing.T) {
			a := permissiveShop()
			test.spoil(&a)
			fieldtest.Equal(t, test.want, a.Validate())
		})
	}
}

func TestAppOfPermissiveLanes(t *testing.T) {
	a := permissiveShop()
	a.Strategy = lanes.RoutingRuleBased
	a.Permissive.Fallbacks = map[string]string{"web": "v2"}
	a.Versions[1].Matches = []lanes.RequestMatch{{Headers: map[string]lanes.StringMatch{"x-user": {Exact: "me"}}}}
	require.Empty(t, a.Validate())
	group, err := a.LaneGroup().Build()
	require.NoError(t, err)
	text, err := yaml.Marshal(group.Spec)
	require.NoError(t, err)
	require.YAMLEq(t, `
ingress:
  gateway: {name: gw, namespace: istio-system, type: ASM}
  ingressRouting: {ingressRoutingStrategy: rule_based}
isPermissive: true
permissiveModeConfiguration: {fallbackTarget: v1, serviceLevelFallbackTarget: {default/web: shop-v2}, traceHeader: x-request-id, routeHeader: x-lane}
services: [{name: web, namespace: default}, {name: cart, namespace: default}]
`, string(text))
	lane, err := a.Lane(a.Versions[1]).Build()
	require.NoError(t, err)
	text, err = yaml.Marshal(lane.Spec)
	require.NoError(t, err)
	require.YAMLEq(t, `
labelSelector: {version: v2}
services: [{name: web, namespace: default}]
ingressRules:
- name: shop-v2-1
  online: true
  hosts: ['*']
  match: {headers: {x-user: {exact: me}}}
  route: {destination: {host: web.default.svc.cluster.local}}
`, string(text))

	a.Strategy = lanes.RoutingWeighted
	b := a.Lane(a.Versions[1])
	require.Empty(t, b.Rules)
	b.Weight = a.IngressWeight(0)
	lane, err = b.Build()
	require.NoError(t, err)
	text, err = yaml.Marshal(lane.Spec.IngressWeight)
	require.NoError(t, err)
	require.YAMLEq(t, `{destination: {host: web.default.svc.cluster.local}, weight: 0}`, string(text))
	group, err = a.LaneGroup().Build()
	require.NoError(t, err)
	require.Equal(t, []string{"*"}, group.Spec.Ingress.IngressRouting.WeightedRoutingRule.Hosts)
}

// A call is served by its own lane, else by a lane that has the service; never by
// none in a permissive app.
func TestServingLane(t *testing.T) {
	a := permissiveShop()
	v1, v2 := a.Versions[0], a.Versions[1]
	require.Equal(t, "shop-v2", a.ServingLane(v2, "web"))
	require.Equal(t, "v1", a.ServingLane(v2, "cart"))
	require.Equal(t, "v1", a.ServingLane(v1, "cart"))
	a.Permissive = nil
	require.Empty(t, a.ServingLane(v2, "cart"))
	rapid.Check(t, func(t *rapid.T) {
		app := gen.RuleBased(t)
		require.Empty(t, app.Validate())
		for _, v := range app.Versions {
			lane, err := app.Lane(v).Build()
			require.NoError(t, err)
			require.Len(t, lane.Spec.IngressRules, len(v.Matches))
			for _, s := range app.Services {
				server, found := app.VersionOf(app.ServingLane(v, s.Name))
				require.True(t, found)
				require.True(t, server.Has(s.Name))
				require.Equal(t, v.Has(s.Name), server.Name == v.Name)
			}
		}
		group, err := app.LaneGroup().Build()
		require.NoError(t, err)
		require.Equal(t, lanes.RoutingRuleBased, group.Spec.Ingress.IngressRouting.Strategy)
	})
}
