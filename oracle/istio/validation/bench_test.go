package validation_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"istio.io/istio/pkg/config"
	"istio.io/istio/pkg/config/validation"

	networking "istio.io/api/networking/v1alpha3"

	"github.com/swimlane-go/swimlane/internal/istiospec"
)

// benched are VirtualServices for comparing the time of both validations.
func benched(t testing.TB) map[string]*networking.VirtualService {
	t.Helper()
	out := map[string]*networking.VirtualService{}
	for name, spec := range map[string]string{
		"canary": `{"hosts": ["*"], "gateways": ["ingressgateway"], "http": [{"name": "mock", "match": [{"uri": {"exact": "/mock"}}], "route": [
			{"destination": {"host": "mocka.default.svc.cluster.local", "subset": "v1"}, "weight": 60},
			{"destination": {"host": "mocka.default.svc.cluster.local", "subset": "v2"}, "weight": 30},
			{"destination": {"host": "mocka.default.svc.cluster.local", "subset": "v3"}, "weight": 10}]}]}`,
		"rich": `{"hosts": ["shop.example.com", "*.shop.example.com"], "gateways": ["front"], "exportTo": ["."], "http": [
			{"match": [{"headers": {"x-tester": {"exact": "anna"}}, "uri": {"prefix": "/cart"}, "queryParams": {"q": {"regex": "a.*"}}}],
			 "fault": {"delay": {"fixedDelay": "1s", "percentage": {"value": 10}}}, "retries": {"attempts": 3, "perTryTimeout": "1s", "retryOn": "5xx,reset"},
			 "corsPolicy": {"allowMethods": ["GET"], "allowOrigins": [{"exact": "https://shop.example.com"}], "maxAge": "60s"},
			 "headers": {"request": {"set": {"x-lane": "v1"}, "remove": ["x-debug"]}}, "timeout": "5s", "mirror": {"host": "recorder"},
			 "route": [{"destination": {"host": "cart", "subset": "v1", "port": {"number": 80}}, "weight": 90}, {"destination": {"host": "cart", "subset": "v2", "port": {"number": 80}}, "weight": 10}]},
			{"route": [{"destination": {"host": "cart", "subset": "v1"}}]}]}`,
	} {
		_, msg := parse(t, []byte(`{"kind": "VirtualService", "spec": `+spec+`}`))
		out[name] = msg.(*networking.VirtualService)
	}
	return out
}

func ours(t testing.TB, vs *networking.VirtualService) {
	if faults := istiospec.VirtualService("default", vs); len(faults) > 0 {
		t.Fatal(faults)
	}
}

func theirs(t testing.TB, vs *networking.VirtualService) {
	if _, err := validation.ValidateVirtualService(config.Config{Meta: config.Meta{Name: "a", Namespace: "default"},
		Spec: vs}); err != nil {
		t.Fatal(err)
	}
}

// The rules of one object allocate at most half as much as Istio.
func TestAllocatesLessThanIstio(t *testing.T) {
	for name, vs := range benched(t) {
		a, b := testing.AllocsPerRun(100, func() { ours(t, vs) }), testing.AllocsPerRun(100, func() { theirs(t, vs) })
		t.Logf("%s: %v allocations here, %v in Istio", name, a, b)
		require.LessOrEqual(t, a, b/2)
	}
}

func BenchmarkVirtualService(b *testing.B) {
	for name, vs := range benched(b) {
		b.Run(name+"/swimlane", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ours(b, vs)
			}
		})
		b.Run(name+"/istio", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				theirs(b, vs)
			}
		})
	}
}
