package release

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/rollout"
)

// candidate returns the changes that add what the candidate lacks: Deployments
// with their autoscalers and disruption budgets, and a lane, copied from those of
// the version it is derived from. state is that of the release then.
func (t Tree) candidate(state rollout.State) ([]manifest.Change, error) {
	c := t.Config.Candidate
	sources := t.deployments(c.From)
	if len(sources) == 0 {
		return nil, fmt.Errorf("candidate %s: there must be Deployments of version %s to derive it from", c.Version, c.From)
	}
	images := map[string]map[string]string{}
	for _, i := range c.Images {
		if images[i.Service] == nil {
			images[i.Service] = map[string]string{}
		}
		images[i.Service][i.Container] = i.Image
	}
	along := t.alongside()
	added := map[manifest.Ref]bool{}
	var changes []manifest.Change
	var errs []error
	// add adds an object derived from another beside it, unless it is there.
	add := func(from manifest.Object, derived derivedObject, err error) {
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", place(from), err))
			return
		}
		ref := from.Ref
		ref.Name = derived.GetName()
		if _, there := t.Set.Get(ref); !there && !added[ref] {
			added[ref] = true
			changes = append(changes, manifest.AddDocument{File: fileOf(from.File, c.From, c.Version), Value: derived})
		}
	}
	for _, o := range sources {
		service := o.PodLabels()[lanes.LabelApp]
		scalers := along.scalers[o.Ref]
		d, err := lanes.DerivedDeployment{From: o.Deployment(), Version: c.Version, Images: images[service], Scaled: len(scalers) > 0}.Build()
		delete(images, service)
		if add(o, d, err); err != nil {
			continue
		}
		for _, s := range scalers {
			if s.Autoscaler() == nil {
				errs = append(errs, fmt.Errorf("%s: must be of autoscaling/v2 to be derived for version %s", place(s), c.Version))
				continue
			}
			derived, err := lanes.DerivedAutoscaler{From: s.Autoscaler(), OldVersion: c.From, Version: c.Version, Target: d.Name}.Build()
			add(s, derived, err)
		}
		for _, budget := range along.budgetsOf(o, c.From) {
			derived, err := lanes.DerivedBudget{From: budget.Budget(), OldVersion: c.From, Version: c.Version}.Build()
			add(budget, derived, err)
		}
	}
	for _, service := range sortedKeys(images) {
		errs = append(errs, fmt.Errorf("candidate %s: images name service %s, which has no Deployment of version %s", c.Version, service, c.From))
	}
	lane, err := t.candidateLane(state)
	return append(changes, lane...), errors.Join(append(errs, err)...)
}

// candidateLane returns the change that adds the candidate's lane, if it lacks.
func (t Tree) candidateLane(state rollout.State) ([]manifest.Change, error) {
	c := t.Config.Candidate
	if _, there := t.Set.Get(laneRef(lanes.KindLane, c.LaneName())); there {
		return nil, nil
	}
	from := t.laneOf(c.From)
	if from.Lane() == nil {
		return nil, fmt.Errorf("candidate %s: there must be a lane of version %s to derive its lane from", c.Version, c.From)
	}
	lane, err := lanes.DerivedLane{From: from.Lane(), Name: c.LaneName(), OldVersion: c.From, Version: c.Version}.Build()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", place(from), err)
	}
	if t.Config.LaneGroup != "" {
		revision, err := revisionOf(state)
		if err != nil {
			return nil, err
		}
		metav1.SetMetaDataAnnotation(&lane.ObjectMeta, lanes.AnnotationRevision, revision)
	}
	file := from.File
	if path.Ext(file) == ".json" { // which holds one document
		file = fileOf(file, c.From, c.Version)
	}
	return []manifest.Change{manifest.AddDocument{File: file, Value: lane}}, nil
}

