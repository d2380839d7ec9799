package routing_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	networking "istio.io/api/networking/v1"
	networkingv1 "istio.io/client-go/pkg/apis/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/routing"
)

const (
	host         = "mocka.default.svc.cluster.local"
	dnsLabel     = "format=dns-label"
	dnsSubdomain = "format=dns-subdomain"
)

// to returns a destination in a lane.
func to(lane string, weight int) routing.Destination {
	return routing.Destination{Host: host, Subset: lane, Weight: weight}
}

// entry returns a good builder with one route.
func entry() routing.VirtualServiceBuilder {
	return routing.VirtualServiceBuilder{
		Name:      "mock",
		Namespace: "istio-system",
		Hosts:     []string{"*"},
		Gateways:  []string{"ingressgateway"},
		Routes: []routing.Route{{
			Name:         "main",
			Matches:      []routing.Match{routing.PathExact("/mock")},
			Destinations: []routing.Destination{to("v1", 60), to("v2", 30), to("v3", 10)},
		}},
	}
}

// everything uses each field that a builder has.
func everything() routing.VirtualServiceBuilder {
	b := entry()
	b.Annotations = map[string]string{"a": "b"}
	b.Routes[0].Matches = []routing.Match{
		{Path: routing.Regex("/v[12]"), Method: routing.Exact("GET"), Authority: routing.Prefix("shop."),
			Headers: map[string]routing.Condition{"x-user": routing.Exact("a"), "x-any": {}}},
		routing.PathPrefix("/static/"),
		routing.HeaderExact("x-lane", "v1"),
	}
	b.Routes[0].Headers = routing.Headers{
		Request: routing.HeaderOperations{Set: map[string]string{"x-a": "1"}, Add: map[string]string{"x-b": "2"},
			Remove: []string{"x-c"}},
		Response: routing.HeaderOperations{Remove: []string{"server"}},
	}
	b.Routes[0].Destinations[0].Headers.Request.Set = map[string]string{"x-lane": "v1"}
	b.Routes[0].Destinations[0].Port = 8000
	b.Routes[0].Timeout = 90 * time.Second
	b.Routes[0].Retries = &routing.Retries{Attempts: 3, PerTryTimeout: 2 * time.Second, On: "5xx,reset"}
	b.Routes[0].Mirror = &routing.Mirror{Host: host, Subset: "v3", Port: 8000, Percent: new(12.5)}
	return b
}

func TestVirtualServiceHoldsEverything(t *testing.T) {
	vs, err := everything().Build()
	require.NoError(t, err)
	var want networking.VirtualService
	require.NoError(t, want.UnmarshalJSON([]byte(`{
	  "hosts": ["*"], "gateways": ["ingressgateway"],
	  "http": [{
	    "name": "main",
	    "match": [
	      {"uri": {"regex": "/v[12]"}, "method": {"exact": "GET"}, "authority": {"prefix": "shop."},
	       "headers": {"x-user": {"exact": "a"}, "x-any": {}}},
	      {"uri": {"prefix": "/static/"}},
	      {"headers": {"x-lane": {"exact": "v1"}}}],
	    "route": [
	      {"destination": {"host": "mocka.default.svc.cluster.local", "subset": "v1", "port": {"number": 8000}}, "weight": 60,
	       "headers": {"request": {"set": {"x-lane": "v1"}}}},
	      {"destination": {"host": "mocka.default.svc.cluster.local", "subset": "v2"}, "weight": 30},
	      {"destination": {"host": "mocka.default.svc.cluster.local", "subset": "v3"}, "weight": 10}],
	    "headers": {"request": {"set": {"x-a": "1"}, "add": {"x-b": "2"}, "remove": ["x-c"]}, "response": {"remove": ["server"]}},
	    "timeout": "90s",
	    "retries": {"attempts": 3, "perTryTimeout": "2s", "retryOn": "5xx,reset"},
	    "mirror": {"host": "mocka.default.svc.cluster.local", "subset": "v3", "port": {"number": 8000}},
	    "mirrorPercentage": {"value": 12.5}
	  }]}`)))
	requireProto(t, &want, &vs.Spec)
	require.Equal(t, map[string]string{"a": "b"}, vs.Annotations)
	require.Equal(t, "istio-system", vs.Namespace)
	require.Equal(t, "networking.istio.io/v1", vs.APIVersion)
	require.Equal(t, "VirtualService", vs.Kind)
}

