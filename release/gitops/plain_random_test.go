package gitops_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	networking "istio.io/api/networking/v1"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/validate"
)

// Releases on plain Istio go from init to clean-up, with a roll back from any stage. Each
// commit serves in any order of its objects. Requests go where the plan says and stay in their
// lane. A clean-up after a roll back leaves every byte as it was.
func TestReleasesOnPlainIstio(t *testing.T) {
	t.Parallel()
	moments := 0
	rapid.Check(t, func(t *rapid.T) {
		if !*allLive && rapid.IntRange(0, 5).Draw(t, "a sixth") > 0 {
			return
		}
		a, start := drawPlain(t)
		set := start.set(t)
		require.NoError(t, validate.Check(set).Err())
		o, err := gitops.Init(set, a.candidate())
		require.NoError(t, err)
		d := maps.Clone(start)
		d.write(o, len(o.Files))
		d["release.yaml"] = strings.NewReplacer("FILL-IN", "new", "    version: "+a.candidate()+"\n", "    version: "+
			a.versions[a.candidate()]+"\n    lane: "+a.candidate()+"\n").Replace(d["release.yaml"])
		if a.candidate() == "v3" {
			d["release.yaml"] = strings.Replace(d["release.yaml"], "    lane: v3\n    from", "    from", 1)
		}
		planned := maps.Clone(d)
		commit := func(word string) {
			for again := true; again; {
				before := d.set(t)
				o, err := command(d.open(t), word)
				require.NoError(t, err, word)
				require.NoError(t, validate.Check(o.After).Err(), word)
				moments += requireServedAtEveryMoment(t, a, before, o.After, word)
				d.write(o, len(o.Files))
				again = o.Again
				requireShared(t, a, d.open(t), word)
			}
		}
		words := []string{"Prepare", "Start", "Promote", "Promote", "Promote", "Finish", "CleanUp"}
		if rapid.Bool().Draw(t, "rolled back") {
			for _, word := range slices.Concat(words[:rapid.IntRange(1, 5).Draw(t, "stages")],
				[]string{"RollBack", "CleanUp"}) {
				commit(word)
			}
			require.Equal(t, planned, d, "after a roll back and its clean-up all is as it was")
			return
		}
		for _, word := range words {
			commit(word)
		}
		left := d.set(t)
		require.Len(t, workloads(left), len(a.services))
		for _, rule := range left.Kind("DestinationRule") {
			require.Len(t, rule.DestinationRule().Subsets, 1)
		}
		for file, text := range d {
			require.NotContains(t, text, "swimlane-go.github.io/state", file)
		}
	})
	require.Greater(t, moments, 100, "must have tried many moments")
}

// requireServedAtEveryMoment requires that each route names existing subsets with pods,
// whatever part of a commit has reached the cluster. It returns how many parts it tried.
func requireServedAtEveryMoment(t *rapid.T, a plainApp, from, to manifest.Set, word string) int {
	var changed []manifest.Ref
	for _, d := range manifest.Diff(from, to) {
		if !slices.Contains(changed, d.Object) {
			changed = append(changed, d.Object)
		}
	}
	parts := 1 << min(len(changed), 5)
	for part := range parts {
		if len(changed) > 5 { // any of them
			part = rapid.IntRange(0, 1<<len(changed)-1).Draw(t, "part")
		}
		live := map[manifest.Ref]manifest.Object{}
		for _, o := range from.All() {
			live[o.Ref] = o
		}
		for i, ref := range changed {
			o, stays := to.Get(ref)
			switch {
			case part&(1<<i) == 0:
			case stays:
				live[ref] = o
			default:
				delete(live, ref)
			}
		}
		pods := map[string]bool{}    // "service version"
		subsets := map[string]bool{} // "service lane" with pods
		for _, o := range live {
			if labels := o.PodLabels(); labels != nil {
				pods[labels["app"]+" "+labels["version"]] = true
			}
		}
		for _, o := range live {
			if rule := o.DestinationRule(); rule != nil {
				service, _, _ := strings.Cut(rule.Host, ".")
				for _, s := range rule.Subsets {
					subsets[service+" "+s.Name] = pods[service+" "+s.Labels["version"]]
				}
			}
		}
		for _, o := range live {
			for _, route := range o.VirtualService().GetHttp() {
				for _, d := range route.Route {
					if d.Destination.Subset != "" {
						served, there := subsets[d.Destination.Host+" "+d.Destination.Subset]
						require.True(t, there, "%s: %s names subset %s of %s, which is not there", word, o.Ref,
							d.Destination.Subset, d.Destination.Host)
						require.True(t, served || idle(d, route),
							"%s: %s sends requests to %s of %s, which has no pods", word, o.Ref, d.Destination.Subset,
							d.Destination.Host)
					}
				}
			}
		}
	}
	return parts
}

// idle reports whether a destination gets no requests.
func idle(d *networking.HTTPRouteDestination, route *networking.HTTPRoute) bool {
	return d.Weight == 0 && len(route.Route) > 1 || len(route.Match) > 0
}

// requireShared requires that requests go to the lanes as the plan says, through all services,
// and stay in their lane.
func requireShared(t *rapid.T, a plainApp, tree gitops.Tree, word string) {
	if a.mesh {
		return // a preview begins at a gateway
	}
	result, err := preview.New(tree.Set).Trace(preview.Request{Host: "shop.example.com", Path: "/"})
	require.NoError(t, err)
	require.Equal(t, preview.Isolated, result.Verdict.Kind, "%s: %s", word, result)
	if !tree.Prepared() {
		return
	}
	got := map[string]float64{}
	for _, o := range result.Outcomes {
		p, _ := o.Share.Float64()
		got[o.Root.Lane] += 100 * p
	}
	for _, w := range tree.Config.Plan.Weights(tree.State) {
		require.InDelta(t, w.Percent, got[w.Lane], 0.01, "%s: lane %s", word, w.Lane)
	}
}
