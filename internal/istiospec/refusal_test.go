package istiospec

import (
	"testing"

	"github.com/stretchr/testify/require"
	networking "istio.io/api/networking/v1"
	"sigs.k8s.io/yaml"
)

// refusal is a spec with one fault, and a good one with the smallest difference to it.
type refusal struct {
	rule      Rule
	path      string
	bad, good string
}

// requireRefusals checks that each bad spec has its fault and no other. Each good one must have
// none.
func requireRefusals(t *testing.T, check func(text string) []Fault, refusals []refusal) {
	t.Helper()
	for _, test := range refusals {
		require.Empty(t, check(test.good), test.good)
		faults := check(test.bad)
		require.Len(t, faults, 1, "%s: %v", test.bad, faults)
		require.Equal(t, test.rule, faults[0].Rule, "%s: %v", test.bad, faults)
		require.Equal(t, test.path, faults[0].Path, faults)
		require.Regexp(t, "^must ", faults[0].Message)
	}
}

// decoded decodes a spec from YAML into a message.
func decoded[T any](t *testing.T, text string, spec *T) *T {
	t.Helper()
	require.NoError(t, yaml.Unmarshal([]byte(text), spec), text)
	return spec
}

// specOf decodes the spec of a VirtualService.
func specOf(t testing.TB, text string) *networking.VirtualService {
	t.Helper()
	vs := &networking.VirtualService{}
	require.NoError(t, yaml.Unmarshal([]byte(text), vs), text)
	return vs
}

const to = "route: [{destination: {host: b}}]"

// atGateways returns a VirtualService at gateways with an HTTP route that has the fields.
func atGateways(fields string) string {
	return "{hosts: [a], gateways: [gw], http: [{" + fields + "}]}"
}

// httpRoute returns a VirtualService with an HTTP route that has a destination and the fields.
func httpRoute(fields string) string { return "{hosts: [a], http: [{" + to + ", " + fields + "}]}" }

// destination returns a VirtualService with a route to a destination.
func destination(fields string) string {
	return "{hosts: [a], http: [{route: [{destination: {" + fields + "}}]}]}"
}

// tlsRoute returns a VirtualService with a TLS route that has a match.
func tlsRoute(hosts, match string) string {
	return "{hosts: [" + hosts + "], gateways: [gw], tls: [{" + to + ", match: [{" + match + "}]}]}"
}

func tcpRoute(fields string) string { return "{hosts: [a], tcp: [{" + fields + "}]}" }

// requestSet returns a VirtualService with a route that sets headers of requests.
func requestSet(headers string) string {
	return httpRoute("headers: {request: {set: {" + headers + "}}}")
}
