package gen

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/lanes"
)

// RuleBased draws an app as App does, but its lanes take requests by routing rules.
func RuleBased(t *rapid.T) lanes.App {
	app := App(t)
	app.Strategy = lanes.RoutingRuleBased
	app.Gateway.Matches = nil
	for i := range app.Versions {
		for range rapid.IntRange(0, 2).Draw(t, "number of rules") {
			m := requestMatch(t)
			if m.URI != nil && m.URI.Regex == ".*" && len(m.Headers) == 0 {
				m.URI = nil // one spelling for every request: equal rules are easy to compare
			}
			app.Versions[i].Matches = append(app.Versions[i].Matches, m)
		}
	}
	return app
}

// modes makes an app permissive, or leaves it strict. It also draws whether ASM shares the requests
// by the weights of the lanes.
func modes(t *rapid.T, app *lanes.App) {
	if rapid.IntRange(0, 2).Draw(t, "strategy") == 2 {
		app.Strategy = lanes.RoutingWeighted
	}
	if rapid.Bool().Draw(t, "strict") {
		return
	}
	baseline := rapid.SampledFrom(app.Versions).Draw(t, "baseline").Name
	header := rapid.SampledFrom([]string{"version", "x-asm-prefer-tag", "x-lane"}).Draw(t, "route header")
	app.Permissive = &lanes.Permissive{
		Baseline:    baseline,
		RouteHeader: header,
		TraceHeader: rapid.SampledFrom([]string{header, "baggage", "x-request-id", "my-trace-id"}).Draw(t,
			"trace header"),
	}
	for i := range app.Versions {
		if app.Versions[i].Name != baseline {
			without(t, &app.Versions[i], app.Services)
		}
	}
	for _, s := range app.Services {
		if rapid.IntRange(0, 2).Draw(t, "own fallback") < 2 {
			continue
		}
		has := slices.DeleteFunc(slices.Clone(app.Versions), func(v lanes.Version) bool { return !v.Has(s.Name) })
		if app.Permissive.Fallbacks == nil {
			app.Permissive.Fallbacks = map[string]string{}
		}
		app.Permissive.Fallbacks[s.Name] = rapid.SampledFrom(has).Draw(t, "fallback").Name
	}
}

// without removes some services from a version, never all.
func without(t *rapid.T, v *lanes.Version, services []lanes.AppService) {
	for _, s := range services {
		if len(v.Without) < len(services)-1 && rapid.IntRange(0, 2).Draw(t, "lacks "+s.Name) == 2 {
			v.Without = append(v.Without, s.Name)
		}
	}
	v.Services = slices.DeleteFunc(v.Services, func(own lanes.VersionService) bool { return !v.Has(own.Name) })
}
