package gitops

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/swimlane-go/swimlane/internal/labelindex"
	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// candidateLane returns the change that adds the candidate's lane, if it does not exist.
func (t Tree) candidateLane(state rollout.State) ([]manifest.Change, error) {
	c := t.Config.Candidate
	if _, there := t.Set.Get(release.LaneRef(c.LaneName())); there {
		return nil, nil
	}
	from := t.live.LaneOf(c.From).Resource()
	if from.Lane() == nil {
		return nil,
			fmt.Errorf("candidate %s: there must be a lane of version %s, or a subset of it in a DestinationRule for "+
				"a service of the routes, to derive its lane from", c.Version, c.From)
	}
	lane, err := lanes.DerivedLane{From: from.Lane(), Name: c.LaneName(), OldVersion: c.From,
		Version: c.Version}.Build()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where(from), err)
	}
	if t.Config.LaneGroup != "" {
		if w := lane.Spec.IngressWeight; w != nil && w.Destination != nil {
			*w.Destination = t.live.LaneEntry() // a patch may say it
		}
		metav1.SetMetaDataAnnotation(&lane.ObjectMeta, release.AnnotationRevision, release.MarkFor(state).Encode())
	}
	words := words{}
	words.add(c.From, c.Version)
	words.add(from.Ref.Name, lane.Name)
	return []manifest.Change{manifest.AddDocument{File: t.laneFile(from), Value: lane, Like: from.Ref, Words: words}},
		nil
}

// laneFile returns the file of the candidate's lane, which is derived from another lane. It is
// the file of the other lane if lanes share one. Otherwise it is a new file beside that, as for
// Deployments. A single lane has a separate file if the file's name has its name or version. A
// JSON file holds one document.
func (t Tree) laneFile(from manifest.Object) string {
	c := t.Config.Candidate
	old, name := c.From, c.Version
	if strings.Contains(path.Base(from.File), from.Ref.Name) {
		old, name = from.Ref.Name, c.LaneName()
	}
	together := func(o manifest.Object) bool { return !t.hasOwnFile(o) }
	all := t.Set.Labelled(lanes.KindLane, lanes.LabelLaneGroup, from.Lane().GroupName())
	if path.Ext(from.File) != ".json" &&
		(slices.ContainsFunc(all, together) || len(all) == 1 && !strings.Contains(path.Base(from.File), old)) {
		return from.File
	}
	return fileOf(from.File, old, name)
}

// hasOwnFile reports whether a lane is alone in its file, or only with the workloads of a
// version and what comes with them.
func (t Tree) hasOwnFile(lane manifest.Object) bool {
	alone, workloads := true, false
	for _, o := range t.Set.All() {
		switch {
		case o.Resource().File != lane.Resource().File || o.Ref == lane.Ref:
		case o.Lane() != nil || o.LaneGroup() != nil || o.VirtualService() != nil:
			return false
		default:
			alone = false
			workloads = workloads || o.PodTemplate() != nil
		}
	}
	return alone || workloads
}

// checkLane returns the faults of a lane with the candidate's name that exists before the
// release. It must select the pods of the added workloads, and take requests as the other lanes
// do.
func (t Tree) checkLane(added []manifest.Change) error {
	c := t.Config.Candidate
	o, there := t.Set.Get(release.LaneRef(c.LaneName()))
	if o.Lane() == nil {
		if there {
			return fmt.Errorf("%s: must be readable: it is the candidate's", where(o))
		}
		return nil
	}
	var errs []error
	if from := t.live.LaneOf(c.From); from.Lane() != nil && o.Lane().GroupName() != from.Lane().GroupName() {
		errs = append(errs, fmt.Errorf("%s: must be of the lane group of %s, not of %q", where(o), from.Ref,
			o.Lane().GroupName()))
	}
	if w, host := o.Lane().Spec.IngressWeight, t.live.LaneEntry().Host; t.Config.LaneGroup != "" && w != nil &&
		w.Destination != nil && w.Destination.Host != host {
		errs = append(errs, fmt.Errorf("%s: must send requests to %s as the other lanes do, not to %s", where(o),
			markup.Line(host), markup.Line(w.Destination.Host)))
	}
	for _, change := range added {
		add, _ := change.(manifest.AddDocument)
		added, err := manifest.NewObject(add.Value, "")
		if err == nil && added.PodTemplate() != nil &&
			!labelindex.Selects(o.Lane().Spec.LabelSelector, added.PodLabels()) {
			errs = append(errs, fmt.Errorf("%s: must select the pods of %s %s", where(o), added.Ref.Kind,
				added.Ref.Name))
		}
	}
	return errors.Join(errs...)
}
