package manifest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/swimlane-go/swimlane/internal/yamltext"
	"github.com/swimlane-go/swimlane/lanes"
)

// routeHeaders returns the route headers of the lane groups of the sets, in the order
// of their names.
func routeHeaders(sets ...Set) []string {
	found := map[string]bool{}
	for _, s := range sets {
		for _, o := range s.Kind(lanes.KindLaneGroup) {
			if header := o.LaneGroup().RouteHeader(); header != "" {
				found[header] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// destinations compares the destinations of a route: the first one of each lane by its
// lane, all others by their order.
func (c comparison) destinations(path string, a, b []*yaml.Node) {
	lane := c.laneNames(a, b)
	inA, _ := named(a, lane)
	inB, _ := named(b, lane)
	done := map[string]bool{}
	for _, item := range slices.Concat(a, b) {
		if name := lane(item); name != "" && !done[name] {
			done[name] = true
			in := c
			in.lane, in.weight = name, path+"["+name+"].weight"
			in.nodes(path+"["+name+"]", inA[name], inB[name])
		}
	}
	others := func(list []*yaml.Node, byName map[string]*yaml.Node) (items []*yaml.Node, positions []int) {
		for i, item := range list {
			if byName[lane(item)] != item {
				items, positions = append(items, item), append(positions, i)
			}
		}
		return items, positions
	}
	restA, positions := others(a, inA)
	restB, positionsB := others(b, inB)
	if len(restB) >= len(restA) {
		positions = positionsB
	}
	for i, position := range positions {
		c.nodes(fmt.Sprintf("%s[%d]", path, position), at(restA, i), at(restB, i))
	}
}

// laneNames returns the function that names the lane of a destination of a route, before and after:
// see [Diff].
func (c comparison) laneNames(a, b []*yaml.Node) func(*yaml.Node) string {
	by := func(header string) func(*yaml.Node) string {
		return func(item *yaml.Node) string {
			if lane := laneOf(item, header); lane != nil {
				return lane.Value
			}
			return ""
		}
	}
	tellsApart := func(header string) bool {
		_, allA := named(a, by(header))
		_, allB := named(b, by(header))
		return allA && allB
	}
	there := map[string]bool{}
	for _, item := range slices.Concat(a, b) {
		set := yamltext.Child(item, "headers", "request", "set")
		for i := 0; set != nil && i+1 < len(set.Content); i += 2 {
			there[strings.ToLower(set.Content[i].Value)] = true
		}
	}
	var known []string
	for _, header := range c.headers {
		if there[header] {
			known = append(known, header)
		}
	}
	known = append(known, "") // the subset
	if i := slices.IndexFunc(known, tellsApart); i >= 0 {
		return by(known[i])
	}
	maps.DeleteFunc(there, func(header string, _ bool) bool { return !tellsApart(header) })
	if len(there) == 1 {
		for header := range there {
			return by(header)
		}
	}
	return by(known[0])
}
