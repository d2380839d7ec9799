package istiospec

import (
	"testing"

	"github.com/stretchr/testify/require"

	networking "istio.io/api/networking/v1"
)

// server returns a Gateway with a server that has other fields too.
func server(host, port, fields string) string {
	return "{servers: [{hosts: [" + host + "], port: {" + port + "}" + fields + "}]}"
}

func secured(tls string) string {
	return server("a.b", "number: 443, name: https, protocol: HTTPS", ", tls: {"+tls+"}")
}

func TestGatewayIsRefusedForWhatIstioRefuses(t *testing.T) {
	const http = "number: 80, name: http, protocol: HTTP"
	check := func(text string) []Fault { return Gateway("gw", decoded(t, text, &networking.Gateway{})) }
	good := server("a.b", http, "")
	requireRefusals(t, check, []refusal{
		{NoServer, "spec.servers", "{selector: {a: b}}", good},

		// Ports.
		{ServerPort, "spec.servers[0].port", "{servers: [{hosts: [a.b]}]}", good},
		{ServerPort, "spec.servers[0].port.number", server("a.b", "name: http, protocol: HTTP", ""), good},
		{ServerPort, "spec.servers[0].port.number", server("a.b", "number: 65536, name: http, protocol: HTTP", ""),
			server("a.b", "number: 65535, name: http, protocol: HTTP", "")},
		{ServerPort, "spec.servers[0].port.name", server("a.b", "number: 80, protocol: HTTP", ""),
			server("a.b", "number: 80, name: '#', protocol: HTTP", "")},
		{ServerPort, "spec.servers[0].port.protocol", server("a.b", "number: 80, name: http", ""),
			server("a.b", "number: 80, name: http, protocol: gRPC-Web", "")},
		{ServerPort, "spec.servers[0].port.protocol",
			server("a.b", "number: 80, name: http, protocol: HTTP_PROXY2", ""),
			server("a.b", "number: 80, name: http, protocol: HTTP_PROXY", "")},
		{ServerPort, "spec.servers[0].port.targetPort", server("a.b", http+", targetPort: 8080", ""), good},
		{ServerPort, "spec.servers[1].port.name", "{servers: [{hosts: [a.b], port: {" + http +
			"}}, {hosts: [a.c], port: {" + http + "}}]}", "{servers: [{hosts: [a.b], port: {" + http +
			"}}, {hosts: [a.b], port: {number: 80, name: b, protocol: HTTP}}]}"},

		// Hosts.
		{ServerHost, "spec.servers[0].hosts", server("", http, ""), server("'*'", http, "")},
		{ServerHost, "spec.servers[0].hosts[0]", server("a", http, ""), server("'*/a.b'", http, "")},
		{ServerHost, "spec.servers[0].hosts[0]", server("'*a.b'", http, ""), server("'*.b'", http, "")},
		{ServerHost, "spec.servers[0].hosts[0]", server("a_b.c", http, ""), server("192.0.2.1", http, "")},
		{ServerHost, "spec.servers[0].hosts[0]", server("a_b/c.d", http, ""), server("./c.d", http, "")},

		// Binds.
		{ServerBind, "spec.servers[0].bind", server("a.b", http, ", bind: localhost"),
			server("a.b", http, ", bind: '::1'")},
		{ServerBind, "spec.servers[0].bind", server("a.b", "name: http, protocol: HTTP", ", bind: 'unix://a'"),
			server("a.b", "name: http, protocol: HTTP", ", bind: 'unix:///a'")},
		{ServerBind, "spec.servers[0].bind", server("a.b", "name: http, protocol: HTTP", ", bind: 'unix:///a/'"),
			server("a.b", "name: http, protocol: HTTP", ", bind: 'unix://@a'")},
		{ServerPort, "spec.servers[0].port.number", server("a.b", http, ", bind: 'unix:///a'"),
			server("a.b", http, "")},

		// TLS.
		{ServerTLS, "spec.servers[0].tls", server("a.b", "number: 443, name: https, protocol: HTTPS", ""),
			secured("credentialName: a")},
		{ServerTLS, "spec.servers[0].tls", server("a.b", "number: 443, name: tcp, protocol: TCP", ", tls: {}"),
			server("a.b", "number: 443, name: tcp, protocol: TCP", "")},
		{ServerTLS, "spec.servers[0].tls", server("a.b", http, ", tls: {mode: MUTUAL, credentialName: a}"),
			server("a.b", http, ", tls: {httpsRedirect: true}")},
		{ServerCertificate, "spec.servers[0].tls.serverCertificate", secured("mode: SIMPLE, privateKey: a"),
			secured("mode: SIMPLE, privateKey: a, serverCertificate: b")},
		{ServerCertificate, "spec.servers[0].tls.caCertificates",
			secured("mode: MUTUAL, privateKey: a, serverCertificate: b"),
			secured("mode: MUTUAL, privateKey: a, serverCertificate: b, caCertificates: c")},
		{ServerCertificate, "spec.servers[0].tls.caCrl",
			secured("mode: SIMPLE, privateKey: a, serverCertificate: b, caCrl: c"),
			secured("mode: MUTUAL, privateKey: a, serverCertificate: b, caCertificates: c, caCrl: d")},
		{ServerCertificate, "spec.servers[0].tls.caCrl",
			server("a.b", "number: 443, name: tls, protocol: TLS",
				", tls: {mode: PASSTHROUGH, credentialName: a, caCrl: b}"),
			server("a.b", "number: 443, name: tls, protocol: TLS", ", tls: {mode: PASSTHROUGH, caCrl: b}")},
		{ServerCertificate, "spec.servers[0].tls", secured("mode: SIMPLE, credentialName: a, credentialNames: [b]"),
			secured("mode: SIMPLE, credentialNames: [a, b]")},
		{ServerCertificate, "spec.servers[0].tls.credentialNames", secured("mode: SIMPLE, credentialNames: [a, b, c]"),
			secured("mode: SIMPLE, credentialNames: [a]")},
		{ServerCertificate, "spec.servers[0].tls.tlsCertificates[1].privateKey",
			secured("mode: SIMPLE, tlsCertificates: [{serverCertificate: a, privateKey: b}, {serverCertificate: c}]"),
			secured(
				"mode: SIMPLE, tlsCertificates: [{serverCertificate: a, privateKey: b}, {serverCertificate: c, privateKey: d}]")},
		{ServerCertificate, "spec.servers[0].tls.credentialName", secured("mode: ISTIO_MUTUAL, credentialName: a"),
			secured("mode: ISTIO_MUTUAL")},
	})
	for name, refused := range map[string]bool{"a.b": true, "": false, "A-1": false, "-a": true} {
		require.Equal(t, refused, len(Gateway(name, decoded(t, good, &networking.Gateway{}))) > 0, name)
	}
}

func TestGatewayOfNothing(t *testing.T) {
	require.Len(t, Gateway("gw", nil), 1)
	faults := Gateway("gw", &networking.Gateway{Servers: []*networking.Server{nil}})
	require.Len(t, faults, 2, faults) // hosts and port
}
