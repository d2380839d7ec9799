package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/validate"
)

// documents joins documents to the text of a file.
func documents(all ...string) string { return strings.Join(all, "\n---\n") }

func serviceOf(name string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: Service\nmetadata: {name: %[1]s}\n"+
		"spec: {selector: {app: %[1]s}, ports: [{name: http, port: 80}]}", name)
}

// deploymentOf returns a Deployment. Its pods call another service unless calls is empty.
func deploymentOf(name, version, calls string) string {
	return fmt.Sprintf(`apiVersion: apps/v1
kind: Deployment
metadata: {name: %[1]s-%[2]s}
spec:
  selector: {matchLabels: {app: %[1]s, version: %[2]s}}
  template:
    metadata: {labels: {app: %[1]s, version: %[2]s}}
    spec: {containers: [{name: c, image: "i:%[2]s", env: [{name: NEXT, value: "%[3]s"}]}]}`, name, version, calls)
}

func laneOf(name, services string) string {
	return fmt.Sprintf("apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\n"+
		"metadata: {name: %[1]s, labels: {swimlane-group: mock}}\nspec: {labelSelector: {version: %[1]s}%[2]s}", name,
		services)
}

const (
	gatewayText = `apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: ingressgateway, namespace: istio-system}
spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}`
	groupText = `apiVersion: istio.alibabacloud.com/v1
kind: ASMSwimLaneGroup
metadata: {name: mock}
spec:
  ingress: {gateway: {name: ingressgateway, namespace: istio-system}}
  services: [{name: mocka, namespace: default}, {name: mockb, namespace: default}]`
	permissiveText = groupText + `
  isPermissive: true
  permissiveModeConfiguration: {fallbackTarget: v1, traceHeader: x-lane, routeHeader: x-lane}`
)

// entryText returns the entry route; header names the lane, unless it is empty.
func entryText(header string) string {
	to := func(lane string, weight int) string {
		set := ""
		if header != "" {
			set = fmt.Sprintf(", headers: {request: {set: {%s: %s}}}", header, lane)
		}
		return fmt.Sprintf("\n    - {destination: {host: mocka.default.svc.cluster.local, subset: %s}, weight: %d%s}",
			lane, weight, set)
	}
	return "apiVersion: networking.istio.io/v1\nkind: VirtualService\n" +
		"metadata: {name: mock, namespace: istio-system}\nspec:\n  hosts: ['*']\n  gateways: [ingressgateway]\n" +
		"  http:\n  - route:" + to("v1", 50) + to("v2", 50)
}

// seed returns an app of two services in two lanes. It is permissive if a header names the lanes,
// else strict.
func seed(header string, lane2 string) string {
	group := groupText
	if header != "" {
		group = permissiveText
	}
	return documents(gatewayText, group, laneOf("v1", ""), laneOf("v2", lane2), serviceOf("mocka"), serviceOf("mockb"),
		deploymentOf("mocka", "v1", "http://mockb/"), deploymentOf("mocka", "v2", "http://mockb/"),
		deploymentOf("mockb", "v1", ""), deploymentOf("mockb", "v2", ""), entryText(header))
}

// with replaces texts, which must occur.
func with(text string, oldnew ...string) string {
	for i := 0; i < len(oldnew); i += 2 {
		if !strings.Contains(text, oldnew[i]) {
			panic("no " + oldnew[i])
		}
		text = strings.ReplaceAll(text, oldnew[i], oldnew[i+1])
	}
	return text
}

// shop is a service in two subsets behind a gateway, on plain Istio.
func shop(oldnew ...string) string {
	return with(documents(
		with(serviceOf("shop"), "{name: shop}", "{name: shop, namespace: app}"),
		with(deploymentOf("shop", "v1", ""), "{name: shop-v1}", "{name: shop-v1, namespace: app}"),
		with(deploymentOf("shop", "v2", ""), "{name: shop-v2}", "{name: shop-v2, namespace: app}"),
		with(gatewayText, "name: ingressgateway, namespace: istio-system", "name: front, namespace: app", `"*"`,
			"shop.example.com"),
		"apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: shop, namespace: app}\nspec:\n"+
			"  host: shop.app.svc.cluster.local\n"+
			"  subsets: [{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}]",
		"apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: shop, namespace: app}\nspec:\n"+
			"  hosts: [shop.example.com]\n  gateways: [front]\n  http:\n  - route:\n"+
			"    - {destination: {host: shop, subset: v1}, weight: 90}\n"+
			"    - {destination: {host: shop, subset: v2}, weight: 10}"), oldnew...)
}

