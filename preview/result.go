package preview

import (
	"math/big"
	"strings"
)

// Result is where one request goes. As JSON it is an object with the keys
// "verdict", "outcomes", "edges", "cycles" and "notes"; shares are exact
// fractions in strings: "3/5".
type Result struct {
	// Verdict says whether the request stays in its lane.
	Verdict Verdict `json:"verdict"`
	// Outcomes are what can happen, the most likely first; their shares sum to 1.
	// Nil when there are more than was asked for: then Edges tell what there is to
	// tell.
	Outcomes []Outcome `json:"outcomes"`
	// Edges are the calls between lanes, each after those that lead to it.
	Edges []Edge `json:"edges"`
	// Cycles are the calls that lead back to a service on the way to them, as lists
	// of services. The call that closes a cycle is shown, and not followed.
	Cycles [][]string `json:"cycles"`
	// Notes are what was assumed, sorted.
	Notes []string `json:"notes"`

	graph graph
}

// Outcome is one thing that can happen to a request.
type Outcome struct {
	// Share is its probability, above 0 and at most 1.
	Share *big.Rat `json:"share"`
	// Root is the service that the request enters, with the calls that follow.
	Root *Node `json:"root"`
}

// String returns the calls as [Node.String] does.
func (o Outcome) String() string { return o.Root.String() }

// Node is a service that a request reaches, with the calls that follow; or what
// happens instead. Nodes are shared among outcomes: read-only.
type Node struct {
	// Service is the name of the Service, with its namespace when the set has
	// several of that name: "mockb.shop". Empty when none is reached.
	Service string `json:"service,omitempty"`
	// Lane is the lane that serves, as in [Share].
	Lane string `json:"lane,omitempty"`
	// End says why the request goes no further although nothing is wrong: as in
	// [Share], or "cycle" for a call that leads back.
	End string `json:"end,omitempty"`
	// Fault says why the request gets no answer.
	Fault Fault `json:"fault,omitempty"`
	// Calls are the calls that the service makes, in order.
	Calls []*Node `json:"calls,omitempty"`
}

// String returns the calls from the node on, depth first: a chain as
// "mocka@v1 -> mockb@v1", several calls of one service in brackets:
// "mocka@v1 -> [mockb@v1 -> mockd@v1, mockc@v1]".
func (n *Node) String() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n *Node) write(b *strings.Builder) {
	b.WriteString(n.place())
	if len(n.Calls) == 0 {
		return
	}
	b.WriteString(" -> ")
	if len(n.Calls) == 1 {
		n.Calls[0].write(b)
		return
	}
	for i, c := range n.Calls {
		b.WriteString([]string{"[", ", "}[min(i, 1)])
		c.write(b)
	}
	b.WriteString("]")
}

// place returns the node without its calls: "mockb@v1", "mockb@v3 (no pods)".
func (n *Node) place() string {
	at := n.Service
	if n.Lane != "" {
		at += "@" + n.Lane
	}
	if why := n.End + string(n.Fault); why != "" {
		at = strings.TrimSpace(at + " (" + why + ")")
	}
	return at
}

// Edge is a call from one lane of a service to one lane of another.
type Edge struct {
	// From is the caller; the zero Stop is the gateway.
	From Stop `json:"from"`
	// To is who is called.
	To Stop `json:"to"`
	// Rate is how many such calls a request brings about in the mean: above 0, and
	// above 1 when several ways lead to it.
	Rate *big.Rat `json:"rate"`
}

// Stop is a place on the way of a request: a [Node] without its calls.
type Stop struct {
	Service string `json:"service,omitempty"`
	Lane    string `json:"lane,omitempty"`
	End     string `json:"end,omitempty"`
	Fault   Fault  `json:"fault,omitempty"`
}

// String returns "mockb@v1", "mockb@v3 (no pods)", "(redirect ...)"; "gateway"
// for the zero Stop.
func (s Stop) String() string {
	if s == (Stop{}) {
		return "gateway"
	}
	return (&Node{Service: s.Service, Lane: s.Lane, End: s.End, Fault: s.Fault}).place()
}

// VerdictKind says whether a request stays in its lane.
type VerdictKind string

const (
	// Isolated: every call is served by the lane that the request is in, or where
	// that lacks the service, by the fallback.
	Isolated VerdictKind = "isolated"
	// NotIsolated: a call may be served by another lane.
	NotIsolated VerdictKind = "not isolated"
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
	return line + v.Reason
}
