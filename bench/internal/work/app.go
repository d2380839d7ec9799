package work

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// Now is the time of all events.
var Now = time.Date(2026, 3, 11, 8, 0, 0, 0, time.UTC)

// App returns an app of some services in the three versions of package mock.
func App(services int) lanes.App {
	app := mock.App()
	app.Services = nil
	for i := range services {
		app.Services = append(app.Services, lanes.AppService{
			Name: fmt.Sprintf("service-%d", i),
			Port: 8000,
			Template: &corev1.PodTemplateSpec{Spec: corev1.PodSpec{Containers: []corev1.Container{{
				Name: "default", Image: "mock:1", Env: []corev1.EnvVar{{Name: "a", Value: "b"}},
			}}}},
		})
	}
	for i := range app.Versions {
		app.Versions[i].Services = nil
	}
	return app
}

// Started returns the plan of package mock, and its state at the first stage.
func Started() (rollout.Plan, rollout.State) { return start(mock.Plan()) }

// Wide returns a plan over some lanes, and its state at the first stage.
func Wide(lanes int) (rollout.Plan, rollout.State) {
	var stable rollout.Weights
	for i := range lanes - 1 {
		stable = append(stable, rollout.W(fmt.Sprintf("v%d", i+1), 100*(i+1)/(lanes-1)-100*i/(lanes-1)))
	}
	return start(must(rollout.PlanFromPercents(stable, fmt.Sprintf("v%d", lanes), 10, 50, 100)))
}

func start(plan rollout.Plan) (rollout.Plan, rollout.State) {
	return plan, must(plan.Start(must(plan.Prepare(Now)), Now))
}

// Rendered returns the whole set of an [App] at the first stage.
func Rendered(services int) manifest.Set {
	plan, state := Started()
	return must(release.Render(App(services), plan, state, release.Options{}))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
