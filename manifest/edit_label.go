package manifest

import (
	"maps"

	"go.yaml.in/yaml/v3"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// SetPodLabel sets a label of the pods that a Deployment runs, in its template. The
// Deployment then replaces its pods.
//
// Its selector is immutable in a cluster, so no change of this package touches it, and
// SetPodLabel is refused where the selector would no longer select the pods. It is
// refused too where the selector of another Deployment in the set, of the same
// namespace, begins to select them: two Deployments would then fight over pods. A label
// that no selector names is always safe. To make a selector say more, add a Deployment
// under another name ([AddDocument]) and remove the old one when the new one serves.
type SetPodLabel struct {
	// Object is the Deployment.
	Object     Ref
	Key, Value string
}

func (c SetPodLabel) edit(e *editor) error {
	o, err := e.find(c.Object)
	if err != nil {
		return err
	}
	d, doc := o.Deployment(), o.source.doc
	template := yamltext.Child(o.source.node, "spec", "template")
	metadata := yamltext.Child(template, "metadata")
	if d == nil || metadata == nil {
		return o.refuse(ErrWrongKind, "", "must be a Deployment that can be read, whose template has metadata")
	}
	field := join(podLabels, c.Key)
	if err := o.oneWord(podLabels, "key of a label", c.Key); err != nil {
		return err
	}
	if !yamltext.OneLine(c.Value) || isTemplate([]byte(c.Value)) {
		return o.refuse(ErrValue, field, "label %s must be text of one line, without {{: %q", c.Key, c.Value)
	}
	nodes := []*yaml.Node{o.source.node, yamltext.Child(o.source.node, "spec"), template}
	if err := o.plain(podLabels, append(nodes, yamltext.Subtree(metadata)...)...); err != nil {
		return err
	}
	if value, found := d.Spec.Template.Labels[c.Key]; found && value == c.Value {
		return nil
	}
	if err := e.selectors(o, d, c.Key, c.Value); err != nil {
		return err
	}
	e.allowed = append(e.allowed, podLabels)
	p, err := doc.SetWord(metadata, "labels", c.Key, c.Value)
	if err != nil {
		return o.at(field, metadata, err)
	}
	e.patch(doc, p)
	return nil
}

// podLabels is the field of a Deployment that holds the labels of its pods.
const podLabels = "spec.template.metadata.labels"

// selectors refuses a label of pods that their own selector does not select with, or
// that another's selects them by.
func (e *editor) selectors(at Object, d *appsv1.Deployment, key, value string) error {
	before := labels.Set(d.Spec.Template.Labels)
	after := labels.Set(maps.Clone(d.Spec.Template.Labels))
	if after == nil {
		after = labels.Set{}
	}
	after[key] = value
	for _, other := range e.set.Kind("Deployment") {
		o := other.Deployment()
		if o == nil || other.Ref.Namespace != at.Ref.Namespace {
			continue
		}
		selector, err := metav1.LabelSelectorAsSelector(o.Spec.Selector)
		switch {
		case err != nil:
		case other.Ref == at.Ref && selector.Matches(before) && !selector.Matches(after):
			return at.refuse(ErrUnsafe, join(podLabels, key), "label %s=%s of the pods must fit the selector %s, which cannot be changed", key, value, selector)
		case other.Ref != at.Ref && !selector.Matches(before) && selector.Matches(after):
			return at.refuse(ErrUnsafe, join(podLabels, key), "label %s=%s of the pods must not make %s select them: its selector is %s", key, value, other.Ref, selector)
		}
	}
	return nil
}
