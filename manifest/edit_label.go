package manifest

import (
	"fmt"
	"maps"

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
	o, err := e.object(c.Object)
	if err != nil {
		return err
	}
	d := o.Deployment()
	template := yamltext.Child(o.source.node, "spec", "template")
	metadata := yamltext.Child(template, "metadata")
	if d == nil || metadata == nil {
		return fmt.Errorf("%s at %s:%d: must be a Deployment that can be read, whose template has metadata", c.Object, o.File, o.Line)
	}
	doc := o.source.doc
	if err := oneWord("key of a label", c.Key); err != nil {
		return o.at(metadata, err)
	}
	if !yamltext.OneLine(c.Value) || isTemplate([]byte(c.Value)) {
		return o.at(metadata, fmt.Errorf("label %s must be text of one line, without {{: %q", c.Key, c.Value))
	}
	nodes := append(yamltext.Subtree(metadata), o.source.node, yamltext.Child(o.source.node, "spec"), template)
	if err := yamltext.Plain(nodes...); err != nil {
		return o.at(metadata, fmt.Errorf("metadata of the template %w", err))
	}
	if value, found := d.Spec.Template.Labels[c.Key]; found && value == c.Value {
		return nil
	}
	if err := e.selectors(o.Ref, d, c.Key, c.Value); err != nil {
		return fmt.Errorf("%s at %s:%d: %w", c.Object, o.File, o.LineOf("spec.template.metadata.labels["+c.Key+"]"), err)
	}
	e.allowed[o.Ref] = append(e.allowed[o.Ref], "spec.template.metadata.labels")
	p, err := doc.SetWord(metadata, "labels", c.Key, c.Value)
	if err != nil {
		return o.at(metadata, err)
	}
	e.patch(doc, p)
	return nil
}

// selectors refuses a label of pods that their own selector does not select with, or
// that another's selects them by.
func (e *editor) selectors(ref Ref, d *appsv1.Deployment, key, value string) error {
	before := labels.Set(d.Spec.Template.Labels)
	after := labels.Set(maps.Clone(d.Spec.Template.Labels))
	if after == nil {
		after = labels.Set{}
	}
	after[key] = value
	for _, other := range e.set.Kind("Deployment") {
		o := other.Deployment()
		if o == nil || other.Ref.Namespace != ref.Namespace {
			continue
		}
		selector, err := metav1.LabelSelectorAsSelector(o.Spec.Selector)
		switch {
		case err != nil:
		case other.Ref == ref && selector.Matches(before) && !selector.Matches(after):
			return fmt.Errorf("label %s=%s of the pods must fit the selector %s, which cannot be changed", key, value, selector)
		case other.Ref != ref && !selector.Matches(before) && selector.Matches(after):
			return fmt.Errorf("label %s=%s of the pods must not make %s select them: its selector is %s", key, value, other.Ref, selector)
		}
	}
	return nil
}