func requireProto(t testing.TB, want, got proto.Message) {
	t.Helper()
	require.True(t, proto.Equal(want, got), "want %v\ngot  %v", want, got)
}

// Off and 0% are said, not left out: Istio's defaults are 2 retries and 100%.
func TestZeroIsNotUnset(t *testing.T) {
	b := entry()
	b.Routes[0].Retries = &routing.Retries{}
	b.Routes[0].Mirror = &routing.Mirror{Host: host, Percent: new(0.0)}
	vs, err := b.Build()
	require.NoError(t, err)
	require.NotNil(t, vs.Spec.Http[0].Retries)
	require.NotNil(t, vs.Spec.Http[0].MirrorPercentage)

	vs, err = entry().Build()
	require.NoError(t, err)
	require.Nil(t, vs.Spec.Http[0].Retries)
	require.Nil(t, vs.Spec.Http[0].MirrorPercentage)
	require.Nil(t, vs.Spec.Http[0].Timeout)
	require.Nil(t, vs.Spec.Http[0].Headers)
	require.Nil(t, vs.Spec.Http[0].Route[0].Headers)
}

// What is built shares nothing with its builder, either way.
func TestBuildSharesNothing(t *testing.T) {
	b := everything()
	first, err := b.Build()
	require.NoError(t, err)
	want := first.DeepCopy()

	r := &b.Routes[0]
	b.Hosts[0], b.Gateways[0], b.Annotations["a"] = "changed", "changed", "changed"
	r.Matches[0].Headers["x-user"] = routing.Exact("changed")
	r.Headers.Request.Set["x-a"], r.Headers.Request.Add["x-b"], r.Headers.Request.Remove[0] = "changed", "changed",
		"changed"
	r.Destinations[0].Headers.Request.Set["x-lane"], r.Destinations[0].Weight = "changed", 1
	r.Retries.Attempts, *r.Mirror.Percent = 9, 9
	requireProto(t, &want.Spec, &first.Spec)
	require.Equal(t, want.Annotations, first.Annotations)

	b = everything()
	second, err := b.Build()
	require.NoError(t, err)
	spoil(second)
	third, err := b.Build()
	require.NoError(t, err)
	requireProto(t, &want.Spec, &third.Spec)
	require.Equal(t, want.Annotations, third.Annotations)
}

// spoil changes everything in a built object that could be shared.
func spoil(vs *networkingv1.VirtualService) {
	r := vs.Spec.Http[0]
	vs.Spec.Hosts[0], vs.Spec.Gateways[0], vs.Annotations["a"] = "spoilt", "spoilt", "spoilt"
	r.Headers.Request.Set["x-a"], r.Headers.Request.Add["x-b"], r.Headers.Request.Remove[0] = "spoilt", "spoilt",
		"spoilt"
	r.Route[0].Headers.Request.Set["x-lane"] = "spoilt"
	r.Match[0].Headers["x-user"] = nil
	r.MirrorPercentage.Value = 99
}

func TestV1Beta1KeepsTheSpec(t *testing.T) {
	vs, err := everything().Build()
	require.NoError(t, err)
	beta := routing.V1Beta1(vs)
	require.Equal(t, "networking.istio.io/v1beta1", beta.APIVersion)
	require.Equal(t, "VirtualService", beta.Kind)
	require.Equal(t, vs.ObjectMeta, beta.ObjectMeta)
	requireProto(t, &vs.Spec, &beta.Spec)
	beta.Spec.Http[0].Route[0].Weight = 1
	beta.Annotations["a"] = "changed"
	require.EqualValues(t, 60, vs.Spec.Http[0].Route[0].Weight, "nothing is shared")
	require.Equal(t, "b", vs.Annotations["a"])
}

func TestLongNamesAreGood(t *testing.T) {
	b := entry()
	b.Name = strings.Repeat("n", 253)
	require.Empty(t, b.Validate())
	b.Name += "n"
	fieldtest.Equal(t, field.ErrorList{fieldtest.Invalid("metadata.name", dnsSubdomain)}, b.Validate())
}
