package validate

import (
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// checkGroups checks what every lane group refers to.
func (c *checker) checkGroups() {
	for _, o := range c.set.Kind(lanes.KindLaneGroup) {
		group := o.LaneGroup()
		if group == nil {
			continue
		}
		spec := field.NewPath("spec")
		if ingress := group.Spec.Ingress; ingress != nil && ingress.Gateway != nil {
			c.gateway(o, spec.Child("ingress", "gateway"), ingress.Gateway.Namespace, ingress.Gateway.Name)
		}
		versionKeys := c.versionKeys(o.Ref.Name)
		for i, ref := range group.Spec.Services {
			service, found := c.services[lanes.Host(ref.Name, ref.Namespace)]
			if !found {
				c.report(GroupServiceNotFound, o, spec.Child("services").Index(i), fmt.Sprintf("must exist as a Service: %s/%s", ref.Namespace, ref.Name))
				continue
			}
			c.allVersions(service, versionKeys)
		}
	}
}

// versionKeys returns the labels that tell the versions of a group apart: those
// that its lanes select by, and the customary ones.
func (c *checker) versionKeys(group string) map[string]bool {
	keys := map[string]bool{lanes.LabelVersion: true, lanes.LabelTrafficTag: true}
	for _, o := range c.lanesOf[group] {
		for key := range o.Lane().Spec.LabelSelector {
			keys[key] = true
		}
	}
	return keys
}

// allVersions checks that a Service does not select by version.
func (c *checker) allVersions(o manifest.Object, versionKeys map[string]bool) {
	selector := o.Service().Spec.Selector
	for _, key := range slices.Sorted(maps.Keys(selector)) {
		if versionKeys[key] {
			c.report(ServiceOneVersion, o, field.NewPath("spec", "selector").Key(key),
				fmt.Sprintf("must not be selected by, to hold the pods of all lanes: %s=%s", key, selector[key]))
		}
	}
}
