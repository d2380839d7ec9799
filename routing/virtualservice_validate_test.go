package routing_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/routing"
)

func TestVirtualServiceValidate(t *testing.T) {
	type builder = routing.VirtualServiceBuilder
	type route = routing.Route
	invalid, required, duplicate := fieldtest.Invalid, fieldtest.Required, fieldtest.Duplicate
	const at = "spec.http[0]"
	// route0 changes the only route.
	route0 := func(change func(r *route)) func(b *builder) { return func(b *builder) { change(&b.Routes[0]) } }
	for name, test := range map[string]struct {
		spoil func(b *builder)
		want  field.ErrorList
	}{
		"nothing": {func(*builder) {}, nil},
		"everything": {func(b *builder) { *b = builder{} },
			field.ErrorList{required("metadata.name"), required("spec.hosts"), required("spec.http")}},
		"names": {func(b *builder) { b.Name, b.Namespace = "A", "b.c" },
			field.ErrorList{invalid("metadata.name", dnsSubdomain), invalid("metadata.namespace", dnsLabel)}},
		"any host in mesh": {func(b *builder) { b.Gateways = []string{"gw", "mesh"} },
			field.ErrorList{invalid("spec.hosts", "")}},
		"any host, no gw":   {func(b *builder) { b.Gateways = nil }, field.ErrorList{invalid("spec.hosts", "")}},
		"host in mesh":      {func(b *builder) { b.Gateways, b.Hosts = []string{"mesh"}, []string{host} }, nil},
		"gateway elsewhere": {func(b *builder) { b.Gateways = []string{"istio-system/gw-v1"} }, nil},
		"bad gateways": {func(b *builder) { b.Gateways = []string{"", "a/b/c", "A/gw", "gw/"} },
			field.ErrorList{required("spec.gateways[0]"), invalid("spec.gateways[1]", dnsLabel),
				invalid("spec.gateways[2]", dnsLabel), required("spec.gateways[3]")}},
		"gateways with dots": {func(b *builder) { b.Gateways = []string{"gw.edge", "edge/gw.v1"} },
			field.ErrorList{invalid("spec.gateways[0]", dnsLabel), invalid("spec.gateways[1]", dnsLabel)}},
		"bad hosts": {func(b *builder) { b.Hosts = []string{"", "a_b", "x.*", "ok", "ok"} },
			field.ErrorList{required("spec.hosts[0]"), invalid("spec.hosts[1]", dnsSubdomain),
				invalid("spec.hosts[2]", dnsSubdomain), duplicate("spec.hosts[4]")}},
		"unreachable route": {func(b *builder) {
			b.Routes = append([]route{{Destinations: []routing.Destination{to("v1", 100)}}}, b.Routes...)
		}, field.ErrorList{invalid("spec.http[0].match", "unreachable")}},
		"prefix of every path": {func(b *builder) {
			b.Routes = append([]route{{Matches: []routing.Match{{Path: routing.Prefix("/")}},
				Destinations: []routing.Destination{to("v1", 100)}}}, b.Routes...)
		}, field.ErrorList{invalid("spec.http[0].match", "unreachable")}},
		"expression for every path": {func(b *builder) {
			b.Routes = append([]route{{Matches: []routing.Match{{Path: routing.Regex(".*")}},
				Destinations: []routing.Destination{to("v1", 100)}}}, b.Routes...)
		}, field.ErrorList{invalid("spec.http[0].match", "unreachable")}},
		"empty match": {func(b *builder) {
			b.Routes = append([]route{{Matches: []routing.Match{routing.PathExact("/a"), {}},
				Destinations: []routing.Destination{to("v1", 100)}}}, b.Routes...)
		}, field.ErrorList{invalid("spec.http[0].match", "unreachable")}},
		"catch-all is last": {func(b *builder) {
			b.Routes = append(b.Routes, route{Destinations: []routing.Destination{to("v1", 100)}})
		}, nil},
		"route twice": {func(b *builder) { b.Routes = append(b.Routes, b.Routes[0]) },
			field.ErrorList{duplicate("spec.http[1].name")}},
		"no destination": {route0(func(r *route) { r.Destinations = nil }),
			field.ErrorList{required(at + ".route")}},
		"60/30/20": {route0(func(r *route) { r.Destinations[2].Weight = 20 }),
			field.ErrorList{invalid(at+".route", "sum")}},
		"all zero": {route0(func(r *route) {
			r.Destinations = []routing.Destination{to("v1", 0),
				to("v2", 0)}
		}), field.ErrorList{invalid(at+".route", "sum")}},
		"single without": {route0(func(r *route) { r.Destinations = []routing.Destination{to("v1", 0)} }),
			field.ErrorList{invalid(at+".route", "sum")}},
		"out of range": {route0(func(r *route) {
			r.Destinations[0].Weight, r.Destinations[1].Weight = math.MinInt,
				math.MaxInt
		}), field.ErrorList{invalid(at+".route[0].weight", "percent"), invalid(at+".route[1].weight", "percent")}},
		"destination twice": {route0(func(r *route) { r.Destinations[1].Subset = "v1" }),
			field.ErrorList{duplicate(at + ".route[1].destination")}},
		"same but for headers": {route0(func(r *route) {
			r.Destinations[1].Subset = "v1"
			r.Destinations[1].Headers.Request.Set = map[string]string{"x-lane": "v2"}
		}), nil},
		"same with headers": {route0(func(r *route) {
			r.Destinations[1].Subset = "v1"
			for i := range r.Destinations {
				r.Destinations[i].Headers.Response.Remove = []string{"server"}
			}
		}), field.ErrorList{duplicate(at + ".route[1].destination")}},
		"callers at a gateway": {route0(
			func(r *route) { r.Matches[0].SourceLabels = map[string]string{"version": "v1"} }),
			field.ErrorList{fieldtest.Forbidden(at + ".match[0].sourceLabels")}},
		"bad callers": {func(b *builder) {
			b.Gateways = append(b.Gateways, "mesh")
			b.Hosts = []string{host}
			b.Routes[0].Matches[0].SourceLabels = map[string]string{"version": "v 1"}
		}, field.ErrorList{invalid(at+".match[0].sourceLabels[version]", "format=label-value")}},
		"callers before others": {func(b *builder) {
			b.Gateways, b.Hosts = nil, []string{host}
			b.Routes = append([]route{{Matches: []routing.Match{{SourceLabels: map[string]string{"version": "v1"}}},
				Destinations: []routing.Destination{to("v1", 100)}}}, b.Routes...)
		}, nil},
		"same lane, 2 ports": {route0(func(r *route) { r.Destinations[1].Subset, r.Destinations[1].Port = "v1", 81 }),
			nil},
		"bad destination": {route0(func(r *route) {
			r.Destinations[0] = routing.Destination{Host: "a b", Subset: "V1", Port: 65536, Weight: 60}
		}), field.ErrorList{invalid(at+".route[0].destination.host", dnsSubdomain),
			invalid(at+".route[0].destination.subset", dnsLabel),
			invalid(at+".route[0].destination.port.number", "port")}},
		"no host": {route0(func(r *route) { r.Destinations[0].Host = "" }),
			field.ErrorList{required(at + ".route[0].destination.host")}},
		"empty condition": {route0(func(r *route) {
			r.Matches = []routing.Match{routing.PathExact(""),
				{Method: routing.Prefix(""), Authority: routing.Regex("")}}
		}), field.ErrorList{required(at + ".match[0].uri"), required(at + ".match[1].method"),
			required(at + ".match[1].authority")}},
		"bad expression": {route0(func(r *route) { r.Matches = []routing.Match{routing.PathRegex("(")} }),
			field.ErrorList{invalid(at+".match[0].uri.regex", "format=re2")}},
		"bad header": {route0(func(r *route) {
			r.Matches = []routing.Match{{Headers: map[string]routing.Condition{"X-User": {}, "y": routing.Exact("")}}}
		}), field.ErrorList{invalid(at+".match[0].headers[X-User]", "format=header"),
			required(at + ".match[0].headers[y]")}},
		"host header": {route0(func(r *route) {
			r.Headers.Request = routing.HeaderOperations{Set: map[string]string{"host": "a"},
				Add: map[string]string{"host": "a"}, Remove: []string{"host"}}
			r.Headers.Response = routing.HeaderOperations{Set: map[string]string{"host": "a"},
				Add: map[string]string{"host": "a"}, Remove: []string{"host"}}
		}), field.ErrorList{fieldtest.Forbidden(at + ".headers.request.remove[0]"),
			fieldtest.Forbidden(at + ".headers.response.set[host]"),
			fieldtest.Forbidden(at + ".headers.response.add[host]"),
			fieldtest.Forbidden(at + ".headers.response.remove[0]")}},
		"header operations": {route0(func(r *route) {
			r.Headers.Request = routing.HeaderOperations{Set: map[string]string{"A": ""},
				Add: map[string]string{"b c": ""}, Remove: []string{"ok", ""}}
			r.Destinations[0].Headers.Response.Remove = []string{"D"}
		}), field.ErrorList{invalid(at+".headers.request.set[A]", "format=header"),
			invalid(at+".headers.request.add[b c]", "format=header"),
			invalid(at+".headers.request.remove[1]", "format=header"),
			invalid(at+".route[0].headers.response.remove[0]", "format=header")}},
		"timeouts": {route0(func(r *route) {
			r.Timeout, r.Retries = -time.Second, &routing.Retries{Attempts: 1, PerTryTimeout: time.Microsecond}
		}), field.ErrorList{invalid(at+".timeout", ""), invalid(at+".retries.perTryTimeout", "")}},
		"retries": {route0(func(r *route) { r.Retries = &routing.Retries{Attempts: 1001} }),
			field.ErrorList{invalid(at+".retries.attempts", "")}},
		"negative retries": {route0(func(r *route) { r.Retries = &routing.Retries{Attempts: -1} }),
			field.ErrorList{invalid(at+".retries.attempts", "")}},
		"conditions of none": {route0(func(r *route) { r.Retries = &routing.Retries{On: "5xx"} }),
			field.ErrorList{invalid(at+".retries.attempts", "")}},
		"mirror": {route0(func(r *route) { r.Mirror = &routing.Mirror{Percent: new(101.0)} }),
			field.ErrorList{required(at + ".mirror.host"), invalid(at+".mirrorPercentage.value", "percent")}},
		"mirror of NaN": {route0(
			func(r *route) { r.Mirror = &routing.Mirror{Host: host, Percent: new(math.NaN())} }),
			field.ErrorList{invalid(at+".mirrorPercentage.value", "percent")}},
		"mirror of minus one": {route0(func(r *route) { r.Mirror = &routing.Mirror{Host: host, Percent: new(-1.0)} }),
			field.ErrorList{invalid(at+".mirrorPercentage.value", "percent")}},
	} {
		t.Run(name, func(t *testing.T) {
			b := entry()
			test.spoil(&b)
			fieldtest.Equal(t, test.want, b.Validate())
			vs, err := b.Build()
			fieldtest.Equal(t, test.want, fieldtest.Of(err))
			require.Equal(t, len(test.want) == 0, vs != nil)
		})
	}
}
