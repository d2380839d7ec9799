package release_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
)

// drawMesh draws a small set: two services with subsets, pods and routes, good or bad, or
// with lanes of ASM that have weights.
func drawMesh(t *rapid.T, asm bool, what string) string {
	some := func(one string, of ...string) string { return rapid.SampledFrom(of).Draw(t, what+" "+one) }
	var b strings.Builder
	add := func(format string, args ...any) { fmt.Fprintf(&b, "---\n"+format+"\n", args...) }
	for _, s := range []string{"web", "cart"} {
		if some("service", "all", "all", "all", "none") == "all" {
			add("apiVersion: v1\nkind: Service\nmetadata: {name: %[1]s}\n"+
				"spec: {selector: {app: %[1]s}, ports: [{name: http, port: 80}]}", s)
		}
		for _, v := range []string{"v1", "v2"} {
			if replicas := some("replicas", "1", "1", "2", "0", ""); replicas != "" {
				label := some("label", v, v, v, "v1", "v2")
				add("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %[1]s-%[2]s}\nspec:\n  replicas: %[3]s\n"+
					"  selector: {matchLabels: {app: %[1]s, version: %[4]s}}\n  template:\n"+
					"    metadata: {labels: {app: %[1]s, version: %[4]s}}\n"+
					"    spec: {containers: [{name: a, image: b}]}", s, v, replicas, label)
			}
		}
		if asm {
			continue
		}
		for _, name := range []string{s, s + "-more"} {
			if subsets := some("subsets", "", "{name: v1, labels: {version: v1}}", "{name: v2, labels: {version: v2}}",
				"{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}",
				"{name: v1}, {name: v2, labels: {version: v1}}"); subsets != "" {
				add("apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: %s}\n"+
					"spec: {host: %s, subsets: [%s]}", name, s, subsets)
			}
		}
	}
	if asm {
		add("apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLaneGroup\nmetadata: {name: shop}\nspec:\n"+
			"  mesh: {id: a}\n  services: [%s]",
			some("listed", "{name: web, namespace: default}",
				"{name: web, namespace: default}, {name: cart, namespace: default}"))
		for _, v := range []string{"v1", "v2"} {
			if weight := some("lane", "", "0", "50", "100"); weight != "" {
				add("apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\n"+
					"metadata: {name: %[1]s, labels: {swimlane-group: shop}}\n"+
					"spec: {labelSelector: {version: %[1]s}, ingressWeight: {weight: %[2]s, destination: {host: web}}}",
					v, weight)
			}
		}
	}
	if share := some("share", "", "100 0", "0 100", "50 50", "60 30", "60 60", "one"); share != "" {
		first, second, _ := strings.Cut(share, " ")
		route := fmt.Sprintf(
			"[{destination: {host: web, subset: v1}, weight: %s}, {destination: {host: web, subset: v2}, weight: %s}]",
			first, second)
		if share == "one" {
			route = "[{destination: {host: cart, subset: v2}}]"
		}
		add("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: entry}\nspec:\n"+
			"  hosts: [shop]\n  http: [{route: %s}]", route)
	}
	return b.String()
}

// wrongAt returns what is wrong in a set by itself, by a plain reading.
func wrongAt(set map[manifest.Ref]manifest.Object) map[string]bool {
	out := map[string]bool{}
	var all []manifest.Object
	for _, o := range set {
		all = append(all, o)
	}
	pods := func(service string, selector map[string]string) bool {
		return slices.ContainsFunc(all, func(o manifest.Object) bool {
			d := o.Deployment()
			if d == nil || *d.Spec.Replicas == 0 || o.PodLabels()["app"] != service {
				return false
			}
			for key, value := range selector {
				if o.PodLabels()[key] != value {
					return false
				}
			}
			return true
		})
	}
	there := func(service string) bool {
		_, found := set[manifest.Ref{Kind: "Service", Namespace: "default", Name: service}]
		return found
	}
	lists := func(service string) bool {
		return slices.ContainsFunc(all, func(o manifest.Object) bool {
			return o.LaneGroup() != nil &&
				slices.ContainsFunc(o.LaneGroup().Spec.Services,
					func(s lanes.ServiceRef) bool { return s.Name == service })
		})
	}
	for _, o := range all {
		for i, route := range o.VirtualService().GetHttp() {
			sum := 0
			for _, d := range route.Route {
				sum += int(d.Weight)
				if d.Weight == 0 && len(route.Route) > 1 {
					continue
				}
				found, served := false, false
				for _, other := range all {
					for _, s := range other.DestinationRule().GetSubsets() {
						if other.DestinationRule().Host == d.Destination.Host && s.Name == d.Destination.Subset {
							found, served = true, served || pods(d.Destination.Host, s.Labels)
						}
					}
					if other.Lane() != nil && other.Ref.Name == d.Destination.Subset && lists(d.Destination.Host) {
						found, served = true, served || pods(d.Destination.Host, other.Lane().Spec.LabelSelector)
					}
				}
				at := fmt.Sprintf("%s %s %s", o.Ref, d.Destination.Host, d.Destination.Subset)
				if !found {
					out["MissingSubset "+at] = true
				} else if !served && there(d.Destination.Host) {
					out["LaneWithoutPods "+at] = true
				}
			}
			if len(route.Route) > 1 && sum != 100 {
				out[fmt.Sprintf("WrongSum %s %d", o.Ref, i)] = true
			}
		}
		if o.Lane() != nil && *o.Lane().Spec.IngressWeight.Weight > 0 {
			for _, service := range []string{"web", "cart"} {
				if lists(service) && there(service) && !pods(service, o.Lane().Spec.LabelSelector) {
					out[fmt.Sprintf("LaneWithoutPods %s %s %s", o.Ref, service, o.Ref.Name)] = true
				}
			}
		}
	}
	return out
}

