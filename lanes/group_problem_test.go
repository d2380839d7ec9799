package lanes_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/lanes"
)

type problemRow struct {
	read  *groupInput
	spoil func(*groupInput)
	want  []string
}

// problemRows returns groups of which each has one thing spoilt. The problems are
// written as they are printed: the object, the kind, and the error.
func problemRows() map[string]problemRow {
	const config = "group permissive configuration incomplete spec.permissiveModeConfiguration"
	return map[string]problemRow{
		"strict":     {strictRead(), func(*groupInput) {}, nil},
		"permissive": {permissiveRead(), func(*groupInput) {}, nil},
		"weighted":   {weightedRead(permissiveRead(), 60, 30, 10), func(*groupInput) {}, nil},
		"rules":      {ruledRead(strictRead()), func(*groupInput) {}, nil},
		"empty routing": {strictRead(),
			func(r *groupInput) { r.group.Spec.Ingress.IngressRouting = &lanes.IngressRouting{} }, nil},

		"malformed group": {strictRead(),
			func(r *groupInput) { r.group.Spec.Ingress.Gateway.Type = lanes.IngressKubernetes }, []string{
				`group malformed spec.ingress.gateway.type: Unsupported value: must be "ASM", not "ingress"`}},
		"malformed lane": {strictRead(), func(r *groupInput) {
			r.lanes[1].Spec.LabelSelector["version"] = "v 2"
			r.pods["default"][1]["version"], r.pods["default"][3]["version"], r.pods["shop"][1]["version"] = "v 2",
				"v 2", "v 2"
		}, []string{
			`lane 1 malformed spec.labelSelector[version]: Invalid value: must be letters, digits, '-', '_' and '.', with a letter or digit at both ends: "v 2"`}},
		"no selector": {strictRead(), func(r *groupInput) { r.lanes[1].Spec.LabelSelector = nil }, []string{
			`lane 1 malformed spec.labelSelector: Required value: must list the pod labels of the lane's version`}},
		"service listed twice": {strictRead(),
			func(r *groupInput) { r.group.Spec.Services[2] = r.group.Spec.Services[0] }, []string{
				`group malformed spec.services[2]: Duplicate value: must appear once: "default/mocka"`}},
		"two lanes of a name": {strictRead(),
			func(r *groupInput) { r.lanes = append(r.lanes, laneOf("v2", "version", "v1")) }, []string{
				`lane 2 malformed metadata.name: Duplicate value: must be a name that no other lane has: "v2"`}},
		"no lane": {strictRead(), func(r *groupInput) { r.lanes = []*lanes.ASMSwimLane{nil} }, []string{
			`group no lane metadata.name: Required value: must be the group of at least one lane: no lane names it in the label swimlane-group`}},
		"foreign lane": {strictRead(), func(r *groupInput) { r.lanes[1].Labels[lanes.LabelLaneGroup] = "shop" },
			[]string{
				`lane 1 lane of another group metadata.labels[swimlane-group]: Invalid value: must be the group mock, not "shop"`}},
		"service not found": {weightedRead(permissiveRead(), 60, 30, 10), func(r *groupInput) {
			delete(r.ports, lanes.Host("mocka", ""))
			r.lanes[2].Spec.Services = r.group.Spec.Services[:2]
			r.group.Spec.PermissiveModeConfiguration.ServiceLevelFallbackTarget["mocka"] = "try"
		}, []string{`group service not found spec.services[0]: Not found: must exist as a Service: default/mocka`}},

		"no configuration": {permissiveRead(), func(r *groupInput) { r.group.Spec.PermissiveModeConfiguration = nil },
			[]string{
				config + `: Required value: must be set for a permissive group`}},
		"empty configuration": {permissiveRead(), func(r *groupInput) {
			r.group.Spec.PermissiveModeConfiguration = &lanes.PermissiveModeConfiguration{
				ServiceLevelFallbackTarget: map[string]string{"mocka": ""}}
		}, []string{
			config + `.fallbackTarget: Required value: must not be empty`,
			config + `.serviceLevelFallbackTarget[mocka]: Required value: must not be empty`,
			config + `.traceHeader: Invalid value: must be the name of a header in lower case: ""`,
			config + `.routeHeader: Invalid value: must be the name of a header in lower case: ""`,
		}},
		"route header taken": {permissiveRead(),
			func(r *groupInput) { r.group.Spec.PermissiveModeConfiguration.RouteHeader = "baggage" }, []string{
				`group route header taken spec.permissiveModeConfiguration.routeHeader: Invalid value: must be neither a trace id nor baggage: "baggage"`}},
		"baseline is no lane": {permissiveRead(),
			func(r *groupInput) { r.group.Spec.PermissiveModeConfiguration.FallbackTarget = "v9" }, []string{
				`group fallback not found spec.permissiveModeConfiguration.fallbackTarget: Not found: must be a lane of the group: "v9"`}},
		"fallback of a service is no lane": {permissiveRead(), func(r *groupInput) {
			r.group.Spec.PermissiveModeConfiguration.ServiceLevelFallbackTarget["mockb"] = "v9"
		}, []string{
			`group fallback not found spec.permissiveModeConfiguration.serviceLevelFallbackTarget[mockb]: Not found: must be a lane of the group: "v9"`}},
		"fallback lacks": {permissiveRead(), func(r *groupInput) {
			r.group.Spec.PermissiveModeConfiguration.ServiceLevelFallbackTarget["mocka"] = "try"
		}, []string{
			`group fallback lacks the service spec.permissiveModeConfiguration.serviceLevelFallbackTarget[mocka]: Invalid value: must be a lane that has the service: "try" lacks default/mocka`}},
		"fallback keys": {permissiveRead(), func(r *groupInput) {
			maps.Copy(r.group.Spec.PermissiveModeConfiguration.ServiceLevelFallbackTarget,
				map[string]string{"default/mokcb": "v2", "mockb/shop": "v2", "/mocka": "v2"})
		}, []string{
			`group unknown fallback key spec.permissiveModeConfiguration.serviceLevelFallbackTarget[/mocka]: Invalid value: must be NAMESPACE/NAME of a service of the group: "/mocka"`,
			`group unknown fallback key spec.permissiveModeConfiguration.serviceLevelFallbackTarget[default/mokcb]: Invalid value: must be NAMESPACE/NAME of a service of the group: "default/mokcb"`,
			`group unknown fallback key spec.permissiveModeConfiguration.serviceLevelFallbackTarget[mockb/shop]: Invalid value: must be NAMESPACE/NAME of a service of the group: "mockb/shop"`}},
		"fallback key of two services": {permissiveRead(), func(r *groupInput) {
			r.group.Spec.Services[1].Name = "mockc"
			r.ports[lanes.Host("mockc", "shop")] = []int32{80}
			for _, labels := range r.pods["shop"] {
				labels["app"] = "mockc"
			}
			r.group.Spec.PermissiveModeConfiguration.ServiceLevelFallbackTarget["mockc"] = "v1"
		}, []string{
			`group unknown fallback key spec.permissiveModeConfiguration.serviceLevelFallbackTarget[mockc]: Invalid value: must be NAMESPACE/NAME: 2 services of the group are called "mockc"`}},
		"fallback twice": {permissiveRead(), func(r *groupInput) {
			r.group.Spec.PermissiveModeConfiguration.ServiceLevelFallbackTarget["mockc"] = "v1"
		}, []string{
			`group fallback key set twice spec.permissiveModeConfiguration.serviceLevelFallbackTarget[mockc]: Invalid value: must be set once for a service: "mockc" is the same as "default/mockc"`}},
		"strict with a configuration": {strictRead(),
			func(r *groupInput) { r.group.Spec.PermissiveModeConfiguration = &lanes.PermissiveModeConfiguration{} },
			nil},

		"lists another": {permissiveRead(), func(r *groupInput) {
			r.lanes[2].Spec.Services = []lanes.ServiceRef{r.group.Spec.Services[1],
				{Name: "mockb", Namespace: "default"}}
		},
			[]string{
				`lane 2 listed service not in the group spec.services[1]: Not found: must be a service of group mock: default/mockb`}},
		"lists without pods": {permissiveRead(),
			func(r *groupInput) { r.lanes[2].Spec.Services = r.group.Spec.Services[:2] }, []string{
				`lane 2 listed service without pods spec.services[0]: Invalid value: must be a service with pods in the lane: default/mocka has no pods with the labels of lane try`}},
		"baseline lists without pods": {permissiveRead(), func(r *groupInput) {
			r.lanes[0].Spec.Services, r.pods["default"] = r.group.Spec.Services, r.pods["default"][1:]
		},
			[]string{
				`lane 0 listed service without pods spec.services[0]: Invalid value: must be a service with pods in the lane: default/mocka has no pods with the labels of lane v1`}},
		"shared pods": {permissiveRead(), func(r *groupInput) { r.pods["shop"][2]["version"] = "v2" }, []string{
			`lane 2 overlap spec.labelSelector: Invalid value: must select no pod of another lane: it selects those of Deployment shop/2 as lane v2 does`}},
		"narrower selector": {permissiveRead(), func(r *groupInput) {
			r.lanes = append(r.lanes, laneOf("wide", "team", "blue"))
			r.pods["shop"] = r.pods["shop"][:2]
		}, []string{
			`lane 3 overlap spec.labelSelector: Invalid value: must select no pod of another lane: it selects all pods of lane try as lane try does`}},
		"pods of no service": {permissiveRead(), func(r *groupInput) {
			r.pods["default"] = append(r.pods["default"],
				map[string]string{"app": "other", "version": "v1", "team": "blue", "track": "canary"})
		}, nil},
		"strict lane lacks": {strictRead(), func(r *groupInput) { r.pods["default"] = r.pods["default"][1:3] },
			[]string{
				`lane 0 strict lane incomplete spec.labelSelector: Invalid value: must have every service of a strict group: it lacks default/mocka`,
				`lane 1 strict lane incomplete spec.labelSelector: Invalid value: must have every service of a strict group: it lacks default/mockc`}},
		"strict lane lists": {strictRead(),
			func(r *groupInput) { r.lanes[1].Spec.Services = r.group.Spec.Services[:1] }, []string{
				`lane 1 strict lane incomplete spec.services: Invalid value: must have every service of a strict group: it lacks shop/mockb, default/mockc`}},
		"baseline lacks": {permissiveRead(), func(r *groupInput) { r.pods["default"] = r.pods["default"][1:] },
			[]string{
				`lane 0 baseline incomplete spec.labelSelector: Invalid value: must have every service of the group, since it is the baseline lane: it lacks default/mocka`}},
		"other lane lacks": {permissiveRead(), func(r *groupInput) { delete(r.pods["default"][1], "version") }, nil},

		"unknown strategy": {weightedRead(strictRead(), 90, 10),
			func(r *groupInput) { r.group.Spec.Ingress.IngressRouting.Strategy = "rule-based" }, []string{
				`group unknown strategy spec.ingress.ingressRouting.ingressRoutingStrategy: Unsupported value: must be "rule_based" or "weighted", not "rule-based"`}},
		"no strategy beside a weighted rule": {weightedRead(strictRead(), 90, 10),
			func(r *groupInput) { r.group.Spec.Ingress.IngressRouting.Strategy = "" }, []string{
				`group unknown strategy spec.ingress.ingressRouting.ingressRoutingStrategy: Unsupported value: must be "rule_based" or "weighted", not ""`}},
		"negative weight": {weightedRead(permissiveRead(), 60, 50, -10), func(*groupInput) {}, []string{
			`lane 2 negative weight spec.ingressWeight.weight: Invalid value: must be between 0 and 100: -10`}},
		"weights sum": {weightedRead(strictRead(), 90, 20), func(*groupInput) {}, []string{
			`group weights sum spec.ingress.ingressRouting.ingressRoutingStrategy: Invalid value: must have lanes with weights that sum to 100, not 110`}},
		"no weights": {weightedRead(strictRead()), func(*groupInput) {}, []string{
			`group weights sum spec.ingress.ingressRouting.ingressRoutingStrategy: Invalid value: must have lanes with weights that sum to 100, not 0`}},
		"entry host of a weight": {weightedRead(strictRead(), 90, 10),
			func(r *groupInput) { r.lanes[1].Spec.IngressWeight.Destination.Host = "mocka" }, []string{
				`lane 1 entry host spec.ingressWeight.destination.host: Invalid value: must be the full name of a service of the group, such as mocka.default.svc.cluster.local: "mocka"`}},
		"entry host of a rule": {ruledRead(strictRead()), func(r *groupInput) {
			r.lanes[1].Spec.IngressRules[1].Route.Destination.Host = lanes.Host("mocka", "shop")
		}, []string{
			`lane 1 entry host spec.ingressRules[1].route.destination.host: Invalid value: must be the full name of a service of the group, such as mocka.default.svc.cluster.local: "mocka.shop.svc.cluster.local"`}},
		"entry port": {weightedRead(strictRead(), 90, 10),
			func(r *groupInput) { r.lanes[1].Spec.IngressWeight.Destination.PortNum = new(uint32(81)) }, []string{
				`lane 1 entry port spec.ingressWeight.destination.portNum: Not found: must be a port of default/mocka: 81`}},
		"no entry port": {ruledRead(strictRead()), func(r *groupInput) {
			r.lanes[0].Spec.IngressRules[0].Route.Destination.Host = lanes.Host("mockb", "shop")
		}, []string{
			`lane 0 entry port spec.ingressRules[0].route.destination.portNum: Required value: must be set: shop/mockb has 2 ports`}},
		"entries differ": {weightedRead(strictRead(), 90, 10),
			func(r *groupInput) { r.lanes[1].Spec.IngressWeight.Destination.Host = lanes.Host("mockc", "") }, []string{
				`lane 1 entries differ spec.ingressWeight.destination.host: Invalid value: must be the same for all lanes, mocka.default.svc.cluster.local: "mockc.default.svc.cluster.local"`}},
		"same requests": {ruledRead(strictRead()),
			func(r *groupInput) { r.lanes[0].Spec.IngressRules[0].Match = r.lanes[1].Spec.IngressRules[1].Match },
			[]string{
				`lane 1 same requests spec.ingressRules[1].match: Invalid value: must match other requests than rule all of lane v1`}},
		"every request, said in another way": {ruledRead(strictRead()), func(r *groupInput) {
			r.lanes[1].Spec.IngressRules[1].Match = &lanes.RequestMatch{URI: &lanes.StringMatch{Regex: ".*"}}
		},
			[]string{
				`lane 1 same requests spec.ingressRules[1].match: Invalid value: must match other requests than rule all of lane v1`}},
		"same requests of another host": {ruledRead(strictRead()), func(r *groupInput) {
			r.lanes[1].Spec.IngressRules[1].Match, r.lanes[1].Spec.IngressRules[1].Hosts = nil,
				[]string{"v2.example.com"}
		}, nil},
		"ambiguous match": {weightedRead(strictRead(), 90, 10), func(r *groupInput) {
			r.group.Spec.Ingress.IngressRouting.WeightedRoutingRule.RequestMatches[0].URI.Prefix = "/mock"
		},
			[]string{
				`group ambiguous match spec.ingress.ingressRouting.weightedRoutingRule.requestMatches[0].uri: Invalid value: must set one of exact, prefix and regex, not 2`}},
		"empty match": {ruledRead(strictRead()),
			func(r *groupInput) { r.lanes[1].Spec.IngressRules[1].Match.Headers["x-tag"] = lanes.StringMatch{} },
			[]string{
				`lane 1 malformed spec.ingressRules[1].match.headers[x-tag]: Invalid value: must set one of exact, prefix and regex, not 0`}},
		"bad regular expression": {ruledRead(strictRead()), func(r *groupInput) {
			r.lanes[1].Spec.IngressRules[1].Match.Headers["x-tag"] = lanes.StringMatch{Regex: "*"}
		}, []string{
			"lane 1 bad regular expression spec.ingressRules[1].match.headers[x-tag].regex: Invalid value: must be a regular expression of RE2: error parsing regexp: missing argument to repetition operator: `*`"}},
		"nothing behind what is empty": {&groupInput{group: &lanes.ASMSwimLaneGroup{},
			lanes: []*lanes.ASMSwimLane{{}, {}}}, func(*groupInput) {}, []string{
			`group malformed metadata.name: Required value: must not be empty`,
			`group malformed spec.ingress.gateway.name: Required value: must not be empty`,
			`group malformed spec.ingress.gateway.namespace: Required value: must not be empty`,
			`group malformed spec.services: Required value: must list at least one service`,
			`lane 0 malformed metadata.name: Required value: must not be empty`,
			`lane 0 malformed metadata.labels[swimlane-group]: Required value: must not be empty`,
			`lane 0 malformed spec.labelSelector: Required value: must list the pod labels of the lane's version`,
			`lane 1 malformed metadata.name: Required value: must not be empty`,
			`lane 1 malformed metadata.labels[swimlane-group]: Required value: must not be empty`,
			`lane 1 malformed spec.labelSelector: Required value: must list the pod labels of the lane's version`,
		}},
		"no group": {&groupInput{lanes: ruledRead(strictRead()).lanes}, func(*groupInput) {}, nil},
		"nothing":  {&groupInput{}, func(*groupInput) {}, nil},
	}
}

