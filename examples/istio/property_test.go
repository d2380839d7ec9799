package main

import (
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
	"github.com/swimlane-go/swimlane/routing"
	"github.com/swimlane-go/swimlane/validate"
)

// For any app in any state the output of -all is as good as the input. lint finds nothing, and
// every request goes where ASM's lanes would send it.
func TestAllServesAsASMDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		app := gen.Shop(t)
		app.Gateway.Shared = false // lint refuses a set without its Gateway
		if r := app.Gateway.Route; r != nil && r.Mirror != nil && r.Mirror.Service != "" {
			r.Mirror = nil // lint refuses a mirror without its Service
		}
		app.Gateway.Hosts = longHosts(app.Gateway.Hosts)
		plan := gen.Plan(t, app)
		set, err := release.Render(app, plan, gen.State(t, plan), release.Options{})
		require.NoError(t, err)
		servesAlike(t, app, set)
	})
}

// The same holds for lanes with routing rules.
func TestAllServesAsASMDoesByRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		app := gen.RuleBased(t)
		app.Gateway.Hosts = longHosts(app.Gateway.Hosts)
		distinct(&app)
		servesAlike(t, app, declared(t, app))
	})
}

// longHosts returns the hosts with dots: in a VirtualService a host without dots is a Service of
// its namespace.
func longHosts(hosts []string) []string {
	return slices.DeleteFunc(hosts, func(host string) bool { return !strings.ContainsAny(host, ".*") })
}

// declared returns the objects of an app without a release, and its Gateway.
func declared(t *rapid.T, app lanes.App) manifest.Set {
	var out []manifest.Object
	add := func(value runtime.Object, err error) {
		require.NoError(t, err)
		o, err := manifest.NewObject(value, "")
		require.NoError(t, err)
		out = append(out, o)
	}
	gateway, err := routing.GatewayBuilder{
		Name: app.Gateway.Name, Namespace: app.Gateway.Namespace,
		Selector: map[string]string{"istio": "ingressgateway"},
		Servers:  []routing.Server{{Port: 80, Name: "http", Protocol: "HTTP", Hosts: []string{"*"}}},
	}.Build()
	add(gateway, err)
	group, err := app.LaneGroup().Build()
	add(group, err)
	for _, v := range app.Versions {
		lane, err := app.Lane(v).Build()
		add(lane, err)
		for _, s := range app.Services {
			if v.Has(s.Name) {
				d, err := app.Deployment(v, s).Build()
				add(d, err)
			}
		}
	}
	for _, s := range app.Services {
		service, err := app.Service(s).Build()
		add(service, err)
	}
	return manifest.NewSet(out...)
}

func servesAlike(t *rapid.T, app lanes.App, before manifest.Set) {
	require.NoError(t, validate.Check(before).Err())
	text, err := convert(before, true)
	require.NoError(t, err)
	after, err := manifest.Decode(manifest.File{Name: "all.yaml", Data: text})
	require.NoError(t, err)
	for _, f := range validate.Check(after) {
		// A drawn rule may hide others, and a Gateway may select pods of the app.
		require.True(t, f.Severity == validate.Info || f.Code == validate.Unreachable || f.Code == validate.GatewayPort,
			"%s\n%s", f, text)
	}

	asm, istio := preview.New(before), preview.New(after)
	hosts := append(app.Gateway.AllHosts(), "other.example")
	for _, path := range []string{"/", "/mock", "/v1", "/a/b", "/true", "/mock/12"} {
		r := preview.Request{
			Host:    strings.Replace(rapid.SampledFrom(hosts).Draw(t, "host"), "*", "x", 1),
			Path:    path,
			Headers: map[string]string{},
			Calls:   preview.CallsOf(app),
		}
		for _, name := range []string{"x-user", "cookie", "end-user", "x-asm-prefer-tag", "x-lane"} {
			if value := rapid.SampledFrom([]string{"", "mock", "v1", "a", "123", "true"}).Draw(t, name); value != "" {
				r.Headers[name] = value
			}
		}
		want, err := asm.Trace(r)
		require.NoError(t, err)
		got, err := istio.Trace(r)
		require.NoError(t, err)
		require.Equal(t, want.Outcomes, got.Outcomes, "%v\n%s", r, text)
		require.Equal(t, onIstio(want.Verdict), got.Verdict.Kind, "%v\n%s", r, text)
		require.Equal(t, rates(want), rates(got), "%v\n%s", r, text)
	}
}

func rates(r preview.Result) map[string]string {
	out := map[string]string{}
	for _, e := range r.Edges {
		out[e.From.String()+" -> "+e.To.String()] = e.Rate.RatString()
	}
	return out
}