// lint, preview and istio read each fact of a tree in the same way.
func TestOneFactIsReadInOneWay(t *testing.T) {
	const fallback = "routeHeader: x-lane}"
	strict, permissive := seed("", ""), seed("x-lane", "")
	at0 := func(text string, names ...string) string { // Deployments without pods
		for _, name := range names {
			text = with(text, "metadata: {name: "+name+"}\nspec:", "metadata: {name: "+name+"}\nspec:\n  replicas: 0")
		}
		return text
	}
	whole := with(strict, ", subset: v1}, weight: 50", "}",
		"\n    - {destination: {host: mocka.default.svc.cluster.local, subset: v2}, weight: 50}", "")
	// A service outside of the group calls the app. Its versions have the names of lanes, or not.
	inFront := func(versions ...string) string {
		text := documents(with(whole, "host: mocka.default.svc", "host: front.default.svc"), serviceOf("front"))
		for _, v := range versions {
			text = documents(text, deploymentOf("front", v, "http://mocka/"))
		}
		return text
	}
	lacking := with(permissive, documents("", deploymentOf("mocka", "v2", "http://mockb/"))[1:], "", "subset: v2}",
		"subset: v1}")
	for name, test := range map[string]struct {
		text    string
		lint    []string // codes of errors
		verdict preview.VerdictKind
		istio   bool // the lanes can be converted
	}{
		"the seed is good":            {strict, nil, preview.Isolated, true},
		"the permissive seed is good": {permissive, nil, preview.Isolated, true},
		"a gateway of the own namespace by ./": {with(strict, "gateways: [ingressgateway]",
			"gateways: [./ingressgateway]"), nil, preview.Isolated, true},
		"a gateway in its legacy form": {with(strict, "gateways: [ingressgateway]",
			"gateways: [ingressgateway.istio-system.svc.cluster.local]"), nil, preview.Isolated, true},
		"headers ignore case": {with(lacking, "{x-lane:", "{X-Lane:"), nil,
			preview.Isolated, true},
		"a route header in capitals": {with(permissive, fallback,
			"routeHeader: X-Lane}"), nil, preview.Isolated, true},
		"an unknown fallback key": {with(permissive, fallback,
			"routeHeader: x-lane, serviceLevelFallbackTarget: {default/mokcb: v2}}"), []string{"SL219"},
			preview.Isolated, false},
		"a lane lists a service the group lacks": {seed("x-lane",
			", services: [{name: mocka, namespace: default}, {name: other, namespace: default}]"), []string{"SL220"},
			preview.Isolated, false},
		"a lane lists a service that it has no pods": {
			with(seed("x-lane", ", services: [{name: mocka, namespace: default}, {name: mockb, namespace: default}]"),
				documents("", deploymentOf("mockb", "v2", ""))[1:], ""), []string{"SL221"}, preview.Isolated, false},
		"a weighted lane with a host misspelt": {weighted("mokca"), []string{"SL222"},
			preview.Broken, false},
		"the weighted seed is good": {weighted("mocka"), nil, preview.Isolated,
			true},
		"weights of another team's route": {documents(strict,
			shop("weight: 90", "weight: 3", "weight: 10", "weight: 1")), nil, preview.Isolated, true},
		"a lane without pods that has weight": {with(strict, "{name: mockb-v2}\nspec:",
			"{name: mockb-v2}\nspec:\n  replicas: 0"), []string{"SL304"}, preview.Broken, false},
		"a waypoint does not know the caller": {with(strict,
			"metadata: {name: mockb}\nspec: {sel",
			"metadata: {name: mockb, labels: {istio.io/use-waypoint: w}}\nspec: {sel"), []string{"SL226"},
			preview.NotIsolated, false},
		"permissive lanes work at a waypoint": {with(permissive,
			"metadata: {name: mockb}\nspec: {sel",
			"metadata: {name: mockb, labels: {istio.io/use-waypoint: w}}\nspec: {sel"), nil, preview.Isolated, true},
		"a prepared lane behind an entry without subsets": {at0(whole, "mocka-v2", "mockb-v2"), nil,
			preview.Isolated, true},
		"a prepared lane of weight 0": {
			at0(with(strict, "v2}, weight: 50", "v2}, weight: 0", "weight: 50", "weight: 100"), "mocka-v2", "mockb-v2"),
			nil, preview.Isolated, true},
		"a prepared permissive lane of weight 0": {
			at0(with(permissive, "v2}, weight: 50", "v2}, weight: 0", "weight: 50", "weight: 100"), "mocka-v2",
				"mockb-v2"), nil, preview.Isolated, true},
		"a permissive lane that only a call reaches": {at0(permissive, "mockb-v2"),
			[]string{"SL304"}, preview.Broken, false},
		"a Job serves nobody": {documents(at0(strict, "mockb-v2"),
			"apiVersion: batch/v1\nkind: Job\nmetadata: {name: migrate}\n"+
				"spec: {template: {metadata: {labels: {app: mockb, version: v2}}, spec: {restartPolicy: Never, containers: [{name: c, image: i}]}}}"),
			[]string{"SL304"}, preview.Broken, false},
		"a permissive lane that requests bring through another service": {
			at0(documents(with(permissive, "host: mocka.default.svc", "host: front.default.svc", ", subset: v1}", "}",
				", subset: v2}", "}"), serviceOf("front"), deploymentOf("front", "v9", "http://mocka/")), "mockb-v2"),
			[]string{"SL304"}, preview.Broken, false},
		"a call out of the group to a Service without pods": {
			at0(documents(with(strict, "http://mockb/", "http://mockb/,http://pay/"), serviceOf("pay"),
				deploymentOf("pay", "v9", "")), "pay-v9"), []string{"SL304", "SL304"}, preview.Broken, false},
		"a lane that an entry without subsets reaches": {at0(whole, "mockb-v2"), []string{"SL304"}, preview.Broken,
			false},
		"a caller in no lane reaches every lane": {at0(inFront("v9"), "mockb-v2"), []string{"SL304"}, preview.Broken,
			false},
		"a caller that is prepared calls nothing": {at0(inFront("v1", "v2"), "front-v2", "mocka-v2", "mockb-v2"), nil,
			preview.Isolated, true},
		"no call is known": {with(strict, "http://mockb/", "elsewhere"), nil, preview.Unknown, true},
	} {
		t.Run(name, func(t *testing.T) {
			set := decoded(t, test.text)
			require.Equal(t, test.lint, errorCodes(validate.Check(set)))
			require.Equal(t, test.verdict,
				verdictOf(t, set, preview.Request{Gateway: "istio-system/ingressgateway"}).Kind)
			text, err := convert(set, true)
			require.Equal(t, test.istio, err == nil, err)
			if err == nil {
				require.NoError(t, validate.Check(decoded(t, string(text))).Err(), string(text))
			}
			if err == nil && test.verdict != preview.Unknown { // plain Istio has no lane group to miss calls by
				require.Equal(t, test.verdict,
					verdictOf(t, decoded(t, string(text)),
						preview.Request{Gateway: "istio-system/ingressgateway"}).Kind, string(text))
			}
		})
	}
}

