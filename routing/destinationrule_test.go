package routing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	networking "istio.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/routing"
)

func policy() *networking.TrafficPolicy {
	return &networking.TrafficPolicy{
		Tls: &networking.ClientTLSSettings{Mode: networking.ClientTLSSettings_ISTIO_MUTUAL}}
}

// subsets returns a good builder with two subsets.
func subsets() routing.DestinationRuleBuilder {
	return routing.DestinationRuleBuilder{
		Name: "mocka",
		Host: host,
		Subsets: []routing.Subset{
			{Name: "v1", Labels: map[string]string{"version": "v1"}},
			{Name: "v2", Labels: map[string]string{"version": "v2"}, TrafficPolicy: policy()},
		},
		TrafficPolicy: policy(),
	}
}

func TestDestinationRuleValidate(t *testing.T) {
	type builder = routing.DestinationRuleBuilder
	invalid, required := fieldtest.Invalid, fieldtest.Required
	for name, test := range map[string]struct {
		spoil func(b *builder)
		want  field.ErrorList
	}{
		"nothing":     {func(*builder) {}, nil},
		"policy only": {func(b *builder) { b.Subsets = nil }, nil},
		"everything": {func(b *builder) { *b = builder{} },
			field.ErrorList{required("metadata.name"), required("spec.host"), required("spec.subsets")}},
		"subsets": {func(b *builder) { b.Subsets[0], b.Subsets[1].Name = routing.Subset{}, "V2" },
			field.ErrorList{required("spec.subsets[0].name"), required("spec.subsets[0].labels"),
				invalid("spec.subsets[1].name", dnsLabel)}},
		"twice": {func(b *builder) { b.Subsets[1].Name = "v1" },
			field.ErrorList{fieldtest.Duplicate("spec.subsets[1].name")}},
		"labels": {func(b *builder) { b.Subsets[1].Labels = map[string]string{"version": "v 2"} },
			field.ErrorList{invalid("spec.subsets[1].labels[version]", "format=label-value")}},
	} {
		t.Run(name, func(t *testing.T) {
			b := subsets()
			test.spoil(&b)
			fieldtest.Equal(t, test.want, b.Validate())
			dr, err := b.Build()
			fieldtest.Equal(t, test.want, fieldtest.Of(err))
			require.Equal(t, len(test.want) == 0, dr != nil)
		})
	}
}

func TestDestinationRuleBuild(t *testing.T) {
	b := subsets()
	dr, err := b.Build()
	require.NoError(t, err)
	var want networking.DestinationRule
	require.NoError(t, want.UnmarshalJSON([]byte(`{
	  "host": "mocka.default.svc.cluster.local", "trafficPolicy": {"tls": {"mode": "ISTIO_MUTUAL"}},
	  "subsets": [
	    {"name": "v1", "labels": {"version": "v1"}},
	    {"name": "v2", "labels": {"version": "v2"}, "trafficPolicy": {"tls": {"mode": "ISTIO_MUTUAL"}}}]}`)))
	requireProto(t, &want, &dr.Spec)

	beta := routing.DestinationRuleV1Beta1(dr)
	require.Equal(t, "networking.istio.io/v1beta1", beta.APIVersion)
	require.Equal(t, "DestinationRule", beta.Kind)
	require.Equal(t, dr.ObjectMeta, beta.ObjectMeta)
	requireProto(t, &dr.Spec, &beta.Spec)

	b.Subsets[0].Labels["version"] = "changed"
	b.TrafficPolicy.Tls.Mode, b.Subsets[1].TrafficPolicy.Tls.Mode = 0, 0
	beta.Spec.Subsets[0].Labels["version"] = "changed"
	requireProto(t, &want, &dr.Spec)
}

// There is one subset per lane, with its name and labels, and no map is shared.
func TestLaneSubsetsAreTheLanes(t *testing.T) {
	require.Empty(t, routing.LaneSubsets())
	rapid.Check(t, func(t *rapid.T) {
		app := gen.App(t)
		var all []*lanes.ASMSwimLane
		for _, v := range app.Versions {
			lane, err := app.Lane(v).Build()
			require.NoError(t, err)
			all = append(all, lane)
		}
		got := routing.LaneSubsets(all...)
		require.Len(t, got, len(all))
		require.Empty(t, routing.DestinationRuleBuilder{Name: "a", Host: host, Subsets: got}.Validate())
		for i, lane := range all {
			require.Equal(t, lane.Name, got[i].Name)
			require.Equal(t, lane.Spec.LabelSelector, got[i].Labels)
			got[i].Labels["changed"] = "x"
			require.NotContains(t, lane.Spec.LabelSelector, "changed")
		}
	})
}