// Hazards are exactly what goes wrong at a moment of some order, when all parts of a
// change are tried.
func TestHazardsAreThoseOfEveryOrder(t *testing.T) {
	t.Parallel()
	safe, unsafe := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		asm := rapid.Bool().Draw(t, "asm")
		var sets [2]manifest.Set
		for i := range sets {
			var err error
			sets[i], err = manifest.Decode(manifest.File{Name: "a.yaml", Data: []byte(drawMesh(t, asm, fmt.Sprint(i)))})
			require.NoError(t, err)
		}
		changed := changedRefs(sets[0], sets[1])
		before := map[manifest.Ref]manifest.Object{}
		for _, o := range sets[0].All() {
			before[o.Ref] = o
		}
		known, want := wrongAt(before), map[string]bool{}
		for part := range 1 << len(changed) {
			live := maps.Clone(before)
			for i, ref := range changed {
				if o, stays := sets[1].Get(ref); part&(1<<i) != 0 && stays {
					live[ref] = o
				} else if part&(1<<i) != 0 {
					delete(live, ref)
				}
			}
			maps.Copy(want, wrongAt(live))
		}
		maps.DeleteFunc(want, func(key string, _ bool) bool { return known[key] })
		got := map[string]bool{}
		for _, h := range release.Hazards(sets[0], sets[1]) {
			host, _, _ := strings.Cut(h.Host, ".")
			key := fmt.Sprintf("%s %s %s %s", h.Kind, h.Object, host, h.Lane)
			if h.Kind == release.WrongSum {
				key = fmt.Sprintf("%s %s %c", h.Kind, h.Object, h.Field[len("spec.http[")])
			}
			got[key] = true
			require.NotEmpty(t, h.String())
		}
		require.Equal(t, want, got)
		if len(want) > 0 {
			unsafe++
		} else if len(changed) > 0 {
			safe++
		}
	})
	require.Greater(t, min(safe, unsafe), 3)
}

func TestHazardsSayWhere(t *testing.T) {
	t.Parallel()
	set := func(shares string, subsets string) manifest.Set {
		out, err := manifest.Decode(manifest.File{Name: "a.yaml",
			Data: []byte("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: entry}\nspec:\n" +
				"  hosts: [shop]\n  http:\n  - route: [" + shares +
				"]\n---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: web}\n" +
				"spec: {host: web, subsets: [" + subsets + "]}\n")})
		require.NoError(t, err)
		return out
	}
	from := set("{destination: {host: web, subset: v1}}", "{name: v1, labels: {version: v1}}")
	to := set("{destination: {host: web, subset: v1}, weight: 50}, {destination: {host: web, subset: v2}, weight: 40}",
		"{name: v1, labels: {version: v1}}, {name: v2, labels: {version: v2}}")
	var said []string
	for _, h := range release.Hazards(from, to) {
		said = append(said, h.String())
	}
	require.Equal(t, []string{
		"a.yaml:7: VirtualService default/entry spec.http[0].route: weights must sum to 100",
		"a.yaml:7: VirtualService default/entry spec.http[0].route[1]: sends requests to subset v2 of web.default.svc.cluster.local, which may not be there yet, or no more",
	}, said)
	require.Empty(t, release.Hazards(to, to), "what is so already is not the change's doing")
}
