package gitops

import (
	"fmt"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/internal/position"
)

// Problems returns the faults of the lane groups of the plan's lanes, as package lanes reads
// them: a line each, with the position. They do not make a command fail, as long as it makes
// nothing worse.
func (t Tree) Problems() []string {
	var out []string
	index := mesh.New(t.Set, "")
	for _, name := range t.live.Groups() {
		g := index.Group(name)
		if g == nil {
			continue
		}
		for _, p := range g.Problems() {
			o := g.ObjectOf(p)
			out = append(out, markup.Line(fmt.Sprintf("%s %s: %s", position.Of(o.File, o.LineOf(p.Err.Field), o.Ref),
				p.Err.Field, p.Err.Detail)))
		}
	}
	return out
}
