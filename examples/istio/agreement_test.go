package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	networking "istio.io/api/networking/v1"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/routing"
	"github.com/swimlane-go/swimlane/validate"
)

// drawn returns an app with the set of a release of it, or with its lanes and routing rules.
func drawn(t *rapid.T) (lanes.App, manifest.Set) {
	if rapid.IntRange(0, 3).Draw(t, "rules") == 0 {
		app := gen.RuleBased(t)
		app.Gateway.Hosts = longHosts(app.Gateway.Hosts)
		distinct(&app)
		return app, declared(t, app)
	}
	app := gen.Shop(t)
	app.Gateway.Shared = false // lint refuses a set without its Gateway
	if r := app.Gateway.Route; r != nil && r.Mirror != nil && r.Mirror.Service != "" {
		r.Mirror = nil // lint refuses a mirror without its Service
	}
	app.Gateway.Hosts = longHosts(app.Gateway.Hosts)
	plan := gen.Plan(t, app)
	set, err := release.Render(app, plan, gen.State(t, plan),
		release.Options{Calls: rapid.Bool().Draw(t, "calls are declared")})
	require.NoError(t, err)
	return app, set
}

// distinct removes later rules for the same requests. They would never match: lint refuses them.
func distinct(app *lanes.App) {
	seen := map[string]bool{}
	for i, v := range app.Versions {
		app.Versions[i].Matches = nil
		for _, m := range v.Matches {
			if text := fmt.Sprintf("%#v", routing.LaneMatch(m)); !seen[text] {
				seen[text] = true
				app.Versions[i].Matches = append(app.Versions[i].Matches, m)
			}
		}
	}
}

// claims returns a request for every host, gateway and match of the routes in the set, and for
// every rule of a lane.
func claims(app lanes.App, set manifest.Set) []preview.Request {
	calls := preview.CallsOf(app)
	var out []preview.Request
	add := func(gateway, host string, m *networking.HTTPMatchRequest) {
		r := preview.Request{Gateway: gateway, Host: strings.Replace(strings.ToLower(host), "*", "x", 1), Path: "/any",
			Headers: map[string]string{}, Calls: calls}
		if sample, known := sampleOf(m.GetUri()); known && sample != "" {
			r.Path = sample
		}
		for name, want := range m.GetHeaders() {
			r.Headers[name], _ = sampleOf(want)
		}
		out = append(out, r)
	}
	g := app.Gateway.Namespace + "/" + app.Gateway.Name
	for _, o := range set.Kind("VirtualService") {
		vs := o.VirtualService()
		for _, host := range vs.Hosts {
			for _, route := range vs.Http {
				for _, m := range route.Match {
					if len(m.Gateways) == 0 {
						add(g, host, m)
					}
				}
				if len(route.Match) == 0 {
					add(g, host, nil)
				}
			}
		}
	}
	for _, o := range set.Kind(lanes.KindLaneGroup) {
		if r := o.LaneGroup().Routing(); r != nil && r.WeightedRoutingRule != nil &&
			r.Strategy == lanes.RoutingWeighted {
			for _, host := range r.WeightedRoutingRule.Hosts {
				for _, m := range append(r.WeightedRoutingRule.RequestMatches, lanes.RequestMatch{}) {
					add(g, host, istioMatch(m))
				}
			}
		}
	}
	for _, o := range set.Kind(lanes.KindLane) {
		for _, rule := range o.Lane().Spec.IngressRules {
			for _, host := range rule.Hosts {
				if rule.InForce() && rule.Match != nil {
					add(g, host, istioMatch(*rule.Match))
				}
			}
		}
	}
	return out
}

// istioMatch returns the match of a lane as Istio's, as far as a request can meet it.
func istioMatch(m lanes.RequestMatch) *networking.HTTPMatchRequest {
	of := func(m lanes.StringMatch) *networking.StringMatch {
		if m.Exact != "" {
			return &networking.StringMatch{MatchType: &networking.StringMatch_Exact{Exact: m.Exact}}
		}
		return &networking.StringMatch{MatchType: &networking.StringMatch_Prefix{Prefix: m.Prefix}}
	}
	out := &networking.HTTPMatchRequest{Headers: map[string]*networking.StringMatch{}}
	if m.URI != nil {
		out.Uri = of(*m.URI)
	}
	for name, value := range m.Headers {
		out.Headers[name] = of(value)
	}
	return out
}

