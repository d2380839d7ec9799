package capacity_test

import (
	"fmt"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// shop is a small permissive app: from it a set is made, and by its own walk the dumb
// model knows what is called.
type shop struct {
	lanes    []string
	services []string            // the first is the entry
	calls    map[string][]string // a callee twice is called twice
	// by "service lane"; a lane without falls back to the first. Fixed where max is not above min
	pods   map[string]pods
	before []int
	stages [][]int
	back   []int
	more   []string // further documents
	pinned bool     // a second route sends requests with a header to the last lane
}

// plan returns the plan of the shop's release: the last lane is the candidate.
func (s shop) plan() rollout.Plan {
	weights := func(percents []int) rollout.Weights {
		var out rollout.Weights
		for i, lane := range s.lanes {
			out = append(out, rollout.W(lane, percents[i]))
		}
		return out
	}
	p := rollout.Plan{Candidate: s.lanes[len(s.lanes)-1], Before: weights(s.before), Rollback: weights(s.back)}
	for i, w := range s.stages {
		p.Stages = append(p.Stages, rollout.Stage{Name: fmt.Sprintf("s%d", i+1), Weights: weights(w)})
	}
	return p
}

func (s shop) config() release.Config {
	return release.Config{Name: "shop", Plan: s.plan(),
		Candidate: release.Candidate{Version: s.lanes[len(s.lanes)-1], From: s.lanes[0]},
		Routes:    []release.EntryRoute{{Namespace: "default", Name: "entry", Route: "shop"}}}
}

// set returns the objects of the shop before the release; the candidate is prepared, and
// in no route.
func (s shop) set(t require.TestingT) manifest.Set {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	var listed []string
	for _, name := range s.services {
		listed = append(listed, "{name: "+name+", namespace: default}")
		add("apiVersion: v1\nkind: Service\nmetadata:\n  name: %[1]s\n"+
			"  annotations: {swimlane-go.github.io/calls: %[2]q}\n"+
			"spec: {selector: {app: %[1]s}, ports: [{name: http, port: 80}]}",
			name, strings.Join(s.calls[name], ","))
		for _, lane := range s.lanes {
			p, has := s.pods[name+" "+lane]
			if !has {
				continue
			}
			replicas := fmt.Sprintf("replicas: %d, ", p.min)
			if p.max > p.min {
				replicas = ""
				add("apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: %s-%s}\n"+
					"spec: {minReplicas: %d, maxReplicas: %d, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %[1]s-%[2]s}}",
					name, lane, p.min, p.max)
			}
			add("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: %[1]s-%[2]s}\n"+
				"spec: {%[3]sselector: {matchLabels: {app: %[1]s, version: %[2]s}}, template: {metadata: {labels: {app: %[1]s, version: %[2]s}}, spec: {containers: [{name: c, image: i}]}}}",
				name, lane, replicas)
		}
	}
	add("apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLaneGroup\nmetadata: {name: shop}\nspec:\n"+
		"  ingress: {gateway: {name: gw, namespace: default, type: ASM}}\n  services: [%s]\n  isPermissive: true\n"+
		"  permissiveModeConfiguration: {fallbackTarget: %s, routeHeader: x-lane, traceHeader: x-lane}",
		strings.Join(listed, ", "), s.lanes[0])
	for _, lane := range s.lanes {
		add("apiVersion: istio.alibabacloud.com/v1\nkind: ASMSwimLane\n"+
			"metadata: {name: %[1]s, labels: {swimlane-group: shop}}\nspec: {labelSelector: {version: %[1]s}}", lane)
	}
	add("apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: gw}\n" +
		"spec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ['*']}]}")
	destination := func(lane string, percent int) string {
		return fmt.Sprintf(
			"{destination: {host: %s, subset: %s}, weight: %d, headers: {request: {set: {x-lane: %[2]s}}}}",
			s.services[0], lane, percent)
	}
	http := ""
	if last := s.lanes[len(s.lanes)-1]; s.pinned {
		http = fmt.Sprintf("\n  - {name: pinned, match: [{headers: {x-test: {exact: 'yes'}}}], route: [%s]}",
			destination(last, 100))
	}
	var shared []string
	for i, lane := range s.lanes[:len(s.lanes)-1] {
		shared = append(shared, destination(lane, s.before[i]))
	}
	add("apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: entry}\nspec:\n  hosts: ['*']\n"+
		"  gateways: [gw]\n  http:%s\n  - {name: shop, route: [%s]}", http, strings.Join(shared, ", "))
	set, err := manifest.Decode(manifest.File{Name: "shop.yaml",
		Data: []byte(strings.Join(append(out, s.more...), "\n---\n"))})
	require.NoError(t, err)
	require.Empty(t, set.Faults())
	return set
}

// live returns the release, prepared.
func (s shop) live(t require.TestingT) release.Live {
	set := s.set(t)
	live := release.ReadSet(s.config(), set)
	state, err := live.Config.Plan.Prepare(t0)
	require.NoError(t, err)
	written, err := live.With(state)
	require.NoError(t, err)
	all := set.All()
	for i, o := range all {
		for _, w := range written {
			if object, err := manifest.NewObject(w, o.File); err == nil && object.Ref == o.Ref {
				all[i] = object
			}
		}
	}
	live = release.ReadSet(s.config(), manifest.NewSet(all...))
	require.NotZero(t, live.State)
	return live
}