// Outside of a lane group the same name means another lane: calls to it do not leave a lane.
func TestLanesAreTheirGroupsOwn(t *testing.T) {
	set := decoded(t, documents(with(seed("", ""), "http://mockb/", "http://mockb/,http://pay/"), serviceOf("pay"),
		deploymentOf("pay", "v1", ""), deploymentOf("pay", "v2", "")))
	require.Empty(t, errorCodes(validate.Check(set)))
	result, err := preview.New(set).Trace(preview.Request{})
	require.NoError(t, err)
	require.Len(t, result.Outcomes, 4, "a version of pay for each lane of the others")
	require.Equal(t, preview.Isolated, result.Verdict.Kind, result.Verdict)
}

func weighted(host string) string {
	w := func(host string) string {
		return ", ingressWeight: {destination: {host: " + host + ".default.svc.cluster.local}, weight: 50}"
	}
	text := with(seed("", w(host)), documents("", entryText(""))[1:], "",
		"namespace: istio-system}}\n  services",
		"namespace: istio-system}, ingressRouting: {ingressRoutingStrategy: weighted, weightedRoutingRule: {hosts: ['*']}}}\n  services")
	return with(text, "labelSelector: {version: v1}", "labelSelector: {version: v1}"+w("mocka"))
}

// References resolve as gateways and sidecars see them.
func TestReferencesAreSeenAsIstioSeesThem(t *testing.T) {
	const typo = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: typo, namespace: app}\n" +
		"spec:\n  hosts: [typo.example.com]\n  gateways: [mesh]\n  http: [{route: [{destination: {host: shpo}}]}]"
	entry := func(namespace, host, to string) string {
		return fmt.Sprintf("apiVersion: networking.istio.io/v1\nkind: ServiceEntry\n"+
			"metadata: {name: all, namespace: %s}\n"+
			"spec: {hosts: [%q], exportTo: [%q], ports: [{number: 80, name: http, protocol: HTTP}], resolution: NONE}",
			namespace, host, to)
	}
	// bothEnds has subsets that only the app's namespace sees. The route is for a gateway in
	// another namespace, or for sidecars.
	bothEnds := func(gateway string) string {
		return shop("name: front, namespace: app", "name: front, namespace: infra", "gateways: [front]",
			"gateways: [infra/front, mesh]",
			"spec:\n  host: shop.app", "spec:\n  exportTo: ['.']\n  host: shop.app",
			"- route:", "- match: [{gateways: ["+gateway+"]}]\n    route:", "weight: 10}",
			"weight: 10}\n  - route: [{destination: {host: shop}}]")
	}
	shopRequest := preview.Request{Host: "shop.example.com"}
	for name, test := range map[string]struct {
		text    string
		lint    []string
		verdict preview.VerdictKind
		request preview.Request
	}{
		"two subsets are good": {shop(), nil, preview.Isolated, shopRequest},
		"a rule in a namespace where nobody looks": {shop("{name: shop, namespace: app}\nspec:\n  host: shop.app",
			"{name: shop, namespace: third}\nspec:\n  host: shop.app"), []string{"SL201", "SL201"}, preview.Broken,
			shopRequest},
		"a port that the Service has not": {shop("subset: v1}, w",
			"subset: v1, port: {number: 8080}}, w"), []string{"SL107"}, preview.Broken, shopRequest},
		"a gateway port that the Service has not": {shop("ports: [{name: http, port: 80}]",
			"ports: [{name: http, port: 80}, {name: http-b, port: 81}]", "{number: 80, name: http, protocol: HTTP}",
			"{number: 8080, name: http, protocol: HTTP}"), []string{"SL107", "SL107"}, preview.Broken, shopRequest},
		"an entry of a foreign namespace hides no typo": {documents(shop(), entry("elsewhere", "*", "."), typo),
			[]string{"SL302", "SL714"}, preview.Isolated, shopRequest},
		"an entry for all hides what it is for": {documents(shop(), entry("elsewhere", "*", "*"), typo),
			[]string{"SL714"}, preview.Isolated, shopRequest},
		"a wildcard for part of a label": {
			documents(shop("{host: shop, subset: v2}", "{host: api-eu.example.com}"),
				entry("app", "*-eu.example.com", "*")), nil, preview.Isolated, shopRequest},
		"a host without its domain": {shop("host: shop,", "host: shop.app,"),
			[]string{"SL302", "SL302"}, preview.Broken, shopRequest},
		"no header by a star": {shop("- route:",
			"- match: [{withoutHeaders: {x-lane: {regex: '*'}}}]\n    route:"), nil, preview.Isolated, shopRequest},
		"a header by a star is refused": {shop("- route:",
			"- match: [{headers: {x-lane: {regex: '*'}}}]\n    route:"), []string{"SL106"}, preview.Broken,
			preview.Request{Host: "shop.example.com", Headers: map[string]string{"x-lane": "v1"}}},
		"a subset that ASM chooses": {shop("subset: v2}", "subset: $asm-label}"), nil,
			preview.Unknown, shopRequest},
		"a host outside of the Gateway's": {shop("hosts: [shop.example.com]\n  gateways",
			"hosts: [other.example.com]\n  gateways"), []string{"SL402"}, preview.Broken,
			preview.Request{Host: "other.example.com"}},
		"a gateway in its legacy form": {shop("gateways: [front]", "gateways: [front.app]"), nil,
			preview.Isolated, shopRequest},
		"a gateway of a match in its legacy form": {shop("- route:",
			"- match: [{gateways: [front.app.svc.cluster.local]}]\n    route:"), nil, preview.Isolated, shopRequest},
		"a Rollout that refers to a Deployment at 0": {
			documents(shop("{name: shop-v2, namespace: app}\nspec:",
				"{name: shop-v2, namespace: app}\nspec:\n  replicas: 0"),
				"apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {name: shop-v2, namespace: app}\n"+
					"spec: {replicas: 3, workloadRef: {apiVersion: apps/v1, kind: Deployment, name: shop-v2}}"), nil,
			preview.Isolated, shopRequest},
		"a StatefulSet runs pods": {shop("apiVersion: apps/v1\nkind: Deployment\n"+
			"metadata: {name: shop-v2", "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: shop-v2"), nil,
			preview.Isolated, shopRequest},
		"a DaemonSet runs pods": {shop("apiVersion: apps/v1\nkind: Deployment\n"+
			"metadata: {name: shop-v2", "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: shop-v2"), nil,
			preview.Isolated, shopRequest},
		"a server for other hosts at another port": {shop("ports: [{name: http, port: 80}]",
			"ports: [{name: http, port: 80}, {name: http-b, port: 81}]", "hosts: [shop.example.com]}",
			"hosts: [shop.example.com]}, {port: {number: 8080, name: http-b, protocol: HTTP}, hosts: [b.example.com]}"),
			nil, preview.Isolated, shopRequest},
		"a server that redirects sends nothing": {shop("ports: [{name: http, port: 80}]",
			"ports: [{name: http, port: 443}, {name: http-b, port: 81}]", "protocol: HTTP}, hosts",
			"protocol: HTTP}, tls: {httpsRedirect: true}, hosts", "hosts: [shop.example.com]}",
			"hosts: [shop.example.com]}, {port: {number: 443, name: https, protocol: HTTPS}, tls: {mode: SIMPLE, credentialName: c}, hosts: [shop.example.com]}"),
			nil, preview.Isolated, shopRequest},
		"a gateway does not see the sidecars' subsets": {bothEnds("mesh"), nil, preview.Isolated, shopRequest},
		"a gateway sees the subsets of its own routes": {bothEnds("infra/front"), []string{"SL201", "SL201"},
			preview.Broken, shopRequest},
		"routes of the Gateway API are not read": {documents(serviceOf("shop"), deploymentOf("shop", "v1", ""),
			"apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: gw}\n"+
				"spec: {gatewayClassName: istio, listeners: [{name: http, port: 80, protocol: HTTP}]}",
			"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: shop}\n"+
				"spec: {parentRefs: [{name: gw}], rules: [{backendRefs: [{name: shop, port: 80}]}]}"), nil,
			preview.Unknown, preview.Request{}},
		"a VirtualService at a gateway of the other API": {
			documents(with(shop(), "gateways: [front]", "gateways: [api]"),
				"apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: api, namespace: app}\n"+
					"spec: {gatewayClassName: istio, listeners: [{name: http, port: 80, protocol: HTTP}]}"), nil,
			preview.Broken, shopRequest},
		"routes over TCP are not read": {shop("http:\n  - route:", "tcp:\n  - route:"), nil, preview.Unknown,
			shopRequest},
	} {
		t.Run(name, func(t *testing.T) {
			set := decoded(t, test.text)
			require.Equal(t, test.lint, errorCodes(validate.Check(set)))
			verdict := verdictOf(t, set, test.request)
			require.Equal(t, test.verdict, verdict.Kind, verdict)
		})
	}
}

func decoded(t *testing.T, text string) manifest.Set {
	t.Helper()
	set, err := manifest.Decode(manifest.File{Name: "all.yaml", Data: []byte(text)})
	require.NoError(t, err)
	return set
}

func errorCodes(findings validate.Findings) []string {
	var out []string
	for _, f := range findings {
		if f.Severity == validate.Error {
			out = append(out, string(f.Code))
		}
	}
	slices.Sort(out)
	return out
}

func verdictOf(t *testing.T, set manifest.Set, r preview.Request) preview.Verdict {
	t.Helper()
	result, err := preview.New(set).Trace(r)
	require.NoError(t, err)
	return result.Verdict
}
