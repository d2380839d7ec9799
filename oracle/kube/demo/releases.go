package main

import (
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// envFails is the variable of a container that tells the mesh how many percent of its requests
// fail.
const envFails = "fails"

// metric is the metric of the plans: requests at the gateway, and failed ones.
const metric = "errors"

// aRelease is one of the two releases.
type aRelease struct {
	title  string
	app    lanes.App
	config release.Config
}

// goodRelease returns the release of v3, which fails as seldom as v1 and v2.
func goodRelease(dwell time.Duration) aRelease {
	app := mock.App()
	for _, v := range app.Versions {
		fail(v, 0.2)
	}
	return aRelease{
		title: "a good release: v3 takes over from v1 and v2",
		app:   app, config: configOf("good", "v2", gated(mock.Plan(), dwell)),
	}
}

// badRelease returns the release of v4 after it. In v4 the last of the three services, mockc, fails
// every fourth request.
func badRelease(dwell time.Duration) aRelease {
	app := mock.App()
	v3 := app.Versions[2]
	v4 := lanes.Version{Name: "v4"}
	for _, s := range v3.Services {
		s.Template = s.Template.DeepCopy()
		env(s.Template, "version", v4.Name)
		v4.Services = append(v4.Services, s)
	}
	app.Versions = []lanes.Version{v3, v4}
	fail(v3, 0.2)
	fail(v4, 25)
	weights := func(v3, v4 int) rollout.Weights {
		return rollout.Weights{rollout.W("v3", v3), rollout.W("v4", v4)}
	}
	plan := rollout.Plan{
		Candidate: "v4", Before: weights(100, 0), Rollback: weights(100, 0),
		Stages: []rollout.Stage{
			{Name: "ten", Weights: weights(90, 10)},
			{Name: "half", Weights: weights(50, 50)},
			{Name: "all", Weights: weights(0, 100)},
		},
	}
	return aRelease{
		title: "a bad release: v4, in which mockc fails every fourth request",
		app:   app, config: configOf("bad", "v3", gated(plan, dwell)),
	}
}

func configOf(name, from string, plan rollout.Plan) release.Config {
	app := mock.App()
	return release.Config{
		Name: name, Plan: plan, Candidate: release.Candidate{Version: plan.Candidate, From: from},
		Routes: []release.EntryRoute{{Namespace: app.Gateway.Namespace, Name: app.Name}},
	}
}

// gated returns a plan that goes on by itself unless the candidate is shown to be worse.
func gated(p rollout.Plan, dwell time.Duration) rollout.Plan {
	p.Metrics = []rollout.Metric{{Name: metric, Kind: rollout.Counts, Services: []string{mock.App().Services[0].Name}}}
	p.Guards = []rollout.Check{{Metric: metric, Worse: &rollout.Worse{Ratio: new(2.0), Ceiling: new(0.05)}}}
	stay := &rollout.Gate{Dwell: rollout.Dwell{Min: rollout.Duration(dwell)}}
	p.Stages = slices.Clone(p.Stages)
	for i := range p.Stages {
		p.Stages[i].Gate = stay
	}
	p.Stages[0].Gate, p.FinishGate = &rollout.Gate{}, stay
	return p
}

// fail makes the last service of a version fail some percent of its requests.
func fail(v lanes.Version, percent float64) {
	last := v.Services[len(v.Services)-1]
	env(last.Template, envFails, strconv.FormatFloat(percent, 'g', -1, 64))
}

func env(pod *corev1.PodTemplateSpec, name, value string) {
	all := &pod.Spec.Containers[0].Env
	*all = slices.DeleteFunc(*all, func(e corev1.EnvVar) bool { return e.Name == name })
	*all = append(*all, corev1.EnvVar{Name: name, Value: value})
}
