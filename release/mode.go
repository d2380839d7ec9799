package release

import "errors"

// Mode says what happens to lanes without traffic after a release is over.
type Mode int

const (
	// Keep leaves them in place, with weight 0 in the route, so that one edit brings them back.
	// It is the zero value.
	Keep Mode = iota
	// Retire removes them: their destinations, lanes and Deployments, and the
	// release's state. Services stay. It is refused with ErrUnfinished while the
	// release is not over.
	Retire
)

// ErrUnfinished is wrapped by the refusal to retire lanes of a release that is
// neither finished nor rolled back.
var ErrUnfinished = errors.New("only a finished or rolled-back release may be cleaned up")
