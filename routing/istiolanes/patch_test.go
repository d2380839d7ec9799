package istiolanes_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
)

func TestPatchFaults(t *testing.T) {
	invalid, forbidden := fieldtest.Invalid, fieldtest.Forbidden
	const route, policy, own = "group.spec.defaultHttpRoutePatch", "group.spec.defaultTrafficPolicyPatch",
		"group.spec.services[1].httpRoutePatch"
	for name, test := range map[string]struct {
		route, policy, own string
		want               field.ErrorList
	}{
		"nothing":  {"{}", "null", "null", nil},
		"not JSON": {"{", "x", "", field.ErrorList{invalid(route, "json"), invalid(policy, "json")}},
		"no mapping": {`"1m"`, "[]", "1",
			field.ErrorList{invalid(route, "type"), invalid(policy, "type"), invalid(own, "type")}},
		"unknown keys": {`{"timeOut": "1m", "retries": {"attempt": 1}}`,
			`{"portLevelSettings": [{"tls": {"mod": "x"}}]}`, "",
			field.ErrorList{invalid(route+".timeOut", "unknown-key"), invalid(route+".retries.attempt", "unknown-key"),
				invalid(policy+".portLevelSettings[0].tls.mod", "unknown-key")}},
		"wrong types": {`{"timeout": 5, "fault": []}`, `{"tls": {"mode": "NONE"}}`, `{"retries": {"attempts": "many"}}`,
			field.ErrorList{invalid(route+".timeout", "type"), invalid(route+".fault", "type"),
				invalid(policy+".tls.mode", "type"), invalid(own+".retries.attempts", "type")}},
		"what makes lanes": {`{"match": [], "route": null, "headers": {}}`, "",
			`{"name": "x", "redirect": {}, "direct_response": {}, "delegate": {}}`, field.ErrorList{
				forbidden(route + ".match"), forbidden(route + ".route"), forbidden(route + ".headers"),
				forbidden(own + ".name"), forbidden(own + ".redirect"), forbidden(own + ".directResponse"),
				forbidden(own + ".delegate")}},
		"one key in two spellings": {`{"corsPolicy": {}, "cors_policy": {}}`, "", "",
			field.ErrorList{fieldtest.Duplicate(route + ".cors_policy")}},
		"in a map": {`{"fault": {"abort": {"percentage": {"value": 1, "x": 2}}}}`, "", "",
			field.ErrorList{invalid(route+".fault.abort.percentage.x", "unknown-key")}},
		"only together": {`{"fault": {"delay": {"fixedDelay": "1s"}}}`, "",
			`{"fault": {"delay": {"exponentialDelay": "1s"}}}`,
			field.ErrorList{invalid(own+".fault.delay.fixedDelay", "one-of")}},
		"one instead of the other": {`{"fault": {"delay": {"fixedDelay": "1s"}}}`, "",
			`{"fault": {"delay": {"fixedDelay": null, "exponentialDelay": "1s"}}}`, nil},
		"short hosts": {`{"mirror": {"host": "b"}}`, "",
			`{"mirrors": [{"destination": {"host": "b.shop.svc.cluster.local"}}, {"destination": {"host": "b"}}, {}]}`,
			field.ErrorList{
				invalid(route+".mirror.host", "short"), invalid(own+".mirrors[1].destination.host", "short")}},
		"large numbers": {"", `{"connectionPool": {"http": {"maxRequestsPerConnection": 2147483647}}}`, "", nil},
		"too large numbers": {"", `{"connectionPool": {"http": {"maxRequestsPerConnection": 2147483648}}}`, "",
			field.ErrorList{invalid(policy+".connectionPool.http.maxRequestsPerConnection", "type")}},
	} {
		t.Run(name, func(t *testing.T) {
			b := weighted(strict(), 100, 0)
			for _, patch := range []struct {
				to   **runtime.RawExtension
				text string
			}{{&b.Group.Spec.DefaultHTTPRoutePatch, test.route}, {&b.Group.Spec.DefaultTrafficPolicyPatch, test.policy},
				{&b.Group.Spec.Services[1].HTTPRoutePatch, test.own}} {
				if patch.text != "" {
					*patch.to = raw(patch.text)
				}
			}
			fieldtest.Equal(t, test.want, b.Validate())
			_, err := b.Build()
			fieldtest.Equal(t, test.want, fieldtest.Of(err))
		})
	}
}

// What a service takes away of the group's patches is not there, nor an empty
// message in its place.
func TestPatchTakesAway(t *testing.T) {
	b := strict()
	b.Group.Spec.DefaultTrafficPolicyPatch, b.Group.Spec.DefaultHTTPRoutePatch = raw(`{"tls": {"mode": "DISABLE"}}`),
		raw(`{"timeout": "1s"}`)
	b.Group.Spec.Services[1].TrafficPolicyPatch, b.Group.Spec.Services[1].HTTPRoutePatch = raw(`{"tls": null}`),
		raw(`{"timeout": null}`)
	built, err := b.Build()
	require.NoError(t, err)
	for i, without := range []bool{false, true, false} {
		require.Equal(t, without, built.DestinationRules[i].Spec.TrafficPolicy == nil)
		require.Equal(t, without, built.VirtualServices[i].Spec.Http[0].Timeout == nil)
	}
}
