package preview

import "math/big"

// Edge is a call from one lane of a service to one lane of another.
type Edge struct {
	// From is the caller; the zero Stop is the gateway.
	From Stop
	// To is the callee.
	To Stop
	// Rate is the mean number of such calls for one request: above 0, and above 1 when
	// several ways lead to it.
	Rate *big.Rat
}

// Stop is a place on the way of a request: a [Node] without its calls.
type Stop struct {
	// Service, Lane, End and Failure are those of a [Node].
	Service string  `json:"service,omitempty"`
	Lane    string  `json:"lane,omitempty"`
	End     string  `json:"end,omitempty"`
	Failure Failure `json:"failure,omitempty"`
}

// String returns "mockb@v1", "mockb@v3 (no pods)", "(redirect ...)"; "gateway"
// for the zero Stop.
func (s Stop) String() string {
	if s == (Stop{}) {
		return "gateway"
	}
	return (&Node{Service: s.Service, Lane: s.Lane, End: s.End, Failure: s.Failure}).place()
}
