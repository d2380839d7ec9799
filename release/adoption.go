package release

import (
	"errors"
	"fmt"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// Adoption says how a directory without lanes gets its first lane, for the version that runs.
// All requests then go to the lane by the routes that led them to the Services before. The zero
// value finds everything out.
type Adoption struct {
	// Routes are the routes by which requests enter, at one gateway. Empty means all routes
	// that lead to Services of the lane and ask for no header or query.
	Routes []EntryRoute
	// Group names the lane group. Empty means the group that lists the Service of the first
	// route, or else the name of the first VirtualService.
	Group string
	// Lane names the lane, a cluster-scoped object. Empty means the version.
	Lane string
	// Version is the version that runs. Empty means the only version on the pods of
	// Deployments. Pods without a version count as pods of it.
	Version string
	// Services are the Services of the lane. Empty means all Services that select pods of
	// Deployments of the version. A release copies the workloads behind them: if one of these
	// is a database or a cache, list the other Services.
	Services []lanes.ServiceRef
}

// Steps returns the commits that a set still needs, in order. It returns none for a set that
// has the lane. Let the cluster apply each commit before the next:
//
//  1. Pods of the version get the label that the lane selects by. If the selector of a
//     Deployment does not name the version, another Deployment comes to replace it, with
//     the version in its name. Kubernetes does not let a selector change, and the old one
//     would select the pods of the next version too.
//  2. The lane group and the lane come. No route names them yet. They go into the file of
//     everything, or into lanes.yaml beside the first route. An HTTP route without a name
//     gets one if its VirtualService has several routes.
//  3. The routes lead to the lane, by its subset and a written weight of 100. Routes that
//     ask for a header do too: without a subset they would reach the next version.
//  4. The replaced Deployments go.
//
// Each commit is an edit of text on the result of the commit before: comments stay.
//
// Steps refuses a set in which lanes would change who serves, or could not keep a release
// apart. The error has all faults, each an [*AdoptionError] or an error of the edit. The faults
// are: several versions behind a Service, pods that no Deployment runs, a Service that selects
// one version, a route that shares requests already or has another subset, several routes of
// one VirtualService, several gateways, and an autoscaler or a volume claim of a Deployment
// that must go.
func (a Adoption) Steps(set manifest.Set) ([]AdoptionStep, error) {
	r := newAdopting(a, set)
	if err := errors.Join(r.errs...); err != nil {
		return nil, fmt.Errorf("lanes cannot be added:\n%w", err)
	}
	var steps []AdoptionStep
	var errs []error
	for _, s := range []struct {
		title   string
		changes []manifest.Change
	}{
		{"run pods that bear their version", r.pods()},
		{fmt.Sprintf("add lane %s, which no route leads to yet", r.Lane), r.lanes()},
		{fmt.Sprintf("lead all requests to lane %s", r.Lane), r.lead()},
		{"remove the replaced Deployments", r.remove()},
	} {
		edit, err := set.Edit(s.changes...)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.title, err))
			continue
		}
		if len(edit.Files) > 0 {
			steps, set = append(steps, AdoptionStep{s.title, edit}), edit.After
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return steps, nil
}
