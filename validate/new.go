package validate

import "strings"

// New returns the findings after a change that were not there before it, in their order.
// Two findings are the same when code, object and message are equal up to numbers: an
// added line moves the others to other lines and positions, and messages name them. Of
// several equal findings it returns as many as were added.
func New(before, after Findings) Findings {
	known := map[string]int{}
	for _, f := range before {
		known[lasting(f)]++
	}
	var out Findings
	for _, f := range after {
		if known[lasting(f)]--; known[lasting(f)] < 0 {
			out = append(out, f)
		}
	}
	return out
}

// lasting returns the parts of a finding that an edit elsewhere does not change.
func lasting(f Finding) string {
	return string(f.Code) + f.Object.String() + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, f.Message)
}
