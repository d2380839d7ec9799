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
