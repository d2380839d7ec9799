package release

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/swimlane-go/swimlane/lanes"
)

// ErrFallback is wrapped by the refusal to retire a lane of a permissive app that
// others fall back to: name another baseline or fallback first.
var ErrFallback = errors.New("a lane that others fall back to may not be removed")

// checkFallbacks returns ErrFallback for every lane that retires although others
// fall back to it; config is nil for a strict group.
func checkFallbacks(config *lanes.PermissiveModeConfiguration, retiring []string) error {
	if config == nil {
		return nil
	}
	targets := append(slices.Collect(maps.Values(config.ServiceLevelFallbackTarget)), config.FallbackTarget)
	var errs []error
	for _, lane := range retiring {
		if slices.Contains(targets, lane) {
			errs = append(errs, fmt.Errorf("lane %s: %w", lane, ErrFallback))
		}
	}
	return errors.Join(errs...)
}

// permissiveOf returns how the calls of a permissive group find their lane; nil
// for any other.
func permissiveOf(g *lanes.ASMSwimLaneGroup) *lanes.PermissiveModeConfiguration {
	if g == nil || g.Spec.IsPermissive == nil || !*g.Spec.IsPermissive {
		return nil
	}
	return g.Spec.PermissiveModeConfiguration
}
