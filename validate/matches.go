package validate

import (
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// checkMatches checks what lanes and lane groups say of the requests that are
// meant.
func (c *checker) checkMatches() {
	for _, o := range c.set.Kind(lanes.KindLaneGroup) {
		if group := o.LaneGroup(); group != nil && group.Spec.Ingress != nil && group.Spec.Ingress.IngressRouting != nil {
			if rule := group.Spec.Ingress.IngressRouting.WeightedRoutingRule; rule != nil {
				path := field.NewPath("spec", "ingress", "ingressRouting", "weightedRoutingRule", "requestMatches")
				for i, match := range rule.RequestMatches {
					c.requestMatch(o, path.Index(i), match)
				}
			}
		}
	}
	for _, o := range c.set.Kind(lanes.KindLane) {
		if lane := o.Lane(); lane != nil {
			for i, rule := range lane.Spec.IngressRules {
				if rule.Match != nil {
					c.requestMatch(o, field.NewPath("spec", "ingressRules").Index(i).Child("match"), *rule.Match)
				}
			}
		}
	}
}

func (c *checker) requestMatch(o manifest.Object, path *field.Path, match lanes.RequestMatch) {
	if match.URI != nil {
		c.stringMatch(o, path.Child("uri"), *match.URI)
	}
	for _, name := range slices.Sorted(maps.Keys(match.Headers)) {
		c.stringMatch(o, path.Child("headers").Key(name), match.Headers[name])
	}
}

// stringMatch checks that a match says one thing. What an empty one means ASM
// does not document.
func (c *checker) stringMatch(o manifest.Object, path *field.Path, match lanes.StringMatch) {
	set := 0
	for _, s := range [...]string{match.Exact, match.Prefix, match.Regex} {
		if s != "" {
			set++
		}
	}
	if set > 1 {
		c.report(MatchAmbiguous, o, path, fmt.Sprintf("must set one of exact, prefix and regex, not %d of them", set))
	}
	if match.Regex != "" {
		c.regex(o, path.Child("regex"), match.Regex)
	}
}
