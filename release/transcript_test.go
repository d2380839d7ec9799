package release_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/examples/mock"
	"github.com/swimlane-go/swimlane/internal/golden"
	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/rollout"
)

// TestTranscripts plays the whole release of the mock app, and shows after each
// step what Git would hold.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	for name, kinds := range map[string][]rollout.EventKind{
		"rollback": {rollout.Start, rollout.Promote, rollout.Promote, rollout.Promote, rollout.RollBack},
		"finish":   {rollout.Start, rollout.Promote, rollout.Promote, rollout.Promote, rollout.Finish},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			out.WriteString("> Prepare\n")
			write(t, &out, nil, release.Keep)
			for i := range kinds {
				fmt.Fprintf(&out, "> clean up\n")
				write(t, &out, kinds[:i], release.Retire)
				fmt.Fprintf(&out, "> %s\n", kinds[i])
				write(t, &out, kinds[:i+1], release.Keep)
			}
			out.WriteString("> clean up\n")
			write(t, &out, kinds, release.Retire)
			golden.Equal(t, "transcripts/"+name+".txt", out.String())
		})
	}
}

// write prints the rendered set of the release after the events.
func write(t *testing.T, out *strings.Builder, kinds []rollout.EventKind, mode release.Mode) {
	set, err := release.Render(mock.App(), mock.Plan(), drive(t, kinds...), release.Options{Mode: mode})
	if err != nil {
		fmt.Fprintf(out, "refused: %v\n", err)
		return
	}
	for _, kind := range []string{"Service", "Deployment", lanes.KindLane} {
		fmt.Fprintf(out, "%ss: %s\n", kind, strings.Join(names(set.Kind(kind)), " "))
	}
	vs := set.Kind("VirtualService")[0]
	out.WriteString("route:")
	for _, d := range vs.VirtualService().Http[0].Route {
		fmt.Fprintf(out, " %s=%d", d.Destination.Subset, d.Weight)
	}
	fmt.Fprintf(out, "\nstate: %s\nfiles:", vs.Meta().GetAnnotations()[release.AnnotationState])
	files, err := set.Files()
	require.NoError(t, err)
	for _, f := range files {
		out.WriteString(" " + f.Name)
	}
	out.WriteString("\n")
}

func names(objects []manifest.Object) []string {
	out := make([]string, len(objects))
	for i, o := range objects {
		out[i] = o.Ref.Name
	}
	return out
}
