package manifest

import (
	"maps"

	"go.yaml.in/yaml/v3"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/swimlane-go/swimlane/internal/yamltext"
)

// SetPodLabel sets a label of the pods that a Deployment runs, in its template. The
// Deployment then replaces its pods.
//
// The selector of a Deployment is immutable in a cluster, so no change of this package touches it.
// SetPodLabel is refused where the selector would no longer select the pods. It is also refused
// where the selector of another Deployment of the namespace would begin to select them: two
// Deployments would then fight over pods. A label that no selector names is always safe. To make a
// selector say more, add a Deployment under another name ([AddDocument]), and remove the old one
// when the new one serves.
type SetPodLabel struct {
	// Object is the Deployment, StatefulSet or DaemonSet.
	Object     Ref
	Key, Value string
}

func (c SetPodLabel) edit(e *editor) error {
	o, err := e.find(c.Object)
	if err != nil {
		return err
	}
	pods, doc := o.PodTemplate(), o.source.doc
	template := yamltext.Child(o.source.node(), "spec", "template")
	metadata := yamltext.Child(template, "metadata")
	if pods == nil || metadata == nil {
		return o.refuse(ErrWrongKind, "",
			"must be a Deployment, StatefulSet or DaemonSet that can be read and has metadata in its template")
	}
	field := join(podLabels, c.Key)
	if err := o.oneWord(podLabels, "key of a label", c.Key); err != nil {
		return err
	}
	if !yamltext.OneLine(c.Value) || isTemplate([]byte(c.Value)) {
		return o.refuse(ErrValue, field, "label %s must be text of one line, without {{: %q", c.Key, c.Value)
	}
	nodes := []*yaml.Node{o.source.node(), yamltext.Child(o.source.node(), "spec"), template}
	if err := o.plain(podLabels, append(nodes, yamltext.Subtree(metadata)...)...); err != nil {
		return err
	}
	if value, found := pods.Labels[c.Key]; found && value == c.Value {
		return nil
	}
	if err := e.selectors(o, c.Key, c.Value); err != nil {
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

// podLabels is the field of a workload that holds the labels of its pods.
const podLabels = "spec.template.metadata.labels"

// selectors refuses a label with which the selector of the pods no longer selects them, or another
// selector begins to.
func (e *editor) selectors(at Object, key, value string) error {
	before := labels.Set(at.PodLabels())
	after := maps.Clone(before)
	if after == nil {
		after = labels.Set{}
	}
	after[key] = value
	for _, other := range e.set.All() {
		if other.PodTemplate() == nil || other.Ref.Namespace != at.Ref.Namespace {
			continue
		}
		selector, err := metav1.LabelSelectorAsSelector(other.PodSelector())
		switch {
		case err != nil:
		case other.Ref == at.Ref && selector.Matches(before) && !selector.Matches(after):
			return at.refuse(ErrUnsafe, join(podLabels, key),
				"label %s=%s of the pods must fit the selector %s, which cannot be changed", key, value, selector)
		case other.Ref != at.Ref && !selector.Matches(before) && selector.Matches(after):
			return at.refuse(ErrUnsafe, join(podLabels, key),
				"label %s=%s of the pods must not make %s select them: its selector is %s", key, value, other.Ref,
				selector)
		}
	}
	return nil
}
