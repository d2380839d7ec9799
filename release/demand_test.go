package release_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

func TestDemandNamesEveryFault(t *testing.T) {
	good := release.Demand{
		Requests: []release.Requests{{Path: "/", Rate: 60}, {Host: "shop", Rate: 0.5}},
		PerPod:   map[string]float64{"web": 20}, Spare: new(0.0), Errors: 0.01,
	}
	require.Empty(t, good.Validate(field.NewPath("demand")))
	require.Empty(t, release.Demand{}.Validate(nil))
	require.Equal(t, 60.5, good.Rate())
	require.Equal(t, rollout.Expected{Rate: 60.5, Errors: 0.01}, good.Expected())

	bad := release.Demand{
		Requests: []release.Requests{{Path: "x", Rate: 0}, {Rate: math.NaN()}, {Rate: math.Inf(1)}},
		PerPod:   map[string]float64{"b": -1, "a": 0}, Spare: new(-1.0), Errors: 1,
	}
	var got []string
	for _, err := range bad.Validate(field.NewPath("demand")) {
		got = append(got, err.Field)
	}
	require.Equal(t, []string{
		"demand.requests[0].rate", "demand.requests[0].path", "demand.requests[1].rate", "demand.requests[2].rate",
		"demand.perPod.a", "demand.perPod.b", "demand.spare", "demand.errors",
	}, got)
	errs := release.Demand{PerPod: map[string]float64{"web": 1}}.Validate(field.NewPath("demand"))
	require.Len(t, errs, 1)
	require.Equal(t, "demand.requests", errs[0].Field)
	errs = release.Demand{Requests: make([]release.Requests, 21)}.Validate(field.NewPath("demand"))
	require.Equal(t, field.ErrorTypeTooMany, errs[0].Type)
}
