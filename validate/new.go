package validate

import "strings"

// New returns the findings after a change that were not there before it, in their order.
// A finding is the same when its code, its object and its message are, but for numbers:
// what is added moves the others to other lines and positions, and messages name them.
// Of several that are the same as many are new as there are more.
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

// lasting returns what an edit elsewhere leaves of a finding.
func lasting(f Finding) string {
	return string(f.Code) + f.Object.String() + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, f.Message)
}
