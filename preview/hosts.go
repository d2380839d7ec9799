package preview

import (
	"cmp"
	"slices"
	"strings"

	"github.com/swimlane-go/swimlane/lanes"
)

// meshGateway is the name that stands for the sidecars in a VirtualService.
const meshGateway = "mesh"

// rootNamespace is where Istio looks for DestinationRules last. A mesh may name
// another one; no object of a set says so.
const rootNamespace = "istio-system"

// calledHost returns the full host of a name that a pod calls: the search path of
// its DNS finds "name", "name.namespace" and "name.namespace.svc".
func calledHost(name, namespace string) string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	service, rest, _ := strings.Cut(name, ".")
	switch in, domain, _ := strings.Cut(rest, "."); {
	case rest == "":
		return lanes.Host(name, namespace)
	case in != "" && (domain == "" || domain == "svc"):
		return lanes.Host(service, in)
	}
	return name
}

// covered reports whether every name that host stands for is one that by stands
// for. A leading "*" stands for any beginning.
func covered(host, by string) bool {
	suffix, wild := strings.CutPrefix(by, "*")
	if !wild {
		return host == by
	}
	return suffix == "" || strings.HasSuffix(strings.TrimPrefix(host, "*"), suffix) && len(host) >= len(by)
}

// common returns the hosts that two lists have in common, the narrower of each
// pair.
func common(a, b []string) []string {
	var out []string
	add := func(host string) {
		if !slices.Contains(out, host) {
			out = append(out, host)
		}
	}
	for _, x := range a {
		for _, y := range b {
			switch {
			case covered(x, y):
				add(x)
			case covered(y, x):
				add(y)
			}
		}
	}
	return out
}

// hostIndex finds what stands for a host, under its own name or under wildcards.
type hostIndex[V any] struct {
	values map[string]V
	wild   []string // the wildcards, the most specific first
}

// update replaces the value of a name or wildcard.
func (x *hostIndex[V]) update(host string, change func(V) V) {
	if x.values == nil {
		x.values = map[string]V{}
	}
	old, known := x.values[host]
	if !known && strings.HasPrefix(host, "*") {
		at, _ := slices.BinarySearchFunc(x.wild, host, func(a, b string) int {
			return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
		})
		x.wild = slices.Insert(x.wild, at, host)
	}
	x.values[host] = change(old)
}

// find returns the value of the most specific name or wildcard that covers host
// and whose value is accepted.
func (x hostIndex[V]) find(host string, accept func(V) bool) (value V, found bool) {
	if value, found = x.values[host]; found && accept(value) {
		return value, true
	}
	for _, wildcard := range x.wild {
		if value := x.values[wildcard]; covered(host, wildcard) && accept(value) {
			return value, true
		}
	}
	return value, false
}
