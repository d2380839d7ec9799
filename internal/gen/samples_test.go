package gen_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/rollout"
)

// TestSamplesShowEveryOption fails if the generator no longer draws some option. Otherwise a
// property could pass that holds only for apps of one service.
func TestSamplesShowEveryOption(t *testing.T) {
	const samples = 300
	seen := map[string]int{}
	note := func(what string, is bool) {
		if is {
			seen[what]++
		} else {
			seen["not: "+what]++
		}
	}
	all := rapid.Custom(draw)
	for seed := range samples {
		d := all.Example(seed)
		noteApp(note, d.app)
		notePlan(note, d.plan)
		noteTemplates(note, d.app)
		for _, phase := range []rollout.Phase{rollout.Prepared, rollout.Running, rollout.Paused, rollout.Finished,
			rollout.RolledBack} {
			note("phase "+string(phase), d.state.Phase == phase)
		}
		note("phase Running above stage 1", d.state.Phase == rollout.Running && d.state.Stage > 1)
		note("rolled back from a stage", d.state.Phase == rollout.RolledBack && d.state.Stage > 0)
	}
	for what, n := range seen {
		if other, negated := strings.CutPrefix(what, "not: "); negated {
			require.GreaterOrEqual(t, seen[other], samples/50, "too few samples: %s", other)
		} else {
			require.Less(t, n, samples, "no sample without: %s", what)
		}
	}
}

func noteApp(note func(string, bool), app lanes.App) {
	note("one service", len(app.Services) == 1)
	note("five services or more", len(app.Services) >= 5)
	note("two versions", len(app.Versions) == 2)
	note("four versions or more", len(app.Versions) >= 4)
	note("namespace", app.Namespace != "")
	g := app.Gateway
	note("gateway selector", len(g.Selector) > 0)
	note("gateway port", g.Port != 0)
	note("gateway shared", g.Shared)
	note("gateway hosts", len(g.Hosts) > 0)
	note("gateway service other than the first", g.Service != "" && g.Service != app.Services[0].Name)
	var m struct{ exact, prefix, regex, header, any bool }
	for _, match := range g.Matches {
		m.header = m.header || len(match.Headers) > 0
		m.any = m.any || match.URI == nil && len(match.Headers) == 0
		if match.URI != nil {
			m.exact = m.exact || match.URI.Exact != ""
			m.prefix = m.prefix || match.URI.Prefix != ""
			m.regex = m.regex || match.URI.Regex != ""
		}
	}
	note("match exact", m.exact)
	note("match prefix", m.prefix)
	note("match regex", m.regex)
	note("match header", m.header)
	note("match anything", m.any)
	var s struct{ target, portName, calls, twoCalls, none, long bool }
	for _, service := range app.Services {
		s.target = s.target || service.TargetPort.IntVal != 0
		s.portName = s.portName || service.PortName != ""
		s.calls = s.calls || len(service.Calls) > 0
		s.twoCalls = s.twoCalls || len(service.Calls) > 1
		s.none = s.none || service.Replicas == nil
		s.long = s.long || len(service.Name) == 63
	}
	note("target port", s.target)
	note("port name", s.portName)
	note("calls", s.calls)
	note("two calls of a service", s.twoCalls)
	note("replicas unset", s.none)
	note("service name of 63 characters", s.long)
	note("weighted by lanes", app.Strategy == lanes.RoutingWeighted)
	note("permissive", app.Permissive != nil)
	if p := app.Permissive; p != nil {
		note("own fallbacks", len(p.Fallbacks) > 0)
		note("headers differ", p.TraceHeader != p.RouteHeader)
	}
	var otherLane, anothersName, lacks, lacksEntry bool
	for _, v := range app.Versions {
		lacks = lacks || len(v.Without) > 0
		lacksEntry = lacksEntry || !v.Has(app.Entry().Name)
		otherLane = otherLane || v.LaneName() != v.Name
		for _, w := range app.Versions {
			anothersName = anothersName || v.Name != w.Name && v.LaneName() == w.Name
		}
	}
	note("lane that lacks services", lacks)
	note("lane that lacks the entry service", lacksEntry)
	note("lane name other than the version", otherLane)
	note("lane name of another version", anothersName)
}

func noteTemplates(note func(string, bool), app lanes.App) {
	var shared, own, both, replicas, labels, annotations, env, ports, probe, resources, volume, affinity,
		containers bool
	for _, s := range app.Services {
		shared = shared || s.Template != nil
		for _, v := range app.Versions {
			for _, vs := range v.Services {
				if vs.Name == s.Name {
					own = own || vs.Template != nil
					both = both || vs.Template != nil && s.Template != nil
					replicas = replicas || vs.Replicas != nil
				}
			}
			if !v.Has(s.Name) {
				continue
			}
			template := app.Deployment(v, s).Template
			pod := template.Spec
			labels = labels || len(template.Labels) > 0
			annotations = annotations || len(template.Annotations) > 0
			volume = volume || len(pod.Volumes) > 0
			affinity = affinity || pod.Affinity != nil
			containers = containers || len(pod.Containers) > 1
			c := pod.Containers[0]
			env, ports = env || len(c.Env) > 0, ports || len(c.Ports) > 0
			probe, resources = probe || c.ReadinessProbe != nil, resources || len(c.Resources.Requests) > 0
		}
	}
	note("shared template", shared)
	note("own template", own)
	note("shared and own template", both)
	note("own replicas", replicas)
	note("pod labels", labels)
	note("pod annotations", annotations)
	note("environment", env)
	note("container ports", ports)
	note("probe", probe)
	note("resources", resources)
	note("volume", volume)
	note("affinity", affinity)
	note("two containers", containers)
}

func notePlan(note func(string, bool), plan rollout.Plan) {
	note("one stage", len(plan.Stages) == 1)
	note("four stages or more", len(plan.Stages) >= 4)
	last := plan.Stages[len(plan.Stages)-1].Weights
	percent, _ := last.Percent(plan.Candidate)
	note("candidate ends at 100", percent == 100)
	note("rollback other than before", !plan.Rollback.Equal(plan.Before))
	var zero, rises, stays, idle bool
	for i, w := range plan.Stages {
		for j, weight := range w.Weights {
			zero = zero || weight.Percent == 0 && weight.Lane != plan.Candidate
			if i > 0 {
				was := plan.Stages[i-1].Weights[j].Percent
				rises = rises || weight.Lane != plan.Candidate && weight.Percent > was
				stays = stays || weight.Lane == plan.Candidate && weight.Percent == was
			}
			idle = idle || weight.Lane == plan.Candidate && weight.Percent == 0
		}
	}
	note("stable lane at 0", zero)
	note("stable lane rises", rises)
	note("candidate stays", stays)
	note("candidate at 0 in a stage", idle)
}
