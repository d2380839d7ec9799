package preview_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// world is a small app from which both a set and the judge's answer are made. The
// judge knows nothing of Istio's objects: it walks the world, one outcome after
// the other, and remembers nothing.
type world struct {
	mode     string // "strict", "permissive", "source", "header"
	services []string
	lanes    []string
	pods     map[string]int      // by "service lane"; those that are missing have no entry
	calls    map[string][]string // by "service lane"
	weights  []int               // at the entry, by lane
	marks    []bool              // by lane, whether the entry sets the header
	fallback map[string]string   // by service
	unrouted map[string]bool     // services that no VirtualService of the sidecars is for
	header   string              // that the request brings
}

func draw(t *rapid.T) world {
	w := world{
		mode:     rapid.SampledFrom([]string{"strict", "permissive", "source", "header"}).Draw(t, "mode"),
		services: []string{"a", "b", "c", "d"}[:rapid.IntRange(1, 4).Draw(t, "services")],
		lanes:    []string{"v1", "v2", "v3"}[:rapid.IntRange(1, 3).Draw(t, "lanes")],
		pods:     map[string]int{}, calls: map[string][]string{}, fallback: map[string]string{},
		unrouted: map[string]bool{},
		header:   rapid.SampledFrom([]string{"", "v1", "v2", "v3", "v9"}).Draw(t, "header"),
	}
	healthy := rapid.Bool().Draw(t, "healthy")
	for i, s := range w.services {
		for _, l := range w.lanes {
			if healthy || rapid.IntRange(0, 5).Draw(t, "exists") > 0 {
				w.pods[s+" "+l] = rapid.SampledFrom([]int{1, 1, 2, 3}).Draw(t, "replicas")
			}
			if !healthy && rapid.IntRange(0, 9).Draw(t, "scaled down") == 0 && w.has(s, l) {
				w.pods[s+" "+l] = 0
			}
			for _, callee := range w.services[i+1:] {
				if rapid.Bool().Draw(t, "calls") {
					w.calls[s+" "+l] = append(w.calls[s+" "+l], callee)
				}
			}
		}
		w.unrouted[s] = rapid.IntRange(0, 3).Draw(t, "unrouted") == 0
		if rapid.IntRange(0, 3).Draw(t, "own fallback") == 0 {
			w.fallback[s] = rapid.SampledFrom(w.lanes).Draw(t, "fallback")
		}
	}
	for range w.lanes {
		w.weights = append(w.weights, rapid.SampledFrom([]int{0, 1, 10, 30, 60, 100}).Draw(t, "weight"))
		w.marks = append(w.marks, rapid.IntRange(0, 2).Draw(t, "marked") > 0)
	}
	return w
}

func (w world) has(service, lane string) bool { _, found := w.pods[service+" "+lane]; return found }

// routed reports whether a VirtualService of the sidecars is for a service.
func (w world) routed(service string) bool {
	return !w.unrouted[service] && slices.ContainsFunc(w.lanes, func(l string) bool { return w.has(service, l) })
}

// serving returns the lane that should serve a service for a lane's requests.
func (w world) serving(service, lane string) string {
	switch {
	case w.has(service, lane):
		return lane
	case w.fallback[service] != "":
		return w.fallback[service]
	}
	return w.lanes[0]
}

// documents returns the world as YAML.
func (w world) documents() []string {
	out := []string{gateway}
	for _, s := range w.services {
		out = append(out, service(s))
		var has []string
		for _, l := range w.lanes {
			if n, found := w.pods[s+" "+l]; found {
				d := deployment(s, l, w.calls[s+" "+l]...)
				out = append(out, strings.Replace(d, "replicas: 1", fmt.Sprintf("replicas: %d", n), 1))
				has = append(has, l)
			}
		}
		switch w.mode {
		case "source", "header":
			if len(has) > 0 {
				out = append(out, rule(s, has...))
			}
			routes := ""
			for _, l := range has {
				match := fmt.Sprintf("sourceLabels: {version: %s}", l)
				if w.mode == "header" {
					match = fmt.Sprintf("headers: {x-lane: {exact: %s}}", l)
				}
				routes += fmt.Sprintf("\n  - match: [{%s}]\n    route: [{destination: {host: %s, subset: %s}}]", match,
					s, l)
			}
			if routes != "" && !w.unrouted[s] {
				out = append(out, fmt.Sprintf("apiVersion: networking.istio.io/v1\nkind: VirtualService\n"+
					"metadata: {name: %[1]s}\nspec:\n  hosts: [%[1]s]\n  http:%[2]s", s, routes))
			}
		}
	}
	if w.mode == "strict" || w.mode == "permissive" {
		g := strings.Split(group, "\n  services:")[0] + "\n  services: ["
		if w.mode == "permissive" {
			own := ""
			for i, s := range slices.Sorted(maps.Keys(w.fallback)) {
				own += []string{"", ", "}[min(i, 1)] + "default/" + s + ": " + w.fallback[s]
			}
			g = strings.Split(group, "\n  services:")[0] +
				"\n  isPermissive: true\n" +
				"  permissiveModeConfiguration: {fallbackTarget: v1, routeHeader: X-Lane, serviceLevelFallbackTarget: {" + own + "}}\n  services: ["
		}
		for i, s := range w.services {
			g += []string{"", ", "}[min(i, 1)] + "{name: " + s + ", namespace: default}"
		}
		out = append(out, g+"]")
		for _, l := range w.lanes {
			out = append(out, lane(l))
		}
	}
	entry := "apiVersion: networking.istio.io/v1\nkind: VirtualService\n" +
		"metadata: {name: entry, namespace: istio-system}\nspec:\n  hosts: ['*']\n  gateways: [gw]\n  http:\n  - route:"
	for i, l := range w.lanes {
		entry += fmt.Sprintf("\n    - destination: {host: a.default.svc.cluster.local, subset: %s}\n      weight: %d",
			l, w.weights[i])
		if w.marks[i] {
			entry += fmt.Sprintf("\n      headers: {request: {set: {X-Lane: %s}}}", l)
		}
	}
	return append(out, entry)
}
