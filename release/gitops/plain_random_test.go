package gitops_test

import (
	"fmt"
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

// plainApp is an app on Istio without ASM, as somebody wrote it by hand.
type plainApp struct {
	services []string          // each calls the next
	lanes    []string          // the stable ones and, last, the candidate
	versions map[string]string // by lane
	header   bool              // lanes are kept by a header, not by the source's version
	mesh     bool              // requests enter at no gateway
}

func (a plainApp) candidate() string { return a.lanes[len(a.lanes)-1] }

func drawPlain(t *rapid.T) (plainApp, directory) {
	a := plainApp{versions: map[string]string{}}
	a.services = []string{"web", "cart", "pay"}[:rapid.IntRange(1, 3).Draw(t, "services")]
	a.lanes = []string{"v1", "v2", "v3"}
	if rapid.Bool().Draw(t, "colours") {
		a.lanes = []string{"blue", "green", "red"}
	}
	if rapid.Bool().Draw(t, "one stable lane") {
		a.lanes = a.lanes[1:]
	}
	for i, lane := range a.lanes {
		a.versions[lane] = fmt.Sprintf("v%d", i+4-len(a.lanes))
	}
	a.header = rapid.Bool().Draw(t, "header")
	a.mesh = len(a.services) == 1 && rapid.Bool().Draw(t, "mesh")
	together := rapid.Bool().Draw(t, "one file")
	d := directory{}
	add := func(file, text string) {
		if together {
			file = "all.yaml"
		}
		if d[file] != "" {
			d[file] += "---\n"
		}
		d[file] += strings.TrimLeft(text, "\n")
	}
	stable := a.lanes[:len(a.lanes)-1]
	for i, s := range a.services {
		calls := ""
		if i+1 < len(a.services) {
			calls = "\n  annotations: {swimlane-go.github.io/calls: " + a.services[i+1] + "}"
		} else {
			calls = "\n  annotations: {swimlane-go.github.io/calls: \"\"}"
		}
		add(s+".yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: "+s+calls+"\nspec:\n  selector: {app: "+s+
			"}\n  ports: [{name: http, port: 80}]\n")
		rule := "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: " + s +
			"}\nspec:\n  host: " + rapid.SampledFrom([]string{s, s + ".default.svc.cluster.local"}).Draw(t, "host") +
			"\n  subsets:"
		flow := rapid.Bool().Draw(t, "flow subsets")
		for j, lane := range stable {
			remark := rapid.SampledFrom([]string{"", " # a lane"}).Draw(t, "remark")
			switch {
			case flow && j == 0:
				rule += " [{name: " + lane + ", labels: {version: " + a.versions[lane] + "}}"
			case flow:
				rule += ", {labels: {version: \"" + a.versions[lane] + "\"}, name: " + lane + "}"
			default:
				rule += "\n  - name: " + lane + remark + "\n    labels:\n      version: " + a.versions[lane]
			}
		}
		if flow {
			rule += "]"
		}
		kind := rapid.SampledFrom([]string{"Deployment", "StatefulSet", "DaemonSet"}).Draw(t, "kind of workload")
		add(rapid.SampledFrom([]string{s, "rules"}).Draw(t, "file of rule")+".yaml", rule+"\n")
		for _, lane := range stable {
			v := a.versions[lane]
			add(rapid.SampledFrom([]string{s, s + "-" + v, "pods-" + v}).Draw(t, "file of pods")+".yaml", fmt.Sprintf(`
apiVersion: apps/v1
kind: %[3]s
metadata:
  name: %[1]s-%[2]s
spec:
  selector:
    matchLabels: {app: %[1]s, version: %[2]s}
  template:
    metadata:
      labels: {app: %[1]s, version: %[2]s}
    spec:
      containers:
      - name: main
        image: shop/%[1]s:%[2]s # of %[2]s
`, s, v, kind))
		}
		if i == 0 || len(a.services) == 1 {
			continue
		}
		routes := "apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\nmetadata: {name: to-" + s +
			"}\nspec:\n  hosts: [" + s + "]\n  http:\n"
		named := rapid.Bool().Draw(t, "named routes")
		for _, lane := range stable {
			asks := "sourceLabels: {version: " + a.versions[lane] + "}"
			if a.header {
				asks = "headers: {X-Lane: {exact: " + lane + "}}"
			}
			name := ""
			if named {
				name = "name: in-" + lane + "\n    "
			}
			routes += "  - " + name + "match:\n    - " + asks + "\n    route:\n    - destination: {host: " + s +
				", subset: " + lane + "}\n"
		}
		if a.header || rapid.Bool().Draw(t, "others") {
			routes += "  - route: [{destination: {host: " + s + "}}] # all others\n"
		}
		add(rapid.SampledFrom([]string{s, "calls"}).Draw(t, "file of calls")+".yaml", routes)
	}
	gateways := "  gateways: [gate]\n  hosts: [shop.example.com]\n"
	if a.mesh {
		gateways = "  hosts: [" + a.services[0] + "]\n"
	} else {
		add("gate.yaml",
			"apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: gate}\nspec:\n"+
				"  selector: {istio: ingressgateway}\n"+
				"  servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example.com]}]\n")
	}
	entry := "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: entry\nspec:\n" + gateways +
		"  http:\n  - name: main\n    route:\n"
	shares := shareOut(len(stable))
	for i, lane := range stable {
		headers := ""
		if a.header {
			headers = "      headers: {request: {set: {x-lane: " + lane + "}}}\n"
		}
		entry += "    - destination: {host: " + a.services[0] + ", subset: " + lane + "}\n" + headers +
			fmt.Sprintf("      weight: %d\n", shares[i])
	}
	add("entry.yaml", entry)
	return a, d
}

// shareOut returns equal shares of 100.
func shareOut(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = 100 / n
	}
	out[0] += 100 - 100/n*n
	return out
}

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
