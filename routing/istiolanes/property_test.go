package istiolanes_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/routing/istiolanes"
)

func TestCallsKeepToTheirLane(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawIstio(t)
		require.Empty(t, b.Validate())
		built, err := b.Build()
		require.NoError(t, err)
		require.Len(t, built.DestinationRules, len(b.Group.Spec.Services))
		for i, ref := range b.Group.Spec.Services {
			host := lanes.Host(ref.Name, ref.Namespace)
			vs := built.VirtualServices[i]
			require.Equal(t, []string{host}, vs.Spec.Hosts)
			require.Empty(t, vs.Spec.Gateways)
			require.Equal(t, ref.Namespace, vs.Namespace)
			for _, lane := range b.Lanes {
				labels := map[string]string{"app": "whoever"}
				maps.Copy(labels, lane.Spec.LabelSelector)
				to := dumbCall(&vs.Spec, labels, map[string]string{"x-lane": lane.Name})
				require.Equal(t, host, to.Destination.Host)
				require.Nil(t, to.Destination.Port)
				require.Equal(t, dumbLane(b, lane, ref), to.Destination.Subset)
			}
			outside := ""
			if config := b.Group.Spec.PermissiveModeConfiguration; config != nil {
				outside = config.FallbackTarget
			}
			require.Equal(t, outside, dumbCall(&vs.Spec, map[string]string{"version": "none"},
				map[string]string{"x-lane": "none"}).Destination.Subset)
		}
	})
}

// Every subset that a route names is that lane's in the DestinationRule of the
// host.
func TestSubsetsExist(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawIstio(t)
		built, err := b.Build()
		require.NoError(t, err)
		subsets := map[string]map[string]string{}
		for i, ref := range b.Group.Spec.Services {
			dr := built.DestinationRules[i]
			require.Equal(t, lanes.Host(ref.Name, ref.Namespace), dr.Spec.Host)
			for _, subset := range dr.Spec.Subsets {
				subsets[dr.Spec.Host+" "+subset.Name] = subset.Labels
			}
			for _, lane := range b.Lanes {
				labels, found := subsets[dr.Spec.Host+" "+lane.Name]
				require.Equal(t, dumbHas(b, lane, ref), found)
				if found {
					require.Equal(t, lane.Spec.LabelSelector, labels)
				}
			}
		}
		for _, vs := range built.VirtualServices {
			for _, route := range vs.Spec.Http {
				for _, to := range route.Route {
					require.True(t, to.Destination.Subset == "" ||
						subsets[to.Destination.Host+" "+to.Destination.Subset] != nil)
				}
			}
		}
	})
}

// Requests enter each lane with its weight, or by its rules.
func TestLanesAreEntered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawIstio(t)
		built, err := b.Build()
		require.NoError(t, err)
		enter := built.VirtualServices[len(b.Group.Spec.Services):]
		got := map[string]int{} // by host, path, subset and header, the weight
		for _, vs := range enter {
			require.Equal(t, []string{b.Group.Spec.Ingress.Gateway.Namespace + "/gw"}, vs.Spec.Gateways)
			require.Equal(t, b.Group.Spec.Ingress.Gateway.Namespace, vs.Namespace)
			for _, route := range vs.Spec.Http {
				path := ""
				for _, match := range route.Match {
					path += match.Uri.GetExact()
				}
				for _, to := range route.Route {
					for _, host := range vs.Spec.Hosts {
						got[fmt.Sprint(host, path, to.Destination.Subset, to.Headers.GetRequest().GetSet())] += int(
							to.Weight)
					}
				}
			}
		}
		want := map[string]int{}
		for _, lane := range b.Lanes {
			add := func(host, path string, to *lanes.RouteDestination, weight int) {
				header := map[string]string{}
				if b.Group.Spec.IsPermissive != nil {
					header["x-lane"] = lane.Name
				}
				i := slices.IndexFunc(b.Group.Spec.Services,
					func(ref lanes.ServiceRef) bool { return lanes.Host(ref.Name, ref.Namespace) == to.Host })
				want[fmt.Sprint(host, path, dumbLane(b, lane, b.Group.Spec.Services[i]), header)] += weight
			}
			if w := lane.Spec.IngressWeight; w != nil {
				add("*", "", w.Destination, int(*w.Weight))
			}
			for _, r := range lane.Spec.IngressRules {
				for _, host := range r.Hosts {
					if r.Online != nil && *r.Online {
						add(host, r.Match.URI.Exact, r.Route.Destination, 100)
					}
				}
			}
		}
		require.Equal(t, want, got)
	})
}

