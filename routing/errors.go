package routing

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A [*MissingError] wraps one of these.
var (
	// ErrNoVirtualService: no VirtualService has the name.
	ErrNoVirtualService = errors.New("must name a VirtualService that exists")
	// ErrNoRoute: the VirtualService has no HTTP route of the name. Without a name: it
	// does not have exactly one route.
	ErrNoRoute = errors.New("must name a route that exists")
	// ErrNoLane: no destination of the route belongs to the lane.
	ErrNoLane = errors.New("must name lanes that exist")
)

// MissingError says what was asked for and does not exist.
type MissingError struct {
	// Kind is ErrNoVirtualService, ErrNoRoute or ErrNoLane.
	Kind error
	// Name is what was asked for. It is empty when the only route was asked for.
	Name string
	// There are the existing names, in order. A route without a name has "".
	There []string
}

// Error returns what must exist, then what does.
func (e *MissingError) Error() string {
	quoted := make([]string, len(e.There))
	for i, name := range e.There {
		quoted[i] = strconv.Quote(name)
	}
	there := "there are " + strings.Join(quoted, ", ")
	if len(quoted) == 0 {
		there = "there are none"
	}
	switch {
	case errors.Is(e.Kind, ErrNoRoute) && e.Name == "":
		if len(quoted) == 0 {
			return "must have a route: there are none"
		}
		return fmt.Sprintf("must name the route: there are %d, %s", len(quoted), strings.Join(quoted, ", "))
	case errors.Is(e.Kind, ErrNoRoute):
		return fmt.Sprintf("must have a route %q: %s", e.Name, there)
	case errors.Is(e.Kind, ErrNoLane):
		return fmt.Sprintf("must have a destination for %s: %s", strings.TrimSpace("lane "+e.Name), there)
	}
	return fmt.Sprintf("must have %s: %s", strings.TrimSpace("VirtualService "+e.Name), there)
}

// Unwrap returns the kind.
func (e *MissingError) Unwrap() error { return e.Kind }
