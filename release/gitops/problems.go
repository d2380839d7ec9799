package gitops

import (
	"fmt"

	"github.com/swimlane-go/swimlane/internal/markup"
	"github.com/swimlane-go/swimlane/internal/mesh"
	"github.com/swimlane-go/swimlane/internal/position"
)

// Problems returns what is wrong with the lane groups that the plan's lanes are of,
// as package lanes reads them: a line each, with where it is. Commands are not
// refused for it, as long as they make nothing worse.
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