// The lanes of every App that is declared can be built. Only rules that two lanes
// have alike are refused.
func TestLanesOfApps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		app := gen.App(t)
		if rapid.Bool().Draw(t, "rules") {
			app = gen.RuleBased(t)
		}
		b := istio{Group: must(app.LaneGroup().Build())}
		for i, v := range app.Versions {
			lane := must(app.Lane(v).Build())
			if app.Strategy == lanes.RoutingWeighted {
				lane.Spec.IngressWeight = app.IngressWeight(0)
				if i == 0 {
					lane.Spec.IngressWeight = app.IngressWeight(100)
				}
			}
			b.Lanes = append(b.Lanes, lane)
		}
		for _, s := range app.Services {
			b.Services = append(b.Services, must(app.Service(s).Build()))
			for _, v := range app.Versions {
				if v.Has(s.Name) {
					b.Workloads = append(b.Workloads, istiolanes.WorkloadOf(must(app.Deployment(v, s).Build())))
				}
			}
		}
		for _, fault := range b.Validate() {
			require.True(t, fault.Origin == "overlap" && strings.HasSuffix(fault.Field, ".match"), fault)
		}
		built, err := b.Build()
		if err != nil {
			return
		}
		for i, s := range app.Services {
			for _, v := range app.Versions {
				header := map[string]string{}
				if app.Permissive != nil {
					header[app.Permissive.RouteHeader] = v.LaneName()
				}
				to := dumbCall(&built.VirtualServices[i].Spec, map[string]string{"version": v.Name}, header)
				require.Equal(t, app.ServingLane(v, s.Name), to.Destination.Subset)
			}
		}
	})
}

// The order of Services and workloads does not matter, to faults neither.
func TestBuildIsDeterministic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawIstio(t)
		if rapid.Bool().Draw(t, "spoil") {
			for _, d := range b.Workloads {
				maps.Copy(d.Labels, b.Lanes[rapid.IntRange(0, len(b.Lanes)-1).Draw(t,
					"another lane")].Spec.LabelSelector)
			}
		}
		shuffled := b
		shuffled.Services = rapid.Permutation(b.Services).Draw(t, "services")
		if len(b.Workloads) > 0 {
			shuffled.Workloads = rapid.Permutation(b.Workloads).Draw(t, "workloads")
		}
		if faults := b.Validate(); len(faults) > 0 {
			require.Equal(t, faults.ToAggregate().Error(), shuffled.Validate().ToAggregate().Error())
			return
		}
		require.Equal(t, yamlOf(t, b), yamlOf(t, shuffled))
	})
}

// What is built shares nothing with its input, either way.
func TestBuildSharesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawIstio(t)
		b.Group.Spec.DefaultHTTPRoutePatch = raw(`{"timeout": "5s", "mirror": {"host": "m.other.svc.cluster.local"}}`)
		b.Group.Spec.DefaultTrafficPolicyPatch = raw(`{"tls": {"mode": "DISABLE"}}`)
		before, err := json.Marshal(b)
		require.NoError(t, err)
		want := yamlOf(t, b)
		built, err := b.Build()
		require.NoError(t, err)
		for _, dr := range built.DestinationRules {
			dr.Spec.TrafficPolicy.Tls.Mode = 1
			for _, subset := range dr.Spec.Subsets {
				subset.Labels["changed"] = "x"
			}
		}
		for _, vs := range built.VirtualServices {
			vs.Spec.Hosts[0] = "changed"
			for _, route := range vs.Spec.Http {
				route.Mirror.Host, route.Timeout.Seconds, route.Route[0].Weight = "changed", 9, 9
				for _, match := range route.Match {
					clear(match.SourceLabels)
				}
				for _, to := range route.Route {
					clear(to.GetHeaders().GetRequest().GetSet())
				}
			}
		}
		after, err := json.Marshal(b)
		require.NoError(t, err)
		require.Equal(t, string(before), string(after))
		require.Equal(t, want, yamlOf(t, b))
	})
}

// Whatever stands in the objects: what nothing is wrong with can be built, and
// nothing else.
func TestWhatIsGoodIsBuilt(t *testing.T) {
	good := 0
	rapid.Check(t, func(t *rapid.T) {
		input := rapid.SampledFrom([]func() istio{
			func() istio { return weighted(permissive(), 60, 30, 10) }, func() istio { return ruleBased(strict()) },
		}).Draw(t, "input")()
		var tree any
		data, err := json.Marshal(input)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, &tree))
		data, err = json.Marshal(spoilt(t, tree))
		require.NoError(t, err)
		var b istio
		if json.Unmarshal(data, &b) != nil {
			return
		}
		faults := b.Validate()
		_, err = b.Build()
		require.Equal(t, len(faults) == 0, err == nil, "%v %v", faults, err)
		if err == nil {
			good++
		}
	})
	require.Positive(t, good)
}

// spoilt returns a JSON value with one of the scalars in it replaced.
func spoilt(t *rapid.T, v any) any {
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 {
			key := rapid.SampledFrom(slices.Sorted(maps.Keys(v))).Draw(t, "key")
			v[key] = spoilt(t, v[key])
			if rapid.IntRange(0, 9).Draw(t, "other key") == 0 {
				v[rapid.SampledFrom([]string{"", "X", "a.b", "x y"}).Draw(t, "key")] = v[key]
			}
		}
	case []any:
		if len(v) > 0 {
			i := rapid.IntRange(0, len(v)-1).Draw(t, "item")
			v[i] = spoilt(t, v[i])
		}
	case string:
		return rapid.SampledFrom([]string{"", "A", "a.b", "*", "*.com", "-", "a b", "/", "/a", ".*", "(", "mesh", "1",
			"v1", "host", "baggage", strings.Repeat("a", 64)}).Draw(t, "string")
	case float64:
		return rapid.SampledFrom([]float64{-1, 0, 1, 10, 70000}).Draw(t, "number")
	}
	return v
}
