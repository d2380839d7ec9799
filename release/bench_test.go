package release_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/release"
)

// large returns an app with this many services in three versions.
func large(services int) lanes.App {
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

func BenchmarkRender(b *testing.B) {
	for _, services := range []int{3, 50, 500} {
		b.Run(fmt.Sprintf("services=%d", services), func(b *testing.B) {
			app, plan, state := large(services), mock.Plan(), drive(b)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := release.Render(app, plan, state, release.Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, services := range []int{3, 50, 500} {
		b.Run(fmt.Sprintf("services=%d", services), func(b *testing.B) {
			set, err := release.Render(large(services), mock.Plan(), drive(b), release.Options{})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := set.YAML(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// One service more costs the same, however many there are: its four objects, and its line in
// the lane group.
func TestAllocationsPerObjectDoNotGrow(t *testing.T) {
	plan, state := mock.Plan(), drive(t)
	cost := func(services int) (render, encode float64) {
		app := large(services)
		set, err := release.Render(app, plan, state, release.Options{})
		require.NoError(t, err)
		render = testing.AllocsPerRun(2, func() {
			if _, err := release.Render(app, plan, state, release.Options{}); err != nil {
				panic(err)
			}
		})
		encode = testing.AllocsPerRun(2, func() {
			if _, err := set.YAML(); err != nil {
				panic(err)
			}
		})
		return render, encode
	}
	render3, encode3 := cost(3)
	render50, encode50 := cost(50)
	render500, encode500 := cost(500)
	require.LessOrEqual(t, (render500-render50)/450, (render50-render3)/47*1.05)
	require.LessOrEqual(t, (encode500-encode50)/450, (encode50-encode3)/47*1.05)
}
