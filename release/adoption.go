package release

import (
	"errors"
	"fmt"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// Adoption says how a directory that was written without lanes gets its first one: of
// the version that runs. The routes then lead all requests to it, as they did before to
// the Services. The zero value finds everything out.
type Adoption struct {
	// Routes are those by which requests enter, at one gateway. Empty means all that lead
	// to Services of the lane and do not ask for a header or a query.
	Routes []EntryRoute
	// Group names the lane group. Empty means the group that lists the entry service, else
	// the name of the first VirtualService.
	Group string
	// Lane names the lane, which is cluster-scoped. Empty means the version.
	Lane string
	// Version is the one that runs. Empty means the only one that the pods of Deployments
	// bear. Pods that bear none are taken to be of it.
	Version string
	// Services are those that the lane holds. Empty means all that Deployments of the
	// version are behind. A release copies what runs behind them: name them where there
	// is a database or a cache.
	Services []lanes.ServiceRef
}

// Steps returns the commits that a set still needs, in order; none when it has the lane.
// Let the cluster have each before the next:
//
//  1. what runs the pods: pods of the version bear the label that the lane selects by,
//     and where the selector of a Deployment does not name the version, another
//     Deployment, called by the version, comes to replace it: a selector cannot be
//     changed, and this one would select the pods of the next version too;
//  2. the lane group and the lane, which no route names, in the file of everything or in
//     lanes.yaml beside the first route; HTTP routes that have no name among others get
//     one;
//  3. the routes lead to the lane, by its subset and a written weight of 100; those that
//     ask for a header too, since without a subset they would reach the next version;
//  4. the Deployments that others replace go.
//
// Each is an edit of text on the result of the last one: comments stay as they are.
//
// It is refused, with all faults at once, each an [*AdoptionError] or an error of the
// edit, where lanes would change who serves or could not keep a release apart: several
// versions behind a Service, pods that no Deployment runs, a Service that selects one
// version, a route that shares requests already or has a subset, several routes of one
// VirtualService, several gateways, and an autoscaler or a volume claim of a Deployment
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
		{"remove the Deployments that others stand in for", r.remove()},
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