func TestProblems(t *testing.T) {
	for name, test := range problemRows() {
		t.Run(name, func(t *testing.T) {
			test.spoil(test.read)
			require.Equal(t, test.want, printed(test.read.read().Problems()))
		})
	}
}

func printed(problems []lanes.Problem) []string {
	var out []string
	for _, p := range problems {
		at := "group"
		if p.Lane >= 0 {
			at = fmt.Sprint("lane ", p.Lane)
		}
		out = append(out, fmt.Sprintf("%s %s %s", at, p.Kind, p.Err))
	}
	return out
}

// Every kind has a row above.
func TestProblemKindsAreFound(t *testing.T) {
	found := map[lanes.ProblemKind]bool{}
	for _, row := range problemRows() {
		row.spoil(row.read)
		for _, p := range row.read.read().Problems() {
			found[p.Kind] = true
			require.Equal(t, field.OmitValueType{}, p.Err.BadValue)
		}
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(found)), lanes.ProblemKinds())
}

// What is read is not changed, and problems can be asked for again.
func TestProblemsAreTheSameAgain(t *testing.T) {
	r := permissiveRead()
	r.pods["shop"][2]["version"] = "v2"
	r.lanes = append(r.lanes, laneOf("wide", "team", "blue"))
	g := r.read()
	want := printed(g.Problems())
	require.NotEmpty(t, want)
	require.Equal(t, want, printed(g.Problems()))
}
