package kube_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/routing"
	"github.com/swimlane-go/swimlane/validate"
)

// Good objects, which the broken ones differ from in one place.
const (
	deploymentText = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: cart-v1, labels: {app: cart, version: v1}}, spec: {
  replicas: 1, selector: {matchLabels: {app: cart}}, template: {metadata: {labels: {app: cart, version: v1}},
    spec: {containers: [{name: default, image: cart, env: [{name: A, value: a}]}]}}}}`
	serviceText = `{apiVersion: v1, kind: Service, metadata: {name: cart}, spec: {selector: {app: cart},
  ports: [{name: http, port: 80, targetPort: 8080}]}}`
	groupText = `{apiVersion: istio.alibabacloud.com/v1, kind: ASMSwimLaneGroup, metadata: {name: mock}, spec: {
  isPermissive: true, permissiveModeConfiguration: {fallbackTarget: v1, traceHeader: x-id, routeHeader: x-lane},
  ingress: {gateway: {name: gw, namespace: edge, type: ASM}, ingressRouting: {ingressRoutingStrategy: weighted,
    weightedRoutingRule: {hosts: ['*'], requestMatches: [{uri: {exact: /a}}]}}},
  services: [{name: cart, namespace: default}]}}`
	laneText = `{apiVersion: istio.alibabacloud.com/v1, kind: ASMSwimLane, metadata: {name: v1, labels: {swimlane-group: mock}}, spec: {
  labelSelector: {version: v1}, ingressRules: [{name: r1, online: true, hosts: ['*'],
    match: {uri: {exact: /a}, headers: {x-user: {exact: me}}}, route: {destination: {host: cart.default.svc.cluster.local, portNum: 80}}}],
  ingressWeight: {weight: 60}}}`
	virtualText = `{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: mock}, spec: {
  hosts: ['*'], gateways: [gw], http: [{match: [{uri: {exact: /a}}], timeout: 1s, retries: {attempts: 2},
    route: [{destination: {host: cart.default.svc.cluster.local, subset: v1, port: {number: 80}}, weight: 100}]}]}}`
	gatewayText = `{apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: gw}, spec: {selector: {istio: gw},
  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]}}`
	ruleText = `{apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: {name: cart}, spec: {host: cart,
  trafficPolicy: {loadBalancer: {simple: RANDOM}}, subsets: [{name: v1, labels: {version: v1}}]}}`
	scalerText = `{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: cart-v2}, spec: {
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: cart-v2}, minReplicas: 2, maxReplicas: 5}}`
)

// broken is a good object with one defect.
type broken struct {
	// good is the object; its only old is replaced by new.
	good, old, new string
	// at is the field that is wrong.
	at string
	// own is the builder that would build the object. Nil means that our own
	// verdict is what validate finds in the text.
	own interface{ Validate() field.ErrorList }
}

// brokenObjects returns the table.
func brokenObjects() map[string]broken {
	container := func(name, image string) corev1.Container { return corev1.Container{Name: name, Image: image} }
	deployment := func(spoil func(*lanes.DeploymentBuilder), containers ...corev1.Container) lanes.DeploymentBuilder {
		b := lanes.DeploymentBuilder{Service: "cart", Version: "v1", Template: &corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: containers}}}
		if spoil != nil {
			spoil(&b)
		}
		return b
	}
	good := container("default", "cart")
	route := func(d routing.Destination) routing.VirtualServiceBuilder {
		return routing.VirtualServiceBuilder{Name: "mock", Hosts: []string{"*"}, Gateways: []string{"gw"}, Routes: []routing.Route{{Destinations: []routing.Destination{d}}}}
	}
	server := func(s routing.Server) routing.GatewayBuilder {
		return routing.GatewayBuilder{Name: "gw", Selector: map[string]string{"istio": "gw"}, Servers: []routing.Server{s}}
	}
	rule := func(match lanes.RequestMatch) lanes.LaneBuilder {
		return lanes.LaneBuilder{Name: "v1", Group: "mock", Selector: map[string]string{"version": "v1"}, Rules: []lanes.IngressRule{{
			Name: "r1", Hosts: []string{"*"}, Match: &match, Route: &lanes.IngressRoute{Destination: &lanes.RouteDestination{Host: "cart"}},
		}}}
	}
	const containers = "[{name: default, image: cart, env: [{name: A, value: a}]}]"
	const pods, http = "spec.template.spec.containers", "spec.http[0]"
	return map[string]broken{
		"lane of no name":                   {laneText, "name: v1,", "name: V_1,", "metadata.name", lanes.LaneBuilder{Name: "V_1", Group: "mock", Selector: map[string]string{"version": "v1"}}},
		"lane of no group":                  {laneText, "swimlane-group: mock", "swimlane-group: -mock", "metadata.labels[swimlane-group]", lanes.LaneBuilder{Name: "v1", Group: "-mock", Selector: map[string]string{"version": "v1"}}},
		"lane path both exact and prefix":   {laneText, "uri: {exact: /a}", "uri: {exact: /a, prefix: /a}", "spec.ingressRules[0].match.uri", rule(lanes.RequestMatch{URI: &lanes.StringMatch{Exact: "/a", Prefix: "/a"}})},
		"lane path found both":              {laneText, "uri: {exact: /a}", "uri: {exact: /a, prefix: /a}", "spec.ingressRules[0].match.uri", nil},
		"lane header both exact and regex":  {laneText, "x-user: {exact: me}", "x-user: {exact: me, regex: me}", "spec.ingressRules[0].match.headers[x-user]", nil},
		"lane rule online in quotes":        {laneText, "online: true", `online: "true"`, "spec.ingressRules[0].online", nil},
		"lane port in words":                {laneText, "portNum: 80", "portNum: http", "spec.ingressRules[0].route.destination.portNum", nil},
		"lane selector of a number":         {laneText, "labelSelector: {version: v1}", "labelSelector: {version: 1}", "spec.labelSelector.version", nil},
		"lane weight in quotes":             {laneText, "weight: 60", `weight: "60"`, "spec.ingressWeight.weight", nil},
		"lane rules no list":                {laneText, "hosts: ['*']", "hosts: '*'", "spec.ingressRules[0].hosts", nil},
		"group of no name":                  {groupText, "name: mock", "name: mock_", "metadata.name", lanes.LaneGroupBuilder{Name: "mock_"}},
		"group permissive, unconfigured":    {groupText, "permissiveModeConfiguration: {fallbackTarget: v1, traceHeader: x-id, routeHeader: x-lane},", "", "spec.permissiveModeConfiguration", nil},
		"group permissive in quotes":        {groupText, "isPermissive: true", `isPermissive: "yes"`, "spec.isPermissive", nil},
		"group services no list":            {groupText, "services: [{name: cart, namespace: default}]", "services: {name: cart}", "spec.services", nil},
		"group path both exact and regex":   {groupText, "uri: {exact: /a}", "uri: {exact: /a, regex: /a}", "spec.ingress.ingressRouting.weightedRoutingRule.requestMatches[0].uri", nil},
		"group hosts of numbers":            {groupText, "hosts: ['*']", "hosts: [1]", "spec.ingress.ingressRouting.weightedRoutingRule.hosts[0]", nil},
		"Deployment selects other pods":     {deploymentText, "matchLabels: {app: cart}", "matchLabels: {app: cart, version: v2}", "spec.template.metadata.labels", nil},
		"Deployment template of another":    {deploymentText, "template: {metadata: {labels: {app: cart, ", "template: {metadata: {labels: {app: pay, ", "spec.template.metadata.labels[app]", deployment(func(b *lanes.DeploymentBuilder) { b.Template.Labels = map[string]string{"app": "pay"} }, good)},
		"Deployment without selector":       {deploymentText, "selector: {matchLabels: {app: cart}},", "", "spec.selector", nil},
		"Deployment of a negative number":   {deploymentText, "replicas: 1", "replicas: -1", "spec.replicas", deployment(func(b *lanes.DeploymentBuilder) { b.Replicas = new(int32(-1)) }, good)},
		"Deployment of a number in words":   {deploymentText, "replicas: 1", "replicas: one", "spec.replicas", nil},
		"Deployment of a bad version":       {deploymentText, "labels: {app: cart, version: v1}}, spec: {\n", "labels: {app: cart, version: v1-}}, spec: {\n", "metadata.labels[version]", deployment(func(b *lanes.DeploymentBuilder) { b.Version = "v1-" }, good)},
		"Deployment with a typo":            {deploymentText, "replicas: 1", "replica: 1", "spec.replica", nil},
		"Deployment without containers":     {deploymentText, containers, "[]", pods, deployment(nil)},
		"container without image":           {deploymentText, "image: cart, ", "", pods + "[0].image", deployment(nil, container("default", ""))},
		"container without name":            {deploymentText, "name: default", "name: ''", pods + "[0].name", deployment(nil, container("", "cart"))},
		"container of a bad name":           {deploymentText, "name: default", "name: Default", pods + "[0].name", deployment(nil, container("Default", "cart"))},
		"container twice":                   {deploymentText, containers, "[{name: a, image: a}, {name: a, image: b}]", pods + "[1].name", deployment(nil, container("a", "a"), container("a", "b"))},
		"container variable of a number":    {deploymentText, "value: a", "value: 1", pods + "[0].env[0].value", nil},
		"container with a typo":             {deploymentText, "image: cart", "image: cart, imagepullPolicy: Always", pods + "[0].imagepullPolicy", nil},
		"Service of a bad name":             {serviceText, "{name: cart}", "{name: Cart}", "metadata.name", lanes.ServiceBuilder{Name: "Cart", Port: 80}},
		"Service without port":              {serviceText, "port: 80, ", "port: 0, ", "spec.ports[0].port", lanes.ServiceBuilder{Name: "cart"}},
		"Service port too high":             {serviceText, "port: 80, ", "port: 70000, ", "spec.ports[0].port", lanes.ServiceBuilder{Name: "cart", Port: 70000}},
		"Service target port too high":      {serviceText, "targetPort: 8080", "targetPort: 70000", "spec.ports[0].targetPort", lanes.ServiceBuilder{Name: "cart", Port: 80, TargetPort: 70000}},
		"Service port of a bad name":        {serviceText, "name: http", "name: http_web", "spec.ports[0].name", lanes.ServiceBuilder{Name: "cart", Port: 80, PortName: "http_web"}},
		"Service port in words":             {serviceText, "port: 80, ", "port: http, ", "spec.ports[0].port", nil},
		"autoscaler of nothing":             {scalerText, "kind: Deployment, name: cart-v2", "kind: Deployment, name: ''", "spec.scaleTargetRef.name", lanes.DerivedAutoscaler{From: autoscaler("cart", "v1"), OldVersion: "v1", Version: "v2"}},
		"route with a typo":                 {virtualText, "timeout: 1s", "timeouts: 1s", http + ".timeouts", nil},
		"route match with a typo":           {virtualText, "exact: /a", "exakt: /a", http + ".match[0].uri.exakt", nil},
		"route path both exact and prefix":  {virtualText, "exact: /a", "exact: /a, prefix: /a", http + ".match[0].uri", nil},
		"route weight in words":             {virtualText, "weight: 100", "weight: all", http + ".route[0].weight", nil},
		"route weight a half":               {virtualText, "weight: 100", "weight: 99.5", http + ".route[0].weight", nil},
		"route timeout in words":            {virtualText, "timeout: 1s", "timeout: soon", http + ".timeout", nil},
		"route retries in words":            {virtualText, "attempts: 2", "attempts: twice", http + ".retries.attempts", nil},
		"route hosts no list":               {virtualText, "hosts: ['*']", "hosts: '*'", "spec.hosts", nil},
		"route to no host":                  {virtualText, "host: cart.default.svc.cluster.local, ", "", http + ".route[0].destination.host", route(routing.Destination{Weight: 100})},
		"route to a negative port":          {virtualText, "number: 80", "number: -1", http + ".route[0].destination.port.number", nil},
		"gateway of a port in words":        {gatewayText, "number: 80", "number: http", "spec.servers[0].port.number", nil},
		"gateway without protocol":          {gatewayText, ", protocol: HTTP", "", "spec.servers[0].port.protocol", server(routing.Server{Port: 80, Name: "http", Hosts: []string{"*"}})},
		"gateway without hosts":             {gatewayText, ", hosts: ['*']", "", "spec.servers[0].hosts", server(routing.Server{Port: 80, Name: "http", Protocol: "HTTP"})},
		"gateway of no name":                {gatewayText, "name: gw", "name: g_w", "metadata.name", routing.GatewayBuilder{Name: "g_w"}},
		"rule without host":                 {ruleText, "host: cart,", "", "spec.host", routing.DestinationRuleBuilder{Name: "cart", Subsets: []routing.Subset{{Name: "v1"}}}},
		"rule of two balancers":             {ruleText, "simple: RANDOM", "simple: RANDOM, consistentHash: {useSourceIp: true}", "spec.trafficPolicy.loadBalancer", nil},
		"rule of an unknown balancer":       {ruleText, "simple: RANDOM", "simple: FAIR", "spec.trafficPolicy.loadBalancer.simple", nil},
		"rule with a subset without a name": {ruleText, "name: v1, ", "", "spec.subsets[0].name", routing.DestinationRuleBuilder{Name: "cart", Host: "cart", Subsets: []routing.Subset{{Labels: map[string]string{"version": "v1"}}}}},
	}
}

// Each broken object is refused by the server and by us, at the same field; so
// it is the defect that is refused, and not the object.
func testRefused(t *testing.T, c cluster) {
	c.namespace(t.Context(), t, "refused")
	for name, b := range brokenObjects() {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, 1, strings.Count(b.good, b.old), "it is clear what is replaced")
			_, err := c.apply(t.Context(), "refused", []byte(b.good), metav1.DryRunAll)
			require.NoError(t, err)
			text := []byte(strings.Replace(b.good, b.old, b.new, 1))
			_, err = c.apply(t.Context(), "refused", text, metav1.DryRunAll)
			require.Error(t, err)
			theirs := refusedAt(err)
			require.True(t, slices.ContainsFunc(theirs, func(at string) bool { return sameField(at, b.at) }), "%s: %s: %s", b.at, theirs, err)
			require.Contains(t, ownRefusal(t, b, text), b.at)
		})
	}
}

// ownRefusal returns the fields that the library refuses.
func ownRefusal(t *testing.T, b broken, text []byte) []string {
	t.Helper()
	var out []string
	if b.own != nil {
		for _, err := range b.own.Validate() {
			out = append(out, err.Field)
		}
		return out
	}
	set, err := manifest.Decode(manifest.File{Name: "broken.yaml", Data: text})
	require.NoError(t, err)
	for _, finding := range validate.CheckPartial(set) {
		if finding.Severity == validate.Error {
			out = append(out, finding.Field)
		}
	}
	return out
}

// refusedAt returns the fields that the API server names in a refusal: as causes,
// or in the text when it cannot even read the object.
func refusedAt(err error) []string {
	var out []string
	var status apierrors.APIStatus
	if errors.As(err, &status) && status.Status().Details != nil {
		for _, cause := range status.Status().Details.Causes {
			out = append(out, cause.Field)
		}
	}
	for _, match := range regexp.MustCompile(`: \.(\S+): |"(\S+)" must validate`).FindAllStringSubmatch(err.Error(), -1) {
		out = append(out, match[1]+match[2])
	}
	return out
}

// sameField reports whether a field of the server's is ours, or the mapping that
// ours is a key of. Indices are left out: the server names items of some lists by
// their keys.
func sameField(theirs, ours string) bool {
	theirs, ours = plain(theirs), plain(ours)
	return theirs == ours || strings.HasPrefix(ours, theirs+".") && !strings.Contains(ours[len(theirs)+1:], ".")
}

// plain returns a path without indices, and its keys with dots.
func plain(path string) string {
	path = regexp.MustCompile(`\[([0-9]+|[^\]]*=[^\]]*)\]`).ReplaceAllString(path, "")
	return strings.NewReplacer("[", ".", "]", "").Replace(path)
}
