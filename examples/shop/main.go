// Command shop prints the objects of a shop of five services in the release of its
// version v2: services in two namespaces and with two ports, an autoscaler, a
// disruption budget, testers, retries, a mirror, a gateway of another team.
package main

import (
	"io"
	"log"
	"os"
	"time"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

func main() {
	if err := run(os.Stdout, time.Now()); err != nil {
		log.Fatal(err)
	}
}

// run prints the objects for the first stage of a release that begins now.
func run(w io.Writer, now time.Time) error {
	set, err := rendered(now)
	if err != nil {
		return err
	}
	text, err := set.YAML()
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

func rendered(now time.Time) (manifest.Set, error) {
	plan, err := rollout.PlanFromPercents(rollout.Weights{rollout.W("v1", 100)}, "v2", 5, 25, 100)
	if err != nil {
		return manifest.Set{}, err
	}
	state, err := plan.Prepare(now)
	if err != nil {
		return manifest.Set{}, err
	}
	if state, err = plan.Start(state, now); err != nil {
		return manifest.Set{}, err
	}
	return release.Render(app(), plan, state, release.Options{
		Calls: true, // so that lint and preview know them from the files
		Each:  belongs,
	})
}

// belongs has the last word about every object: whose it is.
func belongs(o release.Object) error {
	labels := o.GetLabels()
	if labels == nil {
		labels = map[string]string{}
	}
	labels["app.kubernetes.io/part-of"] = "shop"
	o.SetLabels(labels)
	return nil
}
