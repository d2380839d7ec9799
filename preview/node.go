package preview

import "strings"

// Node is a service that a request reaches, with the calls that follow, or an end.
// Outcomes share Nodes: they are read-only.
type Node struct {
	// Service is the name of the Service, with its namespace when the set has several of
	// that name: "mockb.shop". It is empty when none is reached.
	Service string `json:"service,omitempty"`
	// Lane is the lane that serves, as in [Part].
	Lane string `json:"lane,omitempty"`
	// End says why the request goes no further without a fault: as in [Part], "cycle" for
	// a call that leads back, or "unknown" where objects that preview does not read
	// decide.
	End string `json:"end,omitempty"`
	// Failure says why the request gets no answer.
	Failure Failure `json:"failure,omitempty"`
	// Calls are the calls that the service makes, in order.
	Calls []*Node `json:"calls,omitempty"`
}

// cycleEnd is the End of a call that leads back.
const cycleEnd = "cycle"

// unknownEnd is the End where objects that preview does not read decide.
const unknownEnd = "unknown"

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
	if why := n.End + string(n.Failure); why != "" {
		at = strings.TrimSpace(at + " (" + why + ")")
	}
	return at
}
