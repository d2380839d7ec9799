package preview

import (
	"strings"

	"github.com/swimlane-go/swimlane/internal/markup"
)

// VerdictKind says whether a request stays in its lane.
type VerdictKind string

const (
	// Isolated: the lane of the request serves every call, or the fallback does where the
	// lane lacks the service.
	Isolated VerdictKind = "isolated"
	// NotIsolated: a call may be served by another lane.
	NotIsolated VerdictKind = "not isolated"
	// Unknown: objects that preview does not read decide whether a call leaves its lane
	// or gets an answer: routes of the Gateway API, TCP or TLS routes, subsets that ASM
	// chooses at run time, or unknown calls.
	Unknown VerdictKind = "unknown"
	// Broken: a call may get no answer. The notes of the result say whether it is
	// isolated apart from that.
	Broken VerdictKind = "broken"
)

// Verdict says whether a request stays in its lane, with the shortest way on which it
// does not.
type Verdict struct {
	Kind VerdictKind `json:"kind"`
	// Path is the shortest way to the fault; nil when isolated.
	Path []Stop `json:"path,omitempty"`
	// Reason is the fault at the end of the path.
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
		if s.Service != "" { // otherwise the reason says where it ends
			names = append(names, Stop{Service: s.Service, Lane: s.Lane}.String())
		}
	}
	if len(names) > 0 {
		line += strings.Join(names, " -> ") + ": "
	}
	return markup.Line(line + v.Reason)
}
