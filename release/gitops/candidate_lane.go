package gitops

import (
	"errors"
	"fmt"
	"path"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// candidateLane returns the change that adds the candidate's lane, if it lacks.
func (t Tree) candidateLane(state rollout.State) ([]manifest.Change, error) {
	c := t.Config.Candidate
	if _, there := t.Set.Get(laneRef(c.LaneName())); there {
		return nil, nil
	}
	from := t.laneOf(c.From)
	if from.Lane() == nil {
		return nil, fmt.Errorf("candidate %s: there must be a lane of version %s to derive its lane from", c.Version, c.From)
	}
	lane, err := lanes.DerivedLane{From: from.Lane(), Name: c.LaneName(), OldVersion: c.From, Version: c.Version}.Build()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where(from), err)
	}
	if t.Config.LaneGroup != "" {
		revision, err := revisionOf(state)
		if err != nil {
			return nil, err
		}
		metav1.SetMetaDataAnnotation(&lane.ObjectMeta, release.AnnotationRevision, revision)
	}
	file := from.File
	if path.Ext(file) == ".json" { // which holds one document
		file = fileOf(file, c.From, c.Version)
	}
	return []manifest.Change{manifest.AddDocument{File: file, Value: lane}}, nil
}

// checkLane finds what is wrong with a lane of the candidate's name that stands
// there before the release does: it must select the pods of the Deployments that
// are added, and take requests as the lane does that the candidate is derived from.
func (t Tree) checkLane(added []manifest.Change) error {
	c := t.Config.Candidate
	o, there := t.Set.Get(laneRef(c.LaneName()))
	if o.Lane() == nil {
		if there {
			return fmt.Errorf("%s: must be readable: it is the candidate's", where(o))
		}
		return nil
	}
	var errs []error
	if from := t.laneOf(c.From); from.Lane() != nil && o.Lane().GroupName() != from.Lane().GroupName() {
		errs = append(errs, fmt.Errorf("%s: must be of the lane group of %s, not of %q", where(o), from.Ref, o.Lane().GroupName()))
	}
	if w, host := o.Lane().Spec.IngressWeight, t.laneEntry().Host; t.Config.LaneGroup != "" && w != nil && w.Destination != nil && w.Destination.Host != host {
		errs = append(errs, fmt.Errorf("%s: must send requests to %s as the other lanes do, not to %s", where(o), host, w.Destination.Host))
	}
	for _, change := range added {
		add, _ := change.(manifest.AddDocument)
		if d, ok := add.Value.(*appsv1.Deployment); ok && !selects(o.Lane().Spec.LabelSelector, d.Spec.Template.Labels) {
			errs = append(errs, fmt.Errorf("%s: must select the pods of Deployment %s", where(o), d.Name))
		}
	}
	return errors.Join(errs...)
}
