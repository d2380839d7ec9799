package routing

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// What was asked for and is not there. A [*MissingError] wraps one of these.
var (
	// ErrNoVirtualService: no VirtualService has the name.
	ErrNoVirtualService = errors.New("must name a VirtualService that is there")
	// ErrNoRoute: the VirtualService has no HTTP route of the name, or no name was given
	// and it has not exactly one.
	ErrNoRoute = errors.New("must name a route that is there")
	// ErrNoLane: no destination of the route is of the lane.
	ErrNoLane = errors.New("must name lanes that exist")
)

// MissingError says what was asked for and is not there.
type MissingError struct {
	// Kind is ErrNoVirtualService, ErrNoRoute or ErrNoLane.
	Kind error
	// Name is what was asked for; empty for the only route that there is.
	Name string
	// There are the names of what is there, in order. A route without a name has "".
	There []string
}

// Error returns what must be there, then what is.
func (e *MissingError) Error() string {
	quoted := make([]string, len(e.There))
	for i, name := range e.There {
		quoted[i] = strconv.Quote(name)
	}
	there := "there are " + strings.Join(quoted, ", ")
	if len(quoted) == 0 {
		there = "there is none"
	}
	switch {
	case errors.Is(e.Kind, ErrNoRoute) && e.Name == "":
		if len(quoted) == 0 {
			return "must have a route: there is none"
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
