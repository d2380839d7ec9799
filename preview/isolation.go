package preview

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/swimlane-go/swimlane/internal/mesh"
)

// home is the lane that a request is in. It belongs to a group, if the group has lanes: a
// lane of the same name elsewhere is another one.
type home struct {
	group *mesh.Group
	lane  string
}

// home returns the lane of a request once it has reached a lane of a service: the one
// that its route header names, else the one before, else the one that it enters.
func (x *index) home(s *mesh.Service, lane string, headers map[string]string, before home) home {
	if g := s.Group; g != nil {
		if named := headers[g.RouteHeader()]; x.GroupOf(named) == g {
			return home{g, named}
		}
		if before.group == g {
			return before
		}
		if g.Lane(lane) == nil {
			return home{lane: lane} // pods in no lane
		}
		return home{g, lane}
	}
	for _, name := range x.routeHeaders {
		if value := headers[name]; x.IsSubset(value) {
			if value != before.lane {
				before = home{lane: value}
			}
			return before
		}
	}
	before.lane = cmp.Or(before.lane, lane)
	return before
}

// violation returns why a target must not serve a request in a lane; empty when it may.
func (x *index) violation(to target, in home) string {
	s, g, want := to.service, to.service.Group, in.lane
	switch {
	case g == nil:
		if want == "" || in.group != nil || !s.HasLane(want) {
			return ""
		}
	case len(s.LanesOf(to.workload)) > 1:
		return fmt.Sprintf("the pods of %s are in lanes %s", to.workload.Object.Ref,
			strings.Join(s.LanesOf(to.workload), " and "))
	case in.group != g:
		return ""
	default:
		want = g.Serving(in.lane, s.Host)
	}
	switch by := cmp.Or(to.lane, "no lane"); {
	case want == to.lane:
		return ""
	case want == in.lane:
		return fmt.Sprintf("%s serves %s, which lane %s has", by, s.Name, in.lane)
	default:
		return fmt.Sprintf("%s serves %s for lane %s, which has the fallback %s", by, s.Name, in.lane, want)
	}
}
