package istiospec

import (
	"cmp"
	"slices"
)

// Rule names what must hold.
type Rule int

// The rules of VirtualServices.
const (
	_ Rule = iota
	// RouteAction: an HTTP route does one thing: it sends to destinations, redirects,
	// answers or delegates.
	RouteAction
)

// The rules of Gateways.
const (
	_ Rule = iota + 100
)

// The rules of DestinationRules and ServiceEntries.
const (
	_ Rule = iota + 200
)

// Fault is one reason for which Istio refuses an object.
type Fault struct {
	// Rule that is broken.
	Rule Rule
	// Path of the field in the object's JSON names: "spec.http[0].route".
	Path string
	// Message says what must hold, and what was found.
	Message string
}

// faults gathers what is wrong in one object.
type faults struct{ list []Fault }

// add adds a fault at a place.
func (f *faults) add(rule Rule, p *at, message string) {
	f.list = append(f.list, Fault{rule, p.String(), message})
}

// all returns what was gathered, in an order that does not hang on the order of maps.
func (f *faults) all() []Fault {
	slices.SortFunc(f.list, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	return f.list
}
