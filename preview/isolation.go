package preview

import (
	"cmp"
	"fmt"
	"strings"
)

// home returns the lane that a request is in: the one that its route header
// names, else the one that it was in, else the one that it enters.
func (x *index) home(s *service, lane string, headers map[string]string, before string) string {
	if g := s.group; g != nil {
		if named := headers[g.routeHeader()]; x.laneOf[named] == g {
			return named
		}
		if x.laneOf[before] == g {
			return before
		}
		return lane
	}
	for _, name := range x.routeHeaders {
		if value := headers[name]; x.isSubset[value] {
			return value
		}
	}
	return cmp.Or(before, lane)
}

// violation says why a request that is in lane home must not be served by a
// target; empty when it may.
func (x *index) violation(to target, home string) string {
	s, g, want := to.service, to.service.group, home
	switch {
	case g == nil:
		if home == "" || !s.hasLane[home] {
			return ""
		}
	case len(s.lanes[to.workload]) > 1:
		return fmt.Sprintf("the pods of %s are in lanes %s", to.workload.ref, strings.Join(s.lanes[to.workload], " and "))
	case x.laneOf[home] != g:
		return ""
	default:
		want = g.serving(home, s)
	}
	switch by := cmp.Or(to.lane, "no lane"); {
	case want == to.lane:
		return ""
	case want == home:
		return fmt.Sprintf("%s serves %s, which lane %s has", by, s.name, home)
	default:
		return fmt.Sprintf("%s serves %s for lane %s, whose fallback is %s", by, s.name, home, want)
	}
}
