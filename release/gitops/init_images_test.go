package gitops_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/release/gitops"
)

// Init proposes the images that a build gives the stable version, not those of the files. The plan
// can be prepared once they are filled in.
func TestInitProposesTheImagesOfTheBuild(t *testing.T) {
	t.Parallel()
	entry := "images: [{name: " + sampleImage + ", newName: mirror/sample, newTag: '1.7'}]\n"
	for name, d := range map[string]directory{
		"one directory": unplanned(sampleTree(t, false)).kustomized(entry),
		"an overlay":    unplanned(sampleTree(t, false)).kustomized("").inDir("base"),
		"nobody builds": unplanned(sampleTree(t, false)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "an overlay" {
				d["prod/kustomization.yaml"] = "resources: [../base]\n" + entry
			}
			o, err := gitops.Init(d.set(t), "v3")
			require.NoError(t, err)
			d.write(o, len(o.Files))
			plan := d[o.Files[0].Name]
			if name == "nobody builds" {
				require.Contains(t, plan, "image: '"+sampleImage+":FILL-IN'")
				require.NotContains(t, plan, "mirror/")
				return
			}
			require.Contains(t, plan, "image: 'mirror/sample:FILL-IN'} # the new image; now 1.7")
			require.NotContains(t, plan, sampleImage)
			d[o.Files[0].Name] = strings.ReplaceAll(plan, "FILL-IN", "1.8")
			d.do(t, "Prepare")
			require.Empty(t, gitopsErrors(t, d))
		})
	}
}