// sampleOf returns a value that meets a match.
func sampleOf(m *networking.StringMatch) (string, bool) {
	switch {
	case m.GetExact() != "":
		return m.GetExact(), true
	case m.GetPrefix() != "":
		return m.GetPrefix(), true
	}
	return "", false
}

// The programs agree on every tree, however it is broken. lint finds what preview calls broken or
// not isolated. istio converts what lint accepts. On the result every request goes where ASM's
// lanes would send it.
func TestProgramsAgree(t *testing.T) {
	verdicts, clean, spoilt := map[preview.VerdictKind]int{}, 0, 0
	agree := func(rt *rapid.T, app lanes.App, set manifest.Set) {
		w := takeApart(app, set)
		how := spoil(rt, w)
		set = w.set(rt)
		findings := validate.Check(set)
		asm := preview.New(set)
		requests := claims(app, set)
		story := lazily(func() string { return fmt.Sprintf("%v\n%v\n%s", how, findings, text(rt, set)) })
		for _, r := range requests {
			result, err := asm.Trace(r)
			if err != nil {
				continue // the gateway must be named, or does not exist
			}
			verdicts[result.Verdict.Kind]++
			if taken(result) && result.Verdict.Kind != preview.Isolated && result.Verdict.Kind != preview.Unknown {
				require.Error(rt, findings.Err(), "%v: %s\n%s", r, result, story)
			}
		}
		if findings.Err() != nil {
			spoilt++
			for _, f := range findings {
				require.Positive(rt, f.Line, f)
			}
			return
		}
		clean++
		converted, err := convert(set, true)
		require.NoError(rt, err, story)
		after, err := manifest.Decode(manifest.File{Name: "all.yaml", Data: converted})
		require.NoError(rt, err)
		istio := preview.New(after)
		for _, r := range requests {
			want, err := asm.Trace(r)
			if err != nil {
				continue
			}
			got, err := istio.Trace(r)
			require.NoError(rt, err)
			if laneless(want) {
				continue // on plain Istio, pods outside of lanes have the name of their version
			}
			require.Equal(rt, want.Outcomes, got.Outcomes, "%v\n%s\n%s", r, story, converted)
			require.Equal(rt, onIstio(want.Verdict), got.Verdict.Kind, "%v\n%s\n%s", r, story, converted)
			require.Equal(rt, rates(want), rates(got), "%v\n%s\n%s", r, story, converted)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		app, set := drawn(rt)
		for range 3 {
			agree(rt, app, set)
		}
	})
	require.Greater(t, clean, 10)
	require.Greater(t, spoilt, 10)
	require.Greater(t, min(verdicts[preview.Isolated], verdicts[preview.Broken]), 10,
		"the trees are neither all good nor all bad: %v", verdicts)
}

// lazily is a text that is made only if it is printed.
type lazily func() string

func (l lazily) String() string { return l() }

// onIstio returns the expected verdict on plain Istio. There preview does not miss calls, since it
// knows no lane group.
func onIstio(v preview.Verdict) preview.VerdictKind {
	if v.Kind == preview.Unknown && strings.HasPrefix(v.Reason, "found no call that reaches") {
		return preview.Isolated
	}
	return v.Kind
}

// taken reports whether a route matched the request. A request without a route is not a fault.
func taken(r preview.Result) bool {
	return len(r.Edges) > 0 && r.Edges[0].To.Failure != preview.NoRoute
}

// laneless reports whether a request reaches pods that are in no lane.
func laneless(r preview.Result) bool {
	return slices.ContainsFunc(r.Edges, func(e preview.Edge) bool {
		return e.To.Service != "" && e.To.Lane == "" && e.To.End == "" && e.To.Failure == ""
	})
}
