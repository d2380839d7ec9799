// Command quickstart is the program of the README: from a declaration to YAML.
package main

import (
	"log"
	"os"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

func main() {
	app := lanes.App{
		Name:     "shop",
		Gateway:  lanes.Gateway{Name: "ingressgateway", Namespace: "istio-system"},
		Services: []lanes.AppService{{Name: "cart", Port: 8080, Template: pod("cart:1")}},
		Versions: []lanes.Version{
			{Name: "v1"},
			{Name: "v2", Services: []lanes.VersionService{{Name: "cart", Template: pod("cart:2")}}},
		},
	}
	stable := rollout.Weights{rollout.W("v1", 100)}
	plan, err := rollout.PlanFromPercents(stable, "v2", 10, 50, 100)
	check(err)
	state, err := plan.Prepare(time.Now()) // v2 is deployed, and gets no requests
	check(err)
	state, err = plan.Start(state, time.Now()) // 90/10
	check(err)
	set, err := release.Render(app, plan, state, release.Options{})
	check(err)
	text, err := set.YAML()
	check(err)
	_, err = os.Stdout.Write(text)
	check(err)
}

func pod(image string) *corev1.PodTemplateSpec {
	return &corev1.PodTemplateSpec{Spec: corev1.PodSpec{
		Containers: []corev1.Container{{Name: "default", Image: image}},
	}}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
