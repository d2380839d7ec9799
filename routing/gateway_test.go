package routing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	networking "istio.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/routing"
)

// ingress returns a good builder with a server for HTTP and one for HTTPS.
func ingress() routing.GatewayBuilder {
	return routing.GatewayBuilder{
		Name:      "ingressgateway",
		Namespace: "istio-system",
		Selector:  map[string]string{"istio": "ingressgateway"},
		Servers: []routing.Server{
			{Port: 80, Name: "http", Protocol: "HTTP", Hosts: []string{"*"}},
			{Port: 443, Name: "https", Protocol: "HTTPS", Hosts: []string{"*.example.com", "example.com"},
				TLS: &networking.ServerTLSSettings{CredentialName: "cert"}},
		},
	}
}

func TestGatewayValidate(t *testing.T) {
	type builder = routing.GatewayBuilder
	invalid, required, duplicate := fieldtest.Invalid, fieldtest.Required, fieldtest.Duplicate
	for name, test := range map[string]struct {
		spoil func(b *builder)
		want  field.ErrorList
	}{
		"nothing": {func(*builder) {}, nil},
		"everything": {func(b *builder) { *b = builder{} },
			field.ErrorList{required("metadata.name"), required("spec.selector"), required("spec.servers")}},
		"empty server": {func(b *builder) { b.Servers = []routing.Server{{}} },
			field.ErrorList{invalid("spec.servers[0].port.number", "port"), required("spec.servers[0].port.name"),
				fieldtest.NotSupported("spec.servers[0].port.protocol"), required("spec.servers[0].hosts")}},
		"lower case": {func(b *builder) { b.Servers[0].Protocol = "http" },
			field.ErrorList{fieldtest.NotSupported("spec.servers[0].port.protocol")}},
		"no TLS": {func(b *builder) { b.Servers[1].TLS = nil }, field.ErrorList{required("spec.servers[1].tls")}},
		"short host": {func(b *builder) { b.Servers[0].Hosts = []string{"shop"} },
			field.ErrorList{invalid("spec.servers[0].hosts[0]", "format=fqdn")}},
		"dot in name": {func(b *builder) { b.Name = "gw.v1" }, field.ErrorList{invalid("metadata.name", dnsLabel)}},
		"name twice": {func(b *builder) { b.Servers[1].Name = "http" },
			field.ErrorList{duplicate("spec.servers[1].port.name")}},
		"selector": {func(b *builder) { b.Selector = map[string]string{"a": "b c"} },
			field.ErrorList{invalid("spec.selector[a]", "format=label-value")}},
	} {
		t.Run(name, func(t *testing.T) {
			b := ingress()
			test.spoil(&b)
			fieldtest.Equal(t, test.want, b.Validate())
			gw, err := b.Build()
			fieldtest.Equal(t, test.want, fieldtest.Of(err))
			require.Equal(t, len(test.want) == 0, gw != nil)
		})
	}
}

func TestGatewayBuild(t *testing.T) {
	b := ingress()
	gw, err := b.Build()
	require.NoError(t, err)
	var want networking.Gateway
	require.NoError(t, want.UnmarshalJSON([]byte(`{
	  "selector": {"istio": "ingressgateway"},
	  "servers": [
	    {"port": {"number": 80, "name": "http", "protocol": "HTTP"}, "hosts": ["*"]},
	    {"port": {"number": 443, "name": "https", "protocol": "HTTPS"}, "hosts": ["*.example.com", "example.com"], "tls": {"credentialName": "cert"}}]}`)))
	requireProto(t, &want, &gw.Spec)
	require.Equal(t, "networking.istio.io/v1", gw.APIVersion)

	beta := routing.GatewayV1Beta1(gw)
	require.Equal(t, "networking.istio.io/v1beta1", beta.APIVersion)
	require.Equal(t, "Gateway", beta.Kind)
	require.Equal(t, gw.ObjectMeta, beta.ObjectMeta)
	requireProto(t, &gw.Spec, &beta.Spec)

	b.Selector["istio"], b.Servers[0].Hosts[0], b.Servers[1].TLS.CredentialName = "changed", "changed", "changed"
	beta.Spec.Servers[0].Hosts[0], beta.Spec.Servers[1].Tls.CredentialName = "changed", "changed"
	requireProto(t, &want, &gw.Spec)
}
