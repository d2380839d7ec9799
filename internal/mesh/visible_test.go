package mesh_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/mesh"
)

// A Service without the annotation is visible to all namespaces.
func TestServicesAreSeenWhereTheyAreExported(t *testing.T) {
	for exportTo, seen := range map[string][]string{
		"":         {},
		"'*'":      {"shop", "web", "other"},
		"'.'":      {"shop"},
		"'., web'": {"shop", "web"},
		"web":      {"web"},
		"~":        nil, // YAML's null means no value: all see it
	} {
		text := strings.Replace(service("a", "shop"), "namespace: shop",
			"namespace: shop, annotations: {networking.istio.io/exportTo: "+exportTo+"}", 1)
		s := read(t, text).Services["a.shop.svc.cluster.local"]
		for _, namespace := range []string{"shop", "web", "other"} {
			want := len(seen) == 0
			for _, n := range seen {
				want = want || n == namespace
			}
			require.Equal(t, want, s.VisibleTo(namespace), "%s in %s", exportTo, namespace)
		}
	}
	require.True(t, read(t, service("a", "shop")).Services["a.shop.svc.cluster.local"].VisibleTo("web"))
}

func TestVirtualServicesAreExportedTo(t *testing.T) {
	for exportTo, want := range map[string][]string{
		"[]": {"*"}, "['*']": {"*"}, "[.]": {"shop"}, "[., web]": {"shop", "web"},
	} {
		m := read(t, routes("a", "shop", "{hosts: [a], exportTo: "+exportTo+
			", http: [{route: [{destination: {host: a}}]}]}"))
		require.Equal(t, want, m.VirtualServices[0].ExportedTo())
	}
}

func TestNamesOfPortsTellTheProtocol(t *testing.T) {
	for name, tells := range map[string]bool{
		"http": true, "http-web": true, "HTTP2": true, "grpc-": true, "tcp-a-b": true, "": false, "web": false,
		"httpweb": false, "web-http": false,
	} {
		require.Equal(t, tells, mesh.TellsProtocol(name), name)
	}
}

// A Gateway selects pods of all namespaces.
func TestPodsOfAllNamespaces(t *testing.T) {
	pod := func(namespace string) string {
		return "apiVersion: v1\nkind: Pod\nmetadata: {name: gw, namespace: " + namespace +
			", labels: {istio: ingressgateway, app: gw}}\nspec: {containers: [{name: c, image: i}]}"
	}
	m := read(t, pod("a"), pod("b"))
	require.Len(t, m.Everywhere(map[string]string{"istio": "ingressgateway"}), 2)
	require.Empty(t, m.Everywhere(map[string]string{"istio": "egressgateway"}))
}
