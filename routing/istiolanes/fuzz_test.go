package istiolanes_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	networking "istio.io/api/networking/v1"

	"github.com/swimlane-go/swimlane/lanes"
)

// Nothing panics, and what is found good is built.
func FuzzBuild(f *testing.F) {
	for _, b := range []istio{{}, strict(), weighted(permissive(), 60, 30, 10), ruleBased(strict())} {
		data, err := json.Marshal(b)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var b istio
		if json.Unmarshal(data, &b) != nil {
			return
		}
		faults := b.Validate()
		_, err := b.Build()
		require.Equal(t, len(faults) == 0, err == nil, "%v %v", faults, err)
	})
}

// Whatever a patch says, the lanes stay.
func FuzzPatch(f *testing.F) {
	for _, patch := range []string{`{"timeout": "1m"}`, `{"fault": {"abort": {"httpStatus": 503}}}`, `{"match": null}`,
		`[]`} {
		f.Add(patch)
	}
	f.Fuzz(func(t *testing.T, patch string) {
		plain, err := permissive().Build()
		require.NoError(t, err)
		b := permissive()
		b.Group.Spec.DefaultHTTPRoutePatch, b.Group.Spec.DefaultTrafficPolicyPatch = raw(patch), raw(patch)
		if len(b.Validate()) > 0 {
			b.Group.Spec.DefaultTrafficPolicyPatch = nil // most of what fits one of them
		}
		built, err := b.Build()
		if err != nil {
			return
		}
		for i, vs := range built.VirtualServices {
			require.Len(t, vs.Spec.Http, len(plain.VirtualServices[i].Spec.Http))
			for j, route := range vs.Spec.Http {
				want := plain.VirtualServices[i].Spec.Http[j]
				got := &networking.HTTPRoute{Name: route.Name, Match: route.Match, Route: route.Route,
					Headers: route.Headers, Redirect: route.Redirect, DirectResponse: route.DirectResponse,
					Delegate: route.Delegate}
				requireProto(t, want, got)
			}
		}
	})
}

// wideIstio returns a chain of services in lanes of which each has all.
func wideIstio(services, laneCount int) istio {
	b := permissive()
	b.Services, b.Workloads, b.Lanes, b.Group.Spec.Services = nil, nil, nil, nil
	b.Group.Spec.PermissiveModeConfiguration.ServiceLevelFallbackTarget = nil
	for l := range laneCount {
		b.Lanes = append(b.Lanes, laneOf(fmt.Sprint("v", l+1), map[string]string{"version": fmt.Sprint("v", l+1)}))
	}
	for s := range services {
		name := fmt.Sprint("service-", s)
		b.Group.Spec.Services = append(b.Group.Spec.Services, lanes.ServiceRef{Name: name, Namespace: "default"})
		b.Services = append(b.Services, serviceOf("default", name, 80))
		for l := range laneCount {
			b.Workloads = append(b.Workloads, workloadOf("default", name, fmt.Sprint("v", l+1)))
		}
	}
	return b
}

func BenchmarkBuild(b *testing.B) {
	for _, size := range [][2]int{{3, 3}, {50, 10}, {500, 10}} {
		b.Run(fmt.Sprintf("services=%d/lanes=%d", size[0], size[1]), func(b *testing.B) {
			builder := wideIstio(size[0], size[1])
			b.ReportAllocs()
			for b.Loop() {
				if _, err := builder.Build(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The cost of a lane of a service does not depend on how many there are.
func TestBuildGrowsLinearly(t *testing.T) {
	perPair := func(services, laneCount int) float64 {
		builder := wideIstio(services, laneCount)
		return testing.AllocsPerRun(2, func() {
			if _, err := builder.Build(); err != nil {
				panic(err)
			}
		}) / float64(services*laneCount)
	}
	require.LessOrEqual(t, perPair(400, 10), perPair(50, 10)*1.05)
	require.LessOrEqual(t, perPair(10, 200), perPair(10, 25)*1.05)
}

func requireProto(t testing.TB, want, got proto.Message) {
	t.Helper()
	require.True(t, proto.Equal(want, got), "want %v\ngot  %v", want, got)
}
