package preview_test

import (
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/routing/istiolanes"
)

// onIstio returns a set with its lanes as Istio without ASM has them.
func onIstio(t *testing.T, set manifest.Set) manifest.Set {
	t.Helper()
	var b istiolanes.Builder
	var kept []manifest.Object
	for _, o := range set.All() {
		switch {
		case o.LaneGroup() != nil:
			b.Group = o.LaneGroup()
			continue
		case o.Lane() != nil:
			b.Lanes = append(b.Lanes, o.Lane())
			continue
		case o.Service() != nil:
			b.Services = append(b.Services, o.Service())
		case o.Deployment() != nil:
			b.Workloads = append(b.Workloads, istiolanes.WorkloadOf(o.Deployment()))
		}
		kept = append(kept, o)
	}
	built, err := b.Build()
	require.NoError(t, err)
	add := func(value runtime.Object) {
		o, err := manifest.NewObject(value, "")
		require.NoError(t, err)
		kept = append(kept, o)
	}
	for _, dr := range built.DestinationRules {
		add(dr)
	}
	for _, vs := range built.VirtualServices {
		add(vs)
	}
	return manifest.NewSet(kept...)
}

// declared returns what the declaration of an app says of a request in a lane.
func declared(app lanes.App, v lanes.Version, name string) string {
	var calls []string
	for _, s := range app.Services {
		if s.Name == name {
			for _, callee := range s.Calls {
				calls = append(calls, declared(app, v, callee))
			}
		}
	}
	text := name + "@" + app.ServingLane(v, name)
	switch len(calls) {
	case 0:
		return text
	case 1:
		return text + " -> " + calls[0]
	}
	return text + " -> [" + strings.Join(calls, ", ") + "]"
}

// reachesAll reports whether the calls that an app declares lead from its entry to
// every service.
func reachesAll(app lanes.App) bool {
	reached := map[string]bool{app.Entry().Name: true}
	for range app.Services {
		for _, s := range app.Services {
			for _, callee := range s.Calls {
				reached[callee] = reached[callee] || reached[s.Name]
			}
		}
	}
	for _, s := range app.Services {
		if !reached[s.Name] {
			return false
		}
	}
	return true
}

// Whatever app is rendered, in any mode and with any strategy, the preview says
// what was declared, with the weights of the state; and so it does when the lanes
// are those of Istio without ASM.
func TestTraceSaysWhatTheAppDeclares(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		app := gen.Shop(rt)
		app.Gateway.Matches = nil
		r := preview.Request{Calls: preview.CallsOf(app)}
		for i := range app.Services {
			app.Services[i].Replicas = nil
		}
		for i := range app.Versions {
			for j := range app.Versions[i].Services {
				app.Versions[i].Services[j].Replicas = nil
			}
		}
		r.Host = "x.example.org"
		for i, host := range app.Gateway.Hosts {
			if !strings.ContainsAny(host, ".*") { // that would be a Service of the gateway's namespace
				app.Gateway.Hosts[i] = host + ".example"
			}
		}
		if len(app.Gateway.Hosts) > 0 {
			r.Host = strings.Replace(app.Gateway.Hosts[0], "*", "x", 1)
		}
		plan := gen.Plan(rt, app)
		state := gen.State(rt, plan)
		set, err := release.Render(app, plan, state, release.Options{})
		require.NoError(t, err)

		want := map[string]*big.Rat{}
		for _, w := range plan.Weights(state) {
			if w.Percent > 0 {
				v, found := app.VersionOf(w.Lane)
				require.True(t, found)
				text := declared(app, v, app.Entry().Name)
				if want[text] == nil {
					want[text] = new(big.Rat)
				}
				want[text].Add(want[text], big.NewRat(int64(w.Percent), 100))
			}
		}
		for mesh, set := range map[string]manifest.Set{"ASM": set, "Istio": onIstio(t, set)} {
			result := trace(t, set, r)
			got := map[string]*big.Rat{}
			for _, o := range result.Outcomes {
				got[o.String()] = o.Share
			}
			text, err := set.YAML()
			require.NoError(t, err)
			require.Equal(rt, len(want), len(got), "%s: %v\n%s\n%s", mesh, want, result, text)
			for outcome, share := range want {
				require.NotNil(rt, got[outcome], "%s: %s\n%s\n%s", mesh, outcome, result, text)
				require.Equal(rt, share.RatString(), got[outcome].RatString(), "%s: %s", mesh, outcome)
			}
			verdict := preview.Isolated
			if mesh == "ASM" && !reachesAll(app) { // of the lane group
				verdict = preview.Unknown
			}
			require.Equal(rt, verdict, result.Verdict.Kind, "%s: %s\n%s", mesh, result, text)
		}
	})
}

// Testers enter the lane of their version, whatever the weights, and stay in it.
func TestTestersEnterTheirLane(t *testing.T) {
	seen := 0
	rapid.Check(t, func(rt *rapid.T) {
		app := gen.Shop(rt)
		app.Gateway.Hosts, app.Gateway.Matches = nil, nil
		plan := gen.Plan(rt, app)
		set, err := release.Render(app, plan, gen.State(rt, plan), release.Options{})
		require.NoError(rt, err)
		if app.Gateway.Route == nil {
			return
		}
		for _, testers := range app.Gateway.Route.Testers {
			r := preview.Request{Host: "x.example.org", Headers: map[string]string{}, Calls: preview.CallsOf(app)}
			for name, m := range testers.Headers {
				if r.Headers[name] = m.Exact; m.Exact == "" {
					r.Headers[name] = m.Prefix
				}
			}
			if slices.Contains(slices.Collect(maps.Values(r.Headers)), "") {
				continue // an expression
			}
			i := slices.IndexFunc(app.Versions, func(v lanes.Version) bool { return v.Name == testers.Version })
			want := declared(app, app.Versions[i], app.Entry().Name)
			for mesh, set := range map[string]manifest.Set{"ASM": set, "Istio": onIstio(t, set)} {
				result := trace(t, set, r)
				seen++
				for _, o := range result.Outcomes {
					require.Equal(rt, want, o.String(), "%s: %s", mesh, result)
				}
				require.Contains(rt, []preview.VerdictKind{preview.Isolated, preview.Unknown}, result.Verdict.Kind,
					"%s: %s", mesh, result)
			}
		}
	})
	require.Positive(t, seen)
}
