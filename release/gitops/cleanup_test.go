package gitops_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/validate"
)

// The last commit of a clean-up takes the marks of the other routes before the
// state goes: cut off anywhere, the next clean-up completes it.
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
