// Command shop prints the objects of a shop of five services during the release of its version v2.
// It shows services in two namespaces and with two ports, an autoscaler, a disruption budget,
// testers, retries, a mirror, and a gateway of another team.
package main

import (
	"io"
	"log"
	"os"
	"time"

	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

func main() { run(os.Stdout, time.Now()) }

// run prints the objects for the first stage of a release that begins now.
func run(w io.Writer, now time.Time) {
	plan, err := rollout.PlanFromPercents(rollout.Weights{rollout.W("v1", 100)}, "v2", 5, 25, 100)
	check(err)
	state, err := plan.Prepare(now)
	check(err)
	state, err = plan.Start(state, now)
	check(err)
	set, err := release.Render(app(), plan, state, release.Options{
		Calls: true, // lint and preview then find the calls in the files
		Each:  belongs,
	})
	check(err)
	text, err := set.YAML()
	check(err)
	_, err = w.Write(text)
	check(err)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// belongs adds a label to every object.
func belongs(o release.Object) error {
	labels := o.GetLabels()
	if labels == nil {
		labels = map[string]string{}
	}
	labels["app.kubernetes.io/part-of"] = "shop"
	o.SetLabels(labels)
	return nil
}
