package validate

import (
	"fmt"

	"github.com/swimlane-go/swimlane/internal/fieldpath"
	"github.com/swimlane-go/swimlane/internal/mesh"
)

// loads are the lanes of groups that requests enter.
type loads map[load]bool

type load struct {
	group *mesh.Group
	lane  string
}

func (l *loads) add(g *mesh.Group, lane string) {
	if *l == nil {
		*l = loads{}
	}
	(*l)[load{g, lane}] = true
}

// checkLoads checks that a lane with requests has pods for everything it serves: a
// workload that is scaled to 0 has none.
func (c *checker) checkLoads() {
	for _, g := range c.Groups {
		for _, e := range g.Entries() {
			if e.Weight > 0 {
				c.loads.add(g, e.Lane)
			}
		}
		for _, o := range g.Lanes {
			if c.brought[brought{g.RouteHeader(), o.Ref.Name}] { // by a service of no group, too
				c.loads.add(g, o.Ref.Name)
			}
			if c.loads[load{g, o.Ref.Name}] {
				c.laneHasPods(g, o.Ref.Name)
			}
		}
	}
}

func (c *checker) laneHasPods(g *mesh.Group, lane string) {
	for _, host := range g.Hosts {
		s, by := c.Services[host], g.Serving(lane, host)
		if s == nil || g.Lane(by) == nil || !g.Has(by, host) {
			continue // reported elsewhere
		}
		pods := s.InLane(by)
		if replicas(pods) > 0 {
			continue
		}
		for _, w := range pods {
			c.report(NoPods, &w.Object, fieldpath.New("spec.replicas"),
				fmt.Sprintf("must not be 0: requests enter lane %s of group %s, and these pods serve %s there", lane,
					g.Object.Ref.Name, s.Object.Ref))
		}
	}
}
