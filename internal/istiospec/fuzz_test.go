package istiospec

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	networking "istio.io/api/networking/v1"
)

// For any spec the rules end, return the same faults twice, and their paths exist.
func FuzzSpecs(f *testing.F) {
	for _, spec := range []string{
		`{"hosts": ["a"], "http": [{"route": [{"destination": {"host": "b"}, "weight": 60}]}]}`,
		`{"hosts": ["*"], "gateways": ["a/b"], "tls": [{"match": [{"sniHosts": ["a"]}], "route": [{"destination": {"host": "b"}}]}]}`,
		`{"servers": [{"hosts": ["*"], "port": {"number": 80, "name": "a", "protocol": "HTTP"}, "tls": {"mode": "SIMPLE"}}]}`,
		`{"host": "a", "subsets": [{"name": "v1", "labels": {"a": "b"}}], "trafficPolicy": {"loadBalancer": {"localityLbSetting": {"distribute": [{"from": "a", "to": {"a/*": 100}}]}}}}`,
		`{"hosts": ["*.a"], "ports": [{"number": 80, "name": "a", "protocol": "HTTP"}], "resolution": "DNS", "endpoints": [{"address": "a.b"}]}`,
	} {
		f.Add([]byte(spec))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var vs networking.VirtualService
		var gateway networking.Gateway
		var dr networking.DestinationRule
		var se networking.ServiceEntry
		checks := map[proto.Message]func() []Fault{
			&vs:      func() []Fault { return VirtualService("shop", &vs) },
			&gateway: func() []Fault { return Gateway("gw", &gateway) },
			&dr:      func() []Fault { return DestinationRule("shop", &dr) },
			&se:      func() []Fault { return ServiceEntry("shop", nil, &se) },
		}
		for spec, check := range checks {
			if (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(data, spec) != nil {
				continue
			}
			before := proto.Clone(spec)
			faults := check()
			require.Equal(t, faults, check())
			require.True(t, proto.Equal(before, spec), "a check changes nothing")
			for _, fault := range faults {
				require.True(t, fault.Path == "spec" || strings.HasPrefix(fault.Path, "spec."), fault)
				require.Contains(t, fault.Message, "must ")
			}
		}
	})
}
