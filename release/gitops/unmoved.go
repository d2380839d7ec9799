package gitops

import (
	"fmt"

	"github.com/swimlane-go/swimlane/internal/position"
)

// unmoved returns a note for every VirtualService of the plan with routes over TCP or TLS: a
// release moves only requests over HTTP.
func (t Tree) unmoved() []string {
	var out []string
	for _, h := range t.live.Holders {
		vs := h.Object.VirtualService()
		note := func(what string, routes int) {
			if routes > 0 {
				out = append(out, fmt.Sprintf("%s: its %s routes stay as they are: a release moves HTTP routes alone",
					position.Of(h.Object.File, h.Object.LineOf("spec."+what), h.Object.Ref), what))
			}
		}
		note("tcp", len(vs.GetTcp()))
		note("tls", len(vs.GetTls()))
	}
	return out
}
