package validate

import (
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/swimlane-go/swimlane/internal/fieldcheck"
	"github.com/swimlane-go/swimlane/internal/releasekeys"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// checkModes checks what a group says of its mode and of how requests are shared
// among its lanes.
func (c *checker) checkModes() {
	for _, o := range c.set.Kind(lanes.KindLaneGroup) {
		group := o.LaneGroup()
		if group == nil {
			continue
		}
		if permissive := group.Spec.IsPermissive; permissive != nil && *permissive {
			c.permissive(o, group.Spec.PermissiveModeConfiguration)
		}
		if ingress := group.Spec.Ingress; ingress != nil && ingress.IngressRouting != nil {
			c.strategy(o, ingress.IngressRouting.Strategy)
		}
	}
}

// permissive checks how the calls of a permissive group find their lane.
func (c *checker) permissive(o manifest.Object, config *lanes.PermissiveModeConfiguration) {
	path := field.NewPath("spec", "permissiveModeConfiguration")
	if config == nil {
		c.report(PermissiveIncomplete, o, path, "must be set for a permissive group")
		return
	}
	for _, header := range []struct{ key, value string }{{"traceHeader", config.TraceHeader}, {"routeHeader", config.RouteHeader}} {
		if header.value == "" {
			c.report(PermissiveIncomplete, o, path.Child(header.key), "must be set for a permissive group")
		}
	}
	if fieldcheck.IsTraceHeader(config.RouteHeader) {
		c.report(RouteHeaderTaken, o, path.Child("routeHeader"), fmt.Sprintf("must be neither a trace id nor baggage: %q", config.RouteHeader))
	}
	if config.TraceHeader != "" {
		c.report(PassOn, o, path.Child("traceHeader"), fmt.Sprintf("must be passed on by every service with every call: %q", config.TraceHeader))
	}
	c.fallback(o, path.Child("fallbackTarget"), config.FallbackTarget)
	for _, service := range slices.Sorted(maps.Keys(config.ServiceLevelFallbackTarget)) {
		c.fallback(o, path.Child("serviceLevelFallbackTarget").Key(service), config.ServiceLevelFallbackTarget[service])
	}
}

// fallback checks that a lane to fall back to is one of the group.
func (c *checker) fallback(o manifest.Object, path *field.Path, lane string) {
	if lane != "" && !slices.ContainsFunc(c.lanesOf[o.Ref.Name], func(o manifest.Object) bool { return o.Ref.Name == lane }) {
		c.report(FallbackNotFound, o, path, fmt.Sprintf("must be a lane of the group: %q", lane))
	}
}

// strategy checks the routing strategy of a group, and the weights of its lanes.
func (c *checker) strategy(o manifest.Object, strategy lanes.RoutingStrategy) {
	path := field.NewPath("spec", "ingress", "ingressRouting", "ingressRoutingStrategy")
	switch strategy {
	case "", lanes.RoutingRuleBased:
		return
	case lanes.RoutingWeighted:
	default:
		c.report(UnknownStrategy, o, path, fmt.Sprintf("must be %s or %s, not %q", lanes.RoutingRuleBased, lanes.RoutingWeighted, strategy))
		return
	}
	var sum int64
	revisions := map[string]bool{}
	for _, lane := range c.lanesOf[o.Ref.Name] {
		weight := lane.Lane().Spec.IngressWeight
		if weight == nil || weight.Weight == nil {
			continue
		}
		if *weight.Weight < 0 {
			c.report(NegativeWeight, lane, field.NewPath("spec", "ingressWeight", "weight"), fmt.Sprintf("must not be negative: %d", *weight.Weight))
		}
		sum += int64(*weight.Weight)
		revisions[lane.Meta().GetAnnotations()[releasekeys.Revision]] = true
	}
	switch {
	case sum == 100:
	case len(revisions) > 1:
		c.report(HalfWritten, o, path, fmt.Sprintf("must have lanes of one revision of their release: some were not written yet, and the weights sum to %d", sum))
	default:
		c.report(LaneWeightsSum, o, path, fmt.Sprintf("must have lanes whose weights sum to 100, not %d", sum))
	}
}
