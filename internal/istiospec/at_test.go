package istiospec

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPathsAreSpelledForFaultsAlone(t *testing.T) {
	var f faults
	walk := func(bad string) {
		spec := at{key: "spec"}
		http := spec.child("http")
		for i := range 3 {
			route := http.item(i)
			headers := route.child("headers")
			x := headers.value("x")
			if x.key == bad {
				f.add(RouteAction, &x, "must hold")
			}
		}
	}
	require.Zero(t, testing.AllocsPerRun(100, func() { walk("y") }))
	walk("x")
	require.Equal(t, Fault{RouteAction, "spec.http[2].headers[x]", "must hold"}, f.list[2])
}
