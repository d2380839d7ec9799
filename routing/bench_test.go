package routing_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/routing"
)

// wide returns a builder with a route of three destinations per service.
func wide(services int) routing.VirtualServiceBuilder {
	b := entry()
	b.Routes = nil
	for i := range services {
		host := fmt.Sprintf("service-%d.default.svc.cluster.local", i)
		b.Routes = append(b.Routes, routing.Route{
			Name:    fmt.Sprintf("route-%d", i),
			Matches: []routing.Match{routing.PathPrefix(fmt.Sprintf("/service-%d/", i))},
			Destinations: []routing.Destination{
				{Host: host, Subset: "v1", Weight: 60},
				{Host: host, Subset: "v2", Weight: 30},
				{Host: host, Subset: "v3", Weight: 10},
			},
		})
	}
	return b
}

func BenchmarkVirtualServiceBuild(b *testing.B) {
	for _, services := range []int{3, 50, 500} {
		b.Run(fmt.Sprintf("services=%d", services), func(b *testing.B) {
			builder := wide(services)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := builder.Build(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The cost of a route does not depend on how many there are.
func TestAllocationsPerRouteDoNotGrow(t *testing.T) {
	perRoute := func(services int) float64 {
		builder := wide(services)
		return testing.AllocsPerRun(5, func() {
			if _, err := builder.Build(); err != nil {
				panic(err)
			}
		}) / float64(services)
	}
	require.LessOrEqual(t, perRoute(500), perRoute(50)*1.05)
	require.LessOrEqual(t, perRoute(50), perRoute(3)*1.05)
}
