package gitops_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/swimlane-go/swimlane/internal/gen"
	"github.com/swimlane-go/swimlane/release"
	"github.com/swimlane-go/swimlane/release/gitops"
	"github.com/swimlane-go/swimlane/validate"
)

// begin writes a plan by Init, and fills in its images. It returns the name of the plan.
func (d directory) begin(t *testing.T, candidate string) string {
	t.Helper()
	before := maps.Clone(d)
	c, err := gitops.Init(d.set(t), candidate)
	require.NoError(t, err)
	require.Len(t, c.Files, 1)
	require.Nil(t, c.Files[0].Before, "no file that is there is touched")
	d.write(c, 1)
	for name, text := range before {
		require.Equal(t, text, d[name])
	}
	d[c.Files[0].Name] = strings.ReplaceAll(d[c.Files[0].Name], release.FillIn, "2.0")
	name, _, _ := strings.Cut(c.Subject, ":")
	if len(release.PlanObjects(d.set(t))) > 1 {
		require.Contains(t, strings.Join(c.Notes, "\n"), "name this one with -plan "+name)
	}
	return name
}

// Init writes the plan of the next candidate beside a plan that is over, with a unique name and
// file. The release goes through to its end, which takes away all that is over.
func TestInitForTheNextCandidate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		start directory
		ends  []string // of the first release
	}{
		"strict, finished":      {sampleTree(t, false), finished()},
		"strict, rolled back":   {sampleTree(t, false), rolledBack()},
		"weighted, rolled back": {weightedTree(t), rolledBack()},
		"plain, rolled back":    {unplannedServices(t), rolledBack()},
		"plain, finished":       {unplannedServices(t), finished()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := maps.Clone(test.start)
			first := d.open(t).Config.Name
			for _, word := range test.ends {
				if word == "CleanUp" {
					_, err := gitops.Init(d.set(t), "v4")
					require.ErrorContains(t, err, "ConfigMap "+first+": its release must be cleaned up first")
				}
				d.step(t, first, word)
				for d.of(t, first).Prepared() && word == "CleanUp" {
					d.step(t, first, word)
				}
				if !d.of(t, first).Prepared() {
					break
				}
			}
			require.NotContains(t, strings.Join(valuesOf(d), ""), "swimlane-go.github.io/state", "it is cleaned up")

			second := d.begin(t, "v4")
			require.NotEqual(t, first, second)
			require.Contains(t, d, "release-"+second+".yaml")
			require.Empty(t, gitops.Check(d.set(t), validate.Checker{}))
			for _, word := range []string{"Prepare", "Start", "Promote", "Promote", "Promote", "Finish"} {
				d.step(t, second, word)
				if word == "Promote" {
					_, err := command(d.of(t, first), "Prepare")
					require.Error(t, err, "the other one is under way")
				}
				require.NoError(t, validate.Check(d.set(t)).Err())
				require.NoError(t, gitops.Check(d.set(t), validate.Checker{}).Err())
			}
			for d.of(t, second).Prepared() {
				d.step(t, second, "CleanUp")
			}
			for _, o := range d.set(t).Kind("Deployment") {
				require.Equal(t, "v4", o.PodLabels()["version"],
					"what is over is gone, whatever the old plan lists: %s", o.Ref)
			}
		})
	}
}

func valuesOf(d directory) []string {
	var out []string
	for _, text := range d {
		out = append(out, text)
	}
	return out
}

// unplannedServices returns a directory of one app on Istio without ASM.
func unplannedServices(t *testing.T) directory {
	t.Helper()
	d := twoApps(t, "one gateway")
	delete(d, "plan-b.yaml")
	delete(d, "entry-b.yaml")
	delete(d, "app-b.yaml")
	d["rules.yaml"] = strings.Split(d["rules.yaml"], "---\n")[0]
	d["release.yaml"] = d["plan-a.yaml"]
	delete(d, "plan-a.yaml")
	return d
}

// Init writes a plan for the app without a plan, whatever the release of the other app does.
// Both go on without seeing each other.
func TestInitForAnotherApp(t *testing.T) {
	t.Parallel()
	for _, layout := range []string{"one VirtualService", "one gateway"} {
		for _, words := range [][]string{{}, {"Prepare"}, {"Prepare", "Start", "Promote"}, {"Prepare", "RollBack"}} {
			t.Run(layout+" "+strings.Join(words, " "), func(t *testing.T) {
				t.Parallel()
				d := twoApps(t, layout)
				delete(d, "plan-b.yaml")
				for _, word := range words {
					d.step(t, "a", word)
				}
				at := d.of(t, "a").State
				second := d.begin(t, "v3")
				require.Equal(t, []release.ServiceName{{Name: "b", Namespace: "default"}},
					d.of(t, second).Config.Services)
				for _, word := range []string{"Prepare", "Start", "RollBack"} {
					d.step(t, second, word)
					require.Equal(t, at, d.of(t, "a").State)
					require.Empty(t, d.of(t, "a").Report().Problems)
					require.Empty(t, gitops.Check(d.set(t), validate.Checker{}))
				}

				if c, err := gitops.Init(d.set(t), "v4"); len(words) == 0 {
					require.NoError(t, err)
					require.Contains(t, c.Subject, "plan the release of v4", "the one whose release is not under way")
				} else {
					require.ErrorContains(t, err, ": its release must be cleaned up first")
				}
			})
		}
	}
}

