package gitops_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/lanes"
	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/validate"
)

// The last commit of a clean-up takes the marks of the other routes before the state goes. If
// it is cut off anywhere, the next clean-up completes it.
func TestCleanUpOfSeveralRoutesIsCompleted(t *testing.T) {
	t.Parallel()
	for name, words := range map[string][]string{
		"finished":    {"Prepare", "Start", "Promote", "Promote", "Promote", "Finish"},
		"rolled back": {"Prepare", "Start", "RollBack"},
	} {
		t.Run(name, func(t *testing.T) {
			d := sampleTree(t, true)
			d.do(t, words...)
			d.do(t, "CleanUp")
			o, err := command(d.open(t), "CleanUp")
			require.NoError(t, err)
			whole := maps.Clone(d)
			whole.write(o, len(o.Files))
			require.Greater(t, len(o.Files), 3)
			for cut := 1; cut < len(o.Files); cut++ {
				half := maps.Clone(d)
				half.write(o, cut)
				require.NoError(t, validate.Check(half.set(t)).Err())
				half.do(t, "CleanUp")
				require.Equal(t, whole, half, "cut off at %d", cut)
			}
		})
	}
}

// An existing lane says what its pods are, whatever the carrier notes.
func TestStaleNoteDoesNotDecideACleanUp(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	d.do(t, "Prepare", "Start", "RollBack")
	edit, err := d.set(t).Edit(manifest.SetAnnotation{Object: mockRef, Key: release.AnnotationRetiring,
		Value: `{"v3":{"version":"v1"},"v9":{"version":"v2"}}`})
	require.NoError(t, err)
	d["mock-route.yaml"] = string(edit.Files[0].After)
	d.do(t, "CleanUp")
	route, _ := d.set(t).Get(mockRef)
	require.Equal(t, `{"v3":{"version":"v3"}}`, route.Meta().GetAnnotations()[release.AnnotationRetiring],
		"for those who find the lane gone")
	d.do(t, "CleanUp")
	require.Equal(t, sampleTree(t, false), d)
}

// Nobody guesses a note that cannot be read.
func TestUnreadableNoteRefusesACleanUp(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	d.do(t, "Prepare", "Start", "RollBack")
	edit, err := d.set(t).Edit(manifest.SetAnnotation{Object: mockRef, Key: release.AnnotationRetiring,
		Value: `{"v3":7}`})
	require.NoError(t, err)
	d["mock-route.yaml"] = string(edit.Files[0].After)
	_, err = command(d.open(t), "CleanUp")
	require.ErrorContains(t, err, "annotation swimlane-go.github.io/retiring")
}

// If lanes are gone, the note tells their pods, or else the version does.
func TestCleanUpAfterLanesThatAreGone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		words []string
		gone  []string
		left  int
	}{
		"by the note":    {finished()[:7], []string{"blue", "green"}, 3},
		"by the version": {[]string{"Prepare", "Start", "RollBack"}, []string{"red"}, 6},
	} {
		t.Run(name, func(t *testing.T) {
			d := layouts(t)["lanes of other names"]
			d.do(t, test.words...)
			var changes []manifest.Change
			for _, lane := range test.gone {
				changes = append(changes, manifest.RemoveDocument{
					Object: manifest.Ref{Group: lanes.GroupVersion().Group, Kind: lanes.KindLane, Name: lane}})
			}
			edit, err := d.set(t).Edit(changes...)
			require.NoError(t, err)
			d["swimlanes.yaml"] = string(edit.Files[0].After)
			d.do(t, "CleanUp", "CleanUp")
			require.Len(t, d.set(t).Kind("Deployment"), test.left)
			require.False(t, d.open(t).Prepared())
		})
	}
}

// If one file holds everything, the second commit removes the state as well.
func TestCleanUpOfOneFileTakesTwoCommits(t *testing.T) {
	t.Parallel()
	d := directory{"release.yaml": sampleTree(t, false)["release.yaml"]}
	for _, name := range slices.Sorted(maps.Keys(sampleTree(t, false))) {
		if name != "release.yaml" {
			d["all.yaml"] += "---\n" + sampleTree(t, false)[name]
		}
	}
	d.do(t, finished()[:8]...)
	require.False(t, d.open(t).Prepared())
	require.Len(t, d.set(t).Kind("Deployment"), 3)
}
