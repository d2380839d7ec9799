package istio_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/preview"
)

// market returns Services in two versions each, and other documents. Service a has subsets.
func market(documents ...string) []string {
	return bare(append(documents, subsetsOf("shop/a", "a", "v1", "v2"))...)
}

// bare returns the Services without subsets.
func bare(documents ...string) []string {
	service := func(namespace, name string, port int) string {
		return fmt.Sprintf("apiVersion: v1\nkind: Service\nmetadata: {name: %s, namespace: %s}\n"+
			"spec: {selector: {app: %[1]s}, ports: [{name: http, port: %[3]d}]}", name, namespace, port)
	}
	return append(documents, service("shop", "a", 80), service("shop", "b", 80), service("other", "c", 80),
		workloads("shop", "a", "b"), workloads("other", "c"))
}

// subsetsOf returns a DestinationRule, "namespace/name", with subsets for a host.
func subsetsOf(at, host string, versions ...string) string { return ruleOf(at, host, "", versions...) }

// ruleOf returns a DestinationRule with more fields.
func ruleOf(at, host, more string, versions ...string) string {
	namespace, name, _ := strings.Cut(at, "/")
	var subsets []string
	for _, v := range versions {
		subsets = append(subsets, fmt.Sprintf("{name: %[1]s, labels: {version: %[1]s}}", v))
	}
	return istioObject("DestinationRule", namespace, name,
		fmt.Sprintf("host: %q, %ssubsets: [%s]", host, more, strings.Join(subsets, ", ")))
}

// door returns the Gateway edge/gw for hosts.
func door(hosts string) string {
	return strings.Replace(ingress, `["*"]`, "["+hosts+"]", 1)
}

const (
	aV1 = "route: [{destination: {host: a.shop.svc.cluster.local, subset: v1}}]"
	aV2 = "route: [{destination: {host: a.shop.svc.cluster.local, subset: v2}}]"
)

// atGateway returns a VirtualService, "namespace/name", for any host at gateways.
func atGateway(at, gateways string) string {
	namespace, name, _ := strings.Cut(at, "/")
	return vs(namespace, name, fmt.Sprintf("hosts: ['*'], gateways: [%s], http: [{%s}]", gateways, aV2))
}

// withMatch returns a VirtualService for the gateway and the sidecars, with a match for gateways.
func withMatch(at, gateways string) string {
	namespace, name, _ := strings.Cut(at, "/")
	return vs(namespace, name, fmt.Sprintf(
		"hosts: ['*.shop.svc.cluster.local'], gateways: [edge/gw, mesh], http: [{match: [{gateways: [%s]}], %s}, {%s}]",
		gateways, aV2, aV1))
}

// servedHosts returns a VirtualService for hosts of the gateway.
func servedHosts(at, hosts string) string {
	namespace, name, _ := strings.Cut(at, "/")
	return vs(namespace, name, fmt.Sprintf("hosts: [%s], gateways: [edge/gw], http: [{%s}]", hosts, aV2))
}

// called returns a VirtualService for hosts of sidecars.
func called(at, hosts string) string {
	namespace, name, _ := strings.Cut(at, "/")
	return vs(namespace, name, fmt.Sprintf("hosts: [%s], http: [{%s}]", hosts, aV2))
}

// question is a request to the gateway for a host, or a call of a pod to a host.
type question struct{ from, host string }

// questions are asked of every tree: one spelling may change the meaning of another one.
func questions() []question {
	var out []question
	for _, host := range []string{"shop.example.com", "de-eu.example.com", "SHOP.example.com", "any.test", "a",
		"a.shop", "a.shop.svc.cluster.local"} {
		out = append(out, question{"gateway", host})
	}
	for _, from := range []string{"b-v1", "c-v1"} {
		for _, host := range []string{"a.shop", "A.Shop", "a.shop.svc", "a.shop.svc.cluster.local", "b.shop", "c.other",
			"shop.example.com"} {
			out = append(out, question{from, host})
		}
	}
	return append(out, question{"b-v1", "a"}, question{"b-v1", "A"}, question{"c-v1", "c"})
}

// spelling is a tree with a name in one spelling, and one of the answers.
type spelling struct {
	documents []string
	asked     question
	want      string
}

// compare compares istiod's destinations of requests with preview's, for a tree. It asks all
// questions; the test states one answer.
func (s spelling) compare(t *testing.T) {
	tr := plant(t, nil, s.documents...)
	mesh := preview.New(tr.set)
	gateway := tr.door(t, "edge")
	views := map[string]view{"gateway": tr.view(tr.Gateway(gateway), tr.cluster.pods)}
	for _, name := range []string{"b-v1", "c-v1"} {
		views[name] = tr.view(tr.Sidecar(tr.pod(t, name)), tr.cluster.pods)
	}
	answered := false
	for _, q := range questions() {
		r := request{host: q.host, path: callPath}
		var got, says string
		if q.from == "gateway" {
			got = printed(views[q.from].take(t, "http.80", 80, r))
			says = printed(enters(t, mesh, preview.Request{Host: q.host, Path: callPath, Calls: map[string][]string{}}))
		} else {
			pod := tr.pod(t, q.from)
			got = printed(views[q.from].take(t, "80", 80, r))
			says = printed(hop(t, mesh, preview.Call{Namespace: pod.Namespace, Labels: pod.Labels, Host: q.host,
				Port: 80, Path: callPath}))
		}
		if q == s.asked {
			answered = true
			require.Equal(t, s.want, got, "istiod: %v", q)
		}
		require.Equal(t, got, says, "preview: %v", q)
	}
	require.True(t, answered, "%v must be one of the questions", s.asked)
}

const both, nowhere = "1/2 a@v1\n1/2 a@v2", "1 (no route)"

var (
	atAny    = question{"gateway", "any.test"}
	atFull   = question{"gateway", "a.shop.svc.cluster.local"}
	atShop   = question{"gateway", "shop.example.com"}
	atEU     = question{"gateway", "de-eu.example.com"}
	fromNear = question{"b-v1", "a"}
	fromFar  = question{"c-v1", "a.shop"}
)