// Init beside other plans is refused, with the reason and the place.
func TestInitBesideIsRefused(t *testing.T) {
	t.Parallel()
	groups := func(t *testing.T) directory {
		d := sampleTree(t, false)
		delete(d, "release.yaml")
		d["other.yaml"] = strings.NewReplacer("  name: mock\n", "  name: other\n").Replace(d["swimlanegroup.yaml"])
		return d
	}
	for name, test := range map[string]struct {
		d     directory
		spoil func(d directory)
		want  []string
	}{
		"the same candidate": {sampleTree(t, false), func(directory) {},
			[]string{"release.yaml:2: ConfigMap mock: must be of another lane than v3"}},
		"a plan with faults": {sampleTree(t, false),
			func(d directory) { d.replace(t, "release.yaml", "candidate: v3", "candidate: [") },
			[]string{"ConfigMap mock: must be a plan that can be read"}},
		"two apps, neither planned": {twoApps(t, "one gateway"), func(d directory) {
			delete(d, "plan-a.yaml")
			delete(d, "plan-b.yaml")
			d.replace(t, "entry-a.yaml", "weight: 50\n", "weight: 60\n")
			d["entry-a.yaml"] = strings.Replace(d["entry-a.yaml"], "weight: 50\n", "weight: 40\n", 1)
		}, []string{"weights must be the same in all routes"}},
		"two apps, both planned": {twoApps(t, "one gateway"), func(d directory) {
			for _, app := range []string{"a", "b"} {
				d["plan-"+app+".yaml"] = strings.ReplaceAll(d["plan-"+app+".yaml"], "v3", "v9")
			}
		}, []string{"entry-a.yaml:8: ", "entry-b.yaml:8: ", "must be the only one that a plan can be written for"}},
		"marks of nobody": {sampleTree(t, false), func(d directory) {
			d["stray.yaml"] = "apiVersion: v1\nkind: ConfigMap\n" +
				"metadata: {name: stray, annotations: {swimlane-go.github.io/state: '{}'}}\n"
		}, []string{"stray.yaml:1: ConfigMap stray: must not bear swimlane-go.github.io/state"}},
		"no route left": {twoApps(t, "one gateway"), func(d directory) {
			delete(d, "plan-b.yaml")
			delete(d, "entry-b.yaml")
			delete(d, "entry-a.yaml")
		}, []string{"for services without another plan"}},
		"lanes of nobody": {groups(t), func(directory) {}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := maps.Clone(test.d)
			test.spoil(d)
			c, err := gitops.Init(d.set(t), "v3")
			if test.want == nil {
				require.NoError(t, err)
				return
			}
			for _, want := range test.want {
				require.ErrorContains(t, err, want)
			}
			require.Empty(t, c.Files)
		})
	}

	// The next file and name are taken too.
	d := sampleTree(t, false)
	d.do(t, rolledBack()...)
	d["more.yaml"] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mock-v4}\n"
	d["release-mock-v4.yaml"] = "# nothing yet\n"
	c, err := gitops.Init(d.set(t), "v4")
	require.NoError(t, err)
	require.Equal(t, "release-mock-v4-2.yaml", c.Files[0].Name)
	d["release-mock-v4-2.yaml"] = "# nothing yet\n"
	_, err = gitops.Init(d.set(t), "v4")
	require.ErrorContains(t, err, "release-mock-v4-2.yaml: must not exist yet")

	// Lanes are not added beside a plan: it must be for some lanes.
	plain := twoApps(t, "one gateway")
	delete(plain, "plan-b.yaml")
	plain["plan-a.yaml"] = strings.ReplaceAll(plain["plan-a.yaml"], "v3", "v9")
	c, err = gitops.InitLanes(plain.set(t), release.Adoption{}, "v3")
	require.NoError(t, err)
	require.Equal(t, "entry-b: plan the release of v3", c.Subject)
	unlaned := directory(rapid.Custom(gen.HandWritten).Example(1))
	unlaned["release.yaml"] = sampleTree(t, false)["release.yaml"]
	_, err = gitops.InitLanes(unlaned.set(t), release.Adoption{Version: "v1"}, "v2")
	require.ErrorContains(t, err, "release.yaml:2: ConfigMap mock: must not exist yet: it is a plan")
}
