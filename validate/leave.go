package validate

import (
	"fmt"

	"github.com/swimlane-go/swimlane/internal/mesh"
)

// outside is a service that requests reach from the lanes of a strict group.
type outside struct {
	group   *mesh.Group
	service *mesh.Service
}

// leave follows calls out of the lanes of a strict group. A service outside must not call
// back: its pods are in no lane of the group, so the request would leave its lane. A
// service with routes of the sidecars is not judged, since it may keep the lanes apart.
func (c *checker) leave(g *mesh.Group, s *mesh.Service) {
	at := outside{g, s}
	if c.left[at] || c.HasSidecarRules(s.Host) {
		return
	}
	if c.left == nil {
		c.left = map[outside]bool{}
	}
	c.left[at] = true
	for _, w := range s.Pods {
		for _, call := range c.CallsOf(s, w) {
			switch to := c.Services[call.Host]; {
			case to == nil:
			case to.Group == g:
				c.report(CallsBack, &w.Object, nil,
					fmt.Sprintf("must not call %s, or %s must be in strict group %s too: the request leaves its lane",
						to.Object.Ref, s.Object.Ref, g.Object.Ref.Name))
			case to.Group == nil:
				c.leave(g, to)
			}
		}
	}
}
