package rollout_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldtest"
	"github.com/swimlane-go/swimlane/rollout"
)

func TestWeightsValidate(t *testing.T) {
	w := rollout.W
	const label, percent, sum = "format=dns-label", "percent", "sum"
	for name, test := range map[string]struct {
		weights rollout.Weights
		want    field.ErrorList
	}{
		"one lane": {rollout.Weights{w("v1", 100)}, nil},
		"zeros":    {rollout.Weights{w("v1", 0), w("v2", 100), w("v3", 0)}, nil},
		"nil":      {nil, field.ErrorList{fieldtest.Required("w")}},
		"empty":    {rollout.Weights{}, field.ErrorList{fieldtest.Required("w")}},
		"60/30/20": {rollout.Weights{w("v1", 60), w("v2", 30), w("v3", 20)},
			field.ErrorList{fieldtest.Invalid("w", sum)}},
		"99": {rollout.Weights{w("v1", 99)}, field.ErrorList{fieldtest.Invalid("w", sum)}},
		"all zero": {rollout.Weights{w("v1", 0), w("v2", 0)},
			field.ErrorList{fieldtest.Invalid("w", sum)}},
		"negative": {rollout.Weights{w("v1", -1), w("v2", 101)},
			field.ErrorList{fieldtest.Invalid("w[0].percent", percent), fieldtest.Invalid("w[1].percent", percent)}},
		"sum that wraps around": {rollout.Weights{w("v1", math.MaxInt), w("v2", math.MaxInt), w("v3", 102)},
			field.ErrorList{fieldtest.Invalid("w[0].percent", percent), fieldtest.Invalid("w[1].percent", percent),
				fieldtest.Invalid("w[2].percent", percent)}},
		"no name": {rollout.Weights{w("", 100)}, field.ErrorList{fieldtest.Required("w[0].lane")}},
		"64 characters": {rollout.Weights{w(strings.Repeat("a", 64), 100)},
			field.ErrorList{fieldtest.Invalid("w[0].lane", label)}},
		"63 characters": {rollout.Weights{w(strings.Repeat("a", 63), 100)}, nil},
		"capital":       {rollout.Weights{w("V1", 100)}, field.ErrorList{fieldtest.Invalid("w[0].lane", label)}},
		"a lane twice": {rollout.Weights{w("v1", 50), w("v1", 50)},
			field.ErrorList{fieldtest.Duplicate("w[1].lane")}},
		"all faults at once": {rollout.Weights{w("a_b", 5), w("a_b", 101), w("", 0)},
			field.ErrorList{fieldtest.Invalid("w[0].lane", label), fieldtest.Duplicate("w[1].lane"),
				fieldtest.Invalid("w[1].lane", label), fieldtest.Invalid("w[1].percent", percent),
				fieldtest.Required("w[2].lane")}},
	} {
		t.Run(name, func(t *testing.T) {
			fieldtest.Equal(t, test.want, test.weights.Validate(field.NewPath("w")))
		})
	}
	require.Len(t, rollout.Weights{w("v1", 1)}.Validate(nil), 1, "path may be nil")
}

func TestWeightsAccessors(t *testing.T) {
	weights := rollout.Weights{rollout.W("v1", 60), rollout.W("v2", 40), rollout.W("v3", 0)}
	require.Equal(t, "60/40/0", weights.String())
	require.Equal(t, "", rollout.Weights(nil).String())
	require.Equal(t, []string{"v1", "v2", "v3"}, weights.Lanes())

	percent, listed := weights.Percent("v3")
	require.Equal(t, 0, percent)
	require.True(t, listed, "0 is listed")
	_, listed = weights.Percent("v4")
	require.False(t, listed)

	clone := weights.Clone()
	require.True(t, clone.Equal(weights))
	clone[0].Percent = 1
	require.Equal(t, 60, weights[0].Percent, "a clone shares nothing")
	require.False(t, clone.Equal(weights))
	swapped := rollout.Weights{weights[1], weights[0], weights[2]}
	require.False(t, swapped.Equal(weights), "order counts")
}

func TestByLane(t *testing.T) {
	require.Equal(t, "v1=60 v2=40", rollout.Weights{rollout.W("v1", 60), rollout.W("v2", 40)}.ByLane())
	require.Equal(t, `a\nb=0`, rollout.Weights{rollout.W("a\nb", 0)}.ByLane(),
		"whatever a file calls a lane, it is one line")
	require.Empty(t, rollout.Weights{}.ByLane())
}
