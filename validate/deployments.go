package validate

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// checkDeployments checks that Deployments select their own pods.
func (c *checker) checkDeployments() {
	for _, o := range c.Set.Kind("Deployment") {
		d := o.Deployment()
		if d == nil {
			continue
		}
		selector, err := metav1.LabelSelectorAsSelector(d.Spec.Selector)
		switch path := field.NewPath("spec", "selector"); {
		case err != nil:
			c.report(SelectorMismatch, o, path, "must be a label selector: "+err.Error())
		case d.Spec.Selector == nil || selector.Empty():
			c.report(SelectorMismatch, o, path, "must select the pods of the template")
		case !selector.Matches(labels.Set(d.Spec.Template.Labels)):
			c.report(SelectorMismatch, o, field.NewPath("spec", "template", "metadata", "labels"), "must be selected by the Deployment's own selector: "+selector.String())
		}
	}
}
