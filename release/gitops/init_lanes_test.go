package gitops_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/preview"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/rollout"
	"github.com/swimlane-go/swimlane/validate"
)

// requireGood requires that a directory has no error finding, and answers requests.
func requireGood(t *testing.T, d directory, word string) preview.Result {
	set := d.set(t)
	require.NoError(t, validate.Check(set).Err(), word)
	if _, planned := d["release.yaml"]; planned && !strings.Contains(d["release.yaml"], release.FillIn) {
		require.NoError(t, gitops.Check(set, validate.Checker{}).Err(), word)
	}
	for _, headers := range []map[string]string{nil, {"tester": "yes"}} {
		got, err := preview.New(set).Trace(preview.Request{Path: "/mock", Headers: headers})
		require.NoError(t, err, word)
		require.NotEqual(t, preview.Broken, got.Verdict.Kind, "%s: %s", word, got)
	}
	got, err := preview.New(set).Trace(preview.Request{Path: "/mock"})
	require.NoError(t, err)
	return got
}

// Ten directories that were written by hand get a lane, a plan, and a release of v2.
func TestFromNoLanesThroughARelease(t *testing.T) {
	t.Parallel()
	for seed := range 10 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			d := directory(rapid.Custom(gen.HandWritten).Example(seed))
			before := requireGood(t, d, "by hand")
			require.Len(t, before.Outcomes, 1)
			adoption := release.Adoption{}
			if _, err := gitops.InitLanes(d.set(t), adoption, "v2"); err != nil {
				require.ErrorContains(t, err, "name the version that runs")
				adoption.Version = "v1"
			}
			again := true
			for calls := 0; again; calls++ {
				require.Less(t, calls, 6)
				c, err := gitops.InitLanes(d.set(t), adoption, "v2")
				require.NoError(t, err)
				require.NotEmpty(t, c.Files)
				for cut := 1; cut < len(c.Files); cut++ { // killed between two files
					half := maps.Clone(d)
					half.write(c, cut)
					requireGood(t, half, c.Subject)
				}
				d.write(c, len(c.Files))
				after := requireGood(t, d, c.Subject)
				if again = c.Again; !again {
					require.Equal(t, preview.Isolated, after.Verdict.Kind, after)
					require.Equal(t, "mocka@v1 -> mockb@v1 -> mockc@v1", after.Outcomes[0].String())
					require.Len(t, after.Outcomes, 1)
				}
			}
			_, err := gitops.InitLanes(d.set(t), adoption, "v2")
			require.ErrorContains(t, err, "must be a plan that can be read")
			d["release.yaml"] = strings.ReplaceAll(d["release.yaml"], release.FillIn, "2.0")
			for _, word := range finished()[:8] {
				for name, text := range d { // testers follow by hand
					if word == "Finish" {
						d[name] = strings.NewReplacer("mocka, subset: v1}", "mocka, subset: v2}", "local, subset: v1}",
							"local, subset: v2}").Replace(text)
					}
				}
				d.do(t, word)
				got := requireGood(t, d, word)
				require.Equal(t, preview.Isolated, got.Verdict.Kind, "%s: %s", word, got)
			}
			got := requireGood(t, d, "cleaned up")
			require.Len(t, got.Outcomes, 1)
			require.Equal(t, "mocka@v2 -> mockb@v2 -> mockc@v2", got.Outcomes[0].String())
			require.Len(t, d.set(t).Kind("Deployment"), 3)
			require.Equal(t, rollout.Weights{rollout.W("v2", 100)}, d.open(t).Found()[0].Weights)
			for _, o := range d.set(t).Kind("Deployment") {
				require.Contains(t, o.Deployment().Spec.Template.Spec.Containers[0].Image, ":2.0")
			}
		})
	}
}
