package preview

import (
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// VerdictKind says whether a request stays in its lane.
type VerdictKind string

const (
	// Isolated: every call is served by the lane that the request is in, or where
	// that lacks the service, by the fallback.
	Isolated VerdictKind = "isolated"
	// NotIsolated: a call may be served by another lane.
	NotIsolated VerdictKind = "not isolated"
	// Unknown: whether a call leaves its lane, or gets an answer, depends on what is
	// not read: routes of the Gateway API, TCP or TLS routes, subsets that ASM
	// chooses at run time, calls that nothing tells.
	Unknown VerdictKind = "unknown"
	// Broken: a call may get no answer. Whether it is isolated beside is said in the
	// notes of the result.
	Broken VerdictKind = "broken"
)

// Verdict is whether a request stays in its lane, and when it may not, the
// shortest way that shows it.
type Verdict struct {
	Kind VerdictKind `json:"kind"`
	// Path is the shortest way to the fault; nil when isolated.
	Path []Stop `json:"path,omitempty"`
	// Reason says what is wrong at the end of the path.
	Reason string `json:"reason,omitempty"`
}

// String returns one line that begins with the kind.
func (v Verdict) String() string {
	if v.Kind == Isolated {
		return "isolated: no call leaves its lane"
	}
	line := string(v.Kind) + ": "
	var names []string
	for _, s := range v.Path {
		if s.Service != "" { // else the reason says where it ends
			names = append(names, Stop{Service: s.Service, Lane: s.Lane}.String())
		}
	}
	if len(names) > 0 {
		line += strings.Join(names, " -> ") + ": "
	}
	return markup.Line(line + v.Reason)
}
