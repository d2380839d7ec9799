package gitops_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/swimlane-go/swimlane/manifest"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/validate"
)

// readChecked reads a file of testdata, and the findings that its lines "# want: " list.
func readChecked(t *testing.T, path string) (set manifest.Set, wanted []string) {
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	for line := range strings.Lines(string(data)) {
		if want, found := strings.CutPrefix(line, "# want: "); found {
			wanted = append(wanted, strings.TrimSpace(want))
		}
	}
	set, err = manifest.Decode(manifest.File{Name: path, Data: data})
	require.NoError(t, err)
	require.Empty(t, set.Faults())
	return set, wanted
}

// A bad file is named after the code of its one defect.
func TestCheckFindsExactlyTheDefectsOfBadFiles(t *testing.T) {
	t.Parallel()
	rules := map[validate.Code]validate.Rule{}
	for _, rule := range validate.Rules() {
		rules[rule.Code] = rule
	}
	paths, err := filepath.Glob("testdata/[bg]*/*.yaml") // bad and good
	require.NoError(t, err)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			set, wanted := readChecked(t, path)
			var got []string
			for _, f := range gitops.Check(set, validate.Checker{}) {
				got = append(got, strings.TrimSpace(string(f.Code)+" "+f.Object.String()+" "+f.Field))
				require.Equal(t, path, f.File)
				require.Positive(t, f.Line)
				require.Equal(t, rules[f.Code].Severity, f.Severity)
				require.NotContains(t, f.Message, "\n")
			}
			require.ElementsMatch(t, wanted, got)
			if code, _, _ := strings.Cut(filepath.Base(path), "-"); strings.HasPrefix(code, "SL") {
				require.Contains(t, strings.Join(got, "\n"), code)
			}
			for _, f := range gitops.Check(set, validate.Checker{Partial: true}) {
				require.Equal(t, rules[f.Code].Reference, f.Severity == validate.Info, f)
			}
		})
	}
}

// Findings are at the line of the fault.
func TestCheckSaysTheLine(t *testing.T) {
	t.Parallel()
	for path, want := range map[string][]string{
		"SL601-faults": {
			"testdata/bad/SL601-faults.yaml:11: error SL601 ConfigMap shop data.plan.candidate: must name a lane",
			"testdata/bad/SL601-faults.yaml:12: ",
			"testdata/bad/SL601-faults.yaml:16: error SL601 ConfigMap shop data.plan.stages[0].weights: must sum to 100, not 110"},
		"SL606-by-hand": {
			"testdata/bad/SL606-by-hand.yaml:55: error SL606 VirtualService default/shop-b spec.http[0].route[0].weight: must be the weights of stage 1 of 2, some, v1=90 v2=10, not v1=80 v2=20"},
		"SL605-missing": {
			"testdata/bad/SL605-missing.yaml:25: error SL605 ConfigMap shop data.routes[1]: VirtualService default/shop-c must be in the directory: it carries the app's traffic"},
		"SL604-edited-plan": {
			"testdata/bad/SL604-edited-plan.yaml:33: error SL604 VirtualService default/shop metadata.annotations[swimlane-go.github.io/state]: state at revision 2: it belongs to another plan: the plan was edited since the release began"},
	} {
		set, _ := readChecked(t, "testdata/bad/"+path+".yaml")
		findings := gitops.Check(set, validate.Checker{})
		require.Len(t, findings, len(want))
		for i, f := range findings {
			require.True(t, strings.HasPrefix(f.String(), want[i]), "%s", f)
		}
	}
}

// Files that commands have written have no finding. If a command was cut off, that is the only
// one.
func TestCheckFindsNothingInWhatCommandsWrite(t *testing.T) {
	t.Parallel()
	for layout, start := range layouts(t) {
		t.Run(layout, func(t *testing.T) {
			t.Parallel()
			for _, story := range [][]string{rolledBack(), finished()} {
				d := maps.Clone(start)
				for _, word := range d.commits(t, story) {
					c, err := command(d.open(t), word)
					if err != nil { // the baseline of a permissive group stays
						require.Equal(t, "CleanUp", word)
						break
					}
					for n := range len(c.Files) {
						half := maps.Clone(d)
						half.write(c, n)
						for _, f := range gitops.Check(half.set(t), validate.Checker{}) {
							require.Equal(t, validate.BehindRelease, f.Code, "%s after %d files of %s", f, n, word)
						}
					}
					d.write(c, len(c.Files))
					require.Empty(t, gitops.Check(d.set(t), validate.Checker{}), word)
				}
			}
		})
	}
}

// Each of several plans is checked by itself.
func TestCheckOfSeveralPlans(t *testing.T) {
	t.Parallel()
	d := sampleTree(t, false)
	d.do(t, "Prepare", "Start")
	other := strings.NewReplacer("name: mock\n", "name: other\n", "name: mock}",
		"name: other}").Replace(d["release.yaml"])
	_, route, _ := strings.Cut(d["mock-route.yaml"], "---\n")
	d["other.yaml"] = strings.Replace(other, "percent: 10}", "percent: 11}", 1) + "---\n" +
		strings.Replace(route, "name: mock\n", "name: other\n", 1)
	findings := gitops.Check(d.set(t), validate.Checker{})
	require.True(t, slices.ContainsFunc(findings, func(f validate.Finding) bool {
		return f.Code == validate.BadPlan && f.Object.Name == "other"
	}))
	require.False(t, slices.ContainsFunc(findings, func(f validate.Finding) bool { return f.Object.Name == "mock" }))
}
