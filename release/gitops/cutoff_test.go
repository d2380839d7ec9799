package gitops_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/validate"
)

// TestCutOffAtEveryFile kills every command of the stories between any two files:
// what is left has no error finding, and asking again reaches the same end.
func TestCutOffAtEveryFile(t *testing.T) {
	t.Parallel()
	for name, start := range everyLayout(t) {
		for _, story := range [][]string{rolledBack(), finished()} {
			if strings.HasPrefix(name, "permissive") && slices.Contains(story, "Finish") {
				continue
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				d := maps.Clone(start)
				story := d.commits(t, story)
				for i, word := range story {
					o, err := command(d.open(t), word)
					require.NoError(t, err, word)
					whole := maps.Clone(d)
					whole.write(o, len(o.Files))
					for cut := 1; cut < len(o.Files); cut++ {
						half := maps.Clone(d)
						half.write(o, cut)
						half.requireListed(t, word)
						require.NoError(t, validate.Check(half.set(t).Overlaid()).Err(), "%s, %d of %d files", word,
							cut, len(o.Files))
						again, err := command(half.open(t), word)
						require.NoError(t, err, "%s, %d of %d files", word, cut, len(o.Files))
						half.write(again, len(again.Files))
						end := whole
						if word == "CleanUp" { // the commits may fall in other places
							end = maps.Clone(whole)
							end.do(t, "CleanUp", "CleanUp", "CleanUp")
							half.do(t, "CleanUp", "CleanUp", "CleanUp")
						}
						require.True(t, maps.Equal(end, half), "%s, %d of %d files, after %s", word, cut, len(o.Files),
							story[:i])
						// a carrier that waits for Deployments has no intent yet
						if word != "CleanUp" && again.State.Revision > 1 {
							require.Contains(t, strings.Join(again.Notes, ""), "written half-way")
						}
					}
					d = whole
				}
			})
		}
	}
}

// TestCutOffAnywhere kills every command of random stories between any two files. What is left
// has no error finding. The next command completes it, says so and does nothing else. No stage
// is skipped or taken twice.
func TestCutOffAnywhere(t *testing.T) {
	t.Parallel()
	base := map[bool]directory{false: sampleTree(t, false), true: sampleTree(t, true)}
	rapid.Check(t, func(t *rapid.T) {
		d := maps.Clone(base[rapid.Bool().Draw(t, "two routes")])
		words := []string{"Prepare", "Start", "Promote", "Promote", "Promote", "StepBack", "Pause", "Resume", "Finish",
			"RollBack", "CleanUp"}
		for range rapid.IntRange(1, 12).Draw(t, "commands") {
			tree := d.open(t)
			word := rapid.SampledFrom(words).Draw(t, "command")
			o, err := command(tree, word)
			if err != nil || o.Nothing() {
				continue
			}
			require.True(t, !o.Completes || word == "CleanUp", "nothing is to be completed here")
			cut := rapid.IntRange(0, len(o.Files)).Draw(t, "cut")
			whole := maps.Clone(d)
			whole.write(o, len(o.Files))
			d.write(o, cut)
			require.NoError(t, validate.Check(d.set(t)).Err(), "%s, %d of %d files", word, cut, len(o.Files))
			require.NoError(t, validate.Check(whole.set(t)).Err())
			if cut == 0 || cut == len(o.Files) {
				continue
			}
			half := d.open(t)
			require.Equal(t, word != "CleanUp", halfWritten(half), "%s: %s", word, half.Report().Problems)
			intent := o.State
			if word == "CleanUp" {
				intent = tree.State
			}
			require.Equal(t, intent, half.State, "the intent is written first, and goes last")
			next := "Pause" // any changing command
			if half.State.Closed() {
				next = "CleanUp"
			}
			completed, err := command(half, next)
			require.NoError(t, err)
			if word != "CleanUp" { // which goes on by itself: its goal is the same
				require.Contains(t, strings.Join(completed.Notes, ""), "written half-way")
				require.Equal(t, o.State, completed.State, "it completes, and does nothing else")
			}
			d.write(completed, len(completed.Files))
			for name := range whole {
				require.Equal(t, whole[name], d[name], "%s after %s, cut off at %d", name, word, cut)
			}
			require.Len(t, d, len(whole))
		}
	})
}
