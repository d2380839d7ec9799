package routing_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/routing"
)

func TestLaneOfADestination(t *testing.T) {
	for name, test := range map[string]struct {
		set    map[string]string
		header string
		want   string
	}{
		"by its subset":           {nil, "x-lane", "v1"},
		"strict":                  {map[string]string{"x-lane": "v2"}, "", "v1"},
		"a header without a name": {map[string]string{"": "v2"}, "", "v1"},
		"by the header":           {map[string]string{"x-lane": "v2"}, "x-lane", "v2"},
		"in another case":         {map[string]string{"X-Lane": "v2"}, "x-lane", "v2"},
		"by another header":       {map[string]string{"x-lanes": "v2"}, "x-lane", "v1"},
	} {
		t.Run(name, func(t *testing.T) {
			d := &networking.HTTPRouteDestination{
				Destination: &networking.Destination{Host: "a", Subset: "v1"},
				Headers:     &networking.Headers{Request: &networking.Headers_HeaderOperations{Set: test.set}},
			}
			require.Equal(t, test.want, routing.LaneOf(d, test.header))
		})
	}
}
