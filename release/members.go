package release

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// groups returns the names of the lane groups that the plan's lanes are of.
func (t Tree) groups() []string {
	var out []string
	for _, w := range t.Config.Plan.Before {
		if o, _ := t.Set.Get(laneRef(lanes.KindLane, w.Lane)); o.Lane() != nil {
			if group := o.Meta().GetLabels()[lanes.LabelLaneGroup]; !slices.Contains(out, group) {
				out = append(out, group)
			}
		}
	}
	return out
}

// members returns the Deployments of the services of the plan's lane groups. Others
// may bear the same version and are none of the release's business. Without any
// group in the directory there is no telling them apart: all are members.
func (t Tree) members() []manifest.Object {
	var all []manifest.Object
	var pods labelindex.Bearers[manifest.Ref]
	for _, o := range t.Set.Kind("Deployment") {
		if o.Deployment() != nil {
			all = append(all, o)
			pods.Add(o.Ref.Namespace, o.PodLabels(), o.Ref)
		}
	}
	known := false
	ours := map[manifest.Ref]bool{}
	for _, name := range t.groups() {
		group, _ := t.Set.Get(laneRef(lanes.KindLaneGroup, name))
		if group.LaneGroup() == nil {
			continue
		}
		known = true
		for _, s := range group.LaneGroup().Spec.Services {
			namespace := cmp.Or(s.Namespace, lanes.DefaultNamespace)
			selector := map[string]string{lanes.LabelApp: s.Name} // of a Service that lies elsewhere
			if o, _ := t.Set.Get(manifest.Ref{Kind: "Service", Namespace: namespace, Name: s.Name}); o.Service() != nil {
				selector = o.Service().Spec.Selector
			}
			for _, ref := range pods.Selected(namespace, selector) {
				ours[ref] = true
			}
		}
	}
	if !known {
		return all
	}
	return slices.DeleteFunc(all, func(o manifest.Object) bool { return !ours[o.Ref] })
}

// checkFallbacks returns ErrFallback for every lane that retires although a group
// falls back to it, before anything is taken out of the routes.
func (t Tree) checkFallbacks(retiring []string) error {
	var errs []error
	for _, name := range t.groups() {
		group, _ := t.Set.Get(laneRef(lanes.KindLaneGroup, name))
		if err := checkFallbacks(permissiveOf(group.LaneGroup()), retiring); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", place(group), err))
		}
	}
	return errors.Join(errs...)
}
