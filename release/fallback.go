package release

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/swimlane-go/swimlane/lanes"
)

// ErrFallback is wrapped by the refusal to retire a lane of a permissive app while other lanes
// fall back to it. Name another baseline or fallback first.
var ErrFallback = errors.New("a lane that others fall back to may not be removed")

// CheckFallbacks returns an error that wraps [ErrFallback] for every lane that retires although
// others fall back to it. config says how the calls of a permissive group find their lane. A
// nil config is for a strict group, in which no lane falls back.
func CheckFallbacks(config *lanes.PermissiveModeConfiguration, retiring []string) error {
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
