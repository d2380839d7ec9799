package release

import (
	"fmt"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/position"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
)

// LaneSum is the sum of the weights of a lane group's lanes while a cluster goes from one set
// to another. Each lane is an object that arrives by itself. If several change, the sum passes
// through others than 100, which is no [Hazard].
type LaneSum struct {
	// Object is the lane group.
	Object manifest.Ref `json:"object"`
	// File and Line say where it is; empty and 0 when it was not read from a file.
	File string `json:"file"`
	Line int    `json:"line"`
	// Least and Most are the bounds of the sum, in any order.
	Least int `json:"least"`
	Most  int `json:"most"`
}

// String returns the sum in one line.
func (s LaneSum) String() string {
	return markup.Line(fmt.Sprintf("%s: a cluster applies its lanes one by one: on the way their weights sum to "+
		"between %d and %d", position.Of(s.File, s.Line, s.Object), s.Least, s.Most))
}

// LaneSums returns the lane groups with lanes that hold the weights of requests, if the sum
// changes on the way. They are in the order of the sets.
func LaneSums(from, to manifest.Set) []LaneSum {
	p := newPassage(from, to)
	least, most := map[string]int{}, map[string]int{}
	for _, ref := range p.refs(lanes.KindLane) {
		var of [2]string // the group, before and after
		var weight [2]int
		for i, o := range p.forms(ref) {
			if lane := o.Lane(); lane != nil && lane.Spec.IngressWeight != nil &&
				lane.Spec.IngressWeight.Weight != nil {
				of[i], weight[i] = lane.GroupName(), int(*lane.Spec.IngressWeight.Weight)
			}
		}
		for i, group := range of {
			if i == 1 && of[0] == of[1] {
				continue
			}
			before, after := 0, 0
			if of[0] == group {
				before = weight[0]
			}
			if of[1] == group {
				after = weight[1]
			}
			least[group] += min(before, after)
			most[group] += max(before, after)
		}
	}
	var out []LaneSum
	for _, ref := range p.refs(lanes.KindLaneGroup) {
		for _, o := range p.forms(ref) {
			group := o.LaneGroup()
			if group == nil || group.Strategy() != lanes.RoutingWeighted {
				continue
			}
			if least[ref.Name] != most[ref.Name] {
				out = append(out, LaneSum{Object: ref, File: o.File, Line: o.Line, Least: least[ref.Name],
					Most: most[ref.Name]})
			}
			break
		}
	}
	return out
}
