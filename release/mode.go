package release

import "errors"

// Mode says what becomes of the lanes that a release which is over has left
// without traffic.
type Mode int

const (
	// Keep leaves them where they are, with weight 0 in the route, so that going
	// back is one edit away. It is the zero value.
	Keep Mode = iota
	// Retire removes them: their destinations, lanes and Deployments, and the
	// release's state. Services stay. It is refused with ErrUnfinished while the
	// release is not over.
	Retire
)

// ErrUnfinished is wrapped by the refusal to retire lanes of a release that is
// neither finished nor rolled back.
var ErrUnfinished = errors.New("only a finished or rolled-back release may be cleaned up")
