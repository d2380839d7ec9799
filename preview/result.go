package preview

import "math/big"

// Result is where one request goes. As JSON it is an object with the keys
// "verdict", "outcomes", "edges", "cycles" and "notes". Shares and rates are
// numbers, the nearest of double precision, with the exact "fraction" in a string
// beside them: "3/5".
type Result struct {
	// Verdict says whether the request stays in its lane.
	Verdict Verdict `json:"verdict"`
	// Outcomes are the possible outcomes, the most likely first; their shares sum to 1.
	// It is nil when there are more than MaxOutcomes; the Edges are then complete all the
	// same.
	Outcomes []Outcome `json:"outcomes"`
	// Edges are the calls between lanes, each after those that lead to it.
	Edges []Edge `json:"edges"`
	// Cycles are the calls that lead back to a service on the way to them, as lists of
	// services. The call that closes a cycle is shown, but not followed.
	Cycles [][]string `json:"cycles"`
	// Notes are the assumptions that were made, sorted.
	Notes []string `json:"notes"`

	graph graph
}

// Outcome is one possible outcome of a request.
type Outcome struct {
	// Share is its probability, above 0 and at most 1.
	Share *big.Rat
	// Root is the service that the request enters, with the calls that follow.
	Root *Node
}

// String returns the calls as [Node.String] does.
func (o Outcome) String() string { return o.Root.String() }