// checkLane finds what is wrong with a lane that stands there before the release
// does: it must be one for the Deployments that are added, and take requests as the
// lane does that it would have been derived from.
func (t Tree) checkLane(added []manifest.Change) error {
	c := t.Config.Candidate
	o, there := t.Set.Get(laneRef(lanes.KindLane, c.LaneName()))
	if o.Lane() == nil {
		if there {
			return fmt.Errorf("%s: must be readable: it is the candidate's", place(o))
		}
		return nil
	}
	var errs []error
	group := o.Meta().GetLabels()[lanes.LabelLaneGroup]
	if from := t.laneOf(c.From); from.Value != nil && group != from.Meta().GetLabels()[lanes.LabelLaneGroup] {
		errs = append(errs, fmt.Errorf("%s: must be of the lane group of %s, not of %q", place(o), from.Ref, group))
	}
	if w := o.Lane().Spec.IngressWeight; t.Config.LaneGroup != "" && w != nil && w.Destination != nil && w.Destination.Host != t.destination().Host {
		errs = append(errs, fmt.Errorf("%s: must send requests to %s as the other lanes do, not to %s", place(o), t.destination().Host, w.Destination.Host))
	}
	for _, change := range added {
		add, _ := change.(manifest.AddDocument)
		if d, ok := add.Value.(*appsv1.Deployment); ok && !selects(o.Lane().Spec.LabelSelector, d.Spec.Template.Labels) {
			errs = append(errs, fmt.Errorf("%s: must select the pods of Deployment %s", place(o), d.Name))
		}
	}
	return errors.Join(errs...)
}

// deployments returns the members whose pods are of a version.
func (t Tree) deployments(version string) []manifest.Object {
	return slices.DeleteFunc(t.members(), func(o manifest.Object) bool { return o.PodLabels()[lanes.LabelVersion] != version })
}

// retiringSelectors returns the selectors of lanes that retire, by lane, and
// whether they will be known when the lanes are gone: by the carrier's annotation,
// or because the names of the lanes are those of their versions.
func (t Tree) retiringSelectors(retiring []string) (selectors map[string]map[string]string, known bool, err error) {
	selectors, byName := map[string]map[string]string{}, map[string]map[string]string{}
	for _, name := range retiring {
		version := name
		if name == t.Config.Plan.Candidate {
			version = t.Config.Candidate.Version
		}
		byName[name] = map[string]string{lanes.LabelVersion: version}
		if o, _ := t.Set.Get(laneRef(lanes.KindLane, name)); o.Lane() != nil {
			selectors[name] = o.Lane().Spec.LabelSelector
		}
	}
	carrier, _ := t.Set.Get(t.carrier())
	if text, noted := carrier.Meta().GetAnnotations()[lanes.AnnotationRetiring]; noted {
		var out map[string]map[string]string
		if err := unmarshal(text, &out); err != nil {
			return nil, false, fmt.Errorf("%s: annotation %s: %w", place(carrier), lanes.AnnotationRetiring, err)
		}
		maps.Copy(out, selectors)
		return out, true, nil
	}
	known = true
	for name, selector := range selectors {
		known = known && maps.Equal(selector, byName[name])
	}
	if known {
		selectors = byName
	}
	return selectors, known, nil
}

// removal returns the changes that remove lanes and their Deployments.
func (t Tree) removal(retiring []string, selectors map[string]map[string]string) []manifest.Change {
	var changes []manifest.Change
	gone := map[manifest.Ref]bool{}
	along, members := t.alongside(), t.members()
	for _, name := range retiring {
		selector := selectors[name]
		if o, _ := t.Set.Get(laneRef(lanes.KindLane, name)); o.Lane() != nil {
			changes = append(changes, manifest.RemoveDocument{Object: o.Ref})
		}
		for _, o := range members {
			if selects(selector, o.PodLabels()) && !gone[o.Ref] {
				gone[o.Ref] = true
				changes = append(changes, manifest.RemoveDocument{Object: o.Ref})
				for _, other := range slices.Concat(along.scalers[o.Ref], along.budgetsOf(o, o.PodLabels()[lanes.LabelVersion])) {
					if !gone[other.Ref] {
						gone[other.Ref] = true
						changes = append(changes, manifest.RemoveDocument{Object: other.Ref})
					}
				}
			}
		}
	}
	return changes
}

// selects reports whether a selector, which is not empty, takes pods.
func selects(selector, pods map[string]string) bool {
	return len(selector) > 0 && labels.SelectorFromSet(selector).Matches(labels.Set(pods))
}

// fileOf returns the file of a new version's Deployments, beside that of the old
// one: mock-v2.yaml becomes mock-v3.yaml, all.yaml all-v3.yaml.
func fileOf(file, old, version string) string {
	dir, base := path.Split(file)
	stem := strings.TrimSuffix(base, path.Ext(base))
	if i := strings.LastIndex(stem, old); i >= 0 {
		return dir + stem[:i] + version + stem[i+len(old):] + ".yaml"
	}
	return dir + stem + "-" + version + ".yaml"
}

func list(names []string) string { return strings.Join(names, ", ") }
