package istioname_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/internal/istioname"
)

func TestHeaderIgnoresCase(t *testing.T) {
	for name, test := range map[string]struct {
		headers map[string]int
		name    string
		want    int // 0 for none
	}{
		"as written":        {map[string]int{"x-lane": 1}, "x-lane", 1},
		"upper there":       {map[string]int{"X-Lane": 1}, "x-lane", 1},
		"upper asked":       {map[string]int{"x-lane": 1}, "X-LANE", 1},
		"another":           {map[string]int{"x-lanes": 1}, "x-lane", 0},
		"none":              {nil, "x-lane", 0},
		"exact before all":  {map[string]int{"X-LANE": 1, "X-Lane": 2, "x-lane": 3}, "x-lane", 3},
		"first of the rest": {map[string]int{"x-Lane": 1, "X-Lane": 2, "X-LANE": 3}, "x-lane", 3},
	} {
		t.Run(name, func(t *testing.T) {
			for range 20 { // the order of maps is random
				got, found := istioname.Header(test.headers, test.name)
				require.Equal(t, test.want, got)
				require.Equal(t, test.want != 0, found)
			}
		})
	}
}
